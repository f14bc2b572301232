import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from amends.store.database import connect, open_pool
from amends.store.migrate import (
    MIGRATIONS,
    ROLES,
    ChangedMigrationError,
    ForeignDatabaseError,
    MigrationError,
    NewerDatabaseError,
    describe_schema,
    migrate,
    read_migrations,
)

FIRST = """
create table shelf (shop_id bigint not null, id bigint not null, label text not null, primary key (shop_id, id));
alter table shelf enable row level security;
create policy own on shelf using (shop_id = 1);
grant select on shelf to amends_desk;
"""
SECOND = """
create table book (shop_id bigint not null, id bigint not null, shelf bigint not null, primary key (shop_id, id),
    foreign key (shop_id, shelf) references shelf (shop_id, id));
create index book_by_shelf on book (shop_id, shelf) where id > 0;
"""
THIRD = """
alter table book add column title text not null default 'x' check (title <> '');
create function shout() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger shouting before update on book for each row execute function shout();
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in (("0001_shelf.sql", FIRST), ("0002_book.sql", SECOND), ("0003_title.sql", THIRD)):
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest_asyncio.fixture
async def connection(empty_database: str) -> AsyncIterator[asyncpg.Connection]:
    opened = await connect(empty_database)
    yield opened
    await opened.close()


async def test_migrations_run_in_order_and_once(files: Path, empty_database: str, connection: asyncpg.Connection) -> None:
    assert await migrate(empty_database, files) == ["0001_shelf", "0002_book", "0003_title"]
    assert await migrate(empty_database, files) == []
    rows = await connection.fetch("select version, name, sha256, applied_at from schema_migration order by version")
    assert [(row["version"], row["name"]) for row in rows] == [(1, "shelf"), (2, "book"), (3, "title")]
    assert all(len(row["sha256"]) == 64 and row["applied_at"].utcoffset() is not None for row in rows)


async def test_a_fresh_schema_equals_one_that_was_migrated_step_by_step(
    files: Path, empty_database: str, another_empty_database: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await migrate(empty_database, files)
    step = tmp_path_factory.mktemp("step")
    for path in sorted(files.glob("*.sql")):  # noqa: ASYNC240 - three small files
        (step / path.name).write_text(path.read_text())
        await migrate(another_empty_database, step)
    assert await described(empty_database) == await described(another_empty_database)


async def test_the_products_own_migrations_give_one_schema_all_at_once_or_step_by_step(
    empty_database: str, another_empty_database: str, tmp_path: Path
) -> None:
    await migrate(empty_database)
    for path in sorted(MIGRATIONS.glob("*.sql")):
        (tmp_path / path.name).write_text(path.read_text())
        await migrate(another_empty_database, tmp_path)
    assert await described(empty_database) == await described(another_empty_database)


@pytest.mark.parametrize(
    "change",
    [
        "alter table book add column extra integer",
        "alter table book alter column title drop not null",
        "alter table book alter column title set default 'y'",
        "alter table book drop constraint book_title_check",
        "drop index book_by_shelf",
        "drop trigger shouting on book",
        "alter table book disable trigger shouting",
        "alter policy own on shelf using (true)",
        "alter table shelf force row level security",
        "alter table book enable row level security",
        "grant delete on shelf to amends_desk",
        "grant update (label) on shelf to amends_worker",
        "create type mood as enum ('fair')",
        "create view shelves as select id from shelf",
        "create or replace function shout() returns trigger language plpgsql as $$ begin return old; end $$",
        "revoke execute on function shout() from public",
        "create table other (id integer)",
        "create sequence numbers",
    ],
)
async def test_the_description_of_a_schema_shows_any_difference(
    files: Path, empty_database: str, connection: asyncpg.Connection, change: str
) -> None:
    await migrate(empty_database, files)
    before = await describe_schema(connection)
    await connection.execute(change)
    assert await describe_schema(connection) != before


async def test_a_file_that_was_changed_after_it_ran_is_refused(files: Path, empty_database: str) -> None:
    await migrate(empty_database, files)
    (files / "0002_book.sql").write_text(SECOND + "-- afterthought\n")
    with pytest.raises(ChangedMigrationError, match="0002_book"):
        await migrate(empty_database, files)


async def test_a_database_of_somebody_else_is_left_alone(
    files: Path, empty_database: str, connection: asyncpg.Connection
) -> None:
    await connection.execute("create schema theirs; create table theirs.customer (id integer)")
    before = await describe_schema(connection)
    with pytest.raises(ForeignDatabaseError) as refused:
        await migrate(empty_database, files)
    assert refused.value.code == "foreign_database"
    assert await describe_schema(connection) == before


async def test_a_database_newer_than_the_code_is_left_alone(files: Path, empty_database: str) -> None:
    await migrate(empty_database, files)
    (files / "0003_title.sql").unlink()
    with pytest.raises(NewerDatabaseError, match="0003_title"):
        await migrate(empty_database, files)


async def test_a_migration_that_fails_leaves_no_trace_and_the_ones_before_it_stand(
    files: Path, empty_database: str, connection: asyncpg.Connection
) -> None:
    (files / "0003_title.sql").write_text("create table half (id integer); select 1 / 0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(empty_database, files)
    assert await connection.fetchval("select max(version) from schema_migration") == 2
    assert await connection.fetchval("select to_regclass('half')") is None
    (files / "0003_title.sql").write_text(THIRD)
    assert await migrate(empty_database, files) == ["0003_title"]


async def test_several_processes_migrating_at_once_run_each_file_once(files: Path, empty_database: str) -> None:
    done = await asyncio.gather(*(migrate(empty_database, files) for _ in range(6)))
    assert sorted(map(len, done)) == [0, 0, 0, 0, 0, 3]


async def test_the_roles_exist_cannot_log_in_and_bypass_nothing(
    files: Path, empty_database: str, connection: asyncpg.Connection
) -> None:
    await migrate(empty_database, files)
    rows = await connection.fetch(
        "select rolname::text, rolcanlogin, rolsuper, rolbypassrls, rolinherit from pg_roles where rolname = any($1::text[])",
        ROLES,
    )
    assert sorted(row["rolname"] for row in rows) == sorted(ROLES)
    assert not any(row["rolcanlogin"] or row["rolsuper"] or row["rolbypassrls"] for row in rows)


async def test_a_login_without_power_may_take_the_roles_it_was_granted(
    files: Path, empty_database: str, connection: asyncpg.Connection
) -> None:
    await migrate(empty_database, files)
    await connection.execute("create role plain login password 'plain' createrole; grant create on schema public to plain")
    try:
        host_part = empty_database.split("@", 1)[1]
        plain = f"postgresql://plain:plain@{host_part}"
        for role in ROLES:
            await connection.execute(f"grant {role} to plain with admin true, inherit false, set false")
        await connection.execute("grant all on schema_migration to plain")
        assert await migrate(plain, files) == []
        opened = await connect(plain, "amends_worker")
        assert await opened.fetchval("select current_user::text") == "amends_worker"
        await opened.close()
    finally:
        await connection.execute("reassign owned by plain to current_user; drop owned by plain; drop role plain")


@pytest.mark.parametrize("names", [["first.sql"], ["0001_A.sql"], ["0001_a.sql", "0001_b.sql"]])
def test_files_without_a_number_of_their_own_are_refused(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("select 1;")
    with pytest.raises(MigrationError):
        read_migrations(tmp_path)


async def test_a_file_with_a_smaller_number_that_comes_later_is_run_all_the_same(empty_database: str, tmp_path: Path) -> None:
    """Parts that were written side by side stood in each other's way while a missing number was an error."""
    (tmp_path / "0001_a.sql").write_text("create schema amends; create table amends.a (n int);")
    (tmp_path / "0003_c.sql").write_text("create table amends.c (n int);")
    assert await migrate(empty_database, tmp_path) == ["0001_a", "0003_c"]
    (tmp_path / "0002_b.sql").write_text("create table amends.b (n int);")
    assert await migrate(empty_database, tmp_path) == ["0002_b"]


