"""Keeps what a host's file says of requests that were made there; no case is opened, for nobody asked us."""

from collections.abc import Sequence

import asyncpg

from amends.domain.facts.told import ToldReturn
from amends.store.database import queries, transaction


async def take_returns(pool: asyncpg.Pool, told: Sequence[ToldReturn]) -> list[str]:
    """Keep told requests; `created`, `updated` or `same` for each, in the order given. The last word on a request counts."""
    last = {(t.shop_id, t.reference, t.sku): t for t in told}
    rows = [(t.shop_id, t.reference, t.sku, t.order_id, t.kind, t.reason, t.status, t.said, t.quantity, t.refund, t.currency,
             t.asked_at) for _, t in sorted(last.items())]  # fmt: skip
    async with transaction(pool, sorted({t.shop_id for t in told})) as connection:
        written = await connection.fetch(queries("tell_returns"), *map(list, zip(*rows, strict=True))) if rows else []
    made = {(r["shop_id"], r["reference"], r["sku"]): "created" if r["made"] else "updated" for r in written}
    return [made.get((t.shop_id, t.reference, t.sku), "same") for t in told]
