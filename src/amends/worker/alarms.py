"""Before time acts: finds deadlines that come near, and has the desk tell of each once for each alarm.

What was told is a row, written with its event: a crash neither loses an alarm nor repeats one.
"""

from typing import Final

import structlog

from amends.actions.conduct_commands import WarnOfDeadline
from amends.desk.desk import Desk
from amends.domain.facts.people import SYSTEM
from amends.domain.lifecycle.alarms import ALARMED
from amends.store.database import queries

log = structlog.get_logger()
AT_ONCE: Final = 500


class Alarms:
    """One for each process; one of them looks at a time."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.pool = desk.pool

    async def tell(self) -> int:
        """Tell of all that is near now; gives how many alarms were told. While an outage stands clocks are held back, and nothing is near."""
        told = 0
        while True:
            async with self.pool.acquire() as connection, connection.transaction():
                if not await connection.fetchval(queries("take_turn"), "amends alarms"):
                    return told
                if await connection.fetchval(queries("outage_stands")):
                    return told
                rows = await connection.fetch(queries("near_deadlines"), list(ALARMED), AT_ONCE)
                answers = await self.desk.handle([_command(*row) for row in rows])
            refused = [answer.code for answer in answers if answer.code is not None]
            if refused:
                log.error("alarms_refused", codes=sorted(set(refused)), n=len(refused))
            told += len(answers) - len(refused)
            if len(rows) < AT_ONCE or len(refused) == len(rows):
                return told


def _command(shop: int, case: object, kind: str, seq: int, alarm: str) -> WarnOfDeadline:
    return WarnOfDeadline(shop_id=shop, actor=SYSTEM, case_id=case, kind=kind, started_seq=seq, alarm=alarm)  # type: ignore[arg-type]
