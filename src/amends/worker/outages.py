"""After an outage: every case that waited gets its time back, what was lost to it is taken back, and only then do its clocks fire."""

from typing import Any, Final
from uuid import UUID

import asyncpg
import structlog

from amends.actions.conduct_commands import ExtendDeadlines
from amends.actions.extend_deadlines import NOBODYS
from amends.desk.desk import Desk
from amends.desk.scores import append
from amends.domain.facts.conduct import ScoreEntry, reversal
from amends.domain.facts.people import SYSTEM
from amends.store.database import queries, transaction

log = structlog.get_logger()
AT_ONCE: Final = 500
NOTHING: Final = (0, UUID(int=0))


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
        last: tuple[int, UUID] = NOTHING
        extended = 0
        while True:
            rows = await self.pool.fetch(
                queries("cases_kept_waiting"), outage["from_at"], outage["to_at"], list(NOBODYS), *last, AT_ONCE
            )
            if not rows:
                return extended
            answers = await self.desk.handle([_command(row, outage) for row in rows])
            broken = [answer.code for answer in answers if answer.code is not None]
            if broken:
                log.error("outage_not_excused", outage=outage["id"], codes=sorted(set(broken)), n=len(broken))
            extended += len(answers) - len(broken)
            last = (rows[-1]["shop_id"], rows[-1]["case_id"])

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
