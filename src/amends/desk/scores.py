"""Entries of scores that stand on no event of a case: told by the platform, or taking another one back."""

from collections.abc import Sequence

import asyncpg
import msgspec

from amends.desk.record import refresh_standing
from amends.domain.facts.conduct import ScoreEntry
from amends.store.database import queries


async def append(connection: asyncpg.Connection, shop_id: int, entries: Sequence[ScoreEntry]) -> None:
    """Write entries of one shop and fold its standing anew, in the transaction of the connection.

    The head of the shop's chain is locked first, as every command does, so that no two folds pass each other.

    Raises:
        asyncpg.UniqueViolationError: an entry was taken back already, or its reference told before.
    """
    if not entries:
        return
    await connection.fetch(queries("lock_chain_heads"), [shop_id])
    await connection.execute(queries("insert_scores"), [(shop_id, *msgspec.structs.astuple(entry)) for entry in entries])
    await refresh_standing(connection, [shop_id])
