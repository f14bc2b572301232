"""The report of a month as a PDF: every figure with what it is divided by, its period, cut-off and maturity, beside the month before.

The page is in English and in Latin letters, because no font with Chinese characters is shipped: what it cannot show is named by its code.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from amends.exchange.case_pdf import Page
from amends.kernel.money import Exponents, Money, format_amount

_FIGURES: Final = (52, 26, 26, 26, 26, 34)


def report_pdf(report: Mapping[str, Any], exponents: Exponents, made_at: datetime) -> bytes:
    """The report of one month.

    `report` holds `title`, `sentence`, `cut_off`, and lists of plain rows: `figures` (with `was`), `reasons`, `categories`,
    `rejections`, `alarms`.
    """
    page = Page(made_at)
    page.heading(str(report["title"]))
    page.line(str(report["sentence"]))
    page.line(f"Everything as of {report['cut_off']}. Orders count by the day of their creation, cases by that of their opening.")
    for alarm in report["alarms"]:
        page.line(f"Note: {alarm['words']} ({alarm['count']})")
    page.heading("Figures, and the period before at the same maturity")
    page.table(("figure", "value", "counted", "of", "before", "maturity (days)"), _rows(report["figures"], exponents), _FIGURES)
    page.heading("Reasons")
    page.table(("reason", "initiated", "effective", "refunded", "returned", ""), _parts(report["reasons"]), _FIGURES)
    page.heading("Categories, beside what is normal in the trade")
    page.table(("category", "return rate", "normal at most", "initiated", "refunded", "orders"), report["categories"], _FIGURES)
    page.heading("Grounds of rejections, and how they stood")
    page.table(
        ("ground", "used", "settled", "stood", "overturned", "survival"),
        report["rejections"],
        _FIGURES,
        none="There was no rejection.",
    )
    page.heading("What the figures mean")
    for words, means in report["definitions"]:
        page.line(f"{words}: {means}.")
    return page.bytes()


def shown(figure: Mapping[str, Any], exponents: Exponents) -> str:
    """A figure's value with its unit, as exact as it is."""
    value = figure["value"]
    if value is None:
        return "-"
    if figure["unit"] == "minor":
        return format_amount(Money(int(value), str(figure["currency"])), exponents) + f" {figure['currency']}"
    if figure["unit"] == "seconds":
        return f"{int(value) // 3600} h {int(value) % 3600 // 60:02d} min"
    return f"{value} %" if figure["unit"] == "percent" else str(value)


def _rows(figures: Sequence[Mapping[str, Any]], exponents: Exponents) -> Iterable[tuple[object, ...]]:
    for figure in figures:
        was = figure.get("was")
        ages = figure["maturity"]
        ripe = "-" if ages["youngest"] is None else f"{ages['youngest']} to {ages['oldest']}"
        yield (
            figure["words"],
            shown(figure, exponents),
            figure["numerator"],
            figure["denominator"],
            shown(was, exponents) if was else "-",
            ripe,
        )


def _parts(rows: Sequence[Mapping[str, Any]]) -> Iterable[tuple[object, ...]]:
    for row in rows:
        values = [f"{figure['numerator']} ({figure['value']} %)" for figure in row["figures"]]
        yield (row["words"], *values, "")
