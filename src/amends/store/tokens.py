"""Tokens: who may call. Only a hash is kept; permissions are read at use, and a revoked token ends at once."""

import re
import secrets
import zlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from amends.store.database import queries, transaction
from amends.store.members import STAFF, ensure_member

TokenKind = Literal["platform", "seller", "buyer", "carrier"]
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID, _SECRET, _CHECK = 16, 43, 6
_SHAPE = re.compile(rf"amends_(live|test)_([0-9A-Za-z]{{{_ID}}})_([0-9A-Za-z]{{{_SECRET}}})([0-9A-Za-z]{{{_CHECK}}})", re.ASCII)


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token as it is kept, issued to a person, who may do what they hold as a member.

    `permissions` and `shops` are at most what this token may use of it. A `seat` is bound to no shops: it goes wherever its person is a member (U-13, P-06).
    A buyer's token with an `order_id` is good for that order alone.
    """

    id: str
    hash: bytes
    kind: TokenKind
    label: str
    subject: str
    shops: tuple[int, ...]
    permissions: frozenset[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    seat: bool = False
    order_id: UUID | None = None

    @property
    def person(self) -> str:
        """Whom it was issued to, as events name them."""
        return f"{self.kind}:{self.subject}"


class Minted(msgspec.Struct, frozen=True):
    """A new token: `text` is shown once and kept by nobody, `hash` is what the database gets."""

    id: str
    text: str
    hash: bytes


def mint(*, live: bool) -> Minted:
    """Make a token of 256 random bits with a checksum, so that a leaked or mistyped one is known without asking."""
    token_id = _random(_ID)
    body = f"amends_{'live' if live else 'test'}_{token_id}_{_random(_SECRET)}"
    text = body + _checksum(body)
    return Minted(token_id, text, hash_of_token(text))


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _checksum(body: str) -> str:
    number, letters = zlib.crc32(body.encode()), ""
    for _ in range(_CHECK):
        number, digit = divmod(number, len(_LETTERS))
        letters = _LETTERS[digit] + letters
    return letters


def hash_of_token(text: str) -> bytes:
    """What is kept of a token. It has 256 random bits, so a plain hash is enough."""
    return sha256(text.encode()).digest()


def token_id_of(text: str, *, live: bool) -> str | None:
    """The id inside a well-formed token of this kind of place; None for anything else, without a look at the database."""
    found = _SHAPE.fullmatch(text)
    if found is None or (found[1] == "live") != live or _checksum(text[:-_CHECK]) != found[4]:
        return None
    return found[2]


async def create_token(
    connection: asyncpg.Connection | asyncpg.Pool,
    *,
    kind: TokenKind,
    subject: str,
    label: str = "",
    shops: Iterable[int] = (),
    permissions: Iterable[str] = ("*",),
    expires_at: datetime | None = None,
    live: bool = True,
    seat: bool = False,
    order_id: UUID | None = None,
    by: str = "administrator",
) -> Minted:
    """Make a token and keep its hash. `live` is false in a sandbox, whose tokens are good for nothing outside.

    A seller's or the platform's person who is no member yet becomes one, in these shops and with these permissions.
    """
    made, named, held = mint(live=live), sorted(shops), sorted(permissions)
    async with _together(connection, named) as one:
        if kind in STAFF:
            await ensure_member(one, f"{kind}:{subject}", named, held, by=by)
        await one.execute(
            queries("insert_token"), made.id, made.hash, kind, label, subject, named, held, expires_at, seat, order_id
        )
    return made


@asynccontextmanager
async def _together(connection: asyncpg.Connection | asyncpg.Pool, shops: list[int]) -> AsyncIterator[asyncpg.Connection]:
    if isinstance(connection, asyncpg.Pool):
        async with transaction(connection, shops) as one:
            yield one
        return
    async with connection.transaction():
        await connection.execute(queries("name_shops"), ",".join(map(str, shops)))
        yield connection


async def find_token(connection: asyncpg.Connection | asyncpg.Pool, text: str, *, live: bool) -> Token | None:
    """The token that a caller shows, revoked and expired ones too; None where it is not one of ours."""
    token_id = token_id_of(text, live=live)
    row = await connection.fetchrow(queries("token_by_id"), token_id) if token_id else None
    if row is None or not compare_digest(row["hash"], hash_of_token(text)):
        return None
    return token_of(row)


def token_of(row: asyncpg.Record) -> Token:
    """A row as a token."""
    known = dict(row)
    known["shops"], known["permissions"] = tuple(known["shops"]), frozenset(known["permissions"])
    return Token(**known)


async def revoke_token(connection: asyncpg.Connection | asyncpg.Pool, token_id: str) -> bool:
    """End a token at once, in every process. False where it was ended before or never was."""
    return bool(await connection.fetch(queries("revoke_token"), token_id))
