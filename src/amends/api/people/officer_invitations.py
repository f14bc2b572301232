"""Invitations to work for the platform: made by whoever manages its staff, accepted once by the person whom they name (P-01, P-02)."""

import secrets
from datetime import UTC, datetime
from typing import Final, cast
from uuid import UUID

import msgspec

from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.api.people.bodies import PlatformInvitationBody
from amends.api.people.invitations import SECRET_BYTES, InvitationsQuery, NewInvitation
from amends.api.people.invited import OF_PLATFORM, hash_of_code
from amends.api.people.officers import beyond_officer, grantable
from amends.kernel.ids import parse_id
from amends.store.database import queries, transaction

PLATFORM: Final = frozenset({"platform"})


class OfficerInvitationView(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation to work for the platform, without its code; no markets means all of them."""

    id: UUID
    person: str
    name: str
    role: str
    permissions: list[str]
    markets: list[str]
    invited_by: str
    invited_by_name: str | None
    invited_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    withdrawn_at: datetime | None


class OfficerInvitationPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of invitations, the newest first."""

    invitations: list[OfficerInvitationView]
    next_cursor: str | None


async def put_officer_invitation(request: Request) -> Reply | Problem:
    """Invite somebody to work for the platform."""
    body, context = cast("PlatformInvitationBody", request.body), request.context
    permissions = grantable(request, body)
    if isinstance(permissions, Problem):
        return permissions
    made, code = context.desk.make_id(datetime.now(UTC)), f"{OF_PLATFORM}.{secrets.token_urlsafe(SECRET_BYTES)}"
    hours = int(context.vocabulary.words("limits")["invitation_hours"].traits["is"])
    async with transaction(context.pool, []) as connection:
        await connection.execute(queries("insert_platform_invitation"), made, hash_of_code(code), f"platform:{body.subject}", body.name or "",
                                 body.role, sorted(permissions), sorted(body.markets), request.caller.actor.id, hours)  # fmt: skip
    return json_reply(NewInvitation(id=made, code=code), done="created")


async def list_officer_invitations(request: Request) -> Reply | Problem:
    """The invitations to work for the platform."""
    query = cast("InvitationsQuery", request.query)
    after = parse_id(query.cursor) if query.cursor else None
    if after is not None and not isinstance(after, UUID):
        return Problem(code="bad_cursor")
    rows = await request.context.pool.fetch(queries("list_platform_invitations"), after, query.limit + 1)
    page = rows[: query.limit]
    more = str(page[-1]["id"]) if len(rows) > query.limit else None
    return json_reply(OfficerInvitationPage(invitations=[OfficerInvitationView(**dict(row)) for row in page], next_cursor=more))


async def withdraw_officer_invitation(request: Request) -> Reply | Problem:
    """Take an invitation back that nobody has accepted."""
    made, context = parse_id(request.params["invitation_id"]), request.context
    if not isinstance(made, UUID):
        return Problem(code="not_found")
    async with transaction(context.pool, []) as connection:
        offered = await connection.fetchrow(queries("platform_invitation_open"), made)
        refused = (
            beyond_officer(request.caller, offered["permissions"], offered["markets"]) if offered else Problem(code="not_found")
        )
        if refused is not None:
            return refused
        if not await connection.fetch(queries("withdraw_platform_invitation"), made):
            return Problem(code="not_found")
    return Reply(done="removed")


OPERATIONS = (
    Operation(id="put_officer_invitation", method="POST", path="/v1/platform/invitations", summary="Invite somebody to work for the platform",
              handler=put_officer_invitation, who=PLATFORM, permission="members.manage", body=PlatformInvitationBody, answer=NewInvitation,
              done="created", sort="write", problems=("unknown_word", "market_unknown", "confirm_needed")),
    Operation(id="list_officer_invitations", method="GET", path="/v1/platform/invitations", summary="Invitations to work for the platform",
              handler=list_officer_invitations, who=PLATFORM, permission="members.manage", query=InvitationsQuery,
              answer=OfficerInvitationPage),
    Operation(id="withdraw_officer_invitation", method="DELETE", path="/v1/platform/invitations/{invitation_id}",
              summary="Take an invitation to the platform back", handler=withdraw_officer_invitation, who=PLATFORM,
              permission="members.manage", done="removed", sort="write", problems=("not_found", "market_unknown")),
)  # fmt: skip
