"""Where a command works: its settings, its database, and what every command needs of them."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from amends.settings import BadSetting, Settings, from_environment
from amends.store.database import open_pool
from amends.store.embedded import EmbeddedPostgres
from amends.store.embedded_errors import DiskFullError, EmbeddedError, HomeNotWritableError

if TYPE_CHECKING:
    from amends.desk.desk import Desk

LEAST_FREE = 200 * 1024 * 1024


def ready_home(settings: Settings) -> Path:
    """The home folder, created and writable, with room on its disk.

    Raises:
        HomeNotWritableError: it cannot be created or written.
        DiskFullError: less than 200 MB are free.
    """
    home = settings.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / ".probe"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as problem:
        if problem.errno == 28:  # noqa: PLR2004 - ENOSPC
            raise DiskFullError(f"The disk is full at {home}. Free some space, or set AMENDS_HOME elsewhere.") from problem
        raise HomeNotWritableError(
            f"{home} cannot be written ({problem.strerror}). Set AMENDS_HOME to a folder of yours."
        ) from problem
    room = os.statvfs(home)
    if room.f_bavail * room.f_frsize < LEAST_FREE:
        raise DiskFullError(f"Less than 200 MB are free at {home}. Free some space, or set AMENDS_HOME elsewhere.")
    return home


class AlreadyRunningError(EmbeddedError):
    """Another `amends run` lives in this home."""

    code = "already_running"


@contextmanager
def sole_runner(home: Path) -> Iterator[None]:
    """Hold a home for one `amends run`, for as long as its process lives.

    Raises:
        AlreadyRunningError: another one holds it.
    """
    with (home / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(f"Amends is running in {home} already. Stop it, or set AMENDS_HOME elsewhere.") from None
        yield


class UnreachableError(EmbeddedError):
    """Nobody answers at DATABASE_URL, or we are not let in."""

    code = "database_unreachable"


@contextmanager
def database(settings: Settings, *, patient: bool = False) -> Iterator[str]:
    """The database's address: the one that is set, or the embedded one, started if need be and stopped again by who started it.

    Raises:
        UnreachableError: the one that is set does not answer now; who is `patient` waits for it by themselves.
        BadSetting: DATABASE_URL is no address.
    """
    if settings.database_url:
        if not patient:
            with ThreadPoolExecutor(1) as apart:  # some commands are inside a loop already
                apart.submit(asyncio.run, _knock(settings.database_url)).result()
        yield settings.database_url
        return
    embedded = EmbeddedPostgres(ready_home(settings))
    try:
        yield embedded.start()
    finally:
        embedded.stop()


async def _knock(dsn: str) -> None:
    try:
        await (await asyncpg.connect(dsn, timeout=10)).close()
    except (asyncpg.ClientConfigurationError, ValueError):
        raise BadSetting("DATABASE_URL is an address like postgresql://user:password@host:5432/name") from None
    except (OSError, TimeoutError, asyncpg.PostgresError) as problem:
        said = str(problem).strip().split("\n")[0] or "it did not answer in time"
        raise UnreachableError(f"The database of DATABASE_URL cannot be reached: {said}") from problem


@asynccontextmanager
async def a_desk(dsn: str, *, role: str = "amends_desk") -> AsyncIterator[Desk]:
    """A desk of one's own against a database."""
    from amends.desk.desk import Desk
    from amends.desk.rulebooks import Rulebooks

    pool = await open_pool(dsn, role, min_size=1, max_size=4)
    try:
        rulebooks = Rulebooks()
        async with pool.acquire() as connection:
            await rulebooks.refresh(connection)
        yield Desk(pool, rulebooks)
    finally:
        await pool.close()


def settings_here() -> Settings:
    """The settings of this process."""
    return from_environment()
