"""Writes what a batch of outcomes laid out: every table in one statement, parents before children, the chain last."""

from typing import Any

import asyncpg
import msgspec

from amends.desk.chain import extend
from amends.desk.rows import Batch, Overdrawn
from amends.store.database import queries

# Parents first, because foreign keys look; the order of locks is order, payment, case, deadline, outbox, chain.
WRITTEN_IN = (
    "update_orders",
    "upsert_parcels",
    "place_line_parcels",
    "insert_scans",
    "reserve_payments",
    "reserve_allocations",
    "insert_cases",
    "update_cases",
    "drop_case_lines",
    "upsert_case_lines",
    "upsert_evidence",
    "upsert_refunds",
    "insert_refund_lines",
    "insert_transactions",
    "insert_postings",
    "upsert_deadlines",
)
# These answer how many rows let themselves be written; fewer than asked means that somebody was faster.
GUARDED = frozenset({"reserve_payments", "reserve_allocations", "update_cases"})
SUMMED = frozenset({"reserve_payments", "reserve_allocations"})
LAST = ("insert_outbox", "insert_attempts", "insert_answers")
SEPARATOR = "\x1f"  # a target may hold blanks, never a control character
_encode = msgspec.json.encode


async def write(connection: asyncpg.Connection, batch: Batch) -> None:
    """Write everything of the batch, or raise `Overdrawn`.

    Raises:
        Overdrawn: a guarded row refused; the transaction must be rolled back.
        SerializationError: somebody wrote an answer under the same idempotency key meanwhile; the transaction is to be run again.
    """
    for name in WRITTEN_IN:
        await _write(connection, name, batch.rows.get(name))
    await _write_events(connection, batch)
    for name in LAST:
        try:
            await _write(connection, name, batch.rows.get(name))
        except asyncpg.UniqueViolationError as taken:  # the key of an answer was taken meanwhile, for another order: look again
            raise asyncpg.SerializationError(str(taken)) from taken


async def _write(connection: asyncpg.Connection, name: str, rows: list[tuple[Any, ...]] | None) -> None:
    if not rows:
        return
    if name in SUMMED:
        rows = _summed(rows)
    status = await connection.execute(queries(name), *map(list, zip(*rows, strict=True)))
    if name in GUARDED and int(status.rsplit(" ", 1)[1]) != len(rows):
        raise Overdrawn(name)


def _summed(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """One row a target: an update that meets a row twice would apply once."""
    sums: dict[tuple[Any, ...], int] = {}
    for *key, amount in rows:
        sums[tuple(key)] = sums.get(tuple(key), 0) + amount
    return [(*key, amount) for key, amount in sums.items()]


async def _write_events(connection: asyncpg.Connection, batch: Batch) -> None:
    if not batch.links:
        return
    heads = {
        row["shop_id"]: (row["seq"], row["hash"])
        for row in await connection.fetch(queries("lock_chain_heads"), sorted(batch.links))
    }
    rows: list[tuple[Any, ...]] = []
    moved: list[tuple[int, int, bytes]] = []
    for shop_id, links in batch.links.items():
        made = extend(heads[shop_id], links)
        moved.append((shop_id, *made[-1]))
        for (case_id, e), (number, digest) in zip(links, made, strict=True):
            wishes = SEPARATOR.join(f"{w.effect}:{w.target}" for w in e.wishes) or None
            rows.append((shop_id, case_id, e.seq, e.type, e.at, e.actor_kind, e.actor, e.from_state, e.to_state,
                         _encode(e.body).decode(), wishes, e.fired_kind, e.fired_started_seq, number, digest))  # fmt: skip
    await _write(connection, "insert_events", rows)
    await _write(connection, "move_chain_heads", moved)
