"""Connections, transactions and named queries: what every other part of the store is built on."""

import asyncio
import contextlib
import functools
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import aiosql
import asyncpg
import msgspec

__all__ = ["connect", "holding", "open_pool", "queries", "retried", "transaction"]

SQL = Path(__file__).parent / "sql"
OF_THE_COPY = ("columns", "rates")
"""Folders of DuckDB's statements; `columns/named.py` reads them."""
NAMED = re.compile(r"^--\s*name\s*:\s*(\w+)", re.MULTILINE)
JSONB_VERSION = b"\x01"
RETRY_PAUSE_S = 0.01
ROLE_NAME = re.compile(r"[a-z_][a-z0-9_]*")
ENCODER = msgspec.json.Encoder()
DECODER = msgspec.json.Decoder()
Result = TypeVar("Result")


class UnsafeRoleError(Exception):
    """The connection's role could see past row security."""


def _settings(role: str, application_name: str, *, generic_plans: bool) -> dict[str, str]:
    if not ROLE_NAME.fullmatch(role):
        raise ValueError(f"not a role's name: {role!r}")
    return {
        "role": role,
        "application_name": application_name,
        "jit": "off",
        "standard_conforming_strings": "on",
        "timezone": "UTC",
        "search_path": "amends, public",
        "plan_cache_mode": "force_generic_plan" if generic_plans else "auto",
        # A generic plan made while a table was empty would read all of it for ever: named queries go by their indexes.
        "enable_seqscan": "off" if generic_plans else "on",
    }


async def open_pool(
    dsn: str,
    role: str,
    *,
    min_size: int = 1,
    max_size: int = 8,
    application_name: str = "amends",
    generic_plans: bool = True,
    raw_json: bool = False,
) -> asyncpg.Pool:
    """A pool whose connections act as `role` from their first to their last statement.

    The role is a setting of the session's start, which RESET ALL leaves alone. A role that is a superuser or bypasses row
    security is refused. Nothing is reset between two users of a connection, because everything that ours set is set inside a
    transaction (see `transaction`) and an open transaction is rolled back on return. json and jsonb take bytes as they are and
    anything else through msgspec; they give Python values, or bytes with `raw_json`.

    Raises:
        UnsafeRoleError: the role sees past row security.
    """

    async def prepare(connection: asyncpg.Connection) -> None:
        await _refuse_unsafe(connection)
        await _teach_json(connection, raw=raw_json)

    return await asyncpg.create_pool(
        dsn,
        min_size=min_size,
        max_size=max_size,
        init=prepare,
        reset=_leave_as_is,
        statement_cache_size=2048,
        max_cached_statement_lifetime=0,
        max_cacheable_statement_size=256 * 1024,
        max_inactive_connection_lifetime=0,
        server_settings=_settings(role, application_name, generic_plans=generic_plans),
    )


async def connect(
    dsn: str, role: str | None = None, *, application_name: str = "amends", raw_json: bool = False
) -> asyncpg.Connection:
    """One connection of its own, as the login user where no role is named; for listening, migrating by hand and tests."""
    settings = {"application_name": application_name, "timezone": "UTC", "search_path": "amends, public"}
    if role is not None:
        settings = _settings(role, application_name, generic_plans=False)
    connection = await asyncpg.connect(dsn, server_settings=settings)
    await _teach_json(connection, raw=raw_json)
    return connection


@asynccontextmanager
async def transaction(
    pool: asyncpg.Pool, shops: Iterable[int], *, buyer: str | None = None, held: str = ""
) -> AsyncIterator[asyncpg.Connection]:
    """One transaction that may see these shops, and this buyer, and nothing else; begun and named in a single round trip.

    `held` is what `holding` says: what the transaction locks before it reads anything, in the same round trip.

    Commits at the end, rolls back on any error. A commit that the server turned into a rollback raises.
    """
    named = ",".join(str(_whole(shop)) for shop in shops)
    person = "" if buyer is None else _quoted(buyer)
    async with pool.acquire() as connection:
        try:
            await connection.execute(
                f"begin; select set_config('amends.shops', '{named}', true), set_config('amends.buyer', '{person}', true); {held}"
            )
            yield connection
        except BaseException:
            await _roll_back(connection)
            raise
        if (ended := await connection.execute("commit")) != "COMMIT":
            raise asyncpg.InFailedSQLTransactionError(f"the transaction was ended by {ended}: an error inside it was swallowed")


