"""Moves finished effects away after 90 days; the doctor looks no further back."""

from datetime import timedelta
from typing import Final

import asyncpg

from amends.kernel.ids import new_id
from amends.store.database import queries, transaction

KEPT: Final = timedelta(days=90)
AT_ONCE: Final = 1000


async def sweep(pool: asyncpg.Pool) -> int:
    """Delete what is done for longer than that, shop by shop, in small transactions; gives how many went."""
    gone = 0
    now = await pool.fetchval("select moment()")
    oldest = new_id(now - KEPT, bytes(8))
    for row in await pool.fetch(queries("all_shops")):
        swept = AT_ONCE
        while swept == AT_ONCE:
            async with transaction(pool, [row["id"]]) as connection:
                swept = len(await connection.fetch(queries("sweep_effects"), row["id"], oldest, AT_ONCE))
            gone += swept
    return gone
