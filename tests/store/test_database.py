import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from amends.store.away import is_away
from amends.store.database import UnsafeRoleError, all_queries, connect, open_pool, retried, transaction

TWO_SHOPS = """
create table note (shop_id bigint not null, id bigint not null, body jsonb, primary key (shop_id, id));
alter table note enable row level security;
alter table note force row level security;
create policy of_the_shops on note
    using (shop_id = any((select string_to_array(nullif(current_setting('amends.shops', true), ''), ',')::bigint[])::bigint[]));
grant select, insert, update, delete on note to amends_desk;
insert into note values (1, 1, '{"a": 1}'), (2, 1, null), (3, 1, null);
"""


async def swallowed(work: Awaitable[object]) -> None:
    with contextlib.suppress(asyncpg.PostgresError):
        await work


@pytest_asyncio.fixture
async def notes(database: str) -> AsyncIterator[str]:
    connection = await connect(database)
    await connection.execute(TWO_SHOPS)
    await connection.close()
    yield database


@pytest_asyncio.fixture
async def pool(notes: str) -> AsyncIterator[asyncpg.Pool]:
    async with await open_pool(notes, "amends_desk", min_size=1, max_size=2) as opened:
        yield opened


async def test_a_pooled_connection_acts_as_its_role_from_first_to_last(pool: asyncpg.Pool) -> None:
    for _ in range(3):
        async with pool.acquire() as connection:
            row = await connection.fetchrow(
                "select current_user as name, rolsuper, rolbypassrls, current_setting('plan_cache_mode') as plans, current_setting('jit') as jit "
                "from pg_roles where rolname = current_user"
            )
            assert tuple(row) == ("amends_desk", False, False, "force_generic_plan", "off")


