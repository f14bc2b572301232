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

log = structlog.get_logger()
CarryOut = Callable[[Owed], Awaitable[Settled]]
SHOPS_AT_ONCE: Final = 2000
AFTER_A_FAULT: Final = timedelta(seconds=30)
SLOW_S: Final = 5.0
"""Whoever takes longer than this to answer is slow, until it answers sooner."""


class Lane:
    """Effects of some sorts, at most `room` under way at once, so that a slow receiver holds up nobody's money.

    One target has a quarter of the room at most. Where targets are `shared` by many effects, one that never answered yet has a single
    try at a time, and so have those that were slow to answer, with half of the room among them: however many hang, the others are not
    kept waiting. A target that asked to be left alone for a while (`Settled.rest`) is.
    """

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
        self.per_target = max(room // 4, 1)
        self.under_way: dict[asyncio.Task[None], Owed] = {}
        self.finished: list[tuple[Owed, Settled]] = []
        self.wake = wake
        self.shared = shared
        self.quick: set[str] = set()
        self.slow: dict[str, int] = {}
        """The shop of each slow target."""
        self.recalled = not shared
        self.resting: dict[str, float] = {}

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
            self.slow[row["target"]] = row["shop_id"]
        self.recalled = True

    async def _claim(self, shops: Sequence[int]) -> list[Owed]:
        room = self.room - len(self.under_way)
        if room <= 0:
            return []
        targets = Counter(owed.target for owed in self.under_way.values())
        full = {target for target, number in targets.items() if number >= self._most(target)} | self._at_rest()
        async with transaction(self.pool, shops) as connection:
            rows = await connection.fetch(
                queries("claim_effects"),
                shops,
                list(self.carriers),
                sorted(full | self.slow.keys()),
                room,
                self.lease,
                self.per_target,
                list(self.quick) if self.shared else None,
            )
            asked = [
                target for target, shop in self.slow.items() if shop in set(shops) and not targets[target] and target not in full
            ]
            left = min(room - len(rows), self.room // 2 - sum(targets[target] for target in self.slow))
            if asked and left > 0:
                rows += await connection.fetch(queries("claim_slow_effects"), shops, list(self.carriers), asked, left, self.lease)
        return [Owed(*row) for row in rows]

    def _most(self, target: str) -> int:
        """How many effects of a target may be under way at once."""
        return self.per_target if target in self.quick or not self.shared else 1

    def _at_rest(self) -> set[str]:
        now = time.monotonic()
        self.resting = {target: until for target, until in self.resting.items() if until > now}
        return set(self.resting)

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
        self._remember(owed, settled, time.monotonic() - began)
        self.finished.append((owed, settled))

    def _remember(self, owed: Owed, settled: Settled, took_s: float) -> None:
        """How its target answered, for who is to be asked next."""
        if self.shared and took_s > SLOW_S:
            self.slow[owed.target] = owed.shop_id
            self.quick.discard(owed.target)
        elif self.shared:
            self.slow.pop(owed.target, None)
            self.quick.add(owed.target)
        if settled.rest:
            self.resting[owed.target] = time.monotonic() + settled.rest.total_seconds()

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
