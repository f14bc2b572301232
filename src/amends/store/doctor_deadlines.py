"""What the doctor reckons anew of promises: when each is due, by its rule, its start and the calendar that it names (D08)."""

import functools
from typing import Final

import asyncpg

from amends.domain.lifecycle.case import CASE
from amends.domain.rulebook.compiled import CompiledBook, CompiledTopic
from amends.domain.rulebook.outcomes import Shrink
from amends.domain.topics.deadlines import limit_of
from amends.kernel.quantities import due_after
from amends.kernel.working_time import Calendar
from amends.store.database import queries
from amends.store.doctor_books import Books
from amends.store.findings import SHOWN, Finding

RECKONED: Final = (
    "A deadline is due when its rule, its start and the calendar it names come to; a shortened one then, or earlier, as a rule shortens "
    "it. Left out: what stood still or was given back an outage's time (its end rests on more), and rows that name no calendar."
)
AT_ONCE: Final = 2_000
"""Rows that are read together."""


async def reckoned_deadlines(connection: asyncpg.Connection) -> Finding:
    """D08: reckon every deadline anew, in one pass; inside a transaction, since it reads by a cursor."""
    books = await Books(connection).load()
    count, shown = 0, []
    async for row in connection.cursor(queries("steady_deadlines"), *touching(), prefetch=AT_ONCE):
        book = await books.book(row["market"], row["handling_release"])
        calendar = books.calendar(book.book.calendar or row["market"], row["calendar"]) if book else None
        if book is None or calendar is None or not _holds(book, calendar, row):
            count += 1
            shown += [f"{row['shop_id']}/{row['case_id']} {row['kind']}#{row['started_seq']}"] if count <= SHOWN else []
    return Finding(name="D08", statement=RECKONED, count=count, samples=tuple(shown))


@functools.cache
def touching() -> tuple[list[str], ...]:
    """The rows of the case's table that move a clock which runs, as columns: kind, from, event, actor, clock, and how."""
    found = sorted(
        (kind, state, event, by, clock, "shrinks" if clock in row.shrinks else "pauses")
        for (state, kind, event, by), row in CASE.index.items()
        for clock in {*row.pauses, *row.shrinks} - {*row.stops}
    )
    return tuple(list(column) for column in zip(*found, strict=True))


def _holds(book: CompiledBook, calendar: Calendar, row: asyncpg.Record) -> bool:
    topic = book.topic("deadlines", row["handling_pinned_at"])
    limit = limit_of(topic, row["rule"])
    if limit is None or limit.deadline != row["kind"] or limit.on_expiry != row["on_expiry"]:
        return False
    due, promised = row["due_at"], due_after(limit.within.duration, row["started_at"], calendar).at
    if due == promised or not row["shortened_at"]:
        return bool(due == promised)
    return due < promised and due in _shortened(topic, calendar, row)


def _shortened(topic: CompiledTopic, calendar: Calendar, row: asyncpg.Record) -> set[object]:
    """The moments that some rule shortens this clock to; which of them spoke rests on facts that nobody keeps."""
    limits = [rule.outcome for rule in topic.rules if isinstance(rule.outcome, Shrink)]
    mine = [limit.shrink_to.duration for limit in limits if not limit.of or row["kind"] in limit.of]
    return {due_after(length, at, calendar).at for length in mine for at in row["shortened_at"]}
