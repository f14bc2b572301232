"""`amends policy rederive | replay`: what the lab answers on the command line."""

import asyncio
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from amends.cli.options import a_moment
from amends.cli.place import database, settings_here

MOST_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Hang these commands on `amends policy`."""
    from amends.cli.replay import replay

    app.command()(rederive)
    app.command()(replay)


def rederive(
    case: Annotated[str | None, typer.Option(help="One case, by its id; without it, all of them.")] = None,
    since: Annotated[str | None, typer.Option(help="Only cases and refusals since a moment with its zone.")] = None,
) -> None:
    """Derive past decisions again from their pinned releases and recorded facts. Ends with 1 where one does not follow."""
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
    typer.echo(
        f"{counted.equal + counted.different + counted.not_derivable} decisions: {counted.equal} equal, "
        f"{counted.different} different, {counted.not_derivable} not derivable (their facts were never recorded)"
    )
    if wrong:
        raise typer.Exit(1)


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
