"""Group commit: commands that arrive while a commit is under way travel in the next one. No timer: an idle desk answers at once."""

import asyncio
from collections import deque

from amends.actions.commands import Command
from amends.desk.answers import Answer
from amends.desk.desk import Desk

LARGEST_BATCH = 64


class GroupDesk:
    """One desk for many callers of one process."""

    def __init__(self, desk: Desk, *, largest: int = LARGEST_BATCH, flushers: int = 1) -> None:
        self.desk = desk
        self.largest = largest
        self.flushers = flushers
        self.waiting: deque[tuple[Command, asyncio.Future[Answer]]] = deque()
        self.running: set[asyncio.Task[None]] = set()

    async def handle(self, command: Command) -> Answer:
        """Answer one command; it is durable when this returns."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.waiting.append((command, future))
        if len(self.running) < self.flushers:
            task = asyncio.create_task(self._flush())
            self.running.add(task)
        return await future

    async def _flush(self) -> None:
        """Leaves `running` itself, in the same turn in which it found nobody waiting: a callback would come a turn late."""
        try:
            await self._all()
        finally:
            self.running.discard(asyncio.current_task())

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

    async def drain(self) -> None:
        """Wait for what is under way; called when the process stops."""
        while self.running:
            await asyncio.gather(*self.running)
