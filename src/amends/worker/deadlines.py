"""Time acts: finds the shops where something is due, and hands the desk one command for each deadline, hundreds in a batch.

The desk looks again under its locks and decides; reading here decides nothing, so any number of processes may do it.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog

from amends.actions.commands import FireDeadline
from amends.actions.extend_deadlines import NOBODYS
from amends.desk.answers import Answer
from amends.desk.desk import Desk
from amends.domain.facts.people import SYSTEM
from amends.kernel.ids import IdMaker
from amends.store.database import queries, transaction
from amends.worker.calendars import Calendars
from amends.worker.outages import Outages
from amends.worker.outbox import next_of
from amends.worker.pace import Pace

log = structlog.get_logger()
Due = tuple[UUID, str, int, datetime]
STUCK: Final = "did_not_end"


class Deadlines:
    """Drains what is due. One for each process."""

    def __init__(self, desk: Desk, pace: Pace) -> None:
        self.desk = desk
        self.pool = desk.pool
        self.pace = pace
        self.make_id = IdMaker()
        self.outages = Outages(desk)
        self.calendars = Calendars(desk)
        self.only: list[str] | None = None

    async def drain(self) -> tuple[int, float | None]:
        """Fire all that is due, shop by shop, in due order within each; gives how many fired and the seconds until the next one."""
        fired = 0
        await self.outages.excuse()
        await self.calendars.reconsider()
        while True:
            self.only = list(NOBODYS) if await self.outages.stands() else None
            rows = await self.pool.fetch(queries("due_shops"))
            due = [row["shop_id"] for row in rows if row["due_at"] <= row["at"]]
            done = await self._side_by_side(due)
            fired += done
            if not done:
                return fired, next_of(rows)

    async def _side_by_side(self, shops: Sequence[int]) -> int:
        queue, done = list(reversed(shops)), [0]

        async def lane() -> None:
            while queue:
                done.append(await self._shared(queue.pop()))

        async with asyncio.TaskGroup() as lanes:
            for _ in range(min(self.pace.lanes, len(shops))):
                lanes.create_task(lane())
        return sum(done)

    async def _shared(self, shop: int) -> int:
        """Drain a shop unless another process is at it."""
        async with self.pool.acquire() as holder:
            if not await holder.fetchval(queries("share_shop"), shop):
                return 0
            try:
                return await self._shop(shop)
            finally:
                if not holder.is_closed():
                    await holder.fetchval(queries("give_shop_back"), shop)

    async def _shop(self, shop: int) -> int:
        fired, tried = 0, set[Due]()
        async with transaction(self.pool, [shop]) as connection:
            parked = await connection.fetch(queries("parked_deadlines"), shop)
        resting = [row["event_id"] for row in parked if row["resting"]]
        while due := await self._due(shop, resting):
            stuck = [one for one in due if one in tried]
            fresh = [one for one in due if one not in tried]
            tried.update(fresh)
            answers = await self.desk.handle([_command(shop, one) for one in fresh])
            bad = [(one, STUCK) for one in stuck] + _refused(fresh, answers)
            fired += sum(1 for answer in answers if answer.code is None)
            if bad:
                await self._park(shop, bad)
                resting += [_name(one) for one, _ in bad]
        if parked:
            async with transaction(self.pool, [shop]) as connection:
                await connection.execute(queries("settle_parked_deadlines"), shop)
        return fired

    async def _due(self, shop: int, resting: Sequence[str]) -> list[Due]:
        async with transaction(self.pool, [shop]) as connection:
            return [
                tuple(row) for row in await connection.fetch(queries("due_deadlines"), shop, resting, self.pace.batch, self.only)
            ]

    async def _park(self, shop: int, bad: Sequence[tuple[Due, str]]) -> None:
        """Keep what would not fire for a person; it neither holds up the rest nor is it tried in circles."""
        async with transaction(self.pool, [shop]) as connection:
            now = await connection.fetchval("select moment()")
            rows: list[tuple[Any, ...]] = [(self.make_id(now), case, kind, seq, why) for (case, kind, seq, _), why in bad]
            await connection.execute(queries("park_deadlines"), shop, *map(list, zip(*rows, strict=True)))
        for one, why in bad:
            log.error("deadline_parked", shop=shop, deadline=_name(one), why=why)


def _command(shop: int, due: Due) -> FireDeadline:
    case, kind, seq, _ = due
    return FireDeadline(shop_id=shop, actor=SYSTEM, case_id=case, kind=kind, started_seq=seq)


def _refused(due: Sequence[Due], answers: Sequence[Answer]) -> list[tuple[Due, str]]:
    return [(one, answer.code) for one, answer in zip(due, answers, strict=True) if answer.code is not None]


def _name(due: Due) -> str:
    return f"{due[0]}/{due[1]}/{due[2]}"
