"""The copy follows the database: what changed and nothing else, whole or not at all, and never beside another database."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.insight.conftest import Copied
from tests.marketplace import Marketplace

from amends.actions.commands import Approve
from amends.domain.facts.people import Actor
from amends.store.columns import copying
from amends.store.columns.asking import asked
from amends.store.columns.copying import AnotherPast, open_copy, refresh
from amends.store.columns.process import claim
from amends.store.columns.question import Question

ALWAYS = {"begin": datetime(2026, 1, 1, tzinfo=UTC), "end": datetime(2027, 1, 1, tzinfo=UTC)}


def words(note: str) -> list[str]:
    return ["colour_difference"] if "色差" in note else []


def initiated(copy: Copied, shop: int) -> tuple[int, int]:
    with asked(copy.db, Question(shops=[shop], **ALWAYS)) as one:
        figure = one.rates("")[0].figures[0]
        return figure.numerator, figure.denominator


async def test_only_what_changed_is_copied_again(marketplace: Marketplace, copy: Copied) -> None:
    first = await marketplace.order("vases", reference="V1")
    await marketplace.order("vases", reference="V2")
    await copy.refresh(words)
    assert initiated(copy, first.shop_id) == (0, 2)
    said = await marketplace.ask(first, "refund_only", "not_received", note="色差")
    await copy.refresh(words)
    assert initiated(copy, first.shop_id) == (1, 2)
    changed = copy.db.execute("select count(distinct changed_at), count(*) from kept.orders").fetchall()
    assert changed == [(1, 2)]
    assert copy.db.execute("select words from kept.cases").fetchall() == [(["colour_difference"],)]
    before = copy.count("event")
    await copy.refresh(words)
    assert copy.count("event") == before
    assert said.state == "pending_review"


async def test_a_copy_that_is_refreshed_again_and_again_equals_one_that_is_made_at_once(
    marketplace: Marketplace, copy: Copied, tmp_path: Path
) -> None:
    await copy.refresh(words)
    for n in range(4):
        sold = await marketplace.order("vases", reference=f"V{n}")
        said = await marketplace.ask(sold, "refund_only", "not_received", note="色差")
        await copy.refresh(words)
        if n % 2:
            await marketplace.do((sold.shop_id, said.case_id), Approve)
    await copy.refresh(words)
    (tmp_path / "other").mkdir()
    other = Copied(copy.dsn, tmp_path / "other")
    await other.refresh(words)
    for table in ("orders", "order_line", "event", "cases", "case_line", "stay", "money", "chain"):
        columns = [
            r[0]
            for r in copy.db.execute(
                "select column_name from duckdb_columns() where schema_name = 'kept' and table_name = ? and column_name <> 'changed_at'",
                [table],
            ).fetchall()
        ]
        query = f"select {', '.join(columns)} from kept.{table} order by all"  # noqa: S608 - our own tables
        assert copy.db.execute(query).fetchall() == other.db.execute(query).fetchall(), table
    other.db.close()


async def test_no_word_of_a_buyer_stays_after_they_are_forgotten_and_none_is_ever_copied(
    marketplace: Marketplace, copy: Copied
) -> None:
    sold = await marketplace.order("vases", reference="V1")
    await marketplace.administrator.execute("update amends.orders set buyer = 'zq-planted-zq'")
    planted = Actor(kind="buyer", id="buyer:zq-planted-zq", buyer="zq-planted-zq")
    said = await marketplace.ask(sold, "refund_only", "not_received", by=planted, note="zq-planted-note 色差")
    assert said.code is None
    await copy.refresh(words)
    copy.db.execute("checkpoint")
    held = (copy.folder / "columns.duckdb").read_bytes()
    assert b"zq-planted" not in held
    await marketplace.administrator.execute("update amends.cases set note = null, buyer = 'erased-1'")
    await marketplace.administrator.execute("update amends.orders set buyer = 'erased-1'")
    await copy.refresh(words)
    assert copy.db.execute("select words from kept.cases").fetchall() == [(None,)]
    assert copy.db.execute("select erased from kept.orders").fetchall() == [(True,)]


async def test_a_refresh_that_breaks_leaves_the_copy_as_it_was(
    marketplace: Marketplace, copy: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold = await marketplace.order("vases", reference="V1")
    cut_off = await copy.refresh(words)
    await marketplace.ask(sold, "refund_only", "not_received")
    await marketplace.order("vases", reference="V2")

    async def broken(*_: Any, **__: Any) -> None:
        raise ConnectionResetError("the database went away")

    monkeypatch.setattr(copying._Refresh, "_events", broken)
    with pytest.raises(ConnectionResetError):
        await copy.refresh(words)
    monkeypatch.undo()
    assert initiated(copy, sold.shop_id) == (0, 1)
    with asked(copy.db, Question(shops=[sold.shop_id], **ALWAYS)) as one:
        assert one.cut_off == cut_off
    assert list(copy.folder.glob("spool-*")) == []
    await copy.refresh(words)
    assert initiated(copy, sold.shop_id) == (1, 2)


async def test_a_database_that_was_restored_to_another_past_is_told_by_its_chain(marketplace: Marketplace, copy: Copied) -> None:
    sold = await marketplace.order("vases", reference="V1")
    await marketplace.ask(sold, "refund_only", "not_received")
    await copy.refresh(words)
    copy.db.execute("update kept.chain set hash = '\\x00'::blob")
    with pytest.raises(AnotherPast):
        await copy.refresh(words)
    copy.db.execute("delete from kept.chain")
    copy.db.execute("update kept.state set identity = 'another database'")
    with pytest.raises(AnotherPast):
        await copy.refresh(words)


async def test_a_file_that_cannot_be_read_is_begun_anew(marketplace: Marketplace, tmp_path: Path) -> None:
    path = tmp_path / "columns.duckdb"
    path.write_bytes(b"this is no copy at all" * 500)
    db = open_copy(path)
    await refresh(marketplace.dsn, db, words, tmp_path)
    assert db.execute("select count(*) from kept.state").fetchall() == [(1,)]
    db.close()


def test_two_processes_never_write_one_copy(tmp_path: Path) -> None:
    first, held = claim(tmp_path)
    second, other = claim(tmp_path)
    assert (first.name, second.name) == ("0", "1")
    held.close()
    third, again = claim(tmp_path)
    assert third == first
    other.close()
    again.close()


async def test_an_amended_request_tells_of_the_line_that_it_no_longer_names(marketplace: Marketplace, copy: Copied) -> None:
    sold = await marketplace.order("vases", reference="V1")
    said = await marketplace.ask(sold, "return_refund", "not_as_described")
    await copy.refresh(words)
    admin, case = marketplace.administrator, said.case_id
    await admin.execute("update amends.cases set kind = 'refund_only' where id = $1", case)
    await admin.execute("delete from amends.case_line where case_id = $1", case)
    await admin.execute(
        "update amends.orders set version = version + 1"
    )  # a change by hand has no event; the order's is what is seen
    await copy.refresh(words)
    gone = copy.db.execute("select feed, key from kept.gone order by feed").fetchall()
    assert [feed for feed, _ in gone] == ["case_lines", "returns"]
    assert gone[1][1] == f"case:{case}"


async def test_where_an_order_was_sold_and_whether_it_replaces_another_reaches_the_figures(
    marketplace: Marketplace, copy: Copied
) -> None:
    sold = await marketplace.order("vases", reference="V1", room="R1", host="lin")
    await marketplace.order("vases", reference="V2", replacement=True)
    await marketplace.order("vases", reference="V3", room="R2")
    await copy.refresh(words)
    with asked(copy.db, Question(shops=[sold.shop_id], **ALWAYS)) as one:
        rows = {row.part: row.figures[0].denominator for row in one.rates("room")}
    assert rows == {"R1": 1, "R2": 1}


def test_nothing_is_seen_before_anything_was_copied(empty: duckdb.DuckDBPyConnection) -> None:
    with asked(empty, Question(shops=[1], **ALWAYS)) as one:
        assert one.rates("")[0].figures[0].value is None
        assert one.cut_off == datetime(1970, 1, 1, tzinfo=UTC)
