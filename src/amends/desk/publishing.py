"""Publishes policy: a release becomes a row, immutable, and every desk that is running takes notice of it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import asyncpg
import msgspec

from amends.domain.rulebook.releases import NotPublishable, Release, body_of, found, in_force, publish
from amends.domain.rulebook.shape import MarketBook
from amends.kernel.working_time import Calendar
from amends.store.database import queries

SHORT_CALENDAR = timedelta(days=60)


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one market: a new release, the same as before, or the problem code that kept it back."""

    market: str
    release: Release | None = None
    same: bool = False
    problem: str | None = None


async def publish_books(
    pool: asyncpg.Pool,
    books: Mapping[str, MarketBook],
    *,
    takes_effect_at: datetime | None = None,
    adopted_from: Mapping[str, datetime] | None = None,
    reason: str | None = None,
    again: bool = False,
) -> list[Published]:
    """Publish each market's book; a market without a release is founded, adopted for the past from the moment given.

    A book that was published before is left alone, unless it shall come into force `again`.
    """
    async with pool.acquire() as connection, connection.transaction():
        return await publish_on(
            connection, books, takes_effect_at=takes_effect_at, adopted_from=adopted_from, reason=reason, again=again
        )


async def publish_on(
    connection: asyncpg.Connection,
    books: Mapping[str, MarketBook],
    *,
    takes_effect_at: datetime | None = None,
    adopted_from: Mapping[str, datetime] | None = None,
    reason: str | None = None,
    again: bool = False,
) -> list[Published]:
    """The same within somebody's transaction."""
    await connection.execute("select 1 from clock for update")
    now = await connection.fetchval("select moment()")
    known = [Release(**dict(row)) for row in await connection.fetch(queries("all_releases"))]
    answers = [
        _release(book, known, now, takes_effect_at, (adopted_from or {}).get(market), reason, again=again)
        for market, book in books.items()
    ]
    fresh = [(answer.market, answer.release) for answer in answers if answer.release is not None]
    for market, release in fresh:
        await connection.execute(queries("insert_release"), release.market, release.hash, body_of(books[market]), release.published_at,
                                 release.takes_effect_at, release.founding, release.adopted_from,
                                 release.adoption_reason)  # fmt: skip
    if fresh:
        await connection.execute(queries("bump_policy_epoch"))
    return answers


def _release(
    book: MarketBook,
    known: list[Release],
    now: datetime,
    takes_effect_at: datetime | None,
    adopted_from: datetime | None,
    reason: str | None,
    *,
    again: bool = False,
) -> Published:
    mine = [release for release in known if release.market == book.market]
    if mine:
        made = publish(book, mine, now=now, takes_effect_at=takes_effect_at)
        if isinstance(made, Release) and _stands(made, mine, again=again):
            return Published(market=book.market, same=True)
    else:
        made = found(book, mine, now=now, adopted_from=adopted_from, reason=reason)
    if isinstance(made, NotPublishable):
        return Published(market=book.market, problem=made.code)
    return Published(market=book.market, release=made)


def _stands(made: Release, mine: list[Release], *, again: bool) -> bool:
    """Whether there is nothing to publish: these rules were published before, or are in force then where they shall be so again."""
    if not again:
        return any(release.hash == made.hash for release in mine)
    standing = in_force(mine, made.takes_effect_at)
    return standing is not None and standing.hash == made.hash


async def publish_calendars(pool: asyncpg.Pool, calendars: Mapping[str, tuple[Calendar, bytes]], *, again: bool = False) -> None:
    """Keep a version of each calendar; the newest one counts for promises that are made from now on.

    One that was published before is left alone, unless it shall count `again`.
    """
    async with pool.acquire() as connection, connection.transaction():
        for code, (calendar, body) in calendars.items():
            await connection.execute(queries("insert_calendar"), code, calendar.version, body, again)
        await connection.execute(queries("bump_policy_epoch"))


def short_calendars(calendars: Mapping[str, Calendar], today: date) -> list[tuple[str, date]]:
    """Calendars that are confirmed for less than 60 days more: named when publishing and by the doctor."""
    return [(code, c.confirmed_until) for code, c in sorted(calendars.items()) if c.confirmed_until - today < SHORT_CALENDAR]
