"""A command of ours in a process of its own, for as long as the worker lives."""

import asyncio
import os
import sys
from collections.abc import Callable

from amends.settings import Settings


async def carried_out(
    words: tuple[str, ...], settings: Settings, stopping: asyncio.Event, *, before: Callable[[], None] | None = None
) -> int | None:
    """Run `amends …` with the worker's settings: its exit code; None where the worker stops first, and ends it. `before` is called in the child."""
    env = {
        **os.environ,
        "DATABASE_URL": settings.database_url or "",
        "AMENDS_HOME": str(settings.home),
        "AMENDS_POLICIES": str(settings.policies),
    }
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "amends", *words, env=env, stdout=asyncio.subprocess.DEVNULL, preexec_fn=before
    )
    waits = [asyncio.create_task(child.wait()), asyncio.create_task(stopping.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        if child.returncode is None:
            child.terminate()
    return child.returncode
