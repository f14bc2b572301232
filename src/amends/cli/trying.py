"""`amends policy try`: reads a draft as JSON from its input, tells on its output what it is worth.

The API runs it as a process of its own, so that whoever types waits for it and nobody else does.
"""

import asyncio
import sys
from base64 import b64encode
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import typer

from amends.cli.place import settings_here

if TYPE_CHECKING:
    import asyncpg

    from amends.desk.rulebooks import Rulebooks
    from amends.domain.rulebook.shape import PolicyError
    from amends.exchange.policies import Policies
    from amends.lab.proved import ProvedView
    from amends.lab.replayed import ReplayReport
    from amends.settings import Settings


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be tried: files as they would read, for one market, or a `release` of it that comes into force again.

    Without `replay` and `prove` they are only checked.
    """

    market: str
    files: dict[str, str] = {}
    release: str | None = None
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
    """What a draft is worth. `errors` keep it from being handed in; `examples` that come out otherwise are to be changed with it.

    `report` is the replay of its market, `elsewhere` those of other markets whose rules it changes too, the most touched first.
    """

    market: str
    errors: tuple[Said, ...]
    examples: tuple[Said, ...] = ()
    also_in: tuple[str, ...] = ()
    hash: str | None = None
    body: str | None = None
    report: Any = None
    elsewhere: Any = ()
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
    if job.release is not None:
        policies = asyncio.run(_with_release(policies, job.market, job.release, settings))
    book = policies.books.get(job.market)
    if policies.errors or book is None:
        return Tried(market=job.market, errors=_said(policies.errors))
    body, also = body_of(book), _also_in(policies, job)
    reports = asyncio.run(_reports(policies, job, also, settings)) if job.replay else []
    return Tried(
        market=job.market,
        errors=(),
        examples=_said(_examples(policies, job)),
        also_in=also,
        hash=hash_of(body),
        body=b64encode(body).decode(),
        report=next((each for each in reports if each.market == job.market), None),
        elsewhere=tuple(each for each in reports if each.market != job.market),
        proof=asyncio.run(_proof(policies, job, settings)) if job.prove else None,
    )


async def _with_release(policies: "Policies", market: str, release: str, settings: "Settings") -> "Policies":
    """The policies with a release that was published before in the place of the market's files."""
    from amends.domain.rulebook.releases import book_of
    from amends.store.database import connect, queries

    connection = await connect(settings.database_url or "", "amends_reviewer", application_name="amends lab")
    try:
        book = book_of(await connection.fetchval(queries("release_body"), market, release))
    finally:
        await connection.close()
    return msgspec.structs.replace(policies, books={**policies.books, market: book})


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


async def _books(connection: "asyncpg.Connection", job: Job) -> "tuple[datetime, Rulebooks]":
    """The moment that a draft is tried at, and everything that was published."""
    from amends.desk.rulebooks import Rulebooks
    from amends.store.database import queries

    now = job.at or await connection.fetchval(queries("domain_now"))
    rulebooks = Rulebooks()
    await rulebooks.refresh(connection)
    return now, rulebooks


async def _proof(policies: "Policies", job: Job, settings: "Settings") -> "ProvedView":
    from amends.cli.trying_proof import proved
    from amends.store.database import connect

    connection = await connect(settings.database_url or "", "amends_reviewer", application_name="amends lab")
    try:
        now, rulebooks = await _books(connection, job)
        standing = await rulebooks.book(connection, job.market, rulebooks.release_at(job.market, now).hash)
    finally:
        await connection.close()
    return proved(policies, job.market, standing.book, now)


async def _reports(policies: "Policies", job: Job, also: tuple[str, ...], settings: "Settings") -> "list[ReplayReport]":
    """The replay of the draft's market, and of those others that it changes and that have a history: they follow with their own release."""
    from amends.desk.rulebooks import NotPublished
    from amends.domain.rulebook.compiled import CompiledBook
    from amends.lab.history import read_history
    from amends.lab.replay import Side
    from amends.lab.replayed import replayed
    from amends.lab.report import report
    from amends.store.database import connect

    found = []
    connection = await connect(settings.database_url or "", "amends_reviewer", application_name="amends lab")
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            now, rulebooks = await _books(connection, job)
            for market in (job.market, *also):
                with suppress(NotPublished):
                    standing = await rulebooks.book(connection, market, rulebooks.release_at(market, now).hash)
                    history = await read_history(connection, market, standing.book.vocabulary, since=job.since)
                    if market == job.market or history.table.num_rows:
                        candidate = CompiledBook(policies.books[market], release="draft")
                        found.append(report(history, Side(book=standing, at=now), Side(book=candidate, at=now)))
    finally:
        await connection.close()
    return list(replayed(found).reports)
