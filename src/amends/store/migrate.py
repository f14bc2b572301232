"""Forward-only migrations: numbered SQL files, each in a transaction of its own, each remembered with its hash."""

import asyncio
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

import asyncpg

from amends.store.catalog import describe_schema

__all__ = [
    "MIGRATIONS",
    "ROLES",
    "ChangedMigrationError",
    "ForeignDatabaseError",
    "MigrationError",
    "NewerDatabaseError",
    "describe_schema",
    "migrate",
    "pending",
    "read_migrations",
]

MIGRATIONS = Path(__file__).parent / "migrations"
ROLES = ("amends_desk", "amends_worker", "amends_reviewer")
LOCK = 4_203_771_915
FILE_NAME = re.compile(r"(?P<version>\d{4})_(?P<name>[a-z0-9_]+)\.sql")

JOURNAL = """
create table if not exists public.schema_migration (
    version integer primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default clock_timestamp()
)
"""
HAS_TABLES = """
select exists (
    select from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
)
"""


class MigrationError(Exception):
    """The database cannot be brought to this version of the code. `code` is stable."""

    code: ClassVar[str] = "migration_refused"


class ForeignDatabaseError(MigrationError):
    """The database holds tables, but none of them says that they are ours."""

    code = "foreign_database"


class ChangedMigrationError(MigrationError):
    """A file that was applied reads otherwise now; what the database holds is no longer what the files say."""

    code = "migration_changed"


class NewerDatabaseError(MigrationError):
    """The database was migrated by newer code than this."""

    code = "database_newer_than_code"


class Migration(NamedTuple):
    """One file of `migrations/`."""

    version: int
    name: str
    sql: str
    sha256: str


def read_migrations(folder: Path = MIGRATIONS) -> tuple[Migration, ...]:
    """The files in order. Raises MigrationError where a name is no `NNNN_name.sql` or a number is there twice.

    A number may be missing: parts that are written side by side have theirs beforehand, and each runs where it was not run yet.
    """
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = FILE_NAME.fullmatch(path.name)
        if match is None:
            raise MigrationError(f"{path} is not called NNNN_name.sql")
        text = path.read_text(encoding="utf-8")
        found.append(Migration(int(match["version"]), match["name"], text, hashlib.sha256(text.encode()).hexdigest()))
    numbers = [migration.version for migration in found]
    if len(set(numbers)) != len(numbers):
        raise MigrationError(f"the migrations in {folder} are numbered {numbers}, one number twice")
    return tuple(found)


def pending(files: Sequence[Migration], applied: Sequence[tuple[int, str, str]]) -> tuple[Migration, ...]:
    """What is still to be run, given the journal's rows (version, name, sha256). Raises when the two do not fit."""
    known = {migration.version: migration for migration in files}
    for version, name, sha256 in applied:
        if version not in known:
            raise NewerDatabaseError(
                f"The database has migration {version:04}_{name}, which this version of amends does not know. Run a newer one."
            )
        if known[version].sha256 != sha256:
            raise ChangedMigrationError(
                f"{version:04}_{name}.sql was changed after it was applied here. Restore it and write a new migration instead."
            )
    done = {version for version, _, _ in applied}
    return tuple(migration for migration in files if migration.version not in done)


async def migrate(dsn: str, folder: Path = MIGRATIONS) -> list[str]:
    """Bring the database to the newest migration; gives the names of what was run. Safe to run by several processes at once.

    Raises:
        MigrationError: with a code: foreign_database, migration_changed, database_newer_than_code, migration_refused.
        asyncpg.PostgresError: a migration's own SQL failed; it and what comes after it left no trace.
    """
    files = read_migrations(folder)
    connection = await asyncpg.connect(dsn, server_settings={"application_name": "amends migrate"})
    try:
        await connection.execute("select pg_advisory_lock($1)", LOCK)
        await _open_journal(connection)
        await prepare_roles(connection)
        rows = await connection.fetch("select version, name, sha256 from public.schema_migration order by version")
        todo = pending(files, [(row["version"], row["name"], row["sha256"]) for row in rows])
        for migration in todo:
            await _apply(connection, migration)
        return [f"{migration.version:04}_{migration.name}" for migration in todo]
    finally:
        await connection.close()


async def _open_journal(connection: asyncpg.Connection) -> None:
    if await connection.fetchval("select to_regclass('public.schema_migration') is null") and await connection.fetchval(
        HAS_TABLES
    ):
        raise ForeignDatabaseError("This database holds tables that are not of amends. Give DATABASE_URL a database of its own.")
    await connection.execute(JOURNAL)


async def prepare_roles(connection: asyncpg.Connection) -> None:
    """Roles belong to the whole cluster, so another database's migration may be creating the same ones right now.

    Some functions belong to one of the roles, and a later migration replaces them: who is no superuser needs the roles' rights for it.
    """
    plain = await connection.fetchval("select not rolsuper from pg_roles where rolname = current_user")
    for role in ROLES:
        await _tolerating_races(
            connection, f"create role {role} nologin", "select exists (select from pg_roles where rolname = $1)", role
        )
        await _tolerating_races(
            connection,
            f"grant {role} to current_user with inherit {'true' if plain else 'false'}, set true",
            "select exists (select from pg_auth_members m join pg_roles r on r.oid = m.roleid join pg_roles u on u.oid = m.member "
            "where r.rolname = $1 and u.rolname = current_user and m.set_option and (m.inherit_option or u.rolsuper))",
            role,
        )


async def _tolerating_races(connection: asyncpg.Connection, statement: str, already: str, role: str) -> None:
    for attempt in range(20):
        if await connection.fetchval(already, role):
            return
        try:
            await connection.execute(statement)
        except (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError, asyncpg.InternalServerError):
            await asyncio.sleep(0.01 * (attempt + 1))
        except asyncpg.InsufficientPrivilegeError as refused:
            raise MigrationError(
                f"{refused}. Give the login user CREATEROLE, or let an administrator say: {statement}"
            ) from refused
    raise MigrationError(f"the role {role} could not be prepared: {statement}")


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    async with connection.transaction():
        await connection.execute(migration.sql)
        await connection.execute(
            "insert into public.schema_migration (version, name, sha256) values ($1, $2, $3)",
            migration.version,
            migration.name,
            migration.sha256,
        )
