"""Carries out `notify`: tells a shop or the platform of an event, in its language, through the notice gateway."""

from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
import structlog

from amends.desk.rulebooks import Rulebooks
from amends.domain.rulebook.shape import Vocabulary
from amends.gateways.notices import Away, Notice, NoticesGateway, Refused
from amends.kernel.moments import parse_moment, zone_named
from amends.store.database import queries, transaction
from amends.worker.owed import Owed, Settled, dead, done, later

log = structlog.get_logger()
MOST_TRIES: Final = 12
LONGEST_PAUSE: Final = timedelta(hours=1)
SHOP, PLATFORM = "seller", "platform"


class Notices:
    """Who is told where: the shop as it has set it, the platform's people at one address. Others are told on the host's own pages."""

    def __init__(self, pool: asyncpg.Pool, rulebooks: Rulebooks, gateway: NoticesGateway | None, platform: str | None) -> None:
        self.pool = pool
        self.rulebooks = rulebooks
        self.gateway = gateway
        self.platform = platform

    async def carry_out(self, owed: Owed) -> Settled:
        """Tell one person of one event. Without a gateway or an address it is told to the log."""
        async with transaction(self.pool, [owed.shop_id]) as connection:
            row = await connection.fetchrow(queries("notice_to_carry"), owed.shop_id, owed.case_id, owed.seq)
            if row is None:
                return dead("no_such_event")
            words = await self.vocabulary(connection, row["market"])
        to, language = self._address(owed, row)
        if self.gateway is None or to is None:
            whom = owed.target if owed.target in (SHOP, PLATFORM) else "buyer"
            log.info("notice", shop=owed.shop_id, case=str(owed.case_id), seq=owed.seq, to=whom, of=row["type"])
            return done("logged")
        subject, text = written(words, language, row, str(owed.case_id))
        carried = await self.gateway.carry(Notice(key=f"notice-{owed.id}", to=to, subject=subject, text=text))
        if isinstance(carried, Refused):
            return dead(carried.why)
        if isinstance(carried, Away):
            return again(owed.attempts, carried.why)
        return done("carried")

    def _address(self, owed: Owed, row: Any) -> tuple[str | None, str]:
        if owed.target == SHOP and row["address"] and (row["alarms"] or row["type"] != "deadline_near"):
            return row["address"], row["language"]
        return (self.platform, "en") if owed.target == PLATFORM else (None, "en")

    async def vocabulary(self, connection: asyncpg.Connection, market: str) -> Vocabulary:
        """The words of a market's newest release."""
        await self.rulebooks.refresh(connection)
        newest = max(self.rulebooks.releases[market], key=lambda release: (release.takes_effect_at, release.published_at))
        return (await self.rulebooks.book(connection, market, newest.hash)).book.vocabulary


def again(attempts: int, why: str) -> Settled:
    """Later, with growing pauses; after half a day it is left to a person."""
    if attempts >= MOST_TRIES:
        return dead(why)
    return later(why, min(LONGEST_PAUSE, timedelta(seconds=30) * 2 ** min(attempts, 7)))


def written(words: Vocabulary, language: str, row: Any, case: str) -> tuple[str, str]:
    """Subject and text of a notice."""

    def word(listed: str, name: str) -> str:
        return str(getattr(words.says(listed, name), language))

    event, body = word("events", row["type"]), row["body"]
    known = {"order": row["order_reference"], "case": case, "event": event}
    if row["type"] != "deadline_near":
        return event, word("notice_texts", "event").format(**known)
    due = parse_moment(body["due_at"])
    known |= {
        "deadline": word("deadlines", body["deadline"]),
        "alarm": word("alarms", body["alarm"]),
        "expiry": word("expiries", body["on_expiry"]),
        "due": local(due, row["zone"] or "UTC") if isinstance(due, datetime) else body["due_at"],
    }
    return f"{event}: {known['deadline']}", word("notice_texts", "deadline_near").format(**known)


def local(moment: datetime, zone: str) -> str:
    """A moment as a shop's clock shows it, with the zone's name."""
    return f"{moment.astimezone(zone_named(zone)):%Y-%m-%d %H:%M} ({zone})"
