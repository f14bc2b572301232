"""What stands in the review lanes, looked at once a second for all reviewers of a process, and never while nobody listens."""

import asyncio
import contextlib
from typing import Final

import asyncpg
import structlog

from amends.store.away import is_away
from amends.store.database import queries

log = structlog.get_logger()
LOOK_S: Final = 1.0
Marks = dict[str, tuple[object, ...]]


class LaneWatch:
    """What stands in every lane, as a mark that changes with it, and who waits for it to change."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self.marks: Marks = {}
        self.waiting: set[asyncio.Event] = set()
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self.task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """End it, and wake who waits so that they end too."""
        if self.task is not None:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.task
        for event in self.waiting:
            event.set()

    async def look(self) -> None:
        """Read the marks; who waits is woken where one is another."""
        rows = await self.pool.fetch(queries("marks_of_lanes"))
        marks: Marks = {row["lane"]: tuple(row.values()) for row in rows}
        if marks != self.marks:
            self.marks = marks
            for event in self.waiting:
                event.set()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            if not self.waiting:
                continue
            try:
                await self.look()
            except Exception as problem:
                if not is_away(problem):
                    log.exception("look_broke")
