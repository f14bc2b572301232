"""What is done a few times a minute: alarms before deadlines, scores whose entries expire, buyers, and shops' mornings."""

import asyncpg

from amends.desk.desk import Desk
from amends.desk.record import refresh_standing
from amends.store.database import queries, transaction
from amends.worker.alarms import Alarms
from amends.worker.buyers import Buyers
from amends.worker.digests import Digests
from amends.worker.notices import Notices


class Ahead:
    """One for each process."""

    def __init__(self, desk: Desk, pool: asyncpg.Pool, notices: Notices) -> None:
        self.pool = pool
        self.alarms = Alarms(desk)
        self.buyers = Buyers(pool, desk.rulebooks)
        self.digests = Digests(pool, notices)

    async def look(self) -> int:
        """Do all of it once; gives how many alarms were told, for then something is owed to the world."""
        await self.refresh()
        await self.buyers.judge()
        await self.digests.send()
        return await self.alarms.tell()

    async def refresh(self) -> None:
        """Fold scores anew whose entries have expired meanwhile."""
        for row in await self.pool.fetch(queries("shops_with_expired_entries")):
            async with transaction(self.pool, [row["shop_id"]]) as connection:
                await connection.fetch(queries("lock_chain_heads"), [row["shop_id"]])
                await refresh_standing(connection, [row["shop_id"]])
