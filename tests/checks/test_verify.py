"""A chain that was tampered with is seen: a bit, a row, an order, a tail."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from amends.desk.chain import extend
from amends.desk.verify import FETCHED_AT_ONCE, lines, read_checkpoints, take_checkpoint, verify_all
from amends.domain.facts.events import Event, Wish
from amends.kernel.canonical import GENESIS
from amends.store.database import connect

CASE = UUID("00000000-0000-7000-8000-000000000031")
START = datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)
SHOPS = """
insert into shop (id, reference, name, market, seller) values (1, 's1', 'One', 'us', 'x'), (2, 's2', 'Two', 'us', 'y');
set session_replication_role = replica;
"""
SWAPPED = """
update event set chain_seq = 25 - chain_seq where seq in (5, 6);
update event set chain_seq = chain_seq - 14 where chain_seq > 12
"""
PUT = """
insert into event (shop_id, case_id, seq, type, at, actor_kind, actor, from_state, to_state, body, wishes, fired_kind,
    fired_started_seq, chain_seq, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""


def event(seq: int) -> Event:
    return Event(
        seq=seq,
        type="case_opened",
        at=START + timedelta(microseconds=seq),
        actor_kind="buyer",
        actor='Ann "天" O\u2019Neill\t',
        from_state=None if seq == 1 else "pending_review",
        to_state="pending_review",
        body={"zeta": [1, {"b": None, "a": "é\n"}], "a": seq, "long name": "x", "B": True, "amount": -(2**53 - 1)},
        wishes=(Wish("notify", "ann of York"), Wish("webhook", str(CASE))) if seq % 2 else (),
        fired_kind="review" if seq % 3 == 0 else None,
        fired_started_seq=1 if seq % 3 == 0 else None,
    )


async def chained(connection: asyncpg.Connection, shop: int, count: int) -> None:
    events = [event(n + 1) for n in range(count)]
    made = extend((0, GENESIS), [(CASE, e) for e in events])
    rows = [
        (shop, CASE, e.seq, e.type, e.at, e.actor_kind, e.actor, e.from_state, e.to_state, e.body,
         [f"{w.effect}:{w.target}" for w in e.wishes], e.fired_kind, e.fired_started_seq, number, digest)
        for e, (number, digest) in zip(events, made, strict=True)
    ]  # fmt: skip
    await connection.executemany(PUT, rows)
    head = made[-1] if made else (0, GENESIS)
    await connection.execute("insert into chain_head values ($1, $2, $3)", shop, *head)


@pytest_asyncio.fixture
async def owner(database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await connect(database)
    await connection.execute(SHOPS)
    await chained(connection, 1, 12)
    await chained(connection, 2, 0)
    yield connection
    await connection.close()


async def test_an_untouched_chain_holds(database: str, owner: asyncpg.Connection) -> None:
    report = await verify_all(database)
    assert (report.shops, report.links, report.broken) == (2, 12, ())
    assert lines(report)[-1].endswith("0 chains broken")


@pytest.mark.parametrize(
    ("tampering", "why"),
    [
        ("""update event set body = jsonb_set(body, '{a}', '99') where seq = 5""", "changed"),
        ("update event set at = at + interval '1 microsecond' where seq = 5", "changed"),
        ("update event set actor = 'bob' where seq = 5", "changed"),
        ("update event set wishes = '{}' where seq = 5", "changed"),
        ("update event set fired_kind = 'proof' where seq = 6", "changed"),
        ("update event set hash = set_bit(hash, 7, 1 - get_bit(hash, 7)) where seq = 5", "changed"),
        ("delete from event where seq = 5", "missing"),
        (SWAPPED, "changed"),
        ("delete from event where seq = 12", "head"),
        ("delete from event", "head"),
        ("delete from chain_head where shop_id = 1", "head"),
        ("update event set shop_id = 2, chain_seq = 1 where seq = 12", "changed"),
    ],
)  # fmt: skip
async def test_tampering_is_seen(database: str, owner: asyncpg.Connection, tampering: str, why: str) -> None:
    await owner.execute(tampering)
    report = await verify_all(database)
    assert why in {fault.why for fault in report.broken}
    assert "BROKEN" in lines(report)[0]


async def test_a_tail_cut_with_its_head_is_seen_by_a_checkpoint_kept_outside(
    database: str, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    kept = tmp_path / "checkpoints.jsonl"
    taken = await take_checkpoint(database, kept)
    assert read_checkpoints(kept) == taken
    assert [mark.seq for mark in taken] == [12]
    await owner.execute(
        "delete from event where seq > 10; delete from checkpoint; "
        "update chain_head h set seq = 10, hash = e.hash from event e where h.shop_id = 1 and e.chain_seq = 10"
    )
    assert (await verify_all(database)).broken == ()
    report = await verify_all(database, kept)
    assert [(fault.seq, fault.why) for fault in report.broken] == [(12, "checkpoint")]


async def test_a_chain_written_anew_is_seen_by_a_checkpoint_kept_outside(
    database: str, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    kept = tmp_path / "checkpoints.jsonl"
    await take_checkpoint(database, kept)
    await owner.execute("delete from event; delete from chain_head where shop_id = 1; delete from checkpoint")
    await chained(owner, 1, 11)
    report = await verify_all(database, kept)
    assert [(fault.seq, fault.why) for fault in report.broken] == [(12, "checkpoint")]


async def test_checkpoints_follow_a_chain_that_grows(database: str, owner: asyncpg.Connection, tmp_path: Path) -> None:
    kept = tmp_path / "checkpoints.jsonl"
    await take_checkpoint(database, kept)
    await owner.execute("delete from event; delete from chain_head where shop_id = 1")
    await chained(owner, 1, FETCHED_AT_ONCE + 10)
    assert len(await take_checkpoint(database, kept)) == 1
    began = time.perf_counter()
    report = await verify_all(database, kept)
    taken = time.perf_counter() - began
    assert (report.links, report.checkpoints, report.broken) == (FETCHED_AT_ONCE + 10, 4, ())
    assert taken < 2
