"""Every decision derived again, once a night: what does not follow waits for a person in the list of operations."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any, Final

import asyncpg

from amends.kernel.ids import new_id
from amends.lab.deriving import Difference
from amends.lab.rederive import Counted, Derived, derive_attempts, derive_cases
from amends.store.database import connect, open_pool, queries, transaction

MOST_FOUND: Final = 200
"""Findings that are handed over in one night: a fault that touches everything is told by its first ones and their number."""


async def derive_night(dsn: str, night: date) -> Counted | None:
    """Derive everything again for one night; None where somebody else has that night."""
    async with await open_pool(dsn, "amends_worker", min_size=1, max_size=1, application_name="amends rederive") as pool:
        if await pool.fetchval(queries("begin_night"), night) is None:
            return None
        counted, found, contradicted = Counted(), list[Derived](), 0
        async for derived in _everything(dsn):
            counted.count(derived)
            if derived.contradicted:
                contradicted += 1
                found += [derived] if len(found) < MOST_FOUND else []
        await _hand_over(pool, found)
        if contradicted == len(found):
            await _let_go(pool, await _waiting(dsn), {(derived.shop_id, str(derived.id)) for derived in found})
        totals = (counted.equal, counted.different, counted.not_derivable, contradicted)
        await pool.execute(queries("end_night"), night, *totals)
        return counted


async def _everything(dsn: str) -> AsyncIterator[Derived]:
    connection = await connect(dsn, "amends_reviewer", application_name="amends rederive")
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            async for derived in derive_cases(connection):
                yield derived
            async for derived in derive_attempts(connection):
                yield derived
    finally:
        await connection.close()


async def _hand_over(pool: asyncpg.Pool, found: list[Derived]) -> None:
    for derived in found:
        async with transaction(pool, [derived.shop_id]) as connection:
            made = new_id(await connection.fetchval(queries("domain_now")))
            await connection.execute(queries("park_decision"), derived.shop_id, made, str(derived.id), _told(derived))


async def _waiting(dsn: str) -> list[tuple[int, str]]:
    connection = await connect(dsn, "amends_reviewer", application_name="amends rederive")
    try:
        return [(row["shop_id"], row["event_id"]) for row in await connection.fetch(queries("parked_decisions"))]
    finally:
        await connection.close()


async def _let_go(pool: asyncpg.Pool, waiting: list[tuple[int, str]], standing: set[tuple[int, str]]) -> None:
    """What follows again needs nobody any more."""
    for shop, event in waiting:
        if (shop, event) not in standing:
            async with transaction(pool, [shop]) as connection:
                await connection.execute(queries("settle_decision"), shop, event)


def _told(derived: Derived) -> dict[str, Any]:
    """What is shown of it: the first field that differs, as it was kept and as it comes out."""
    decision = next(each for each in derived.decisions if _of_weight(each.differences))
    first = _of_weight(decision.differences)[0]
    told: dict[str, Any] = {
        "event": decision.event,
        "seq": decision.seq,
        "field": first.field,
        "kept": first.kept,
        "again": first.again,
    }
    about = "case_id" if derived.sort == "case" else "attempt"
    return {about: str(derived.id), **told}


def _of_weight(differences: tuple[Difference, ...]) -> list[Difference]:
    return [each for each in differences if not each.wording]
