"""After a calendar was published: what was promised beyond the holidays that were known then is reckoned by it, before anything fires."""

from typing import Any, Final
from uuid import UUID

import structlog

from amends.actions.conduct_commands import ReconsiderDeadlines
from amends.actions.outcome import Recorded
from amends.desk.desk import Desk
from amends.domain.facts.people import SYSTEM
from amends.store.database import queries

log = structlog.get_logger()
AT_ONCE: Final = 500


class Calendars:
    """One for each process; one of them works at a time, once for each publication and at its start."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.pool = desk.pool
        self.epoch = -1

    async def reconsider(self) -> int:
        """Reckon provisional clocks by the newest calendars; gives how many cases had one that moved or became firm."""
        epoch = await self.pool.fetchval(queries("policy_epoch"))
        if epoch == self.epoch:
            return 0
        async with self.pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval(queries("take_turn"), "amends calendars"):
                return 0
            newest = [row["version"] for row in await connection.fetch(queries("newest_calendars"))]
            changed = await self._all(newest)
        self.epoch = epoch
        return changed

    async def _all(self, newest: list[str]) -> int:
        last: tuple[int, UUID] = (0, UUID(int=0))
        changed = 0
        while rows := await self.pool.fetch(queries("provisional_cases"), newest, *last, AT_ONCE):
            answers = await self.desk.handle([_command(row) for row in rows])
            broken = [answer.code for answer in answers if answer.code is not None]
            if broken:
                log.error("deadlines_not_reconsidered", codes=sorted(set(broken)), n=len(broken))
            changed += sum(isinstance(answer.outcome, Recorded) for answer in answers)
            last = (rows[-1]["shop_id"], rows[-1]["case_id"])
        return changed


def _command(row: Any) -> ReconsiderDeadlines:
    return ReconsiderDeadlines(shop_id=row["shop_id"], actor=SYSTEM, case_id=row["case_id"])
