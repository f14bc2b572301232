"""Run by `test_spark.py`, with Spark and Java beside it: what one machine says and what a cluster says, row for row."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from amends.domain.rulebook.compiled import CompiledBook
from amends.exchange.policies import read_policies
from amends.lab.history import opened
from amends.lab.replay import Side, verdict_rows
from amends.lab.spark import session, verdict_rows_on

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)


def side(folder: str, market: str) -> Side:
    return Side(book=CompiledBook(read_policies(Path(folder)).books[market], release=Path(folder).name), at=NOW)


def main(history_file: str, cluster: str, *folders: str) -> None:
    history = opened(Path(history_file))
    base, candidate = (side(folder, history.market) for folder in folders)
    here = verdict_rows(history.table, base, candidate)
    with session(cluster) as spark:
        there = verdict_rows_on(spark, history.table, base, candidate, parts=4)
    assert there.to_pylist() == here.to_pylist(), "the cluster says otherwise than one machine"
    changed = sum(row["before"] != row["after"] for row in here.to_pylist())
    sys.stdout.write(f"{here.num_rows} alike, {changed} changed\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
