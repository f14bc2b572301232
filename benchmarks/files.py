"""Files in and out at size: a table of every case over HTTP, and the lines of a Seller Center export through the importer."""

import asyncio
import contextlib
import os
import threading
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import psutil

from amends.cli.import_runs import Run
from amends.cli.place import a_desk
from amends.exchange.policies import policies_folder, read_policies
from amends.kernel.ids import IdMaker
from amends.store.database import queries, transaction
from benchmarks.bed import HERE, api, bed, rss_mb, run_sql
from benchmarks.opens import seller_token

ORDERS = int(os.environ.get("AMENDS_BENCH_FILES_ORDERS", "200000"))
"""A tenth of them is asked about; 1,000,000 gives the 100,000 cases of the promise."""
LINES = int(os.environ.get("AMENDS_BENCH_FILES_LINES", "20000"))
HEADER = (
    "Order ID,Order Status,SKU ID,Seller SKU,Product Name,Quantity,SKU Subtotal After Discount,Order Amount,Created Time,Paid Time,"
    "Shipped Time,Delivered Time,Buyer Username\n"
)
LINE = "576{n:016}\t,Delivered,1729{n},SKU-{k},Article {k},1,12.00,12.00,2026-11-01 10:00:00,2026-11-01 10:01:00,2026-11-02 10:00:00,2026-11-20 10:00:00,b{n}\n"


def measure(orders: int = ORDERS, lines: int = LINES) -> dict[str, float]:
    """Cases and lines a second, and the most memory that the API and its writer held meanwhile."""
    with bed() as (dsn, home):
        run_sql(dsn, (HERE / "insight.sql").read_text("utf-8").replace("{orders}", str(orders)))
        token, figures = seller_token(dsn, 20), {}
        with api(dsn, home) as (port, pid):
            for form in ("csv", "xlsx"):
                cases, seconds, most, writer = _taken(port, pid, token, form)
                figures[f"export_{form}_cases_per_s"] = cases / seconds
                figures[f"export_{form}_api_mb"] = most
                if form == "xlsx":
                    figures["export_xlsx_writer_mb"] = writer
        figures["import_lines_per_s"] = lines / asyncio.run(_imported(dsn, home, lines))
    return figures


def _taken(port: int, pid: int, token: str, form: str) -> tuple[int, float, float, float]:
    """Cases, seconds, and the most megabytes that the API and whatever it started held."""
    most, started, over = [rss_mb(pid)], [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            most.append(rss_mb(pid))
            with contextlib.suppress(psutil.NoSuchProcess):
                started.append(sum(child.memory_info().rss for child in psutil.Process(pid).children()) / 1024**2)

    watcher = threading.Thread(target=watch)
    watcher.start()
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/exports/cases?form={form}", headers={"Authorization": f"Bearer {token}"}
    )
    begun, rows = time.perf_counter(), 0
    with urllib.request.urlopen(asked, timeout=600) as answer:  # noqa: S310 - our own address
        while part := answer.read(1 << 20):
            rows += part.count(b"\n")
    seconds = time.perf_counter() - begun
    over.set()
    watcher.join()
    return (rows - 1 if form == "csv" else ORDERS // 10), seconds, max(most), max(started)


async def _imported(dsn: str, home: Path, lines: int) -> float:
    words, run_id = read_policies(policies_folder()).vocabulary, IdMaker()(datetime.now(UTC))
    (home / "imports").mkdir()
    with (home / "imports" / str(run_id)).open("w", encoding="utf-8") as out:
        out.write(HEADER)
        out.writelines(LINE.format(n=n, k=n % 977) for n in range(lines))
    async with a_desk(dsn) as desk:
        await _wanted(desk.pool, run_id)
        begun = time.perf_counter()
        ended = await Run(desk, words, home, 1, run_id).carry_out()
        seconds = time.perf_counter() - begun
    if ended != "done":
        raise RuntimeError(f"the import ended as {ended}")
    return seconds


async def _wanted(pool: asyncpg.Pool, run_id: UUID) -> None:
    async with transaction(pool, [1]) as connection:
        row = (1, run_id, "orders", "orders.csv", bytes(32), 1, "seller", "seller:bench", ["*"])
        await connection.execute(queries("insert_import"), *row)
        await connection.execute("update import_run set state = 'wanted'")


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:28} {value:10.1f}")
