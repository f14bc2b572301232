"""Judges what buyers' requests have in common with abuse, by the rules of scores in force (Q-13). It slows a case down and never denies one."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg

from amends.desk.rulebooks import NotPublished, Rulebooks
from amends.domain.facts.unknown import NONE
from amends.domain.topics.scores import privileges_lost
from amends.store.database import queries

WINDOW: Final = timedelta(days=90)
AT_ONCE: Final = 200
FACTS: Final = {
    "refund_only_after_shipping": "buyer.refund_only_after_shipping",
    "refund_only_after_receipt": "buyer.refund_only_after_receipt",
    "refunds_without_return": "buyer.refunds_without_return",
    "double_dips": "buyer.double_dips",
}


class Buyers:
    """One for each process; one of them judges at a time."""

    def __init__(self, pool: asyncpg.Pool, rulebooks: Rulebooks) -> None:
        self.pool = pool
        self.rulebooks = rulebooks

    async def judge(self) -> int:
        """Judge every buyer of whom there is something new; gives how many."""
        async with self.pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval(queries("take_turn"), "amends buyers"):
                return 0
            await self.rulebooks.refresh(connection)
            now = await connection.fetchval("select moment()")
            buyers = [row["buyer"] for row in await connection.fetch(queries("buyers_to_judge"), AT_ONCE)]
            for buyer in buyers:
                await self._judge(connection, buyer, now)
            if buyers:
                await connection.execute(queries("signals_judged"), buyers)
            return len(buyers)

    async def _judge(self, connection: asyncpg.Connection, buyer: str, now: datetime) -> None:
        rows = await connection.fetch(queries("signals_of_buyer"), buyer)
        reasons = await self._reasons(connection, rows, now) if rows else ()
        until = rows[0]["at"] + WINDOW if rows else None
        await connection.execute(queries("judge_buyer"), buyer, not reasons, list(reasons), until)

    async def _reasons(self, connection: asyncpg.Connection, rows: Any, now: datetime) -> tuple[str, ...]:
        """The rules that say that a person should look first, by the market of the newest signal."""
        market = rows[-1]["market"]
        try:
            release = self.rulebooks.release_at(market, now)
        except NotPublished:
            return ()
        topic = (await self.rulebooks.book(connection, market, release.hash)).topic("scores", now)
        counted = Counter(row["kind"] for row in rows)
        facts: dict[str, Any] = dict.fromkeys(topic.facts, NONE) | {fact: counted[kind] for kind, fact in FACTS.items()}
        return tuple(sorted(s.rule.id for s in privileges_lost(topic, facts).sentences if s.outcome.bar == "good_standing"))
