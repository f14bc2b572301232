"""Finds the orders of a purchase, over every shop that it was split into."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from amends.store.database import queries, transaction


class PurchasedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One order of a purchase; `lines` are (id, reference, sku)."""

    shop_id: int
    order_id: UUID
    market: str
    status: str
    buyer: str
    placed_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    lines: tuple[tuple[UUID, str, str], ...]


async def find_purchase(pool: asyncpg.Pool, shops: Sequence[int], purchase: str) -> list[PurchasedOrder]:
    """The orders of a purchase among these shops."""
    async with transaction(pool, shops) as connection:
        rows = await connection.fetch(queries("find_purchase"), list(shops), purchase)
    return [PurchasedOrder(**{**dict(row), "lines": tuple((r[0], r[1], r[2]) for r in row["lines"] or ())}) for row in rows]


async def all_shops(pool: asyncpg.Pool) -> list[int]:
    """Every shop of the marketplace; for the importer, who speaks for all of them."""
    return [row["id"] for row in await pool.fetch(queries("shop_ids"))]
