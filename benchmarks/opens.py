"""Opens a second over HTTP, beside pgbench writing the same rows: five interleaved runs, the median of each."""

import asyncio
import json
import re
import statistics
import subprocess
from collections.abc import Iterable
from pathlib import Path

import asyncpg

from amends.store.embedded import pgbench_path
from amends.store.tokens import TokenKind, create_token
from benchmarks.bed import HERE, ORDERS, api, cpu_seconds, rss_mb, run_sql
from benchmarks.http_load import Load, drive, post

RUNS, SECONDS, CONNECTIONS = 5, 4.0, 32
BUYERS = 5000
Figures = dict[str, float]


def platform_token(dsn: str) -> str:
    """A token of the host marketplace."""
    return asyncio.run(_token(dsn, "platform", ()))


def seller_token(dsn: str, shops: int = 100) -> str:
    """A token of somebody who works for so many shops, all of them."""
    return asyncio.run(_token(dsn, "seller", range(1, shops + 1)))


def buyer_tokens(dsn: str) -> list[str]:
    """A token of each buyer, by number."""

    async def make() -> list[str]:
        connection = await asyncpg.connect(dsn, server_settings={"search_path": "amends"})
        try:
            async with connection.transaction():
                made = [await create_token(connection, kind="buyer", subject=f"buyer-{n}") for n in range(BUYERS)]
        finally:
            await connection.close()
        return [minted.text for minted in made]

    return asyncio.run(make())


async def _token(dsn: str, kind: TokenKind, shops: Iterable[int]) -> str:
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "amends"})
    try:
        return (await create_token(connection, kind=kind, subject="bench", shops=shops)).text
    finally:
        await connection.close()


def opening(n: int, token: str) -> bytes:
    """One buyer's request for the first line of order n, with the proof that the auction rules demand."""
    line = f"00000000-0000-7000-8003-{n:012x}"
    body = {
        "kind": "return_refund",
        "reason": "not_as_described",
        "lines": [{"line_id": line, "quantity": 1}],
        "proof": [
            {"kind": "chat_in_app", "channel": "platform_messages", "text": "the corner is bent, the stream showed it straight"}
        ],
    }
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"bench-{n}"}
    return post(f"/v1/orders/00000000-0000-7000-8000-{n:012x}/cases", json.dumps(body).encode(), headers)


def anchor_once(dsn: str, orders: int, verdict_bytes: int) -> float:
    """pgbench, 16 clients: begin, select an order line, insert a case, an event and an outbox row, commit; transactions a second."""
    run_sql(dsn, "truncate anchor.cases, anchor.event, anchor.outbox cascade;\ninsert into anchor.cases select * from amends.cases;\n"
                 "insert into anchor.event select * from amends.event;\nanalyze anchor.cases;\nanalyze anchor.event;\n")  # fmt: skip
    words = [
        str(pgbench_path()),
        "-n",
        "-M",
        "prepared",
        "-c",
        "16",
        "-j",
        "2",
        "-T",
        str(int(SECONDS)),
        "-f",
        str(HERE / "anchor.pgbench"),
    ]
    words += ["-D", f"orders={orders}", "-D", f"verdict_bytes={verdict_bytes}", dsn]
    said = subprocess.run(words, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", said.stdout)
    assert found is not None, said.stderr
    return float(found[1])


def measure(dsn: str, home: Path) -> Figures:
    """The table's first block."""
    token = platform_token(dsn)
    run_sql(dsn, (HERE / "anchor.sql").read_text("utf-8"))
    ratios: list[float] = []
    rates: list[float] = []
    anchors: list[float] = []
    p99: list[float] = []
    cpu: list[float] = []
    at = 1
    with api(dsn, home) as (port, pid):
        at = _run(port, token, at, 1.5, Load())[0]
        for _ in range(RUNS):
            run_sql(dsn, "analyze;\n")
            anchors.append(anchor_once(dsn, ORDERS, 900))
            before, load = cpu_seconds(pid), Load()
            at, load = _run(port, token, at, SECONDS, load)
            cpu.append((cpu_seconds(pid) - before) / load.statuses[201] * 1e6)
            rates.append(load.per_second)
            p99.append(load.percentile_ms(0.99))
            ratios.append(rates[-1] / anchors[-1])
        rss = rss_mb(pid)
    return {
        "open_case_http_per_s": statistics.median(rates),
        "pgbench4_c16_tps": statistics.median(anchors),
        "pgbench4_c16_tps_least": min(anchors),
        "pgbench4_c16_tps_most": max(anchors),
        "open_case_http_vs_pgbench4": statistics.median(rates) / statistics.median(anchors),
        "open_case_http_vs_pgbench4_least": min(ratios),
        "open_case_http_p99_ms": statistics.median(p99),
        "open_case_app_cpu_us": statistics.median(cpu),
        "api_rss_mb": rss,
    }


def _run(port: int, token: str, at: int, seconds: float, load: Load) -> tuple[int, Load]:
    most = int(seconds * 12_000)
    if at + most > ORDERS:
        raise RuntimeError("more orders are needed: set AMENDS_BENCH_ORDERS")
    requests = [opening(n, token) for n in range(at, at + most)]
    load = drive(port, requests, CONNECTIONS, seconds)
    bad = {status: count for status, count in load.statuses.items() if status != 201}
    if bad:
        raise RuntimeError(f"{bad}: {load.first_problem[:600]!r}")
    return at + sum(load.statuses.values()) + CONNECTIONS, load
