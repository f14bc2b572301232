"""`amends policy check | where | publish | difference | terms`."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from amends.cli import proving
from amends.cli.options import a_moment
from amends.cli.place import database, settings_here
from amends.cli.publishing import FOUNDING_REASON, publish_all
from amends.desk.publishing import Published
from amends.exchange.policies import read_policies, where
from amends.exchange.policy_check import Checked, check_policies

app = typer.Typer(no_args_is_help=True)
proving.register(app)
Folder = Annotated[Path | None, typer.Option(help="The policies folder; default: the shipped one.")]


@app.command()
def check(folder: Folder = None) -> None:
    """Read everything, run every example, and prove over every situation: no contradiction, no hole, no rule without a say, no law broken."""
    policies = read_policies(folder or settings_here().policies)
    checked = check_policies(policies, datetime.now(UTC))
    _print_errors(checked)
    sound = not policies.errors and proving.print_proof(policies)
    if checked.errors or checked.gaps or not sound:
        raise typer.Exit(1)


def _print_errors(checked: Checked) -> None:
    console = Console()
    for error in checked.errors:
        console.print(f"{error.file}:{error.line}: {error.code}: {error.message.en}", highlight=False, soft_wrap=True)
    for gap in checked.gaps:
        reasons = ", ".join(gap.reasons)
        console.print(
            f"{gap.market}: no rule answers {gap.kind} in {gap.status} by {gap.by}: {reasons}", highlight=False, soft_wrap=True
        )
    if checked.more_gaps:
        console.print(f"… and {checked.more_gaps} more")
    console.print(
        f"{checked.rules} rules of {checked.markets} markets, {checked.examples} examples: "
        f"{len(checked.errors)} errors, {len(checked.gaps) + checked.more_gaps} situations without an answer"
    )


@app.command("where")
def where_(
    rule: Annotated[str, typer.Argument(help="A rule's id, or a requirement such as C-04.")], folder: Folder = None
) -> None:
    """Say where a rule stands, or every rule of a requirement, and in which markets it holds."""
    places = where(read_policies(folder or settings_here().policies), rule)
    if not places:
        typer.echo(f"no rule is called {rule}, and none serves a requirement of that name", err=True)
        raise typer.Exit(1)
    table = Table("rule", "place", "topic", "pack", "markets")
    for place in places:
        table.add_row(place.rule, f"{place.file}:{place.line}", place.topic, place.pack, " ".join(place.markets))
    Console().print(table)


@app.command()
def publish(
    folder: Folder = None,
    takes_effect_at: Annotated[str | None, typer.Option(help="A moment with its zone; default: now.")] = None,
    adopted_from: Annotated[
        str | None, typer.Option(help="A founding release may be adopted for the past, from this moment.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why it is adopted for the past.")] = FOUNDING_REASON,
    again: Annotated[bool, typer.Option(help="Rules that were published before come into force again.")] = False,
) -> None:
    """Prove the rules of every market, then publish them: immutable, named by their content, in force from now on or later."""
    settings = settings_here()
    policies = read_policies(folder or settings.policies)
    if policies.errors:
        _print_errors(check_policies(policies, datetime.now(UTC)))
        raise typer.Exit(1)
    if not proving.print_proof(policies):
        raise typer.Exit(1)
    with database(settings) as dsn:
        answers = asyncio.run(
            publish_all(
                dsn,
                policies,
                folder or settings.policies,
                takes_effect_at=a_moment(takes_effect_at),
                adopted_from=a_moment(adopted_from),
                reason=reason,
                again=again,
            )
        )
    _print_published(answers)
    if any(answer.problem for answer in answers):
        raise typer.Exit(1)


def _print_published(answers: list[Published]) -> None:
    table = Table("market", "result", "release", "in force from")
    for a in answers:
        result = a.problem or ("unchanged" if a.same else "founded" if a.release and a.release.founding else "published")
        begins = a.release.begins.isoformat() if a.release else ""
        table.add_row(a.market, result, a.release.hash[:12] if a.release else "", begins)
    Console().print(table)
