"""The report of a month as a PDF: every figure with what it is divided by, its period, cut-off and maturity, beside the month before."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from amends.exchange.paper import Page, Words
from amends.kernel.money import Exponents, Money, format_amount

_FIGURES: Final = (52, 26, 26, 26, 26, 34)


def report_pdf(report: Mapping[str, Any], exponents: Exponents, words: Words, made_at: datetime) -> bytes:
    """The report of one month, in the language of `words`.

    `report` holds `month`, `sentence`, `cut_off`, and lists of plain rows: `figures` (with `was`), `reasons`, `categories`,
    `rejections`, `alarms`, `definitions`.
    """
    page = Page(made_at, words)
    page.heading(page.say("report", month=report["month"]))
    page.line(str(report["sentence"]))
    page.line(page.say("report_as_of", cut_off=report["cut_off"]))
    for alarm in report["alarms"]:
        page.line(page.say("report_note", **alarm))
    page.heading(page.say("report_figures"))
    page.table(("figure", "value", "counted", "of", "before", "maturity"), _rows(page, report["figures"], exponents), _FIGURES)
    page.heading(page.say("report_reasons"))
    page.table(("reason", "initiated", "effective", "refunded", "returned", ""), _parts(report["reasons"]), _FIGURES)
    page.heading(page.say("report_categories"))
    head = ("category", "return_rate", "normal", "initiated", "refunded", "orders")
    page.table(head, map(tuple, report["categories"]), _FIGURES)
    page.heading(page.say("report_rejections"))
    head = ("ground", "used", "settled", "stood", "overturned", "survival")
    page.table(head, map(tuple, report["rejections"]), _FIGURES, none="report_no_rejection")
    page.heading(page.say("report_definitions"))
    for name, means in report["definitions"]:
        page.line(f"{name}: {means}")
    return page.bytes()


def shown(page: Page, figure: Mapping[str, Any], exponents: Exponents) -> str:
    """A figure's value with its unit, as exact as it is."""
    value = figure["value"]
    if value is None:
        return "-"
    if figure["unit"] == "minor":
        return format_amount(Money(int(value), str(figure["currency"])), exponents) + f" {figure['currency']}"
    if figure["unit"] == "seconds":
        return page.say("hours", h=int(value) // 3600, m=f"{int(value) % 3600 // 60:02d}")
    return f"{value} %" if figure["unit"] == "percent" else str(value)


def _rows(page: Page, figures: Sequence[Mapping[str, Any]], exponents: Exponents) -> Iterable[tuple[object, ...]]:
    for figure in figures:
        was = figure.get("was")
        ages = figure["maturity"]
        ripe = "-" if ages["youngest"] is None else page.say("maturity_span", youngest=ages["youngest"], oldest=ages["oldest"])
        yield (
            figure["words"],
            shown(page, figure, exponents),
            figure["numerator"],
            figure["denominator"],
            shown(page, was, exponents) if was else "-",
            ripe,
        )


def _parts(rows: Sequence[Mapping[str, Any]]) -> Iterable[tuple[object, ...]]:
    for row in rows:
        values = [f"{figure['numerator']} ({figure['value']} %)" for figure in row["figures"]]
        yield (row["words"], *values, "")
