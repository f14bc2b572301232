"""Invitations to a shop: made by whoever manages its members, accepted once by the person whom they name (P-01, U-13)."""

import secrets
from datetime import UTC, datetime
from typing import Annotated, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Limit
from amends.api.door.calls import Request
from amends.api.door.confirming import confirmed_for
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.shops import beyond, permissions_of, provider_fits, shop_in_path
from amends.api.people.bodies import AcceptBody, InvitationBody
from amends.api.people.invited import Begun, hash_of_code, invited_by, take
from amends.kernel.ids import parse_id
from amends.store.database import queries, transaction
from amends.store.members import announce

SECRET_BYTES = 32


class NewInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation; nobody can show `code` again."""

    id: UUID
    code: str


class InvitationView(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation without its code."""

    id: UUID
    person: str
    role: str
    permissions: list[str]
    provider: str | None
    invited_by: str
    invited_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    withdrawn_at: datetime | None


class InvitationPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of invitations, the newest first."""

    invitations: list[InvitationView]
    next_cursor: str | None


class InvitationsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to go on."""

    cursor: Annotated[str, Meta(max_length=64)] | None = None
    limit: Limit = 50


async def put_invitation(request: Request) -> Reply | Problem:
    """Invite somebody to a shop."""
    shop_id, body, context = await shop_in_path(request), cast("InvitationBody", request.body), request.context
    if shop_id is None:
        return Problem(code="not_found")
    permissions = permissions_of(context, body.role, body.permissions, of="seller")
    if isinstance(permissions, Problem):
        return permissions
    refused = beyond(request.caller, shop_id, permissions) or confirmed_for(request.caller, permissions)
    if refused is not None:
        return refused
    made, code = context.desk.make_id(datetime.now(UTC)), f"{shop_id}.{secrets.token_urlsafe(SECRET_BYTES)}"
    hours = int(context.vocabulary.words("limits")["invitation_hours"].traits["is"])
    async with transaction(context.pool, [shop_id]) as connection:
        provider, refused = await provider_fits(connection, request.caller, shop_id, body.provider, permissions)
        if refused is not None:
            return refused
        await connection.execute(queries("insert_invitation"), shop_id, made, hash_of_code(code), f"seller:{body.subject}", body.role,
                                 sorted(permissions), provider, request.caller.actor.id, hours)  # fmt: skip
    return json_reply(NewInvitation(id=made, code=code), done="created")


async def list_invitations(request: Request) -> Reply | Problem:
    """The invitations of a shop."""
    shop_id, query = await shop_in_path(request), cast("InvitationsQuery", request.query)
    if shop_id is None:
        return Problem(code="not_found")
    after = parse_id(query.cursor) if query.cursor else None
    if after is not None and not isinstance(after, UUID):
        return Problem(code="bad_cursor")
    async with transaction(request.context.pool, [shop_id]) as connection:
        rows = await connection.fetch(queries("list_invitations"), shop_id, after, query.limit + 1)
    page = rows[: query.limit]
    more = str(page[-1]["id"]) if len(rows) > query.limit else None
    return json_reply(InvitationPage(invitations=[InvitationView(**dict(row)) for row in page], next_cursor=more))


async def withdraw_invitation(request: Request) -> Reply | Problem:
    """Take an invitation back that nobody has accepted."""
    shop_id, made = await shop_in_path(request), parse_id(request.params["invitation_id"])
    if shop_id is None or not isinstance(made, UUID):
        return Problem(code="not_found")
    async with transaction(request.context.pool, [shop_id]) as connection:
        if not await connection.fetch(queries("withdraw_invitation"), shop_id, made):
            return Problem(code="not_found")
    return Reply(done="removed")


async def accept_invitation(request: Request) -> Reply | Problem:
    """Become a member of one more shop, or staff of the platform; a seat then reaches it with the token that it has."""
    invited, caller, context = invited_by(cast("AcceptBody", request.body).code), request.caller, request.context
    if invited is None:
        return Problem(code="invitation_unknown")
    async with transaction(context.pool, invited.shops) as connection:
        begun = await take(connection, invited, caller.actor.id)
        if begun is None:
            return Problem(code="invitation_unknown")
        await announce(connection, [caller.actor.id])
    context.callers.forget(f"person:{caller.actor.id}")
    return json_reply(begun)


OPERATIONS = (
    Operation(id="put_invitation", method="POST", path="/v1/shops/{shop_id}/invitations", summary="Invite somebody to a shop",
              handler=put_invitation, who=TRADE, permission="members.manage", body=InvitationBody, answer=NewInvitation,
              done="created", sort="write", problems=("not_found", "unknown_word", "provider_unknown", "provider_holds_less", "confirm_needed")),
    Operation(id="list_invitations", method="GET", path="/v1/shops/{shop_id}/invitations", summary="The invitations of a shop",
              handler=list_invitations, who=TRADE, permission="members.manage", query=InvitationsQuery, answer=InvitationPage,
              problems=("not_found",)),
    Operation(id="withdraw_invitation", method="DELETE", path="/v1/shops/{shop_id}/invitations/{invitation_id}",
              summary="Take an invitation back", handler=withdraw_invitation, who=TRADE, permission="members.manage",
              done="removed", sort="write", problems=("not_found",)),
    Operation(id="accept_invitation", method="POST", path="/v1/invitations:accept", summary="Become a member of one more shop, or staff of the platform",
              handler=accept_invitation, who=TRADE, body=AcceptBody, answer=Begun, sort="write",
              problems=("invitation_unknown",)),
)  # fmt: skip
