"""Once a night, a process of its own derives every decision again, at the lowest priority: nothing that is due waits for it."""

import asyncio
import os
import time
from datetime import UTC, date, datetime, timedelta
from typing import Final

import asyncpg
import structlog

from amends.settings import Settings
from amends.store.database import queries
from amends.worker.child import carried_out

log = structlog.get_logger()
LOOK_EVERY_S: Final = 300.0
NIGHT: Final = timedelta(hours=6)
_LOWEST: Final = 19


class Nights:
    """Looks whether this night was derived. `hour` is when a night begins, by the clock in UTC; None: never."""

    def __init__(self, pool: asyncpg.Pool, settings: Settings, stopping: asyncio.Event, hour: int | None) -> None:
        self.pool = pool
        self.settings = settings
        self.stopping = stopping
        self.hour = hour
        self.looks_at = time.monotonic() + LOOK_EVERY_S  # a worker that has just begun has other things to do

    async def step(self) -> float | None:
        """Derive this night where nobody has yet; looks every few minutes."""
        if time.monotonic() < self.looks_at:
            return None
        self.looks_at = time.monotonic() + LOOK_EVERY_S
        night = self.night(datetime.now(UTC))  # of this machine: a sandbox's clock may stand in another year
        if night is not None and await self.pool.fetchval(queries("night_waits"), night):
            code = await self._derived(night)
            if code:
                log.error("derivation_failed", night=str(night), code=code)
        return None

    def night(self, now: datetime) -> date | None:
        """The night that it is, named by the day on which it began; None by day."""
        if self.hour is None:
            return None
        began = now.replace(hour=self.hour, minute=0, second=0, microsecond=0)
        began -= timedelta(days=1) if began > now else timedelta()
        return began.date() if now - began < NIGHT else None

    async def _derived(self, night: date) -> int | None:
        """The process's exit code; None where the worker stops first: somebody takes the night up again, or the next one covers it."""
        words = ("policy", "rederive", "--night", str(night))
        return await carried_out(words, self.settings, self.stopping, before=_lowest)


def _lowest() -> None:
    os.nice(_LOWEST)
