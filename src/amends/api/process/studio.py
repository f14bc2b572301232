"""Tries drafts in a process of its own: the API stays as quick and as small as it was, and what is typed next stops what was typed before."""

import asyncio
import os
import sys
from typing import Any, Final

import msgspec

from amends.settings import Settings

AT_ONCE: Final = 2
PATIENCE_S: Final = 120.0
_LOW: Final = 4
"""Niceness: those who wait for a return go first, but whoever types is not starved by them."""


class Superseded(Exception):  # noqa: N818 -- nothing went wrong: something newer was asked
    """The same person asked for something newer."""


class Studio:
    """The processes under way, one for each person at most."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._room = asyncio.Semaphore(AT_ONCE)
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._newest: dict[str, int] = {}
        self._asked = 0

    async def run(self, who: str, job: dict[str, Any]) -> dict[str, Any]:
        """What `amends policy try` says of a job.

        Raises:
            Superseded: the same person asked for something newer meanwhile.
            TimeoutError: it took longer than two minutes.
            ChildProcessError: it broke.
        """
        self._asked += 1
        turn = self._newest[who] = self._asked
        if (older := self._running.pop(who, None)) is not None:
            _end(older)
        async with self._room:
            if self._newest.get(who) != turn:
                raise Superseded(who)
            process = self._running[who] = await self._start()
            try:
                told, _ = await asyncio.wait_for(process.communicate(msgspec.json.encode(job)), PATIENCE_S)
            finally:
                if self._running.get(who) is process:
                    del self._running[who]
                _end(process)
        if self._newest.get(who) != turn:
            raise Superseded(who)
        del self._newest[who]
        if process.returncode:
            raise ChildProcessError(f"amends policy try ended with {process.returncode}")
        found: dict[str, Any] = msgspec.json.decode(told)
        return found

    async def _start(self) -> asyncio.subprocess.Process:
        settings = self._settings
        environment = {**os.environ, "DATABASE_URL": settings.database_url or "", "AMENDS_POLICIES": str(settings.policies)}
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "amends", "policy", "try",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            env=environment, preexec_fn=_politely,
        )  # fmt: skip


def _politely() -> None:
    os.nice(_LOW)


def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
