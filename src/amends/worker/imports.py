"""Starts a process for each file that was handed in, one at a time: reading a big one must not hold up what is due."""

import asyncio
import signal
import time
from datetime import timedelta
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
import structlog

from amends.exchange.report import Report
from amends.exchange.run_report import told
from amends.kernel.ids import parse_id
from amends.settings import Settings
from amends.store.database import queries, transaction
from amends.worker.child import carried_out

log = structlog.get_logger()
LOOK_EVERY_S: Final = 5.0
BROKEN_OFF: Final = frozenset(-sign for sign in (signal.SIGABRT, signal.SIGBUS, signal.SIGKILL, signal.SIGSEGV))
"""How a process ends that its file took down; one that is told to stop is followed by another."""
BEING_TAKEN: Final = timedelta(days=1)
"""A file younger than this may still be on its way into its run."""


class Imports:
    """Looks for runs that nobody carries out. A process that dies leaves its run, which is taken up again a minute later."""

    def __init__(self, pool: asyncpg.Pool, settings: Settings, stopping: asyncio.Event) -> None:
        self.pool = pool
        self.settings = settings
        self.stopping = stopping

    async def step(self) -> float | None:
        """Carry out the longest waiting; answers in how many seconds to look again."""
        row = await self.pool.fetchrow(queries("waiting_imports"))
        if row is None:
            return LOOK_EVERY_S
        code = await self._carried_out(row["shop_id"], str(row["id"]))
        if code in BROKEN_OFF:
            await self._end(row["shop_id"], row["id"])
        if code:
            log.error("import_process_failed", shop=row["shop_id"], run=str(row["id"]), code=code)
            return LOOK_EVERY_S
        return 0.0

    async def _end(self, shop_id: int, run_id: UUID) -> None:
        """A file that takes its process down, by the memory that it wants, would do so every time: nobody tries it again unasked."""
        report = Report()
        report.cannot_read("", "import_file_too_large")
        async with transaction(self.pool, [shop_id]) as connection:
            await connection.execute(queries("end_import"), shop_id, run_id, "failed", msgspec.to_builtins(told(report)))

    async def let_go(self) -> int:
        """Remove the files of runs that lapsed or are done, and what belongs to no run at all; gives how many went."""
        settled = time.time() - BEING_TAKEN.total_seconds()
        folder = self.settings.home / "imports"
        files = {path.name: path for path in folder.glob("*") if path.stat().st_mtime < settled}
        named = [run_id for name in files if isinstance(run_id := parse_id(name), UUID)]
        needed = {str(row["id"]) for row in await self.pool.fetch(queries("imports_that_need_their_files"), named)}
        gone = [path for name, path in files.items() if name not in needed]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    async def _carried_out(self, shop_id: int, run_id: str) -> int | None:
        """The process's exit code; None where the worker stops first, and somebody takes the run up again."""
        return await carried_out(("import", "run", str(shop_id), run_id), self.settings, self.stopping)
