"""Members: what people hold, from when until when. Rows are ended and begun, never rewritten (P-01, P-02, P-06; failure mode 18)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import asyncpg
import msgspec

from amends.store.database import queries

STAFF = frozenset({"seller", "platform"})


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What a person holds now: of a shop, or of the platform (`shop_id` is None; `markets` then narrow it, none means all)."""

    shop_id: int | None
    role: str
    permissions: frozenset[str]
    markets: frozenset[str] = frozenset()
    provider: str | None = None


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """A membership to begin, at once or at a later moment; until then what the person held goes on. `markets` narrow staff of the platform."""

    person: str
    role: str
    permissions: tuple[str, ...]
    by: str
    provider: str | None = None
    from_at: datetime | None = None
    markets: tuple[str, ...] = ()


async def held_by(connection: asyncpg.Connection | asyncpg.Pool, person: str) -> tuple[Held, ...]:
    """Everything that a person holds at this moment."""
    rows = await connection.fetch(queries("held_by"), person)
    return tuple(
        Held(shop_id=r["shop_id"], role=r["role"], permissions=frozenset(r["permissions"]), markets=frozenset(r["markets"] or ()),
             provider=r["provider"])
        for r in rows
    )  # fmt: skip


async def ensure_member(
    connection: asyncpg.Connection, person: str, shops: Iterable[int], permissions: Iterable[str], *, by: str
) -> None:
    """Make a person a member who is none yet; in a transaction that names the shops. What stands is left alone."""
    kind, held = person.partition(":")[0], sorted(permissions)
    role = ("main_account" if kind == "seller" else "platform_admin") if "*" in held else "custom"
    await connection.execute(queries("ensure_person"), person, kind, "", "en")
    if kind == "seller":
        await connection.execute(queries("ensure_memberships"), sorted(shops), person, role, held, by)
    else:
        await connection.execute(queries("ensure_platform_membership"), person, role, held, by)


async def begin(connection: asyncpg.Connection, shop_id: int, grant: Grant) -> datetime:
    """Grant a role in a shop; what the person held there ends at the moment when the new role begins."""
    await connection.execute(queries("ensure_person"), grant.person, "seller", "", "en")
    await connection.fetch(queries("lock_memberships"), shop_id, [grant.person])
    ended = await connection.fetch(queries("end_memberships"), shop_id, [grant.person], grant.from_at, grant.by, "role_changed")
    from_at = ended[0]["to_at"] if ended else grant.from_at
    begun: datetime = await connection.fetchval(queries("insert_membership"), shop_id, grant.person, from_at, grant.role,
                                                sorted(grant.permissions), grant.provider, grant.by)  # fmt: skip
    return begun


async def begin_at_platform(connection: asyncpg.Connection, grant: Grant) -> datetime:
    """Grant a role at the platform, in the grant's markets; what the person held there ends, once no commit decides by it any more."""
    await connection.execute(queries("ensure_person"), grant.person, "platform", "", "en")
    await end_at_platform(connection, grant.person, by=grant.by, why="role_changed")
    begun: datetime = await connection.fetchval(queries("insert_platform_membership"), grant.person, grant.role, sorted(grant.permissions),
                                                sorted(grant.markets), grant.by)  # fmt: skip
    return begun


async def end_at_platform(connection: asyncpg.Connection, person: str, *, by: str, why: str) -> bool:
    """End what somebody of the platform holds; False where they hold nothing."""
    await connection.fetch(queries("lock_platform_membership"), person)
    return bool(await connection.fetch(queries("end_platform_membership"), person, by, why))


async def end(connection: asyncpg.Connection, shop_id: int, people: Sequence[str], *, by: str, why: str) -> list[str]:
    """End what these people hold in a shop, at once: every commit that began by it is done, and none begins by it any more."""
    await connection.fetch(queries("lock_memberships"), shop_id, list(people))
    rows = await connection.fetch(queries("end_memberships"), shop_id, list(people), None, by, why)
    return [row["person"] for row in rows]


async def end_provider(connection: asyncpg.Connection, shop_id: int, provider: str, *, by: str, why: str) -> list[str] | None:
    """End a service provider's work in a shop with that of all its people; None where it does not work there."""
    if not await connection.fetchval(queries("lock_provider"), shop_id, provider):
        return None
    people = [row["person"] for row in await connection.fetch(queries("members_of_provider"), shop_id, provider)]
    ended = await end(connection, shop_id, people, by=by, why="provider_ended")
    await connection.fetch(queries("end_provider"), shop_id, provider, by, why)
    return ended


async def announce(connection: asyncpg.Connection | asyncpg.Pool, people: Iterable[str]) -> None:
    """Let every process forget what it knew of these people's tokens."""
    for person in people:
        await connection.execute(queries("told_of_person"), f"person:{person}")
