"""While the database is away the interface says so, and it comes back by itself."""

import asyncpg
from tests.api.marketplace import DAMAGED, Market, is_problem


async def test_it_is_503_while_the_database_is_away_and_works_again_afterwards(
    market: Market, administrator: asyncpg.Connection
) -> None:
    name = await market.context.pool.fetchval("select current_database()")
    path = f"/v1/orders/{market.orders['A10']}/cases"
    await administrator.execute(f"alter database {name} allow_connections false")
    await administrator.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name)
    for _ in range(6):
        for answer in (
            await market.call("buyer_1", "POST", path, DAMAGED, idempotency_key="a"),
            await market.call("seller_a", "GET", "/v1/cases"),
            await market.client.get("/ready"),
        ):
            is_problem(answer, 503, "database_away")
            assert int(answer.headers["retry-after"]) > 0
    assert (await market.client.get("/health")).status_code == 200
    await administrator.execute(f"alter database {name} allow_connections true")
    opened = await market.call("buyer_1", "POST", path, DAMAGED, idempotency_key="a")
    assert opened.status_code == 201, opened.text
    assert (await market.client.get("/ready")).status_code == 200
