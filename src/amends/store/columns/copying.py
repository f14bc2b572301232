"""Brings the copy up to the database: what changed since its cut-off, read in one snapshot and written in one transaction.

Nothing of it touches a row of the database, and no lock is held there. A copy of another database, of a restored one, or of another
edition of its layout is thrown away and made anew. Whatever breaks on the way leaves the copy as it was.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import asyncpg

from amends.store.columns.named import edition, said
from amends.store.database import queries

if TYPE_CHECKING:
    import duckdb

BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
WHOLE: Final = (("shop", "copy_shop"), ("replacement", "copy_replacements"))
CHANGED: Final = (
    ("orders", "copy_orders", ("shop_id", "order_id")),
    ("order_line", "copy_order_lines", ("shop_id", "line_id")),
    ("origin", "copy_origins", ("shop_id", "order_id")),
    ("told_return", "copy_told_returns", ("shop_id", "reference", "sku")),
    ("score", "copy_scores", ("shop_id", "entry_id")),
)
OF_CASES: Final = (
    ("cases", "copy_cases"),
    ("case_line", "copy_case_lines"),
    ("refund", "copy_refunds"),
    ("proposal", "copy_proposals"),
    ("money", "copy_money"),
)
Words = Callable[[str], list[str]]
"""Which known phrases a note holds; the note itself is not kept."""


class AnotherPast(Exception):  # noqa: N818 - it leads to a fresh copy
    """The copy stands beside a database that it was not made from, or that was restored to an earlier day."""


async def refresh(dsn: str, db: "duckdb.DuckDBPyConnection", words: Words, folder: Path) -> datetime:
    """Copy what changed; the new cut-off: nothing that lies before it will change any more.

    Raises:
        AnotherPast: throw the copy away.
    """
    pg = await asyncpg.connect(dsn, server_settings={"role": "amends_reviewer", "search_path": "amends, public", "jit": "off",
                                                     "timezone": "UTC", "application_name": "amends insight"})  # fmt: skip
    spool = Path(tempfile.mkdtemp(prefix="spool-", dir=folder))
    try:
        identity = await pg.fetchval(queries("copy_identity"))
        settled: datetime = await pg.fetchval(queries("settled_until"))
        async with pg.transaction(isolation="repeatable_read", readonly=True):
            return await _Refresh(pg, db, spool, words, settled).run(identity)
    finally:
        shutil.rmtree(spool, ignore_errors=True)
        await pg.close()


class _Refresh:
    def __init__(
        self, pg: asyncpg.Connection, db: "duckdb.DuckDBPyConnection", spool: Path, words: Words, settled: datetime
    ) -> None:
        self.pg, self.db, self.spool, self.words, self.settled = pg, db, spool, words, settled

    async def run(self, identity: str) -> datetime:
        known = self.db.execute("select identity, layout, cut_off from kept.state").fetchone()
        if known is None:
            since = BEGINNING
        elif known[:2] != (identity, edition()):
            raise AnotherPast
        else:
            since = known[2].replace(tzinfo=UTC)
        heads = await self._heads()
        self.db.begin()
        try:
            await self._copy(since, heads, first=known is None)
            self.settled = max(self.settled, since)
            self.db.execute("delete from kept.state")
            self.db.execute("insert into kept.state values (?, ?, ?, 1)", [identity, edition(), _naive(self.settled)])
            self.db.commit()
        except BaseException:
            self.db.rollback()
            raise
        return self.settled

    async def _heads(self) -> list[asyncpg.Record]:
        chain = {shop: (seq, hash_) for shop, seq, hash_ in self.db.execute("from kept.chain").fetchall()}
        self.seen = {shop: seq for shop, (seq, _) in chain.items()}
        heads: list[asyncpg.Record] = await self.pg.fetch(queries("copy_heads"), list(chain), list(self.seen.values()))
        there = {row["shop_id"]: row["seen"] for row in heads}
        if any(seq and there.get(shop) != hash_ for shop, (seq, hash_) in chain.items()):
            raise AnotherPast
        return heads

    async def _copy(self, since: datetime, heads: list[asyncpg.Record], *, first: bool) -> None:
        for name, query in WHOLE:
            await self._read(name, query)
            self.db.execute(f"delete from kept.{name}")
            await self._take(name)
        for name, query, key in CHANGED:
            if await self._read(name, query, since):
                if not first:
                    same = " and ".join(f"k.{part} = r.{part}" for part in key)
                    self.db.execute(f"delete from kept.{name} k using read_{name} r where {same}")
                await self._take(name)
        await self._events(since, heads, first=first)

    async def _events(self, since: datetime, heads: list[asyncpg.Record], *, first: bool) -> None:
        wanted = [(row["shop_id"], self.seen.get(row["shop_id"], 0)) for row in heads
                  if row["seq"] > self.seen.get(row["shop_id"], 0)]  # fmt: skip
        await self._read("event", "copy_events", [shop for shop, _ in wanted], [seq for _, seq in wanted])
        await self._take("event")
        touched = None
        if not first:
            self.db.execute("create or replace temp table touched as select distinct case_id from read_event")
            again = await self.pg.fetch(queries("copy_cases_of_orders"), since)
            if again:
                self.db.executemany("insert into touched values (?)", [(str(row["id"]),) for row in again])
            touched = [row[0] for row in self.db.execute("select distinct case_id from touched").fetchall()]
        if touched != []:
            await self._cases(touched)
        self.db.execute("delete from kept.chain")
        if heads:
            self.db.executemany("insert into kept.chain values (?, ?, ?)", [(r["shop_id"], r["seq"], r["hash"]) for r in heads])

    async def _cases(self, touched: list[Any] | None) -> None:
        if touched is not None:
            self.db.execute("delete from kept.stay where case_id in (from touched)")
        else:
            self.db.execute("create or replace temp table touched (case_id uuid)")
        self.db.execute(said("write_stays"), {"touched_only": touched is not None})
        for name, query in OF_CASES:
            await self._read(name, query, touched)
            if name == "cases":
                self._words_of_notes()
            if touched is not None:
                self._bury(name)
                self.db.execute(f"delete from kept.{name} where case_id in (from touched)")
            await self._take(name)

    def _bury(self, name: str) -> None:
        """A line that a request no longer names, and a case that is no return any more, are told of as gone; others come back as they are."""
        if name in ("case_line", "cases"):
            self.db.execute(said(f"bury_{name}"), {"cut_off": _naive(self.settled)})

    def _words_of_notes(self) -> None:
        """Notes are looked through and left behind; what stays are the phrases of the vocabulary that they hold."""
        found = [
            (case_id, words)
            for case_id, note in self.db.execute("select case_id, note from read_cases where note is not null").fetchall()
            if (words := self.words(note))
        ]
        self.db.execute("alter table read_cases drop note; alter table read_cases add column words text[]")
        if found:
            self.db.execute("create or replace temp table noted (case_id uuid, words text[])")
            self.db.executemany("insert into noted values (?, ?)", found)
            self.db.execute("update read_cases r set words = n.words from noted n where n.case_id = r.case_id")

    async def _read(self, name: str, query: str, *values: Any) -> int:
        """Rows of the database through a file, so that none of them passes through Python."""
        path = self.spool / f"{name}.csv"
        told = await self.pg.copy_from_query(
            queries(query).strip().removesuffix(";"), *values, output=path, format="csv", header=True
        )
        columns = {c: t for c, t in self._columns(name) if c not in ("changed_at", "words")}
        if name == "cases":
            columns["note"] = "VARCHAR"
        typed = ", ".join(f"'{column}': '{kind}'" for column, kind in columns.items())
        self.db.execute(f"drop table if exists read_{name}")
        self.db.execute(
            f"create temp table read_{name} as from read_csv('{path}', header = true, columns = {{{typed}}}, quote = '\"', escape = '\"', "
            "nullstr = '', allow_quoted_nulls = false, parallel = false, max_line_size = 16777216)"
        )
        path.unlink()
        return int(told.split()[-1])

    def _columns(self, name: str) -> list[tuple[str, str]]:
        return self.db.execute(
            "select column_name, data_type from duckdb_columns() where schema_name = 'kept' and table_name = ? order by column_index",
            [name],
        ).fetchall()

    async def _take(self, name: str) -> None:
        more = {"changed_at": "$cut_off"} if any(c == "changed_at" for c, _ in self._columns(name)) else {}
        given = ", ".join(more.get(c, c) for c, _ in self._columns(name))
        self.db.execute(
            f"insert into kept.{name} select {given} from read_{name}", {"cut_off": _naive(self.settled)} if more else {}
        )
        if name not in ("event", "cases"):
            self.db.execute(f"drop table read_{name}")
        await asyncio.sleep(0)


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def open_copy(path: Path) -> "duckdb.DuckDBPyConnection":
    """The copy of a folder, laid out where it is new; one that cannot be read is begun anew."""
    import duckdb

    limits: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "600MB",
        "threads": 2,
        "preserve_insertion_order": False,
        "temp_directory": str(path.parent / "spill"),
    }
    try:
        db = duckdb.connect(str(path), config=limits)
    except duckdb.Error:
        discard(path)
        db = duckdb.connect(str(path), config=limits)
    if not db.execute("select 1 from duckdb_schemas() where schema_name = 'kept'").fetchall():
        db.begin()
        db.execute(said("layout"))
        db.commit()
    return db


def discard(path: Path) -> None:
    """Throw a copy away; nothing stands in it that the database does not have."""
    for each in (path, path.with_name(path.name + ".wal")):
        each.unlink(missing_ok=True)
