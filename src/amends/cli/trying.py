"""`amends policy try`: reads a draft as JSON from its input, tells on its output what it is worth.

The API runs it as a process of its own, so that whoever types waits for it and nobody else does.
"""

import asyncio
import sys
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import typer

from amends.cli.place import settings_here

if TYPE_CHECKING:
    import asyncpg

    from amends.domain.rulebook.compiled import CompiledBook
    from amends.domain.rulebook.shape import PolicyError
    from amends.exchange.policies import Policies
    from amends.lab.proved import ProvedView
    from amends.lab.report import Report
    from amends.settings import Settings


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be tried: files as they would read, for one market. Without `replay` and `prove` they are only checked."""

    market: str
    files: dict[str, str] = {}
    replay: bool = False
    prove: bool = False
    since: datetime | None = None
    at: datetime | None = None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong, where it stands, in both languages."""

    file: str
    line: int
    code: str
    zh: str
    en: str


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft is worth. `errors` keep it from being handed in; `examples` that come out otherwise are to be changed with it."""

    market: str
    errors: tuple[Said, ...]
    examples: tuple[Said, ...] = ()
    also_in: tuple[str, ...] = ()
    hash: str | None = None
    body: str | None = None
    report: Any = None
    proof: Any = None


def try_() -> None:
    """Try a draft that is read as JSON; for programs."""
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    typer.echo(msgspec.json.encode(tried(job, settings_here())))


def tried(job: Job, settings: "Settings") -> Tried:
    """Check a draft, and replay it where that is asked and nothing is wrong with it."""
    from amends.domain.rulebook.releases import body_of, hash_of
    from amends.exchange.policies import read_policies

    policies = read_policies(settings.policies, job.files)
    book = policies.books.get(job.market)
    if policies.errors or book is None:
        return Tried(market=job.market, errors=_said(policies.errors))
    body = body_of(book)
    return Tried(
        market=job.market,
        errors=(),
        examples=_said(_examples(policies, job)),
        also_in=_also_in(policies, job),
        hash=hash_of(body),
        body=b64encode(body).decode(),
        report=asyncio.run(_report(policies, job, settings)) if job.replay else None,
        proof=asyncio.run(_proof(policies, job, settings)) if job.prove else None,
    )


def _said(errors: "Iterable[PolicyError]") -> tuple[Said, ...]:
    return tuple(Said(file=e.file, line=e.line, code=e.code, zh=e.message.zh, en=e.message.en) for e in errors)


def _examples(policies: "Policies", job: Job) -> "Iterable[PolicyError]":
    """The examples that come out otherwise, of the folders that the draft touches."""
    from amends.domain.rulebook.compiled import CompiledBook
    from amends.exchange.policy_check import run_example

    touched = {file.rsplit("/", 1)[0] for file in job.files}
    books = {code: CompiledBook(book) for code, book in policies.books.items()}
    for example in policies.examples:
        if example.file.rsplit("/examples/", 1)[0] in touched:
            yield from run_example(example, policies, books, job.at or datetime.now(UTC))


def _also_in(policies: "Policies", job: Job) -> tuple[str, ...]:
    """Other markets that the same files are part of: they follow when their own release is published."""
    rules = {code: {rule.file for those in book.rules.values() for rule in those} for code, book in policies.books.items()}
    return tuple(sorted(code for code, files in rules.items() if code != job.market and files & job.files.keys()))


async def _standing(connection: "asyncpg.Connection", job: Job) -> "tuple[datetime, CompiledBook]":
    """The moment that a draft is tried at, and the rules in force then."""
    from amends.desk.rulebooks import Rulebooks
    from amends.store.database import queries

    now = job.at or await connection.fetchval(queries("domain_now"))
    rulebooks = Rulebooks()
    await rulebooks.refresh(connection)
    return now, await rulebooks.book(connection, job.market, rulebooks.release_at(job.market, now).hash)


async def _proof(policies: "Policies", job: Job, settings: "Settings") -> "ProvedView":
    from amends.cli.trying_proof import proved
    from amends.store.database import connect

    connection = await connect(settings.database_url or "", "amends_reviewer", application_name="amends lab")
    try:
        now, standing = await _standing(connection, job)
    finally:
        await connection.close()
    return proved(policies, job.market, standing.book, now)


async def _report(policies: "Policies", job: Job, settings: "Settings") -> "Report":
    from amends.domain.rulebook.compiled import CompiledBook
    from amends.lab.history import read_history
    from amends.lab.replay import Side
    from amends.lab.report import report
    from amends.store.database import connect

    connection = await connect(settings.database_url or "", "amends_reviewer", application_name="amends lab")
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            now, standing = await _standing(connection, job)
            history = await read_history(connection, job.market, standing.book.vocabulary, since=job.since)
    finally:
        await connection.close()
    base, candidate = (Side(book=book, at=now) for book in (standing, CompiledBook(policies.books[job.market], release="draft")))
    return report(history, base, candidate)
