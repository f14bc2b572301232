"""Who listens, and what wakes them: hints from every process, and one look a second for all of them together.

A hint may be lost and costs nothing then but a second: what happened is read from the chain of events, where a number that was seen
means that all before it are there. Hints are told behind the commits, gathered, so that no commit waits for them.
"""

import asyncio
import contextlib
from collections.abc import Iterable

import asyncpg
import structlog

from amends.store.away import is_away
from amends.store.database import queries, transaction

log = structlog.get_logger()
LOOK_S = 1.0
GATHER_S = 0.05
MOST_STREAMS = 500


class Hub:
    """The listeners of one process."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self.waiting: dict[int, set[asyncio.Event]] = {}
        self.by_token: dict[str, int] = {}
        self.heads: dict[int, int] = {}
        self.touched: set[int] = set()
        self.tasks: list[asyncio.Task[None]] = []
        self.closing = False

    def start(self) -> None:
        """Begin to look and to tell."""
        self.tasks = [asyncio.create_task(self._look()), asyncio.create_task(self._tell())]

    async def stop(self) -> None:
        """End it, and every stream with it."""
        self.closing = True
        for task in self.tasks:
            task.cancel()
        for task in self.tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self.wake(list(self.waiting))

    def enter(self, token: str, shops: Iterable[int], most: int) -> asyncio.Event | None:
        """A place among the listeners of these shops; None where the token or the process has as many as it may."""
        if self.by_token.get(token, 0) >= most or sum(self.by_token.values()) >= MOST_STREAMS:
            return None
        self.by_token[token] = self.by_token.get(token, 0) + 1
        event = asyncio.Event()
        for shop in shops:
            self.waiting.setdefault(shop, set()).add(event)
        return event

    def leave(self, token: str, shops: Iterable[int], event: asyncio.Event) -> None:
        """Give the place back."""
        self.by_token[token] = self.by_token.get(token, 1) - 1
        if self.by_token[token] <= 0:
            self.by_token.pop(token)
        for shop in shops:
            listeners = self.waiting.get(shop, set())
            listeners.discard(event)
            if not listeners:
                self.waiting.pop(shop, None)
                self.heads.pop(shop, None)

    def wake(self, shops: Iterable[int]) -> None:
        """Something may have happened in these shops."""
        for shop in shops:
            for event in self.waiting.get(shop, ()):
                event.set()

    def touch(self, shops: Iterable[int]) -> None:
        """This process has written in these shops: its own listeners wake now, the others hear of it behind the commit."""
        named = set(shops)
        self.wake(named)
        self.touched |= named

    def heard(self, payload: str) -> None:
        """A hint of another process."""
        self.wake(int(part) for part in payload.split(",") if part.isdecimal())

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(GATHER_S)
            if not self.touched:
                continue
            taken, self.touched = sorted(self.touched)[:500], set()
            try:
                await self.pool.execute(queries("tell_listeners"), ",".join(map(str, taken)))
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                log.warning("hint_lost", shops=len(taken))

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            shops = sorted(self.waiting)
            if not shops:
                continue
            try:
                async with transaction(self.pool, shops) as connection:
                    rows = await connection.fetch(queries("heads_of_shops"), shops)
            except Exception as problem:
                if not is_away(problem):
                    log.exception("look_broke")
                continue
            moved = [row["shop_id"] for row in rows if self.heads.get(row["shop_id"]) != row["seq"]]
            self.heads |= {row["shop_id"]: row["seq"] for row in rows if row["shop_id"] in self.waiting}
            self.wake(moved)
