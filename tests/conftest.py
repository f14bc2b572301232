"""One embedded PostgreSQL for the whole run, shared by all its processes, and a migrated database of its own for each test."""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import settings

from amends.store.database import open_pool
from amends.store.embedded import EmbeddedPostgres
from amends.store.migrate import MIGRATIONS, migrate

PREFIX = "amends-tests-"
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
}
LEFT_BEHIND_S = 1800
settings.register_profile("shared", deadline=None)  # a busy machine is no fault of what is tested
settings.load_profile("shared")


def run_folder() -> Path:
    """One folder for all processes of one test run, reachable for the user that PostgreSQL runs as."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}"
    folder = Path(tempfile.gettempdir()) / f"{PREFIX}{os.geteuid()}-{run}"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    return folder


def sweep() -> None:
    """Remove what runs that were killed have left; their servers died with them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}{os.geteuid()}-*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > LEFT_BEHIND_S and (folder / "users.lock").exists():
                with (folder / "users.lock").open("a") as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """The server. Whoever started it waits for the other processes of the run before it stops it."""
    sweep()
    folder = run_folder()
    with (folder / "users.lock").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        server = EmbeddedPostgres(folder, settings=QUICK)
        server.start()
        yield server
        if server.owned:
            fcntl.flock(users, fcntl.LOCK_EX)
            server.stop()
            shutil.rmtree(server.place, ignore_errors=True)
            shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture(scope="session")
async def administrator(postgres: EmbeddedPostgres) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(postgres.dsn_of("postgres"))
    yield connection
    await connection.close()


@pytest_asyncio.fixture(scope="session")
async def template(postgres: EmbeddedPostgres, administrator: asyncpg.Connection) -> str:
    """A database migrated once for this content of the migrations, to be copied by every test."""
    content = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(MIGRATIONS.glob("*.sql"))))
    name = f"template_{content.hexdigest()[:16]}"
    with (run_folder() / "template.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not await administrator.fetchval(
            "select exists (select from pg_database where datname = $1 and not datallowconn)", name
        ):
            await administrator.execute(f"drop database if exists {name}")
            await administrator.execute(f"create database {name}")
            await migrate(postgres.dsn_of(name))
            await administrator.execute(f"alter database {name} allow_connections false")
    return name


@contextlib.asynccontextmanager
async def copied(postgres: EmbeddedPostgres, administrator: asyncpg.Connection, template: str) -> AsyncIterator[str]:
    name = f"test_{secrets.token_hex(6)}"
    await administrator.execute(f"create database {name} template {template}")
    try:
        yield postgres.dsn_of(name)
    finally:
        await administrator.execute(f"drop database {name} with (force)")


@pytest_asyncio.fixture
async def database(postgres: EmbeddedPostgres, administrator: asyncpg.Connection, template: str) -> AsyncIterator[str]:
    """The address of a migrated, empty database of this test's own."""
    async with copied(postgres, administrator, template) as dsn:
        yield dsn


@pytest_asyncio.fixture(scope="module")
async def module_database(postgres: EmbeddedPostgres, administrator: asyncpg.Connection, template: str) -> AsyncIterator[str]:
    """The same for all tests of a file, for those that leave each other's rows alone."""
    async with copied(postgres, administrator, template) as dsn:
        yield dsn


@pytest_asyncio.fixture
async def empty_database(postgres: EmbeddedPostgres, administrator: asyncpg.Connection) -> AsyncIterator[str]:
    """The address of a database that was never migrated."""
    async with copied(postgres, administrator, "template0") as dsn:
        yield dsn


@pytest_asyncio.fixture
async def another_empty_database(postgres: EmbeddedPostgres, administrator: asyncpg.Connection) -> AsyncIterator[str]:
    """A second one, to be compared with the first."""
    async with copied(postgres, administrator, "template0") as dsn:
        yield dsn


@pytest_asyncio.fixture
async def desk_pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    """Connections as the desk has them: its role, its plans."""
    async with await open_pool(database, "amends_desk", min_size=1, max_size=4) as pool:
        yield pool
