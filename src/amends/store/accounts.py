"""Accounts and sessions: a person's password and second factor, and what a browser holds instead of them. Only hashes are kept."""

import secrets
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from amends.store.database import queries

SESSION_BYTES = 32
SESSION_CHARACTERS = 43
LONGEST_AGENT = 200
Ended = Literal["logged_out", "logged_out_everywhere", "renewed", "password_changed", "second_factor_changed", "removed"]


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of an account. `password` is an Argon2 hash; `secret` is sealed; it is in force once `second_factor_at` is set."""

    person: str
    login: str
    password: str
    secret: str | None
    second_factor_at: datetime | None
    last_step: int
    demo: bool
    name: str
    language: str


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session that stands."""

    id: UUID
    person: str
    kind: str
    begun_at: datetime
    ends_at: datetime
    idle: timedelta
    confirmed_at: datetime
    second_factor: bool


class Begun(msgspec.Struct, frozen=True):
    """A new session: `text` goes to the browser and is kept by nobody."""

    id: UUID
    text: str
    ends_at: datetime
    confirmed_at: datetime


def login_name(text: str) -> str:
    """A login as it is kept: what looks alike is alike."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def hash_of_session(text: str) -> bytes:
    """What is kept of a session. It has 256 random bits, so a plain hash is enough."""
    return sha256(text.encode()).digest()


def csrf_of(text: str) -> str:
    """The token that writes must carry: it follows from the session, which no script can read, and does not give it away."""
    return urlsafe_b64encode(sha256(b"csrf:" + text.encode()).digest()).rstrip(b"=").decode()


async def account_of(
    connection: asyncpg.Connection | asyncpg.Pool, *, login: str | None = None, person: str | None = None
) -> Account | None:
    """An account by its login or its person."""
    name, wanted = ("account_by_login", login_name(login)) if login is not None else ("account_of", person)
    row = await connection.fetchrow(queries(name), wanted)
    return Account(**dict(row)) if row else None


async def add_account(
    connection: asyncpg.Connection | asyncpg.Pool, person: str, login: str, password: str, *, demo: bool = False
) -> bool:
    """Give a person an account, with the hash of their password. False where they have one, or the login is taken."""
    return bool(await connection.fetchval(queries("insert_account"), person, login_name(login), password, demo))


async def begin_session(
    connection: asyncpg.Connection | asyncpg.Pool,
    person: str,
    *,
    idle: timedelta,
    longest: timedelta,
    agent: str,
    ends_at: datetime | None = None,
) -> Begun:
    """Begin a session whose owner has just proven who they are; `ends_at` where it goes on from another one."""
    text = secrets.token_urlsafe(SESSION_BYTES)
    row = await connection.fetchrow(
        queries("insert_session"), hash_of_session(text), person, ends_at, longest, idle, agent[:LONGEST_AGENT]
    )
    return Begun(row["id"], text, row["ends_at"], row["confirmed_at"])


async def find_session(connection: asyncpg.Connection | asyncpg.Pool, text: str) -> Session | None:
    """The session that a browser shows, where it stands."""
    if len(text) != SESSION_CHARACTERS or not text.isascii():
        return None
    row = await connection.fetchrow(queries("session_by_hash"), hash_of_session(text))
    return Session(**dict(row)) if row else None


async def session_by_id(connection: asyncpg.Connection | asyncpg.Pool, session: UUID) -> Session | None:
    """The session of that id, where it stands."""
    row = await connection.fetchrow(queries("session_by_id"), session)
    return Session(**dict(row)) if row else None


async def end_sessions(
    connection: asyncpg.Connection | asyncpg.Pool, person: str, why: Ended, *, only: UUID | None = None, keep: UUID | None = None
) -> Sequence[UUID]:
    """End a person's sessions at once, in every process; gives those that were ended."""
    return [row["id"] for row in await connection.fetch(queries("end_sessions"), person, only, keep, why)]