async def test_the_role_survives_reset_all_and_an_explicit_reset_of_the_connection(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        await connection.execute("reset all")
        await connection.reset()
        assert await connection.fetchval("select current_user::text") == "amends_desk"
        await connection.execute("reset role")
        assert await connection.fetchval("select current_user::text") == "amends_desk"


async def test_a_pool_of_the_login_user_who_sees_everything_is_refused(notes: str) -> None:
    with pytest.raises(UnsafeRoleError):
        await open_pool(notes, "amends")


async def test_a_transaction_sees_the_shops_it_names_and_no_other(pool: asyncpg.Pool) -> None:
    async with transaction(pool, [1, 3]) as connection:
        assert [row["shop_id"] for row in await connection.fetch("select shop_id from note order by 1")] == [1, 3]
    async with transaction(pool, []) as connection:
        assert await connection.fetch("select shop_id from note") == []


async def test_nothing_of_a_transactions_shops_stays_on_the_connection(notes: str) -> None:
    async with await open_pool(notes, "amends_desk", min_size=1, max_size=1) as pool:
        async with transaction(pool, [2]) as connection:
            assert await connection.fetchval("select count(*) from note") == 1
        async with pool.acquire() as connection:
            assert await connection.fetchval("select count(*) from note") == 0


async def test_a_buyer_is_named_in_any_words_and_none_of_them_is_sql(pool: asyncpg.Pool) -> None:
    for buyer in ("b-17", "o'brien'); drop table note; --", "\\'", "买家"):
        async with transaction(pool, (), buyer=buyer) as connection:
            assert await connection.fetchval("select current_setting('amends.buyer', true)") == buyer


@pytest.mark.parametrize("hostile", ["1'; drop table note; --", "1", 1.0, True, None])
async def test_only_whole_numbers_name_shops(pool: asyncpg.Pool, hostile: object) -> None:
    with pytest.raises(TypeError):
        async with transaction(pool, [hostile]):  # type: ignore[list-item]
            pass


async def test_an_error_rolls_everything_back_and_leaves_the_connection_usable(notes: str) -> None:
    async with await open_pool(notes, "amends_desk", min_size=1, max_size=1) as pool:
        with pytest.raises(asyncpg.DivisionByZeroError):
            async with transaction(pool, [1]) as connection:
                await connection.execute("delete from note; select 1 / 0")
        async with transaction(pool, [1]) as connection:
            assert await connection.fetchval("select count(*) from note") == 1


async def test_a_commit_that_the_server_made_a_rollback_is_an_error(pool: asyncpg.Pool) -> None:
    with pytest.raises(asyncpg.InFailedSQLTransactionError):
        async with transaction(pool, [1]) as connection:
            await swallowed(connection.execute("insert into note values (1, 1, null)"))


async def test_a_cancelled_transaction_is_rolled_back(notes: str) -> None:
    async with await open_pool(notes, "amends_desk", min_size=1, max_size=1) as pool:
        inside = asyncio.Event()

        async def slow() -> None:
            async with transaction(pool, [1]) as connection:
                await connection.execute("delete from note")
                inside.set()
                await connection.execute("select pg_sleep(60)")

        task = asyncio.create_task(slow())
        await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with transaction(pool, [1]) as connection:
            assert await connection.fetchval("select count(*) from note") == 1


async def test_json_goes_in_as_bytes_or_values_and_comes_out_as_values(pool: asyncpg.Pool) -> None:
    async with transaction(pool, [1]) as connection:
        rows = [b'{"raw": "\xe4\xb8\xad"}', {"value": [1, None]}, None]
        await connection.execute("insert into note select 1, 10 + row_number() over (), b from unnest($1::jsonb[]) b", rows)
        got = [row["body"] for row in await connection.fetch("select body from note where id > 10 order by id")]
        assert got == [{"raw": "中"}, {"value": [1, None]}, None]
        assert await connection.fetchval("select array_agg(body order by id) from note where id > 10") == got
        assert await connection.fetchval("select $1::json", {"a": 1}) == {"a": 1}


async def test_json_comes_out_as_bytes_where_the_pool_says_so(notes: str) -> None:
    async with await open_pool(notes, "amends_desk", raw_json=True) as pool, transaction(pool, [1]) as connection:
        assert await connection.fetchval("select body from note") == b'{"a": 1}'
        assert await connection.fetchval("select json_build_array(1)") == b"[1]"


async def test_a_transaction_broken_off_by_a_deadlock_is_tried_again(pool: asyncpg.Pool) -> None:
    both = asyncio.Barrier(2)
    tries = 0

    async def swap(first: int, second: int) -> None:
        nonlocal tries
        tries += 1
        async with transaction(pool, [1, 2]) as connection:
            await connection.execute("update note set body = '1' where shop_id = $1", first)
            if tries <= 2:
                await both.wait()
            await connection.execute("update note set body = '2' where shop_id = $1", second)

    await asyncio.gather(retried(lambda: swap(1, 2)), retried(lambda: swap(2, 1)))
    assert tries == 3


async def test_after_its_tries_the_error_is_raised() -> None:
    tries = 0

    async def hopeless() -> None:
        nonlocal tries
        tries += 1
        raise asyncpg.SerializationError("always")

    with pytest.raises(asyncpg.SerializationError):
        await retried(hopeless, attempts=3)
    assert tries == 3


def test_queries_are_found_by_name_and_their_parameters_numbered(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "x.sql").write_text(
        "-- name: by_shop\nselect ':no', x::text from t where shop_id = :shop and id = any(:ids::bigint[]) and s = :shop;\n"
    )
    (tmp_path / "y.sql").write_text("-- name: numbered\nselect $1::bigint, $2;\n")
    found = all_queries(tmp_path)
    assert found["by_shop"] == "select ':no', x::text from t where shop_id = $1 and id = any($2::bigint[]) and s = $1;"
    assert found["numbered"] == "select $1::bigint, $2;"


def test_one_name_for_two_queries_is_an_error(tmp_path: Path) -> None:
    for name in ("a.sql", "b.sql"):
        (tmp_path / name).write_text("-- name: same\nselect 1;\n")
    with pytest.raises(ValueError, match="same"):
        all_queries(tmp_path)


def test_the_products_own_queries_can_be_read() -> None:
    assert all("--" in text or text.strip() for text in all_queries().values())


async def killed_under(connection: asyncpg.Connection, killer: asyncpg.Connection) -> None:
    """Until the pool has taken it back, which it does by itself."""
    await killer.execute("select pg_terminate_backend($1)", await connection.fetchval("select pg_backend_pid()"))
    said = ""
    while "released" not in said:
        await asyncio.sleep(0.01)
        try:
            connection.is_closed()
        except asyncpg.InterfaceError as problem:
            said = str(problem)


async def test_what_went_wrong_is_told_as_it_was_though_the_database_is_gone_when_it_is_rolled_back(
    notes: str, pool: asyncpg.Pool
) -> None:
    killer = await connect(notes)

    async def broken() -> None:
        async with transaction(pool, [1]) as connection:
            await killed_under(connection, killer)
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await broken()
    await killer.close()


async def test_whoever_asks_on_a_connection_that_was_lost_meanwhile_hears_that_the_database_is_away(
    notes: str, pool: asyncpg.Pool
) -> None:
    killer = await connect(notes)
    async with pool.acquire() as connection:
        await killed_under(connection, killer)
        with pytest.raises(asyncpg.InterfaceError) as told:
            await connection.fetchval("select 1")
    assert is_away(told.value)
    await killer.close()
