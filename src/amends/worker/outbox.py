"""What is owed to the world: claims effects by their state, carries them out beside each other, and writes down what became of them."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import asyncpg
import structlog

from amends.store.away import is_away
from amends.store.database import queries, retried, transaction
from amends.worker.owed import Owed, Settled, later
from amends.worker.targets import Targets

log = structlog.get_logger()
CarryOut = Callable[[Owed], Awaitable[Settled]]
SHOPS_AT_ONCE: Final = 2000
AFTER_A_FAULT: Final = timedelta(seconds=30)


class Lane:
    """Effects of some sorts, at most `room` under way at once, so that a slow receiver holds up nobody's money; `shared` as `Targets` has it."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        carriers: Mapping[str, CarryOut],
        *,
        room: int,
        lease: timedelta,
        wake: Callable[[], object] = lambda: None,
        shared: bool = False,
    ) -> None:
        self.pool = pool
        self.carriers = carriers
        self.room = room
        self.lease = lease
        self.targets = Targets(room, shared=shared)
        self.under_way: dict[asyncio.Task[None], Owed] = {}
        self.finished: list[tuple[Owed, Settled]] = []
        self.wake = wake
        self.recalled = not shared

    async def step(self) -> float | None:
        """Write down what has ended, start what is due and has room; gives the seconds until something more can be done."""
        await self._settle()
        if not self.recalled:
            await self._recall()
        rows = await self.pool.fetch(queries("owed_shops"))
        due = [row["shop_id"] for row in rows if row["due_at"] <= row["at"]]
        claimed = await self._claim(_some(due)) if due else []
        for owed in claimed:
            task = asyncio.create_task(self._carry(owed))
            self.under_way[task] = owed
            task.add_done_callback(self._ended)
        return 0.0 if claimed and len(self.under_way) < self.room else next_of(rows)

    async def drain(self) -> None:
        """Carry out all that can be carried out now, and what follows from it."""
        while (await self.step()) == 0.0 or self.under_way or self.finished:
            if self.under_way:
                await asyncio.wait(self.under_way, return_when=asyncio.FIRST_COMPLETED)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.under_way.pop(task, None)
        self.wake()

    async def stop(self, patience_s: float) -> None:
        """Let what is under way come to its end; what does not is claimed again by somebody once its lease is over."""
        if self.under_way:
            await asyncio.wait(self.under_way, timeout=patience_s)
        for task in list(self.under_way):
            task.cancel()
        await self._settle()

    async def _recall(self) -> None:
        """Who hung before this process was there; it would be a long time before each had hung once more."""
        for row in await self.pool.fetch(queries("hung_targets"), list(self.carriers)):
            self.targets.slow[row["target"]] = row["shop_id"]
        self.recalled = True

    async def _claim(self, shops: Sequence[int]) -> list[Owed]:
        room, targets = self.room - len(self.under_way), self.targets
        if room <= 0:
            return []
        under_way = Counter(owed.target for owed in self.under_way.values())
        closed = targets.closed(under_way, time.monotonic())
        slow = targets.slow_ones(shops, under_way, closed)
        quick = list(targets.quick) if targets.shared else None
        effects, others = list(self.carriers), sorted(closed | targets.slow.keys())
        async with transaction(self.pool, shops) as connection:
            rows = await connection.fetch(queries("claim_effects"), shops, effects, others, room, self.lease, targets.most, quick)
            left = targets.room_for_slow(room - len(rows), under_way)
            if slow and left > 0:
                rows += await connection.fetch(queries("claim_slow_effects"), shops, effects, slow, left, self.lease)
        return [Owed(*row) for row in rows]

    async def _carry(self, owed: Owed) -> None:
        began = time.monotonic()
        try:
            settled = await self.carriers[owed.effect](owed)
        except Exception as problem:  # one effect's fault is no other's
            if is_away(problem):
                log.warning("effect_interrupted", effect=owed.effect, outbox=str(owed.id))
                return
            log.exception("effect_broke", effect=owed.effect, outbox=str(owed.id), shop=owed.shop_id)
            settled = later(type(problem).__name__, min(AFTER_A_FAULT * 2 ** min(owed.attempts, 7), timedelta(hours=1)))
        ended = time.monotonic()
        self.targets.answered(owed.target, owed.shop_id, ended - began, settled.rest, ended)
        self.finished.append((owed, settled))

    async def _settle(self) -> None:
        if not self.finished:
            return
        taken, self.finished = self.finished, []
        try:
            await retried(lambda: self._write(taken))
        except BaseException:
            self.finished = taken + self.finished
            raise

    async def _write(self, taken: Sequence[tuple[Owed, Settled]]) -> None:
        rows: list[tuple[Any, ...]] = [(o.shop_id, o.id, s.state, s.delay, s.answer[:200]) for o, s in taken]
        rows.sort(key=lambda row: (row[0], row[1]))
        async with transaction(self.pool, sorted({row[0] for row in rows})) as connection:
            await connection.execute(queries("settle_effects"), *map(list, zip(*rows, strict=True)))
            if again := [row[:2] for row in rows if row[2] == "pending"]:
                await connection.execute(queries("hold_back_effects"), *map(list, zip(*again, strict=True)))


def _some(shops: Sequence[int]) -> Sequence[int]:
    """All of them, or a fair part of very many."""
    return shops if len(shops) <= SHOPS_AT_ONCE else random.sample(shops, SHOPS_AT_ONCE)


def next_of(rows: Sequence[asyncpg.Record]) -> float | None:
    """Seconds until the next of these shops has something due."""
    return min(((row["due_at"] - row["at"]).total_seconds() for row in rows if row["due_at"] > row["at"]), default=None)
