"""Writes what a batch of outcomes laid out: every table in one statement, parents before children, the chain last."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import msgspec

from amends.desk.chain import extend
from amends.desk.rows import Batch, Overdrawn, Reused
from amends.domain.facts.conduct import STARTS
from amends.store.database import queries

# Guarded rows first, each by itself: it answers how many rows let themselves be written, and fewer than asked means that
# somebody was faster. The order of locks is order, chain (both held from the beginning), payment, case, deadline, outbox.
GUARDED = ("reserve_payments", "hold_payments", "reserve_allocations", "update_cases")
SUMMED = frozenset({"reserve_payments", "hold_payments", "reserve_allocations"})
# An order that an action makes stands before what hangs on it.
MADE = ("insert_orders", "insert_order_lines", "insert_payments", "insert_allocations", "insert_replacement_payments")
UPDATES = ("update_orders", "drop_case_lines")
FOLLOWING = ("update_deadlines",)  # before new ones begin: a case has one live deadline of a kind
# Of a case or a parcel that may have been born in the whole rows.
AFTERWARDS = ("update_evidence", "place_line_parcels", "stop_metrics", "start_metrics")
ROWS = frozenset({"update_deadlines", "update_evidence"})  # take one array of whole rows
# Whole rows, one array a table, all in one statement: foreign keys look when it ends.
WHOLE = (
    "upsert_parcels",
    "insert_scans",
    "insert_cases",
    "insert_case_lines",
    "insert_tags",
    "upsert_case_lines",
    "upsert_interceptions",
    "upsert_return_plans",
    "insert_readings",
    "insert_evidence",
    "upsert_refunds",
    "insert_refund_lines",
    "upsert_disputes",
    "upsert_rulings",
    "insert_approvals",
    "upsert_chargebacks",
    "insert_transactions",
    "insert_postings",
    "insert_deadlines",
    "upsert_proposals",
    "upsert_replacements",
    "insert_rule_uses",
    "insert_events",
    "insert_outbox",
    "upsert_compensations",
    "insert_alarms",
    "insert_excuses",
    "insert_scores",
    "insert_signals",
    "insert_messages",
    "insert_notices",
    "insert_offline_actions",
    "insert_attempts",
    "insert_answers",
    "move_chain_heads",
)
_encode = msgspec.json.encode
Heads = Mapping[int, tuple[int, bytes]]
"""How many events a shop's chain has, and the hash of the last one."""


async def write(connection: asyncpg.Connection, batch: Batch, heads: Heads) -> None:
    """Write everything of the batch, or raise. `heads` are the heads of the shops' chains, which this transaction holds.

    Raises:
        Overdrawn: a guarded row refused; the transaction must be rolled back.
        Reused: a carrier's event was taken for another order already; the transaction must be rolled back.
        SerializationError: a key was taken meanwhile; the transaction is worth another try.
    """
    for name in MADE + UPDATES + GUARDED + FOLLOWING:
        await _update(connection, name, batch.rows.get(name))
    _chain(batch, heads)
    scans = batch.rows.get("insert_scans")
    if scans and await connection.fetchrow(queries("scans_of_others"), scans) is not None:
        raise Reused
    names = tuple(name for name in WHOLE if batch.rows.get(name))
    if names:
        try:
            await _run(connection, _together(names), [batch.rows[name] for name in names])
        except asyncpg.UniqueViolationError as taken:  # the key of an answer was taken meanwhile, for another order: look again
            raise asyncpg.SerializationError(str(taken)) from taken
    for name in AFTERWARDS:
        await _update(connection, name, batch.rows.get(name))
    if scores := batch.rows.get("insert_scores"):
        await refresh_standing(connection, sorted({row[0] for row in scores}))


async def refresh_standing(connection: asyncpg.Connection, shops: Sequence[int]) -> None:
    """Fold the scores of these shops anew, so that their standing is what its entries come to."""
    await _run(connection, queries("refresh_standing"), (list(shops), list(STARTS), list(STARTS.values())))


async def _run(connection: asyncpg.Connection, statement: str, arguments: Sequence[Any]) -> str:
    return str(await connection.execute(statement, *arguments))


@functools.cache
def _together(names: tuple[str, ...]) -> str:
    """The named statements as parts of one."""
    parts = [f"w{n} as ({queries(name).strip().rstrip(';').replace('$1', f'${n}')})" for n, name in enumerate(names, 1)]
    return f"with {', '.join(parts)} select"


async def _update(connection: asyncpg.Connection, name: str, rows: list[tuple[Any, ...]] | None) -> None:
    if not rows:
        return
    if name in SUMMED:
        rows = _summed(rows)
    columns = [rows] if name in ROWS else list(map(list, zip(*rows, strict=True)))
    status = await _run(connection, queries(name), columns)
    if name in GUARDED and int(status.rsplit(" ", 1)[1]) != len(rows):
        raise Overdrawn(name)


def _summed(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """One row a target: an update that meets a row twice would apply once."""
    sums: dict[tuple[Any, ...], int] = {}
    for *key, amount in rows:
        sums[tuple(key)] = sums.get(tuple(key), 0) + amount
    return [(*key, amount) for key, amount in sums.items()]


def _chain(batch: Batch, heads: Heads) -> None:
    """Lay out the events behind the heads of the shops' chains."""
    for shop_id, links in batch.links.items():
        made = extend(heads[shop_id], links)
        batch.rows["move_chain_heads"].append((shop_id, *made[-1]))
        batch.rows["insert_events"].extend(
            (shop_id, case_id, e.seq, e.type, e.at, e.actor_kind, e.actor, e.from_state, e.to_state, _encode(e.body),
             [f"{w.effect}:{w.target}" for w in e.wishes], e.fired_kind, e.fired_started_seq, number, digest, e.facts)
            for (case_id, e), (number, digest) in zip(links, made, strict=True)
        )  # fmt: skip
