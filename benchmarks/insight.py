"""Figures over a year of trade: the first copy, what a changed order costs, and the dashboard as the console asks for it."""

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from amends.store.columns.client import Insight, NotReady
from amends.store.columns.question import Question
from benchmarks.bed import HERE, bed, run_sql

ORDERS = int(os.environ.get("AMENDS_BENCH_INSIGHT_ORDERS", "100000"))
PHRASES = {
    "colour_difference": ["色差", "different colour"],
    "size_mismatch": ["too small"],
    "damaged_in_transit": ["arrived broken"],
}
ROUNDS = 5
CHANGE = "update amends.orders set version = version + 1 where shop_id = 1 and reference < 'O-2';\n"


def measure(orders: int = ORDERS) -> dict[str, float]:
    """Seconds, and megabytes of the process that answers."""
    with bed() as (dsn, home):
        run_sql(dsn, (HERE / "insight.sql").read_text("utf-8").replace("{orders}", str(orders)))
        return asyncio.run(_measured(dsn, home))


async def _measured(dsn: str, home: Path) -> dict[str, float]:
    insight = Insight(dsn, home / "insight", PHRASES)
    try:
        begun = time.perf_counter()
        while True:
            try:
                await insight.ask("choices", _question())
                break
            except NotReady:
                await asyncio.sleep(0.1)
        first = time.perf_counter() - begun
        dashboards = []
        for _ in range(ROUNDS):
            await asyncio.sleep(2.1)  # a newer cut-off: nothing of the round before is said again
            dashboards.append(await _dashboard(insight))
        await asyncio.to_thread(run_sql, dsn, CHANGE)
        await asyncio.sleep(2.1)
        begun = time.perf_counter()
        await insight.ask("scores", _question())
        changed = time.perf_counter() - begun
        rss = _rss(insight.pid)
    finally:
        await insight.close()
    return {
        "insight_first_copy_s": first,
        "insight_dashboard_s": sorted(dashboards)[ROUNDS // 2],
        "insight_refresh_s": changed,
        "insight_process_mb": rss,
    }


async def _dashboard(insight: Insight) -> float:
    """What the console asks for at once, over every shop and the last 30 days; until the last of it is there."""
    begun = time.perf_counter()
    asked: list[tuple[str, dict[str, Any]]] = [
        ("overview", {}), ("breakdown", {"dimension": "category", "most": 50}), ("breakdown", {"dimension": "day"}), ("reasons", {}),
        ("breakdown", {"dimension": "product"}), ("scores", {}),
    ]  # fmt: skip
    await asyncio.gather(*(insight.ask(do, _question(), **more) for do, more in asked))
    return time.perf_counter() - begun


def _question() -> Question:
    end = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    return Question(shops=list(range(1, 21)), begin=end - timedelta(days=30), end=end)


def _rss(pid: int | None) -> float:
    text = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(next(line for line in text.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:28} {value:10.3f}")
