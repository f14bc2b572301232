"""`amends figures`: the figures of a marketplace, as Markdown."""

import asyncio
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from amends.cli.place import database, settings_here
from amends.domain.rulebook.shape import Vocabulary
from amends.exchange.policies import read_policies
from amends.store.columns.question import Figure, Question, Row
from amends.store.database import connect, queries

SHOWN: Final = (
    "initiated_rate",
    "effective_rate",
    "refunded_rate",
    "return_rate",
    "cancellation_rate",
    "platform_intervention_rate",
)
Moment = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="UTC.")]


def register(app: typer.Typer) -> None:
    """Hang the command on the command line."""
    app.command()(figures)


def figures(
    begin: Moment = None,
    end: Moment = None,
    cut_off: Moment = None,
    maturity: Annotated[int | None, typer.Option(help="Each order as it stood that many days after its creation.")] = None,
    by: Annotated[str, typer.Option(help="A dimension to break down by: category, shop, market, reason, week …")] = "category",
    shop: Annotated[str | None, typer.Option(help="One shop, by its reference.")] = None,
) -> None:
    """Print what after-sales came to in a period: the last 30 days where nothing is said."""
    settings = settings_here()
    with database(settings) as dsn:
        zoned = [moment.replace(tzinfo=UTC) if moment else None for moment in (begin, end, cut_off)]
        typer.echo(
            asyncio.run(printed(dsn, read_policies(settings.policies).vocabulary, *zoned, maturity=maturity, by=by, shop=shop))
        )


async def printed(
    dsn: str, words: Vocabulary, begin: datetime | None, end: datetime | None, cut_off: datetime | None, **more: Any
) -> str:
    """The figures of a database as Markdown; the copy is made for this once."""
    from amends.store.columns.asking import asked
    from amends.store.columns.copying import open_copy, refresh

    connection = await connect(dsn, "amends_reviewer")
    try:
        shops = await connection.fetch(queries("shop_ids"))
        if more["shop"] is not None:
            shops = await connection.fetch(queries("shops_by_reference"), [more["shop"]])
    finally:
        await connection.close()
    with tempfile.TemporaryDirectory(prefix="amends-figures-") as folder:
        db = open_copy(Path(folder) / "columns.duckdb")
        known = await refresh(dsn, db, lambda _: [], Path(folder))
        end = end or cut_off or known
        question = Question(shops=[row["id"] for row in shops], begin=begin or end - timedelta(days=30), end=end, cut_off=cut_off,
                            maturity=more["maturity"])  # fmt: skip
        with asked(db, question) as one:
            whole = one.rates("")[0].figures + [f for f in one.handling("")[0].figures if f.denominator]
            parts = one.rates(more["by"])
            by_article = msgspec.structs.replace(question, by="line")
        with asked(db, by_article) as one:
            articles = one.rates("")[0].figures
        db.close()
    return "\n".join([*_about(whole[0]), *_whole(words, whole, articles), "", *_parts(words, more["by"], parts)]) + "\n"


def _about(figure: Figure) -> Iterable[str]:
    age = figure.maturity
    asked = (
        f"each as it stood {age.days} days after its creation"
        if age.days
        else f"{age.youngest} to {age.oldest} days old at the cut-off"
    )
    yield f"Orders created from {figure.begin:%Y-%m-%d} until {figure.end:%Y-%m-%d}, seen at {figure.cut_off:%Y-%m-%d %H:%M} UTC; {asked}."
    yield ""


def _whole(words: Vocabulary, orders: list[Figure], articles: list[Figure]) -> Iterable[str]:
    by_article = {figure.figure: figure for figure in articles}
    yield "| figure | by order | counted | of | by order × article | counted | of |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for figure in orders:
        other = by_article.get(figure.figure)
        right = f"{_value(other)} | {other.numerator} | {other.denominator}" if other else "| |"
        yield f"| {words.says('figures', figure.figure).en} | {_value(figure)} | {figure.numerator} | {figure.denominator} | {right} |"


def _value(figure: Figure) -> str:
    if figure.value is None:
        return "–"
    if figure.unit == "seconds":
        return f"{int(figure.value) // 3600} h {int(figure.value) % 3600 // 60:02d} min"
    return f"{figure.value} %"


def _parts(words: Vocabulary, dimension: str, rows: list[Row]) -> Iterable[str]:
    lists = {"category": "categories", "reason": "reasons"}
    names = [figure.figure for figure in rows[0].figures if figure.figure in SHOWN] if rows else []
    yield f"| {dimension} | orders | {' | '.join(words.says('figures', name).en for name in names)} |"
    yield f"|---|---:|{'---:|' * len(names)}"
    for row in sorted(rows, key=lambda row: -row.figures[0].denominator):
        by = {figure.figure: figure for figure in row.figures}
        part = words.says(lists[dimension], row.part).en if dimension in lists else row.part
        yield f"| {part} | {row.figures[0].denominator} | {' | '.join(_value(by[name]) for name in names)} |"
