"""After an outage: every case that waited gets its time back, what was lost to it is taken back, and only then do its clocks fire."""

from typing import Any

import asyncpg

from amends.actions.conduct_commands import ExtendDeadlines
from amends.actions.extend_deadlines import NOBODYS
from amends.desk.desk import Desk
from amends.desk.scores import append
from amends.domain.facts.conduct import ScoreEntry, reversal
from amends.domain.facts.people import SYSTEM
from amends.store.database import queries, transaction
from amends.worker.each_case import each_case


class Outages:
    """One for each process; one of them works at a time."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.pool = desk.pool

    async def stands(self) -> bool:
        """Whether clocks that bind people are held back now."""
        return bool(await self.pool.fetchval(queries("outage_stands")))

    async def excuse(self) -> int:
        """Excuse every outage that is over; gives how many cases got time back. A crash in between is taken up where it broke off."""
        excused = 0
        async with self.pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval(queries("take_turn"), "amends outages"):
                return 0
            for outage in await connection.fetch(queries("outages_over")):
                excused += await self._extend(outage)
                await self._take_back(outage)
                await connection.execute(queries("outage_excused"), outage["id"])
        return excused

    async def _extend(self, outage: asyncpg.Record) -> int:
        asked = (outage["from_at"], outage["to_at"], list(NOBODYS))
        return await each_case(
            self.desk, "cases_kept_waiting", asked, lambda row: _command(row, outage), "outage_not_excused", outage=outage["id"]
        )

    async def _take_back(self, outage: asyncpg.Record) -> None:
        """An outage that is told of only afterwards: clocks had fired, and what they cost their shops is taken back."""
        lost: dict[int, list[ScoreEntry]] = {}
        for shop, *fields in await self.pool.fetch(queries("losses_in_outage"), outage["from_at"], outage["to_at"]):
            entry = ScoreEntry(**dict(zip(ScoreEntry.__struct_fields__, fields, strict=True)))
            lost.setdefault(shop, []).append(entry)
        for shop, entries in lost.items():
            async with transaction(self.pool, [shop]) as connection:
                now = await connection.fetchval("select moment()")
                made = [reversal(entry, self.desk.make_id(now), now, "outage", f"outage {outage['id']}") for entry in entries]
                await append(connection, shop, made)


def _command(row: Any, outage: asyncpg.Record) -> ExtendDeadlines:
    return ExtendDeadlines(
        shop_id=row["shop_id"],
        actor=SYSTEM,
        case_id=row["case_id"],
        outage=outage["id"],
        from_at=outage["from_at"],
        to_at=outage["to_at"],
    )
