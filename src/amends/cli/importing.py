"""`amends import orders | requests | returns`."""

import asyncio
import os
import resource
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from amends.actions.commands import OpenCase
from amends.cli.finders import finder, say_of
from amends.cli.place import a_desk, database, settings_here
from amends.cli.publishing import publish_all
from amends.desk.desk import Desk
from amends.desk.orders import meet_shops, take_orders
from amends.desk.told_returns import take_returns
from amends.domain.facts.told import Taken, ToldOrder, ToldReturn, ToldShop
from amends.domain.rulebook.shape import Vocabulary
from amends.exchange.mapping import ImportingShop, shipped
from amends.exchange.orders import OrderOptions, import_orders
from amends.exchange.policies import read_policies
from amends.exchange.report import Progress as Progressing
from amends.exchange.report import Report, no_progress, problem_writer
from amends.exchange.requests import FoundOrder, RequestOptions, import_requests
from amends.exchange.told_returns import import_returns
from amends.store.database import connect, queries
from amends.store.migrate import migrate

app = typer.Typer(no_args_is_help=True)
NICE = 10
MEMORY = 2 * 1024**3
"""Of a process that reads a stranger's file: a workbook of a few kilobytes may say that it has billions of cells."""
Files = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="CSV, XLSX or JSONL.")]
Mapping = Annotated[Path | None, typer.Option(help="Which column says what; default: a Seller Center export.")]
Problems = Annotated[Path | None, typer.Option(help="Write every row that was not taken, or not whole, to this CSV.")]


@app.command()
def orders(
    files: Files,
    mapping: Mapping = None,
    shop: Annotated[str | None, typer.Option(help="The shop whose export this is (a mapping may name shops itself).")] = None,
    market: Annotated[str, typer.Option(help="Its market, where the shop is new.")] = "us",
    preview: Annotated[bool, typer.Option(help="Read and report, change nothing.")] = False,
    problems: Problems = None,
) -> None:
    """Import orders. Run twice, the second run changes nothing; every row that cannot be taken is named."""
    asyncio.run(_orders(files, mapping or shipped("seller_center"), shop, market, preview, problems))


@app.command()
def requests(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or JSONL, one request a row.")],
    mapping: Mapping = None,
    history: Annotated[
        bool, typer.Option("--history/--live", help="At each row's own moment, or with the desk's clock.")
    ] = False,
    problems: Problems = None,
) -> None:
    """Open a case for each row, and print what the policy says: reason × verdict × rule."""
    asyncio.run(_requests(file, mapping or shipped("requests"), history, problems))


@app.command()
def returns(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The return export of a Seller Center.")],
    shop: Annotated[str, typer.Option(help="The shop whose export this is.")],
    market: Annotated[str, typer.Option(help="Its market.")] = "us",
    mapping: Mapping = None,
    problems: Problems = None,
) -> None:
    """Keep what a host says of requests that were made there, for the rates; no case is opened."""
    asyncio.run(_returns(file, mapping or shipped("seller_center_returns"), shop, market, problems))


@app.command(hidden=True)
def run(shop_id: int, run_id: UUID) -> None:
    """Carry out a file that was handed in; the worker starts this, a process a file."""
    asyncio.run(_run(shop_id, run_id))


async def _run(shop_id: int, run_id: UUID) -> None:
    from amends.cli.import_runs import Run

    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with database(settings_here()) as dsn:
        words = await _prepared(dsn)
        async with a_desk(dsn) as desk:
            await Run(desk, words, settings_here().home, shop_id, run_id).carry_out()


async def _returns(file: Path, mapping: Path, shop: str, market: str, problems: Path | None) -> None:
    with database(settings_here()) as dsn:
        words = await _prepared(dsn)
        book = read_policies(settings_here().policies).books[market]
        own = ImportingShop(reference=shop, market=market, zone=book.zone, currency=book.currency)
        async with a_desk(dsn) as desk:
            await _shown(lambda p: importing_returns(desk, words, file, mapping, own, p), problems, words)


