"""Members of a shop: who holds which role, from when until when; a change counts from the next request on (P-01, P-02, P-06)."""

from datetime import datetime
from typing import Annotated, Any, cast

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Limit, Moment
from amends.api.door.calls import Request
from amends.api.door.confirming import confirmed_for
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.shops import beyond, permissions_of, provider_fits, shop_in_path, subject_in_path
from amends.api.door.spoken import unspoken
from amends.api.people.bodies import MemberBody
from amends.store.database import queries, transaction
from amends.store.members import Grant, announce, begin, end, held_by
from amends.store.reading import read_keys, write_keys

MANAGE = "members.manage"


class MemberView(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody holds or held in a shop. `to_at` in the future is an end that is set."""

    person: str
    name: str
    language: str
    role: str
    permissions: list[str]
    provider: str | None
    from_at: datetime
    to_at: datetime | None
    granted_by: str
    ended_by: str | None
    ended_why: str | None
    disabled_at: datetime | None


class MemberPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of members."""

    members: list[MemberView]
    next_cursor: str | None


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """A role as it was granted."""

    person: str
    shop_id: int
    role: str
    permissions: list[str]
    provider: str | None
    from_at: datetime


class MembersQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`ended` shows what was held before as well."""

    ended: bool = False
    updated_since: Moment | None = None
    cursor: Annotated[str, Meta(max_length=500)] | None = None
    limit: Limit = 50


async def list_members(request: Request) -> Reply | Problem:
    """The members of a shop."""
    shop_id, query = await shop_in_path(request), cast("MembersQuery", request.query)
    if shop_id is None:
        return Problem(code="not_found")
    after = read_keys(query.cursor) if query.cursor else None
    if query.cursor and after is None:
        return Problem(code="bad_cursor")
    async with transaction(request.context.pool, [shop_id]) as connection:
        rows = await connection.fetch(queries("list_members"), shop_id, query.ended, query.updated_since,
                                      after.name if after else None, after.at if after else None, query.limit + 1)  # fmt: skip
    page = rows[: query.limit]
    more = write_keys(page[-1]["person"], page[-1]["from_at"]) if len(rows) > query.limit else None
    return json_reply(MemberPage(members=[MemberView(**dict(row)) for row in page], next_cursor=more))


async def put_member(request: Request) -> Reply | Problem:
    """Grant a role in a shop, or change it."""
    shop_id, subject, body, context = await shop_in_path(request), subject_in_path(request), request.body, request.context
    if shop_id is None or subject is None:
        return Problem(code="not_found")
    permissions = permissions_of(context, body.role, body.permissions, of="seller")
    if isinstance(permissions, Problem):
        return permissions
    refused = unspoken(body, context.vocabulary) or beyond(request.caller, shop_id, permissions)
    refused = refused or confirmed_for(request.caller, permissions)
    if refused is not None:
        return refused
    async with transaction(context.pool, [shop_id]) as connection:
        granted = await _grant(request, connection, shop_id, f"seller:{subject}", body, permissions)
    if isinstance(granted, Granted):
        context.callers.forget(f"person:{granted.person}")
        return json_reply(granted)
    return granted


async def _grant(
    request: Request, connection: Any, shop_id: int, person: str, body: MemberBody, permissions: tuple[str, ...]
) -> Granted | Problem:
    caller = request.caller
    provider, refused = await provider_fits(connection, caller, shop_id, body.provider, permissions)
    refused = refused or await _out_of_reach(request, connection, shop_id, person)
    if refused is not None:
        return refused
    grant = Grant(person=person, role=body.role, permissions=permissions, by=caller.actor.id, provider=provider,
                  from_at=body.from_at)  # fmt: skip
    from_at = await begin(connection, shop_id, grant)
    if caller.kind == "platform" or all(one.shop_id == shop_id for one in await held_by(connection, person)):
        await connection.execute(queries("name_person"), person, body.name, body.language)
    await announce(connection, [person])
    return Granted(person=person, shop_id=shop_id, role=body.role, permissions=sorted(permissions), provider=provider,
                   from_at=from_at)  # fmt: skip


async def _out_of_reach(request: Request, connection: Any, shop_id: int, person: str) -> Problem | None:
    """Nobody changes what somebody holds who holds more than they do, nor a provider's people anybody but their own."""
    stands = await connection.fetchrow(queries("membership_now"), shop_id, person)
    if stands is None:
        return None
    mine = await connection.fetchrow(queries("membership_now"), shop_id, request.caller.actor.id)
    if mine is not None and mine["provider"] is not None and mine["provider"] != stands["provider"]:
        return Problem(code="not_found")
    return beyond(request.caller, shop_id, stands["permissions"])


async def remove_member(request: Request) -> Reply | Problem:
    """End what somebody holds in a shop, at once."""
    shop_id, subject, context = await shop_in_path(request), subject_in_path(request), request.context
    if shop_id is None or subject is None:
        return Problem(code="not_found")
    person = f"seller:{subject}"
    async with transaction(context.pool, [shop_id]) as connection:
        refused = await _out_of_reach(request, connection, shop_id, person)
        if refused is not None:
            return refused
        if not await end(connection, shop_id, [person], by=request.caller.actor.id, why="removed"):
            return Problem(code="not_found")
        await announce(connection, [person])
    context.callers.forget(f"person:{person}")
    return Reply(done="removed")


OPERATIONS = (
    Operation(id="list_members", method="GET", path="/v1/shops/{shop_id}/members", summary="The members of a shop",
              handler=list_members, who=TRADE, permission=MANAGE, query=MembersQuery, answer=MemberPage,
              problems=("not_found",)),
    Operation(id="put_member", method="PUT", path="/v1/shops/{shop_id}/members/{subject}", summary="Grant a role in a shop",
              handler=put_member, who=TRADE, permission=MANAGE, body=MemberBody, answer=Granted, sort="write",
              problems=("not_found", "unknown_word", "provider_unknown", "provider_holds_less", "confirm_needed")),
    Operation(id="remove_member", method="DELETE", path="/v1/shops/{shop_id}/members/{subject}",
              summary="End what somebody holds in a shop", handler=remove_member, who=TRADE, permission=MANAGE, done="removed",
              sort="write", problems=("not_found",)),
)  # fmt: skip
