"""Group commit: commands that arrive while a commit is under way travel in the next one. No timer: an idle desk answers at once."""

import asyncio
from collections import deque

from amends.actions.commands import Command
from amends.desk.answers import Answer
from amends.desk.desk import Desk

LARGEST_BATCH = 64


class GroupDesk:
    """One desk for many callers of one process.

    A shop always travels in the same lane: its events are one chain, so two batches that both hold it would only wait for each
    other's commit.
    """

    def __init__(self, desk: Desk, *, largest: int = LARGEST_BATCH, lanes: int = 1) -> None:
        self.lanes = [Lane(desk, largest) for _ in range(lanes)]

    async def handle(self, command: Command) -> Answer:
        """Answer one command; it is durable when this returns."""
        return await self.lanes[command.shop_id % len(self.lanes)].handle(command)

    async def drain(self) -> None:
        """Wait for what is under way; called when the process stops."""
        await asyncio.gather(*(lane.running for lane in self.lanes if lane.running is not None))


class Lane:
    """Commands that travel together, one batch after the other."""

    def __init__(self, desk: Desk, largest: int) -> None:
        self.desk = desk
        self.largest = largest
        self.waiting: deque[tuple[Command, asyncio.Future[Answer]]] = deque()
        self.running: asyncio.Task[None] | None = None

    async def handle(self, command: Command) -> Answer:
        """Answer one command of this lane."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.waiting.append((command, future))
        if self.running is None:
            self.running = asyncio.create_task(self._flush())
        return await future

    async def _flush(self) -> None:
        """Ends its running in the same turn in which it found nobody waiting: a callback would come a turn late."""
        try:
            await self._all()
        finally:
            self.running = None

    async def _all(self) -> None:
        while self.waiting:
            taken = [self.waiting.popleft() for _ in range(min(self.largest, len(self.waiting)))]
            try:
                answers = await self.desk.handle([command for command, _ in taken])
            except Exception as problem:  # noqa: BLE001 - it belongs to the callers, each of whom gets it
                for _, future in taken:
                    if not future.done():
                        future.set_exception(problem)
                continue
            for (_, future), answer in zip(taken, answers, strict=True):
                if not future.done():
                    future.set_result(answer)
