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
    from amends.store.doctor import examine, lines, sick

    with database(settings_here()) as dsn:
        findings = asyncio.run(examine(dsn))
    typer.echo("\n".join(lines(findings)))
    if sick(findings):
        raise typer.Exit(1)


def verify(
    checkpoints: Annotated[
        Path | None, typer.Option(help="Checkpoints kept outside the database: with them a cut is seen too.")
    ] = None,
    take: Annotated[bool, typer.Option(help="Add a checkpoint of every shop to that file.")] = False,
) -> None:
    """Recompute the hash chain of every shop's events."""
    from amends.desk.verify import lines, take_checkpoint, verify_all

    with database(settings_here()) as dsn:
        report = asyncio.run(verify_all(dsn, checkpoints))
        if take and checkpoints is not None and not report.broken:
            asyncio.run(take_checkpoint(dsn, checkpoints))
    typer.echo("\n".join(lines(report)))
    if report.broken:
        raise typer.Exit(1)
