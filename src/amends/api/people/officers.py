"""Staff of the platform and their scopes: which permissions, in which markets (P-01, P-02)."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Annotated, cast

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Limit
from amends.api.door.callers import Caller
from amends.api.door.calls import Request
from amends.api.door.confirming import confirmed_for
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.api.door.shops import permissions_of, subject_in_path
from amends.api.people.bodies import PlatformMemberBody
from amends.store.database import queries, transaction
from amends.store.members import Grant, announce, begin_at_platform, end_at_platform, held_by

PLATFORM = frozenset({"platform"})


class OfficerView(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody of the platform holds or held; no markets means all of them."""

    person: str
    name: str
    language: str
    role: str
    permissions: list[str]
    markets: list[str]
    from_at: datetime
    to_at: datetime | None
    granted_by: str
    ended_by: str | None
    ended_why: str | None


class OfficerPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the platform's staff."""

    members: list[OfficerView]
    next_cursor: str | None


class OfficersQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`ended` shows what was held before as well."""

    ended: bool = False
    cursor: Annotated[str, Meta(max_length=220)] | None = None
    limit: Limit = 50


async def list_officers(request: Request) -> Reply | Problem:
    """The platform's staff."""
    query = cast("OfficersQuery", request.query)
    rows = await request.context.pool.fetch(queries("list_platform_members"), query.ended, query.cursor, query.limit + 1)
    page = rows[: query.limit]
    more = page[-1]["person"] if len(rows) > query.limit else None
    return json_reply(OfficerPage(members=[OfficerView(**dict(row)) for row in page], next_cursor=more))


async def put_officer(request: Request) -> Reply | Problem:
    """Grant a role at the platform, or change it."""
    subject, body, context = subject_in_path(request), cast("PlatformMemberBody", request.body), request.context
    if subject is None:
        return Problem(code="not_found")
    permissions = grantable(request, body)
    if isinstance(permissions, Problem):
        return permissions
    person = f"platform:{subject}"
    async with transaction(context.pool, []) as connection:
        await begin_at_platform(connection, Grant(person=person, role=body.role, permissions=permissions, markets=body.markets,
                                                  by=request.caller.actor.id))  # fmt: skip
        await connection.execute(queries("name_person"), person, body.name, body.language)
        await announce(connection, [person])
        row = await connection.fetchrow(queries("platform_member_now"), person)
    context.callers.forget(f"person:{person}")
    return json_reply(OfficerView(**dict(row)))


def grantable(request: Request, body: PlatformMemberBody) -> tuple[str, ...] | Problem:
    """The permissions that a role at the platform is granted with, where the caller may grant them, there, and has proven who they are."""
    context = request.context
    permissions = permissions_of(context, body.role, body.permissions, of="platform")
    if isinstance(permissions, Problem):
        return permissions
    known = context.desk.rulebooks.releases
    wrong = tuple(FieldError(f"markets[{n}]", "market_unknown") for n, market in enumerate(body.markets) if market not in known)
    refused = Problem(code="market_unknown", errors=wrong) if wrong else beyond_officer(request.caller, permissions, body.markets)
    return refused or confirmed_for(request.caller, permissions) or permissions


def beyond_officer(caller: Caller, permissions: Iterable[str], markets: Collection[str]) -> Problem | None:
    """Nobody grants, ends or takes back more than they hold, nor where they have no say."""
    missing = next((word for word in permissions if not caller.may(word)), None)
    if missing is not None:
        return Problem(code="permission_missing", detail={"permission": missing})
    if caller.markets and not (markets and caller.markets.issuperset(markets)):
        return Problem(code="market_unknown")
    return None


async def remove_officer(request: Request) -> Reply | Problem:
    """End what somebody of the platform holds, at once."""
    subject, context = subject_in_path(request), request.context
    person = f"platform:{subject}"
    held = [one for one in await held_by(context.pool, person) if one.shop_id is None] if subject else []
    if not held:
        return Problem(code="not_found")
    refused = beyond_officer(request.caller, held[0].permissions, held[0].markets)
    if refused is not None:
        return refused
    async with transaction(context.pool, []) as connection:
        await end_at_platform(connection, person, by=request.caller.actor.id, why="removed")
        await announce(connection, [person])
    context.callers.forget(f"person:{person}")
    return Reply(done="removed")


OPERATIONS = (
    Operation(id="list_officers", method="GET", path="/v1/platform/members", summary="The platform's staff",
              handler=list_officers, who=PLATFORM, permission="members.manage", query=OfficersQuery, answer=OfficerPage),
    Operation(id="put_officer", method="PUT", path="/v1/platform/members/{subject}", summary="Grant a role at the platform",
              handler=put_officer, who=PLATFORM, permission="members.manage", body=PlatformMemberBody, answer=OfficerView,
              sort="write", problems=("not_found", "unknown_word", "market_unknown", "confirm_needed")),
    Operation(id="remove_officer", method="DELETE", path="/v1/platform/members/{subject}",
              summary="End what somebody of the platform holds", handler=remove_officer, who=PLATFORM,
              permission="members.manage", done="removed", sort="write", problems=("not_found", "market_unknown")),
)  # fmt: skip
