"""A shop's morning: once a day, at the hour that it has set, what is open, what is due and what was missed."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg

from amends.domain.lifecycle.alarms import ALARMED
from amends.gateways.notices import Away, Notice, NoticesGateway, Refused
from amends.store.database import queries, transaction
from amends.worker.notices import Notices, again, local


class Digests:
    """One for each process; the row of a day is made once, whoever makes it."""

    def __init__(self, pool: asyncpg.Pool, notices: Notices) -> None:
        self.pool = pool
        self.notices = notices

    async def send(self) -> int:
        """Make today's digests whose hour has come, and carry what is due; gives how many were carried."""
        gateway = self.notices.gateway
        if gateway is None:
            return 0
        for row in await self.pool.fetch(queries("mornings")):
            async with transaction(self.pool, [row["shop_id"]]) as connection:
                body = await self._counted(connection, row["shop_id"])
                await connection.execute(queries("insert_digest"), row["shop_id"], row["day"], body)
        carried = 0
        for row in await self.pool.fetch(queries("digests_due")):
            carried += await self._carry(gateway, row)
        return carried

    async def _counted(self, connection: asyncpg.Connection, shop: int) -> dict[str, Any]:
        counted = await connection.fetchrow(queries("counted_for_digest"), shop, list(ALARMED))
        soonest = await connection.fetch(queries("soonest_for_digest"), shop, list(ALARMED))
        market = await connection.fetchval(queries("market_of_shop"), shop)
        return {**dict(counted), "market": market, "soonest": [dict(row) for row in soonest]}

    async def _carry(self, gateway: NoticesGateway, row: asyncpg.Record) -> int:
        shop, day = row["shop_id"], row["day"]
        async with transaction(self.pool, [shop]) as connection:
            words = await self.notices.vocabulary(connection, row["body"]["market"])
        subject, text = _written(words, row)
        answer = await gateway.carry(Notice(key=f"digest-{shop}-{day}", to=row["address"], subject=subject, text=text))
        settled = again(row["attempts"], answer.why) if isinstance(answer, Away) else None
        state = "dead" if isinstance(answer, Refused) else settled.state if settled else "sent"
        why = answer.why if isinstance(answer, Refused | Away) else "carried"
        delay = settled.delay if settled else timedelta()
        async with transaction(self.pool, [shop]) as connection:
            await connection.execute(queries("settle_digest"), shop, day, state, why, delay)
        return int(state == "sent")


def _written(words: Any, row: Any) -> tuple[str, str]:
    """What is open, due and missed in one sentence, then what is due next, line by line."""

    def word(listed: str, name: str) -> str:
        return str(getattr(words.says(listed, name), row["language"]))

    body, line = row["body"], word("notice_texts", "digest_line")
    head = word("notice_texts", "digest").format(**{name: body[name] for name in ("open", "soon", "missed")})
    lines = [
        line.format(
            due=_due(each["due_at"], row["zone"]), deadline=word("deadlines", each["kind"]), order=each["order_reference"]
        )
        for each in body["soonest"]
    ]
    return head, "\n".join([head, "", *lines, ""])


def _due(text: str, zone: str) -> str:
    return local(datetime.fromisoformat(text), zone)
