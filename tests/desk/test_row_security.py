"""Row security is forced: a transaction sees the shops that it names, and without a name nothing at all."""

import asyncpg
import pytest
from tests.marketplace import Marketplace

from amends.actions.commands import Approve
from amends.store.database import open_pool, transaction

SHOPS_TABLES = """
select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'shop_id' and not a.attisdropped
where c.relnamespace = 'amends'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1
"""


async def _two_shops(market: Marketplace) -> tuple[int, int]:
    ids = []
    for shop in ("anna", "bert"):
        sold = await market.order(shop)
        said = await market.ask(sold, "refund_only", "damaged", proof=["photo_defect"], key="k")
        await market.do((sold.shop_id, said.case_id), Approve)
        await market.ask(sold, "refund_only", "damaged")
        ids.append(sold.shop_id)
    return ids[0], ids[1]


async def _tables(market: Marketplace) -> list[str]:
    return [row["relname"] for row in await market.administrator.fetch(SHOPS_TABLES)]


@pytest.mark.parametrize("role", ["amends_desk", "amends_worker"])
async def test_without_a_named_shop_no_row_is_seen(marketplace: Marketplace, role: str) -> None:
    await _two_shops(marketplace)
    may_look = {"deadline", "outbox"} if role == "amends_worker" else set()
    async with await open_pool(marketplace.dsn, role, max_size=1) as pool:
        for table in await _tables(marketplace):
            if table not in may_look:
                async with transaction(pool, []) as connection:
                    assert await connection.fetchval(f"select count(*) from {table}") == 0, table  # noqa: S608 - a table's name


async def test_a_named_shop_is_all_that_is_seen(marketplace: Marketplace) -> None:
    anna, bert = await _two_shops(marketplace)
    full = {"orders", "cases", "event", "deadline", "outbox", "attempt", "idempotency", "refund", "payment", "evidence"}
    for table in await _tables(marketplace):
        async with transaction(marketplace.desk.pool, [anna]) as connection:
            shops = {r["shop_id"] for r in await connection.fetch(f"select distinct shop_id from {table}")}  # noqa: S608 - a table's name
        assert shops <= {anna}, table
        assert table not in full or shops == {anna}, table
    async with transaction(marketplace.desk.pool, [bert, anna]) as connection:
        assert await connection.fetchval("select count(distinct shop_id) from orders") == 2


async def test_a_row_of_another_shop_can_be_neither_written_nor_moved(marketplace: Marketplace) -> None:
    anna, bert = await _two_shops(marketplace)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(marketplace.desk.pool, [anna]) as connection:
            await connection.execute(
                "insert into idempotency values ($1, 'x', 'x', decode(repeat('00', 32), 'hex'), null, 'x', now())", bert
            )
    async with transaction(marketplace.desk.pool, [anna]) as connection:
        assert await connection.execute("update cases set note = 'mine' where shop_id = $1", bert) == "UPDATE 0"


async def test_the_names_of_one_transaction_are_forgotten_by_the_next(marketplace: Marketplace) -> None:
    anna, _ = await _two_shops(marketplace)
    async with await open_pool(marketplace.dsn, "amends_desk", min_size=1, max_size=1) as pool:
        async with transaction(pool, [anna]) as connection:
            assert await connection.fetchval("select count(*) from orders") == 1
        assert await pool.fetchval("select count(*) from orders") == 0


async def test_a_buyer_reads_their_own_orders_and_cases_and_nothing_else(marketplace: Marketplace) -> None:
    await _two_shops(marketplace)
    await marketplace.order("anna", buyer="otto")
    async with transaction(marketplace.desk.pool, [], buyer="otto") as connection:
        assert await connection.fetchval("select count(*) from orders") == 1
        assert await connection.fetchval("select count(*) from cases") == 0
        assert await connection.fetchval("select count(*) from payment") == 0
