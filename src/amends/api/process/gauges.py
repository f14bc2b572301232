"""What the database says of itself at this moment, as gauges: what is due and late, what is owed, what money is on its way."""

import asyncio
import time
from typing import Final

import asyncpg

from amends.store.away import is_away
from amends.store.database import queries

FRESH_S: Final = 10.0
PATIENCE_S: Final = 3.0


class Gauges:
    """Asked at most every ten seconds, by the role that reads; while the database is away that is all that is said."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self.said = ""
        self.asked_at = -FRESH_S
        self.asking = asyncio.Lock()

    async def text(self) -> str:
        """The gauges as Prometheus reads them."""
        async with self.asking:
            if time.monotonic() - self.asked_at >= FRESH_S:
                self.said, self.asked_at = await self._asked(), time.monotonic()
        return self.said

    async def _asked(self) -> str:
        try:
            async with asyncio.timeout(PATIENCE_S), self.pool.acquire() as connection:
                return "\n".join(await _lines(connection)) + "\n"
        except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
            if not isinstance(problem, TimeoutError) and not is_away(problem):
                raise
            return gauge("amends_database_up", 0) + "\n"


async def _lines(connection: asyncpg.Connection) -> list[str]:
    due = await connection.fetchrow(queries("due_now"))
    owed = await connection.fetch(queries("owed_now"))
    known = await connection.fetch(queries("calendars_left"))
    flying = await connection.fetchrow(queries("refunds_flying"))
    money = await connection.fetchrow(queries("money_explained"))
    hold = await connection.fetchrow(queries("the_hold"))
    share = money["explained"] / money["paid"] if money["paid"] else 1
    lines = [
        gauge("amends_database_up", 1),
        gauge("amends_deadlines_due", due["due"]),
        gauge("amends_deadlines_late_seconds", max(due["late"], 0)),
        gauge("amends_outbox_dead", await connection.fetchval(queries("dead_letters"))),
        gauge("amends_refunds_in_flight", flying["flying"]),
        gauge("amends_refunds_in_flight_oldest_seconds", max(flying["oldest"], 0)),
        gauge("amends_money_explained_ratio", share),
        gauge("amends_money_held", int(hold["held"])),
        "# TYPE amends_outbox_pending gauge",
    ]
    lines += [f'amends_outbox_pending{{effect="{row["effect"]}"}} {row["depth"]}' for row in owed]
    lines.append("# TYPE amends_calendar_days_left gauge")
    lines += [f'amends_calendar_days_left{{calendar="{row["code"]}"}} {row["days"]}' for row in known]
    lines.append("# TYPE amends_outbox_late_seconds gauge")
    return lines + [f'amends_outbox_late_seconds{{effect="{row["effect"]}"}} {max(row["late"], 0):.3f}' for row in owed]


def gauge(name: str, value: float) -> str:
    """One gauge."""
    return f"# TYPE {name} gauge\n{name} {value if isinstance(value, int) else f'{value:.6f}'}"
