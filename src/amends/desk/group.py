"""Group commit: commands that arrive while a commit is under way travel in the next one. No timer: an idle desk answers at once."""

import asyncio
from collections import deque

from amends.actions.commands import Command
from amends.desk.answers import Answer
from amends.desk.desk import Desk

LARGEST_BATCH = 64
Waiting = tuple[Command, asyncio.Future[Answer]]


class GroupDesk:
    """One desk for many callers of one process; `lanes` batches may be under way at once.

    A lane that is done takes its share of what waits, so a shop with much to do slows nobody else. But no shop is in two batches at
    once: its events are one chain, so the second would only wait for the commit of the first.

    Beside another batch shares are even, so that one is decided while the database writes the other: a batch costs as much as several
    commands, and greedy lanes end up as a batch of nearly all beside batches of one. Beside none, all that waits is taken: callers who
    were just answered come back together, and halves of them would cost a batch each.
    """

    def __init__(self, desk: Desk, *, largest: int = LARGEST_BATCH, lanes: int = 1) -> None:
        self.desk = desk
        self.largest = largest
        self.lanes = lanes
        self.waiting: deque[Waiting] = deque()
        self.shops: set[int] = set()
        self.under_way = 0
        self.running: set[asyncio.Task[None]] = set()

    async def handle(self, command: Command) -> Answer:
        """Answer one command; it is durable when this returns."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.waiting.append((command, future))
        if len(self.running) < self.lanes and command.shop_id not in self.shops and self._is_worth_a_batch():
            self.running.add(asyncio.create_task(self._lane()))
        return await future

    async def drain(self) -> None:
        """Wait for what is under way; called when the process stops."""
        while self.running:
            await asyncio.gather(*self.running)

    async def _lane(self) -> None:
        """Ends its running in the same turn in which it found nothing to take: a callback would come a turn late."""
        try:
            while self._is_worth_a_batch() and (taken := self._take()):
                shops = {command.shop_id for command, _ in taken}
                self.shops |= shops
                self.under_way += len(taken)
                try:
                    await self._together(taken)
                finally:
                    self.shops -= shops
                    self.under_way -= len(taken)
        finally:
            task = asyncio.current_task()
            if task is not None:
                self.running.discard(task)

    def _share(self) -> int:
        """What each lane has where everything that was asked is spread evenly."""
        return -(-(len(self.waiting) + self.under_way) // self.lanes)

    def _is_worth_a_batch(self) -> bool:
        """Beside another batch, a whole share is; whatever else waits is taken when that one is done."""
        return not self.under_way or len(self.waiting) >= self._share()

    def _take(self) -> list[Waiting]:
        """Its share of those whose shops no other lane holds, or all where no other is busy; the longest waiting first, the rest keeps its turn."""
        taken: list[Waiting] = []
        kept: list[Waiting] = []
        most = min(self.largest, self._share() if self.under_way else len(self.waiting))
        while self.waiting and len(taken) < most:
            each = self.waiting.popleft()
            (kept if each[0].shop_id in self.shops else taken).append(each)
        self.waiting.extendleft(reversed(kept))
        return taken

    async def _together(self, taken: list[Waiting]) -> None:
        try:
            answers = await self.desk.handle([command for command, _ in taken])
        except Exception as problem:  # noqa: BLE001 - it belongs to the callers, each of whom gets it
            for _, future in taken:
                if not future.done():
                    future.set_exception(problem)
            return
        for (_, future), answer in zip(taken, answers, strict=True):
            if not future.done():
                future.set_result(answer)
