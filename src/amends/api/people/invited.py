"""What the code of an invitation opens: a shop, or the platform itself. Codes name the place, so that row security knows it before anybody does."""

from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import asyncpg
import msgspec

from amends.store.database import queries
from amends.store.members import Grant, begin, begin_at_platform

OF_PLATFORM: Final = "platform"
LONGEST_SHOP: Final = 15


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """The place that a code names, and what is kept of the code. Without a shop it is the platform."""

    shop_id: int | None
    code_hash: bytes

    @property
    def shops(self) -> list[int]:
        """The shops that a transaction about it names."""
        return [] if self.shop_id is None else [self.shop_id]

    @property
    def kind(self) -> str:
        """Whom it makes of whoever accepts."""
        return "platform" if self.shop_id is None else "seller"


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A role that an invitation began. Without a shop it is one at the platform; no markets there means all of them."""

    person: str
    shop_id: int | None
    role: str
    permissions: list[str]
    provider: str | None
    markets: list[str]
    from_at: datetime


def hash_of_code(code: str) -> bytes:
    """What is kept of an invitation's code."""
    return sha256(code.encode()).digest()


def invited_by(code: str) -> Invited | None:
    """What a code names; None where it is no code of ours."""
    place = code.partition(".")[0]
    if place == OF_PLATFORM:
        return Invited(shop_id=None, code_hash=hash_of_code(code))
    if not (place.isascii() and place.isdecimal() and len(place) <= LONGEST_SHOP):
        return None
    return Invited(shop_id=int(place), code_hash=hash_of_code(code))


async def standing(connection: asyncpg.Connection, invited: Invited) -> dict[str, Any] | None:
    """What it is good for: person, role, permissions, until when, and the shop or the markets; None where it no longer stands."""
    if invited.shop_id is None:
        row = await connection.fetchrow(queries("platform_invitation_standing"), invited.code_hash)
        return dict(row) | {"shop": None, "market": None, "provider": None} if row else None
    row = await connection.fetchrow(queries("invitation_standing"), invited.shop_id, invited.code_hash)
    return dict(row) | {"name": "", "markets": []} if row else None


async def take(connection: asyncpg.Connection, invited: Invited, person: str) -> Begun | None:
    """Accept it, once, as the person whom it names, and begin the role; None where it no longer stands for them."""
    if invited.shop_id is None:
        row = await connection.fetchrow(queries("take_platform_invitation"), invited.code_hash, person)
    else:
        row = await connection.fetchrow(queries("take_invitation"), invited.shop_id, invited.code_hash, person)
    if row is None:
        return None
    taken = dict(row)
    grant = Grant(person=person, role=taken["role"], permissions=tuple(taken["permissions"]), by=taken["invited_by"],
                  provider=taken.get("provider"), markets=tuple(taken.get("markets", ())))  # fmt: skip
    if invited.shop_id is None:
        from_at = await begin_at_platform(connection, grant)
    else:
        from_at = await begin(connection, invited.shop_id, grant)
    return Begun(person=person, shop_id=invited.shop_id, role=grant.role, permissions=sorted(grant.permissions), provider=grant.provider,
                 markets=sorted(grant.markets), from_at=from_at)  # fmt: skip