async def importing_returns(
    desk: Desk, words: Vocabulary, file: Path, mapping: Path, own: ImportingShop, progress: Progressing = no_progress
) -> Report:
    """Import a return export of one shop; only its orders are spoken of."""
    find = await finder(desk, only=own.reference)
    known = frozenset(words.words("reasons"))
    options = RequestOptions(
        mapping=mapping, history=True, reasons=known, kinds=frozenset(words.words("kinds")), say=say_of(words)
    )

    async def take(told: list[ToldReturn]) -> Sequence[str]:
        return await take_returns(desk.pool, told)

    return await import_returns(file, options, own, words.exponents(), find, take, progress)


async def _prepared(dsn: str) -> Vocabulary:
    """The schema and the policies, where they are not there yet, and the words of the policies."""
    settings = settings_here()
    await migrate(dsn)
    policies = read_policies(settings.policies)
    connection = await connect(dsn, "amends_reviewer")
    epoch = await connection.fetchval(queries("policy_epoch"))
    await connection.close()
    if not epoch:
        await publish_all(dsn, policies, settings.policies)
    return policies.vocabulary


async def _orders(
    files: Sequence[Path], mapping: Path, shop: str | None, market: str, preview: bool, problems: Path | None
) -> None:
    with database(settings_here()) as dsn:
        words = await _prepared(dsn)
        own = None
        if shop is not None:
            book = read_policies(settings_here().policies).books[market]
            own = ImportingShop(reference=shop, market=market, zone=book.zone, currency=book.currency)
        async with a_desk(dsn) as desk:
            await _shown(lambda p: importing_orders(desk, words, files, mapping, p, own=own, preview=preview), problems, words)


async def importing_orders(
    desk: Desk,
    words: Vocabulary,
    files: Sequence[Path],
    mapping: Path,
    progress: Progressing = no_progress,
    *,
    own: ImportingShop | None = None,
    preview: bool = False,
) -> Report:
    """Import order files through a desk."""

    async def take(told: list[ToldOrder]) -> Sequence[Taken]:
        return await take_orders(desk, told)

    async def meet(shops: list[ToldShop]) -> None:
        await meet_shops(desk.pool, shops)

    options = OrderOptions(exponents=words.exponents(), mapping=mapping, shop=own, preview=preview, say=say_of(words))
    return await import_orders(files, options, take, progress, meet)


async def _requests(file: Path, mapping: Path, history: bool, problems: Path | None) -> None:
    with database(settings_here()) as dsn:
        words = await _prepared(dsn)
        async with a_desk(dsn) as desk:
            find = await finder(desk)
            report = await _shown(
                lambda p: importing_requests(desk, words, file, mapping, find, p, history=history), problems, words
            )
            if report.verdicts is not None:
                Console().print("\n".join(report.verdicts.lines()), highlight=False, soft_wrap=True)


async def importing_requests(
    desk: Desk,
    words: Vocabulary,
    file: Path,
    mapping: Path,
    find: Callable[[str], Awaitable[Sequence[FoundOrder]]],
    progress: Progressing = no_progress,
    *,
    history: bool,
) -> Report:
    """Open a case for each row through a desk."""
    options = RequestOptions(
        mapping=mapping,
        history=history,
        reasons=frozenset(words.words("reasons")),
        kinds=frozenset(words.words("kinds")),
        say=say_of(words),
    )

    async def handle(commands: list[OpenCase]) -> Sequence[Any]:
        return await desk.handle(commands)

    return await import_requests(file, options, find, handle, progress)


async def _shown(
    work: Callable[[Callable[[str, int, int | None], None]], Awaitable[Report]], problems: Path | None, words: Vocabulary
) -> Report:
    console = Console()
    begun = time.monotonic()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def progress(stage: str, done: int, total: int | None) -> None:
            task = tasks.get(stage)
            if task is None:
                task = tasks[stage] = bar.add_task(stage, total=total)
            bar.update(task, completed=done, total=total)

        report = await work(progress)
    console.print("\n".join(report.lines()), highlight=False, soft_wrap=True)
    console.print(f"\n{time.monotonic() - begun:.1f} s")
    if problems is not None:
        with problems.open("w", encoding="utf-8", newline="") as out:
            write = problem_writer(out, say_of(words))
            for problem in report.problems:
                write(problem)
    return report
