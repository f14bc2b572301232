"""Whole returns over HTTP: open, approve, ship, scan, inspect, and the refund that the worker pays; and 1,000 approvals in one call."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import msgspec
import uvloop

from benchmarks.bed import api, cpu_seconds, free_port
from benchmarks.http_load import post
from benchmarks.opens import BUYERS, buyer_tokens, opening, platform_token, seller_token

CONNECTIONS = 32


class Connection:
    """One keep-alive connection that asks and awaits."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, request: bytes) -> dict[str, Any]:
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        body: dict[str, Any] = msgspec.json.decode(await self.reader.readexactly(length))
        assert head[9:10] == b"2", (head, body)
        return body

    async def post(self, token: str, path: str, key: str, body: dict[str, Any], version: int | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return await self.ask(post(path, json.dumps(body).encode(), headers))


class Tokens(NamedTuple):
    """The host opens for its buyers and passes on scans, a seller works for every shop, each buyer sends their own goods back."""

    host: str
    seller: str
    buyers: list[str]


def tokens(dsn: str) -> Tokens:
    return Tokens(platform_token(dsn), seller_token(dsn), buyer_tokens(dsn))


async def one_flow(connection: Connection, tokens: Tokens, n: int) -> None:
    """A buyer asks, the seller approves, the goods travel back, are scanned and accepted; the rest is the worker's."""
    case = await connection.ask(opening(n, tokens.host))
    where, number = f"/v1/cases/{case['id']}/moves", f"9405{n:018d}"
    case = await connection.post(tokens.seller, f"{where}/approve", f"a{n}", {}, case["version"])
    shipped = {"carrier": "usps", "tracking_number": number}
    case = await connection.post(tokens.buyers[n % BUYERS], f"{where}/ship_return", f"s{n}", shipped, case["version"])
    scan = {"source": "usps", "event_id": f"e{n}", "tracking_number": number, "status": "delivered", "occurred_at": case["server_now"],
            "shop_id": case["shop_id"]}  # fmt: skip
    await connection.post(tokens.host, "/v1/scans", f"c{n}", {"scans": [scan]})
    lines = [{"line_id": line["line_id"], "accepted": line["quantity"]} for line in case["lines"]]
    await connection.post(tokens.seller, f"{where}/inspect_return", f"i{n}", {"lines": lines}, case["version"] + 1)


async def drive_flows(port: int, held: Tokens, first: int, count: int) -> None:
    numbers = iter(range(first, first + count))

    async def caller() -> None:
        connection = Connection(*await asyncio.open_connection("127.0.0.1", port))
        for n in numbers:
            await one_flow(connection, held, n)
        connection.writer.close()

    await asyncio.gather(*(caller() for _ in range(CONNECTIONS)))


@contextmanager
def refunding(dsn: str, home: Path) -> Iterator[list[int]]:
    """A worker and a provider beside the API; their pids."""
    port = free_port()
    folder = home / "provider"
    folder.mkdir(exist_ok=True)
    env = {**os.environ, "DATABASE_URL": dsn, "AMENDS_HOME": str(home), "AMENDS_PROVIDER_URL": f"http://127.0.0.1:{port}"}
    words = [["amends.gateways.sandbox_provider", "--port", str(port), "--home", str(folder)], ["amends.worker"]]
    with (home / "worker.log").open("ab") as log:
        processes = [subprocess.Popen([sys.executable, "-m", *w], env=env, stdout=log, stderr=log) for w in words]
    try:
        yield [process.pid for process in processes]
    finally:
        for process in reversed(processes):
            process.send_signal(signal.SIGTERM)
            process.wait(20)


async def settle(dsn: str, most_s: float = 120) -> None:
    """Wait until every refund has succeeded."""
    connection = await asyncpg.connect(dsn)
    begun = time.monotonic()
    try:
        while await connection.fetchval("select count(*) from amends.refund where status <> 'succeeded'"):
            assert time.monotonic() - begun < most_s, "refunds hang"
            await asyncio.sleep(0.02)
    finally:
        await connection.close()


def measure_flows(dsn: str, home: Path, first: int, count: int = 3000) -> dict[str, float]:
    """Flows a second from the first request to the last refund, and the CPU that our processes spent on one."""
    held = tokens(dsn)
    with refunding(dsn, home) as pids, api(dsn, home) as (port, pid):
        uvloop.run(drive_flows(port, held, first, 200))
        asyncio.run(settle(dsn))
        before, begun = sum(map(cpu_seconds, [pid, pids[1]])), time.perf_counter()
        uvloop.run(drive_flows(port, held, first + 200, count))
        asyncio.run(settle(dsn))
        took, used = time.perf_counter() - begun, sum(map(cpu_seconds, [pid, pids[1]])) - before
    return {"return_flow_per_s": count / took, "return_flow_app_cpu_us": used / count * 1e6}


async def _approve_thousand(port: int, held: Tokens, first: int) -> float:
    connection = Connection(*await asyncio.open_connection("127.0.0.1", port))
    cases = [await connection.ask(opening(n, held.host)) for n in range(first, first + 1000)]
    moves = [{"id": str(n), "case_id": c["id"], "move": "approve", "version": c["version"]} for n, c in enumerate(cases)]
    begun = time.perf_counter()
    told = await connection.post(held.seller, "/v1/moves:batch", f"batch-{first}", {"moves": moves})
    took = time.perf_counter() - begun
    assert all(row["status"] == 200 for row in told["rows"]), told["rows"][0]
    connection.writer.close()
    return took


def measure_batch(dsn: str, home: Path, first: int) -> dict[str, float]:
    """1,000 approvals in one call, an answer for each: the median of three."""
    held = tokens(dsn)
    with api(dsn, home) as (port, _):
        tries = sorted(uvloop.run(_approve_thousand(port, held, first + 1000 * n)) for n in range(3))
    return {"batch_1000_approvals_s": tries[1]}
