"""`amends doctor | verify`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from amends.cli.place import database, settings_here


def register(app: typer.Typer) -> None:
    """Hang these commands on the command line."""
    app.command()(doctor)
    app.command()(verify)


def doctor() -> None:
    """Ask the database everything that must be true, and print each statement with its count."""
    from amends.lab.rederive import derived_again
    from amends.store.doctor import examine, lines, sick

    with database(settings_here()) as dsn:
        findings = asyncio.run(examine(dsn, also=(derived_again,)))
    typer.echo("\n".join(lines(findings)))
    if sick(findings):
        raise typer.Exit(1)


def verify(
    file: Annotated[
        Path | None, typer.Argument(help="A case file (ZIP) to check; without it, the chains of the database.")
    ] = None,
    checkpoints: Annotated[
        Path | None, typer.Option(help="Checkpoints kept outside the database: with them a cut is seen too.")
    ] = None,
    take: Annotated[bool, typer.Option(help="Add a checkpoint of every shop to that file.")] = False,
    against_database: Annotated[bool, typer.Option(help="Hold the case file against the database, too.")] = False,
) -> None:
    """Recompute the hash chain of every shop's events, or every hash of one case file."""
    if file is not None:
        _verify_file(file, checkpoints, against_database)
        return
    from amends.desk.verify import lines, take_checkpoint, verify_all

    with database(settings_here()) as dsn:
        report = asyncio.run(verify_all(dsn, checkpoints))
        if take and checkpoints is not None and not report.broken:
            asyncio.run(take_checkpoint(dsn, checkpoints))
    typer.echo("\n".join(lines(report)))
    if report.broken:
        raise typer.Exit(1)


def _verify_file(file: Path, checkpoints: Path | None, asked: bool) -> None:
    from amends.desk.verify import read_checkpoints
    from amends.exchange.case_check import against_checkpoints, check
    from amends.exchange.case_check import against_database as hold

    checked = check(file)
    faults = list(checked.faults)
    if checkpoints is not None:
        faults += against_checkpoints(checked, [(mark.shop, mark.seq, mark.hash) for mark in read_checkpoints(checkpoints)])
    if asked and checked.case is not None:

        async def ask(dsn: str) -> list[str]:
            connection = await connect(dsn, "amends_reviewer", application_name="amends verify")
            try:
                return await hold(checked, connection)
            finally:
                await connection.close()

        from amends.store.database import connect

        with database(settings_here()) as dsn:
            faults += asyncio.run(ask(dsn))
    typer.echo(
        "\n".join(
            [f"BROKEN {fault}" for fault in faults]
            + [f"{checked.files} files and {checked.links} links checked: {len(faults)} faults"]
        )
    )
    if faults:
        raise typer.Exit(1)
