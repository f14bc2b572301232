"""100,000 due deadlines through the desk, beside one raw statement that does the same writes."""

import asyncio
import subprocess
import sys
import time
from uuid import UUID

import asyncpg
import uvloop

from amends.actions.commands import AskedLine, GivenProof, OpenCase
from amends.cli.place import a_desk
from amends.desk.desk import Desk
from amends.desk.rulebooks import Rulebooks
from amends.domain.facts.people import Actor
from amends.kernel.memory import spare_collections
from amends.store.database import open_pool
from amends.worker.deadlines import Deadlines
from amends.worker.pace import Pace
from benchmarks.bed import HERE, run_sql

DUE, BATCH = 100_000, 500
WORKERS = 2


def _opening(n: int) -> OpenCase:
    buyer = f"buyer-{n % 5000}"
    line = AskedLine(line_id=UUID(f"00000000-0000-7000-8003-{n:012x}"), quantity=1)
    proof = GivenProof(kind="chat_in_app", channel="platform_messages", text="the corner is bent")
    return OpenCase(
        shop_id=n % 100 + 1,
        actor=Actor(kind="buyer", id=buyer, buyer=buyer),
        order_id=UUID(f"00000000-0000-7000-8000-{n:012x}"),
        kind="return_refund",
        reason="not_as_described",
        lines=(line,),
        proof=(proof,),
    )


async def _open(dsn: str, count: int) -> None:
    async with a_desk(dsn) as desk:
        for begin in range(1, count + 1, BATCH):
            answers = await desk.handle([_opening(n) for n in range(begin, min(begin + BATCH, count + 1))])
            assert all(answer.code is None for answer in answers), answers[0].body


async def _drain(dsn: str) -> tuple[float, int]:
    """One worker, which waits for a word and then drains: seconds of CPU, and how many fired."""
    pool: asyncpg.Pool = await open_pool(dsn, "amends_worker", min_size=4, max_size=12)
    rulebooks = Rulebooks()
    async with pool.acquire() as connection:
        await rulebooks.refresh(connection)
    spare_collections()
    worker = Deadlines(Desk(pool, rulebooks), Pace())
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    cpu = time.process_time()
    fired, _ = await worker.drain()
    used = time.process_time() - cpu
    await pool.close()
    return used, fired


def _side_by_side(dsn: str, workers: int) -> tuple[float, float, int]:
    """So many worker processes on one database, as a marketplace runs them: seconds until all are done, CPU seconds of all, how many fired."""
    words = [sys.executable, "-m", "benchmarks.drain", dsn]
    started = [subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(workers)]
    for child in started:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    begun = time.perf_counter()
    for child in started:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    told = [child.communicate()[0].split() for child in started]
    return time.perf_counter() - begun, sum(float(used) for used, _ in told), sum(int(fired) for _, fired in told)


def measure(dsn: str, due: int = DUE) -> dict[str, float]:
    """Open, let the reviews fall due, copy everything for the raw statement, drain both."""
    asyncio.run(_open(dsn, due))
    run_sql(dsn, (HERE / "raw_drain_before.sql").read_text("utf-8"))
    begun = time.perf_counter()
    run_sql(dsn, (HERE / "raw_drain.sql").read_text("utf-8"))
    raw = time.perf_counter() - begun
    run_sql(dsn, "drop schema raw cascade;\nvacuum analyze;\n")
    took, cpu, fired = _side_by_side(dsn, WORKERS)
    assert fired >= due, (fired, due)
    return {
        "drain_per_s": fired / took,
        "drain_raw_sql_per_s": due / raw,
        "drain_vs_raw_sql": raw / due * fired / took,
        "drain_app_cpu_us": cpu / fired * 1e6,
    }


if __name__ == "__main__":
    print(*uvloop.run(_drain(sys.argv[1])))
