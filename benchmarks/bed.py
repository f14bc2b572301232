"""Where the figures are taken: a PostgreSQL of its own from the wheel, filled and analysed, and the product's own processes."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from amends.cli.publishing import publish_all
from amends.exchange.policies import read_policies
from amends.settings import from_environment
from amends.store.embedded import EmbeddedPostgres
from amends.store.migrate import migrate

HERE = Path(__file__).parent
ORDERS = int(os.environ.get("AMENDS_BENCH_ORDERS", "200000"))


@contextmanager
def bed() -> Iterator[tuple[str, Path]]:
    """An embedded server with schema and policies; its DSN and home."""
    home = Path(tempfile.mkdtemp(prefix="amends-bench-"))
    home.chmod(0o755)
    postgres = EmbeddedPostgres(home)
    try:
        dsn = postgres.start()
        settings = from_environment()
        asyncio.run(migrate(dsn))
        asyncio.run(publish_all(dsn, read_policies(settings.policies), settings.policies))
        yield dsn, home
    finally:
        postgres.stop()
        shutil.rmtree(home, ignore_errors=True)


def run_sql(dsn: str, text: str) -> None:
    """Run a script as the owner."""

    async def run() -> None:
        connection = await asyncpg.connect(dsn)
        try:
            for statement in (s for s in text.split(";\n") if s.strip()):
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


def fill(dsn: str, orders: int = ORDERS) -> None:
    """Fill the marketplace that every figure is taken on."""
    run_sql(dsn, (HERE / "marketplace.sql").read_text("utf-8").replace("{orders}", str(orders)))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def api(dsn: str, home: Path, **more: str) -> Iterator[tuple[int, int]]:
    """One API process; its port and pid."""
    port = free_port()
    env = {
        **os.environ,
        "DATABASE_URL": dsn,
        "AMENDS_HOME": str(home),
        "AMENDS_PORT": str(port),
        "AMENDS_RATE_LIMIT": "0",
        **more,
    }
    with (home / "api.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "amends", "serve"], env=env, stdout=log, stderr=log)
    try:
        begun = time.monotonic()
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() - begun > 20:
                    raise RuntimeError((home / "api.log").read_text()[-2000:]) from None
                time.sleep(0.02)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def cpu_seconds(pid: int) -> float:
    """CPU that a process has used, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mb(pid: int) -> float:
    """Resident memory of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")
