"""What `amends policy` proves: everything that is wrong with rules, what two sets of them answer differently, whether a seller's terms are worse."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from amends.cli.place import settings_here
from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.shape import Says
from amends.domain.topics.eligibility import judge_eligibility
from amends.domain.topics.evidence import demands
from amends.exchange.policies import Policies, read_policies

NO_SOLVER = "proofs need z3: pip install 'amends[lab]'"
Language = Annotated[str, typer.Option("--language", help="zh or en.")]


def print_proof(policies: Policies, language: str = "en") -> bool:
    """Prove the rules of every market and print what is wrong; whether nothing is."""
    try:
        from amends.lab.prove import prove

        proof = prove(policies.books, datetime.now(UTC))
    except ModuleNotFoundError as missing:
        if missing.name != "z3":
            raise
        typer.echo(NO_SOLVER, err=True)
        return False
    print_findings(proof.findings, language)
    note = f", {len(proof.accepted)} accepted with a reason" if proof.accepted else ""
    typer.echo(
        f"{proof.rules} rules and {proof.laws} claims proved in {proof.markets} markets: {len(proof.findings)} findings{note}"
    )
    return not proof.findings


def print_findings(findings: Any, language: str) -> None:
    """Each finding with its file and line."""
    console = Console()
    for each in findings:
        markets = f" ({' '.join(each.markets)})" if each.markets else ""
        text = f"{each.file}:{each.line}: {each.kind}{markets}: {getattr(each.says, language)}"
        console.print(text, highlight=False, soft_wrap=True, markup=False)


def register(app: typer.Typer) -> None:
    """Hang these commands on `amends policy`."""
    app.command("difference")(difference_)
    app.command("terms")(terms)
    app.command("why")(why)


def difference_(
    old: Annotated[Path, typer.Argument(help="A policies folder as it was.")],
    new: Annotated[Path | None, typer.Argument(help="As it is to be; default: the shipped one.")] = None,
    market: Annotated[list[str] | None, typer.Option(help="Only these markets.")] = None,
    language: Language = "en",
) -> None:
    """Say exactly which situations two sets of rules answer differently, each with one that shows it."""
    from amends.lab.difference import difference

    before, after = read_policies(old), read_policies(new or settings_here().policies)
    for code in market or [code for code in after.books if code in before.books]:
        found = difference(before.books[code], after.books[code], datetime.now(UTC))
        more = "" if found.complete else " (and more)"
        typer.echo(f"{code}: {sum(len(change.groups) for change in found.changes)} groups of situations change{more}")
        for change in found.changes:
            sides = " → ".join(_side(side.verdict, side.says, language) for side in (change.before, change.after))
            typer.echo(f"  {change.topic}: {sides}")
            for group in change.groups:
                typer.echo(f"    {getattr(group.says, language)}\n      e.g. {getattr(group.witness.says, language)}")


def _side(verdict: str, says: Says, language: str) -> str:
    said = getattr(says, language)
    return f"{verdict} ({said})" if verdict and said else verdict or said or "-"


def terms(
    file: Annotated[Path, typer.Argument(help="A seller's terms: seller, market, and rules by topic.")],
    folder: Annotated[Path | None, typer.Option(help="The policies folder; default: the shipped one.")] = None,
    language: Language = "en",
) -> None:
    """Prove that a seller's terms are nowhere worse for the buyer than the platform's, or show where they are."""
    from amends.lab.seller_terms import beside, read_terms, worse_terms

    policies = read_policies(folder or settings_here().policies)
    read = read_terms(file=str(file), text=file.read_text("utf-8"), vocabulary=policies.vocabulary)
    book = policies.books.get(read.terms.market)
    errors = [*read.errors, *(beside(book, read.terms)[1] if book and not read.errors else ())]
    for error in errors:
        typer.echo(f"{error.file}:{error.line}: {error.code}: {getattr(error.message, language)}", err=True)
    if book is None:
        typer.echo(f"{file}:1: there is no market {read.terms.market}", err=True)
    if errors or book is None:
        raise typer.Exit(1)
    found = worse_terms(book, read.terms, datetime.now(UTC))
    print_findings(found, language)
    typer.echo("nowhere worse for the buyer than the platform's rules" if not found else f"{len(found)} ways to be worse")
    if found:
        raise typer.Exit(1)


def why(
    market: Annotated[str, typer.Argument(help="A market's code.")],
    facts: Annotated[
        list[str], typer.Argument(help="Facts as NAME=VALUE, such as request.reason=better_price; the others are as usual.")
    ],
    folder: Annotated[Path | None, typer.Option(help="The policies folder; default: the shipped one.")] = None,
    language: Language = "en",
) -> None:
    """Judge a request, and say everything that would open it: one change, or two, until when, and with which proof."""
    from amends.exchange.situation import situation
    from amends.lab.counterfactuals import Request, counterfactuals

    policies = read_policies(folder or settings_here().policies)
    book = policies.books.get(market)
    if book is None:
        raise typer.BadParameter(f"there is no market {market}")
    sheet, errors = situation(book, facts)
    if errors:
        raise typer.BadParameter("; ".join(getattr(error.message, language) for error in errors))
    compiled, now = CompiledBook(book), datetime.now(UTC)
    eligibility, evidence = compiled.topic("eligibility", now), compiled.topic("evidence", now)
    verdict = judge_eligibility(eligibility, sheet, now)
    typer.echo(verdict.kind)
    for reason in verdict.reasons:
        typer.echo(f"  {reason.file}:{reason.line}: {reason.code}: {getattr(reason.says, language)}")
    request = Request(eligibility, sheet, now, book.zone, lambda other: demands(evidence, other, of="buyer", at="opening"))
    for way in counterfactuals(request, book.currency):
        typer.echo(f"  {getattr(way.says, language)}")