async def described(dsn: str) -> str:
    connection = await connect(dsn)
    try:
        return await describe_schema(connection)
    finally:
        await connection.close()


async def test_events_and_what_is_owed_outlive_the_move_to_two_halves(
    empty_database: str, connection: asyncpg.Connection, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = tmp_path_factory.mktemp("before")
    for path in MIGRATIONS.glob("*.sql"):
        if int(path.name[:4]) < 33:
            (before / path.name).write_text(path.read_text())
    await migrate(empty_database, before)
    await connection.execute("set session_replication_role = replica")  # rows of cases that are not there
    await connection.execute(
        "insert into event (shop_id, case_id, seq, type, at, actor_kind, actor, to_state, body, chain_seq, hash) "
        "select n, gen_random_uuid(), 1, 'case_opened', now(), 'buyer', 'b', 'pending_review', '{}', 1, '\\x00' "
        "from generate_series(1, 200) n"
    )
    await connection.execute(
        "insert into outbox (shop_id, id, case_id, seq, effect, target, due_at, created_at) "
        "select n, gen_random_uuid(), gen_random_uuid(), 1, 'webhook', 'x', now(), now() from generate_series(1, 200) n"
    )
    stood = {table: await connection.fetch(f"select * from {table} order by shop_id") for table in ("event", "outbox")}  # noqa: S608
    orphans = f"{empty_database}{'&' if '?' in empty_database else '?'}session_replication_role=replica"
    assert "0033_two_halves" in await migrate(orphans)
    for table, rows in stood.items():
        kept = await connection.fetch(f"select * from {table} order by shop_id")  # noqa: S608
        assert [tuple(row)[: len(rows[0])] for row in kept] == [tuple(row) for row in rows]
        halves = await connection.fetch(f"select tableoid::regclass::text as half, count(*) from {table} group by 1 order by 1")  # noqa: S608
        assert [row["half"].rpartition(".")[2] for row in halves] == [f"{table}_2_0", f"{table}_2_1"]
        assert min(row["count"] for row in halves) > 50


@pytest_asyncio.fixture
async def plain_owner(empty_database: str, administrator: asyncpg.Connection) -> AsyncIterator[tuple[str, str]]:
    """A login that owns its database and is no superuser, as managed PostgreSQL gives one; its name, and the address with it."""
    name, parts = f"plain_{uuid4().hex[:8]}", urlsplit(empty_database)
    database = parts.path.removeprefix("/")
    await administrator.execute(f"create role {name} login password 'plain'")
    await administrator.execute(f"alter database {database} owner to {name}")
    yield name, parts._replace(netloc=f"{name}:plain@{parts.netloc.rpartition('@')[2]}").geturl()
    await administrator.execute(f"alter database {database} owner to current_user")
    owner = await connect(empty_database)
    await owner.execute(f"reassign owned by {name} to current_user; drop owned by {name}")
    await owner.close()
    await administrator.execute(f"drop role {name}")


async def test_an_owner_without_rights_over_the_server_migrates_once_the_roles_are_granted(
    plain_owner: tuple[str, str], administrator: asyncpg.Connection
) -> None:
    name, dsn = plain_owner
    with pytest.raises(MigrationError, match=r"CREATEROLE.*grant amends_desk to .* with inherit true") as refused:
        await migrate(dsn)
    assert refused.value.code == "migration_refused"
    for role in ROLES:
        await administrator.execute(f"grant {role} to {name} with inherit true, set true")
    assert len(await migrate(dsn)) == len(read_migrations())
    async with await open_pool(dsn, "amends_desk", max_size=1) as pool:
        assert await pool.fetchval("select current_user") == "amends_desk"
