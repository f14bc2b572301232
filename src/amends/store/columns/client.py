"""Asks the process that holds the copy; starts it when somebody first asks, and again where it ended."""

import asyncio
import contextlib
import itertools
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from amends.store.columns.question import Ask, Question

LONGEST_S: Final = 30.0
_encode = msgspec.msgpack.Encoder().encode


class NotReady(Exception):  # noqa: N818 - an answer of the world
    """The first copy is still being made, or the process cannot be had: ask again."""


class Broken(Exception):  # noqa: N818 - told to the log
    """The process answered with an error."""


class Insight:
    """One for each process that serves people. Nothing is started before the first question."""

    def __init__(self, dsn: str, folder: Path, phrases: Mapping[str, Sequence[str]]) -> None:
        self._begin = {"dsn": dsn, "folder": str(folder), "phrases": {code: list(words) for code, words in phrases.items()}}
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = itertools.count(1)

    async def ask(self, do: str, question: Question, **more: Any) -> dict[str, Any]:
        """The answer to a question.

        Raises:
            NotReady: it takes longer than half a minute, or the process ended meanwhile.
            Broken: it could not be answered.
        """
        process = await self._running()
        number = next(self._numbers)
        told: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = told
        try:
            self._send(process, Ask(id=number, do=do, question=question, more=more))
            answer = await asyncio.wait_for(told, LONGEST_S)
        except (TimeoutError, BrokenPipeError, ConnectionResetError) as problem:
            raise NotReady(do) from problem
        finally:
            self._waiting.pop(number, None)
        if "problem" in answer:
            raise Broken(answer["problem"])
        return dict(answer["answer"])

    @property
    def pid(self) -> int | None:
        """The process, where one runs."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def _running(self) -> asyncio.subprocess.Process:
        async with self._starting:
            if self._process is None or self._process.returncode is not None:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    "amends.store.columns.process",
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                )
                self._reading = asyncio.create_task(self._read(self._process))
                self._send(self._process, self._begin)
            return self._process

    @staticmethod
    def _send(process: asyncio.subprocess.Process, value: Any) -> None:
        frame = _encode(value)
        if process.stdin is None:
            raise BrokenPipeError
        process.stdin.write(len(frame).to_bytes(4) + frame)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        """Hand each answer to who waits for it; when the process ends, everybody is told."""
        if process.stdout is None:
            return
        try:
            while True:
                size = int.from_bytes(await process.stdout.readexactly(4))
                told = msgspec.msgpack.decode(await process.stdout.readexactly(size))
                waiting = self._waiting.get(told["id"])
                if waiting is not None and not waiting.done():
                    waiting.set_result(told)
        except (asyncio.IncompleteReadError, ConnectionResetError):
            await process.wait()
        finally:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(BrokenPipeError())

    async def close(self) -> None:
        """End the process; its copy stays for the next one."""
        if self._process is not None and self._process.returncode is None and self._process.stdin is not None:
            self._process.stdin.close()
            with contextlib.suppress(TimeoutError, ProcessLookupError):
                await asyncio.wait_for(self._process.wait(), 3)
            if self._process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
                await self._process.wait()
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading
