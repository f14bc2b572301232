"""`amends policy replay`: what a change of the rules would have done to what was asked in the past."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amends.cli.options import a_moment
from amends.cli.place import database, settings_here

if TYPE_CHECKING:
    import asyncpg
    from rich.console import Console

    from amends.lab.history import History
    from amends.lab.replay import Side
    from amends.lab.report import Report

IN_FORCE = "in-force"


def replay(  # noqa: PLR0917 -- options of a command, named by whoever calls it
    market: Annotated[str, typer.Option(help="The market whose history is replayed.")],
    to: Annotated[str, typer.Option(help="The candidate: a release's hash, or a policies folder.")],
    from_: Annotated[str, typer.Option("--from", help="What it is held against: a release's hash, or in-force.")] = IN_FORCE,
    at: Annotated[str | None, typer.Option(help="The moment whose rules count; default: now.")] = None,
    since: Annotated[str | None, typer.Option(help="Only what was asked since this moment.")] = None,
    cases: Annotated[int, typer.Option(help="How many cases to name behind each figure.")] = 3,
    history: Annotated[Path | None, typer.Option(help="Read the history from this Parquet file.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Write the history to this Parquet file.")] = None,
    spark: Annotated[str | None, typer.Option(help="Judge on this Spark cluster: sc://host:15002, or local[2].")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as JSON.")] = False,
) -> None:
    """Replay past requests and refusals of a market under a candidate release: what would have come out otherwise, and for whom."""
    import msgspec
    from rich.console import Console

    from amends.lab.history import save

    with database(settings_here()) as dsn:
        read, base, candidate = asyncio.run(_read(dsn, market, (from_, to), a_moment(at), a_moment(since), history))
    if keep is not None:
        save(read, keep)
    found = _judged(read, base, candidate, spark)
    if as_json:
        typer.echo(msgspec.json.encode(found))
    else:
        _print(Console(), found, base, candidate, cases)


def _judged(read: "History", base: "Side", candidate: "Side", spark: str | None) -> "Report":
    from amends.lab.report import report

    if spark is None:
        return report(read, base, candidate)
    from amends.lab.spark import session, verdict_rows_on

    with session(spark) as cluster:
        return report(read, base, candidate, judged=verdict_rows_on(cluster, read.table, base, candidate))


async def _read(
    dsn: str, market: str, names: Sequence[str], at: datetime | None, since: datetime | None, file: Path | None
) -> "tuple[History, Side, Side]":
    from amends.lab.history import opened, read_history
    from amends.store.database import connect

    connection = await connect(dsn, "amends_reviewer", application_name="amends replay")
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            moment = at or await connection.fetchval("select moment()")
            base, candidate = [await _side(connection, market, name, moment) for name in names]
            vocabulary = base.book.book.vocabulary
            read = opened(file) if file else await read_history(connection, market, vocabulary, since=since)
    finally:
        await connection.close()
    return read, base, candidate


async def _side(connection: "asyncpg.Connection", market: str, name: str, at: datetime) -> "Side":
    from amends.desk.rulebooks import Rulebooks
    from amends.domain.rulebook.compiled import CompiledBook
    from amends.domain.rulebook.releases import body_of, hash_of, in_force
    from amends.exchange.policies import read_policies
    from amends.lab.replay import Side

    if (folder := Path(name)).is_dir():
        policies = read_policies(folder)
        for error in policies.errors:
            typer.echo(f"{error.file}:{error.line}: {error.code}: {error.message.en}", err=True)
        if policies.errors or market not in policies.books:
            raise typer.BadParameter(f"{name} has no rules for {market} that can be read")
        book = policies.books[market]
        return Side(book=CompiledBook(book, release=hash_of(body_of(book))), at=at)
    rulebooks = Rulebooks()
    await rulebooks.refresh(connection)
    known = rulebooks.releases.get(market, [])
    standing = in_force(known, at) if name == IN_FORCE else next((r for r in known if r.hash.startswith(name)), None)
    if standing is None:
        raise typer.BadParameter(f"{market} has no release {name}")
    return Side(book=await rulebooks.book(connection, market, standing.hash), at=at)


def _print(console: "Console", found: "Report", base: "Side", candidate: "Side", cases: int) -> None:
    from rich.table import Table

    from amends.kernel.money import Money, format_money

    exponents = base.book.book.vocabulary.exponents()

    def money(amount: int) -> str:
        return format_money(Money(amount, found.currency), exponents)

    names = [(side.book.origin.release or "")[:12] for side in (base, candidate)]
    console.print(f"{found.market}: {found.cases} cases and {found.refused} refused requests, {names[0]} → {names[1]}")
    console.print(
        f"{found.agreed} of them come out under {names[0]} as they were recorded; {found.changed} would come out otherwise"
    )
    table = Table("before", "after", "requests", "refused then", "asked for", "for example")
    for each in found.transitions:
        table.add_row(f"{each.before} {each.before_rule}", f"{each.after} {each.after_rule}", str(each.requests), str(each.refused),
                      money(each.amount), "\n".join(each.ids[:cases]))  # fmt: skip
    console.print(table)
    table = Table("party", "was paid (certain)", "asked for in cases no longer opened", "asked for in requests then refused")
    for share in found.money:
        table.add_row(share.party, money(share.paid), money(share.asked_less), money(share.asked_more))
    console.print(table)
    table = Table("who has to act next", "before", "after")
    for work in found.work:
        table.add_row(work.name, str(work.before), str(work.after))
    console.print(table)
    for wait in found.deadlines:
        console.print(f"deadline {wait.deadline}: {wait.before or 'none'} → {wait.after or 'none'}, {wait.promises} promises")
    for shop in found.shops[:5]:
        console.print(f"shop {shop.shop}: {shop.requests} requests, {money(shop.amount)}")
    for unsure in found.unsure:
        console.print(f"not answered by history: {unsure.why}: {unsure.requests}")
