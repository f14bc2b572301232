"""The same judgement on an existing Spark cluster: the same kernel in `mapInArrow`, row for row what one machine says.

Driver and executors need this package with numpy, pyarrow and what Spark asks for (pandas) (`PYSPARK_PYTHON` names a Python that has them).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.releases import body_of, book_of
from amends.lab.history import PROMISE
from amends.lab.replay import Side, verdict_rows

SCHEMA: Final = "id string, before string, before_rule string, after string, after_rule string"
_DOT, _DOTLESS = ".", "__"
Sent = tuple[bytes, str | None, datetime]


@contextmanager
def session(address: str) -> Iterator[Any]:
    """A session on a cluster: `sc://…` by Spark Connect, else a master such as `local[2]` or `yarn`. One that runs already is taken."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder
    made = builder.remote(address) if address.startswith("sc://") else builder.master(address)
    spark = made.config("spark.sql.execution.arrow.pyspark.enabled", "true").getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def verdict_rows_on(spark: Any, table: Any, base: Side, candidate: Side, *, parts: int | None = None) -> Any:
    """As `replay.verdict_rows`, in the same order."""
    frame = spark.createDataFrame(_plain(table))
    return verdicts_of(frame.repartition(parts) if parts else frame, table, base, candidate)


def verdicts_of(frame: Any, table: Any, base: Side, candidate: Side) -> Any:
    """The verdicts of a frame that holds the columns of `table` (a file that the cluster reads, say), in the table's order."""
    plain = frame.toDF(*[name.replace(_DOT, _DOTLESS) for name in frame.columns])  # Spark takes a dot for a field of a struct
    judged = plain.mapInArrow(_on_executor(_sent(base), _sent(candidate)), SCHEMA)
    rows = {row["id"]: row for row in judged.toArrow().to_pylist()}
    wanted = [
        rows[name] for name, sort in zip(*(table.column(n).to_pylist() for n in ("id", "sort")), strict=True) if sort != PROMISE
    ]
    return pa.Table.from_pylist(
        wanted, schema=pa.schema([(name, pa.string()) for name in ("id", "before", "before_rule", "after", "after_rule")])
    )


def _plain(table: Any) -> Any:
    """Words as words: Spark keeps no dictionaries."""
    return table.cast(pa.schema([(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in table.schema]))


def _sent(side: Side) -> Sent:
    return body_of(side.book.book), side.book.origin.release, side.at


def _on_executor(base: Sent, candidate: Sent) -> Callable[[Iterable[Any]], Iterator[Any]]:
    def judge(batches: Iterable[Any]) -> Iterator[Any]:
        sides = [Side(book=CompiledBook(book_of(body), release=name), at=at) for body, name, at in (base, candidate)]
        for batch in batches:
            table = pa.Table.from_batches([batch])
            table = table.rename_columns([name.replace(_DOTLESS, _DOT) for name in table.column_names])
            yield from verdict_rows(table, *sides, threads=1).to_batches()

    return judge
