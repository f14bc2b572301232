"""`amends policy replay`: what a change of the rules would have done to what was asked in the past."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from amends.cli.options import a_moment
from amends.cli.place import database, settings_here

if TYPE_CHECKING:
    import asyncpg

    from amends.lab.history import History
    from amends.lab.replay import Side
    from amends.lab.replayed import ReplayReport

    Sides = tuple[History, Side, Side]

IN_FORCE = "in-force"


def replay(  # noqa: PLR0917 -- options of a command, named by whoever calls it
    to: Annotated[str, typer.Option(help="The candidate: a release's hash, or a policies folder.")],
    market: Annotated[
        list[str] | None, typer.Option(help="Only the history of these markets; default: all that the candidate has rules for.")
    ] = None,
    from_: Annotated[str, typer.Option("--from", help="What it is held against: a release's hash, or in-force.")] = IN_FORCE,
    at: Annotated[str | None, typer.Option(help="The moment whose rules count; default: now.")] = None,
    since: Annotated[str | None, typer.Option(help="Only what was asked since this moment.")] = None,
    cases: Annotated[int, typer.Option(help="How many cases to name behind each figure.")] = 3,
    history: Annotated[Path | None, typer.Option(help="Read the history of one market from this Parquet file.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Write the history of one market to this Parquet file.")] = None,
    spark: Annotated[str | None, typer.Option(help="Judge on this Spark cluster: sc://host:15002, or local[2].")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as JSON.")] = False,
) -> None:
    """Replay past requests and refusals under a candidate release: what would have come out otherwise, for whom, in which markets."""
    import msgspec
    from rich.console import Console

    from amends.cli.replay_shown import show
    from amends.lab.history import save
    from amends.lab.replayed import replayed

    if (history or keep) and len(market or ()) != 1:
        raise typer.BadParameter("a file holds the history of one market: name it with --market")
    asked = _Asked(names=(from_, to), at=a_moment(at), since=a_moment(since), file=history)
    with database(settings_here()) as dsn:
        read = asyncio.run(_read(dsn, tuple(market or ()), asked))
    if keep is not None:
        save(read[0][0], keep)
    found = replayed(_judged(read, spark))
    if as_json:
        typer.echo(msgspec.json.encode(found))
    else:
        show(Console(), found, {base.book.book.market: (base, candidate) for _, base, candidate in read}, cases)


class _Asked(NamedTuple):
    """Between which releases, at which moment, and whose history."""

    names: tuple[str, str]
    at: datetime | None
    since: datetime | None
    file: Path | None


def _judged(read: "Sequence[Sides]", spark: str | None) -> "list[ReplayReport]":
    from amends.lab.report import report

    if spark is None:
        return [report(*each) for each in read]
    from amends.lab.spark import session, verdict_rows_on

    with session(spark) as cluster:
        return [report(*each, judged=verdict_rows_on(cluster, each[0].table, *each[1:])) for each in read]


async def _read(dsn: str, markets: tuple[str, ...], asked: _Asked) -> "list[Sides]":
    from amends.lab.history import opened, read_history
    from amends.store.database import connect

    connection = await connect(dsn, "amends_reviewer", application_name="amends replay")
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            moment = asked.at or await connection.fetchval("select moment()")
            found = []
            for market in markets or await _markets(connection, asked.names):
                base, candidate = [await _side(connection, market, name, moment) for name in asked.names]
                words = base.book.book.vocabulary
                told = opened(asked.file) if asked.file else await read_history(connection, market, words, since=asked.since)
                found.append((told, base, candidate))
    finally:
        await connection.close()
    return found


async def _markets(connection: "asyncpg.Connection", names: tuple[str, str]) -> list[str]:
    """Every market that has a release and rules on both sides: those of a folder, or those whose release a hash names."""
    from amends.desk.rulebooks import Rulebooks
    from amends.exchange.policies import read_policies

    rulebooks = Rulebooks()
    await rulebooks.refresh(connection)
    found = {market for market, releases in rulebooks.releases.items() if releases}
    for name in names:
        folder = Path(name)
        if folder.is_dir():  # noqa: ASYNC240 -- a command that waits for nobody
            found &= read_policies(folder).books.keys()
        elif name != IN_FORCE:
            found &= {market for market in found if any(r.hash.startswith(name) for r in rulebooks.releases[market])}
    if not found:
        raise typer.BadParameter(f"no market has rules of both {names[0]} and {names[1]}")
    return sorted(found)


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
