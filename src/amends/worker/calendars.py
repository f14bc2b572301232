"""After a calendar was published: what was promised beyond the holidays that were known then is reckoned by it, before anything fires."""

from typing import Any

from amends.actions.conduct_commands import ReconsiderDeadlines
from amends.desk.desk import Desk
from amends.domain.facts.people import SYSTEM
from amends.store.database import queries
from amends.worker.each_case import each_case


class Calendars:
    """One for each process; one of them works at a time, once for each publication and at its start."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.pool = desk.pool
        self.epoch = -1

    async def reconsider(self) -> None:
        """Reckon provisional clocks by the newest calendars."""
        epoch = await self.pool.fetchval(queries("policy_epoch"))
        if epoch == self.epoch:
            return
        async with self.pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval(queries("take_turn"), "amends calendars"):
                return
            newest = [row["version"] for row in await connection.fetch(queries("newest_calendars"))]
            await each_case(self.desk, "provisional_cases", [newest], _command, "deadlines_not_reconsidered")
        self.epoch = epoch


def _command(row: Any) -> ReconsiderDeadlines:
    return ReconsiderDeadlines(shop_id=row["shop_id"], actor=SYSTEM, case_id=row["case_id"])
