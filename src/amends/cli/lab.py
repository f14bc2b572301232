"""`amends policy rederive | replay | draft`: what the lab answers on the command line."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from amends.cli.options import a_moment
from amends.cli.place import database, settings_here

if TYPE_CHECKING:
    from amends.lab.rederive import Counted

MOST_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Hang these commands on `amends policy`."""
    from amends.cli.replay import replay
    from amends.cli.trying import try_

    app.command("try", hidden=True)(try_)
    app.command()(rederive)
    app.command()(replay)
    drafts = typer.Typer(no_args_is_help=True)
    drafts.command("export")(export)
    app.add_typer(drafts, name="draft", help="Drafts that were made on the screen.")


def rederive(
    case: Annotated[str | None, typer.Option(help="One case, by its id; without it, all of them.")] = None,
    since: Annotated[str | None, typer.Option(help="Only cases and refusals since a moment with its zone.")] = None,
    night: Annotated[
        str | None, typer.Option(help="All of them, and hand what does not follow to operations; for the worker.")
    ] = None,
) -> None:
    """Derive past decisions again from their pinned releases and recorded facts. Ends with 1 where one does not follow."""
    if night is not None:
        _nightly(date.fromisoformat(night))
        return
    from amends.lab.rederive import Counted, Derived

    counted, wrong = Counted(), list[Derived]()

    def take(derived: Derived) -> None:
        counted.count(derived)
        if derived.contradicted:
            wrong.append(derived)

    with database(settings_here()) as dsn:
        asyncio.run(_rederive(dsn, _uuid(case), a_moment(since), take))
    for derived in wrong[:MOST_SHOWN]:
        for decision in derived.decisions:
            for each in decision.differences:
                typer.echo(
                    f"{derived.sort} {derived.id} {decision.event}#{decision.seq}: {each.field} was {each.kept!r}, is {each.again!r}"
                )
    typer.echo(_in_words(counted))
    if wrong:
        raise typer.Exit(1)


def _nightly(night: date) -> None:
    from amends.lab.nightly import derive_night

    with database(settings_here()) as dsn:
        counted = asyncio.run(derive_night(dsn, night))
    typer.echo("somebody else has this night" if counted is None else _in_words(counted))


def _in_words(counted: "Counted") -> str:
    return (
        f"{counted.equal + counted.different + counted.not_derivable} decisions: {counted.equal} equal, "
        f"{counted.different} different, {counted.not_derivable} not derivable (their facts were never recorded)"
    )


async def _rederive(dsn: str, case: UUID | None, since: datetime | None, take: object) -> None:
    from amends.lab.rederive import derive_attempts, derive_cases
    from amends.store.database import connect

    connection = await connect(dsn, "amends_reviewer", application_name="amends rederive")
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            async for derived in derive_cases(connection, case_id=case, since=since):
                take(derived)  # type: ignore[operator]
            if case is None:
                async for derived in derive_attempts(connection, since=since):
                    take(derived)  # type: ignore[operator]
    finally:
        await connection.close()


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"not the id of a case: {text}") from None


def export(
    draft: Annotated[str, typer.Argument(help="The draft's id.")],
    out: Annotated[Path | None, typer.Option(help="Write it here; default: print it.")] = None,
) -> None:
    """A draft as a patch that `git apply` takes: Git stays the truth."""
    from amends.exchange.policies import rule_file
    from amends.lab.editing import patch_of

    wanted, settings = _uuid(draft), settings_here()
    with database(settings) as dsn:
        row = asyncio.run(_draft(dsn, wanted))
    if row is None:
        typer.echo(f"there is no draft {draft}", err=True)
        raise typer.Exit(1)
    here = {path: rule_file(settings.policies, path) or "" for path in row["edits"]}
    text = patch_of(here, row["edits"], f"{row['title']}\n\n{row['why']}\n")
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")


async def _draft(dsn: str, draft: UUID | None) -> Mapping[str, Any] | None:
    from amends.store.database import connect, queries

    connection = await connect(dsn, "amends_reviewer", application_name="amends draft")
    try:
        found: Mapping[str, Any] | None = await connection.fetchrow(queries("draft_by_id"), draft)
        return found
    finally:
        await connection.close()