def holding(orders: Iterable[tuple[int, UUID]], chains: Iterable[int]) -> str:
    """The statement that locks these orders and then the heads of these shops' chains, in the one order that everybody keeps.

    It gives no rows: what is held is read afterwards, by a statement that sees what others committed meanwhile.
    """
    pairs = sorted(orders)
    of, ids = ",".join(str(_whole(shop)) for shop, _ in pairs), ",".join(str(order) for _, order in pairs)
    return f"select hold('{{{of}}}', '{{{ids}}}', '{{{','.join(str(_whole(shop)) for shop in sorted(chains))}}}')"


async def retried(work: Callable[[], Awaitable[Result]], *, attempts: int = 5) -> Result:
    """Run a whole transaction again when PostgreSQL broke it off for a serialisation failure or a deadlock; the last one is raised."""
    for attempt in range(1, attempts):
        try:
            return await work()
        except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
            await asyncio.sleep(RETRY_PAUSE_S * attempt * (1 + random.random()))  # noqa: S311 - only to part two rivals
    return await work()


@functools.cache
def queries(name: str) -> str:
    """The text of a named query of `store/sql`, its `:parameters` numbered $1, $2 … in the order of their first appearance."""
    return _texts(_homes(SQL)[name])[name]


def all_queries(folder: Path = SQL) -> Mapping[str, str]:
    """Every query by its name. Raises ValueError where two files use one name."""
    return {name: _texts(path)[name] for name, path in _homes(folder).items()}


@functools.cache
def _homes(folder: Path) -> Mapping[str, Path]:
    """The file of each query. Only what a process asks for is read closely: all of it would be a fifth of a second of every start."""
    found: dict[str, Path] = {}
    for path in sorted(path for path in folder.rglob("*.sql") if path.parent.name not in OF_THE_COPY):
        for name in NAMED.findall(path.read_text("utf-8")):
            if found.setdefault(name, path) is not path:
                raise ValueError(f"{path}: the query {name} is there twice")
    return found


@functools.cache
def _texts(path: Path) -> Mapping[str, str]:
    loaded = aiosql.from_path(path, "asyncpg", mandatory_parameters=False)
    return {name: getattr(loaded, name).sql for name in loaded.available_queries if not name.endswith("_cursor")}


def _whole(number: int) -> int:
    if type(number) is not int:
        raise TypeError(f"not a whole number: {number!r}")
    return number


def _quoted(text: str) -> str:
    """Safe inside single quotes: standard_conforming_strings is on, and NUL cannot be sent."""
    if "\0" in text:
        raise ValueError("a buyer's reference holds no NUL")
    return text.replace("'", "''")


async def _roll_back(connection: asyncpg.Connection) -> None:
    try:
        await connection.execute("rollback")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
        with contextlib.suppress(asyncpg.InterfaceError):  # its pool has taken it back already: the database died under it
            connection.terminate()


async def _leave_as_is(connection: asyncpg.Connection) -> None:
    """Saves the round trip that the usual reset costs."""


async def _refuse_unsafe(connection: asyncpg.Connection) -> None:
    row = await connection.fetchrow(
        "select current_user as name, rolsuper or rolbypassrls as unsafe from pg_roles where rolname = current_user"
    )
    if row["unsafe"]:
        raise UnsafeRoleError(f"the role {row['name']} sees past row security")


async def _teach_json(connection: asyncpg.Connection, *, raw: bool) -> None:
    await connection.set_type_codec(
        "json", schema="pg_catalog", encoder=_encoded, decoder=bytes if raw else DECODER.decode, format="binary"
    )
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_encoded_b, decoder=_bare if raw else _decoded_b, format="binary"
    )


def _encoded(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | bytearray | msgspec.Raw) else ENCODER.encode(value)


def _encoded_b(value: object) -> bytes:
    return JSONB_VERSION + _encoded(value)


def _bare(data: bytes) -> bytes:
    return bytes(data[1:])


def _decoded_b(data: bytes) -> object:
    return DECODER.decode(data[1:])
