"""Tokens over HTTP: the platform manages all, a seller those of their own staff. A secret is shown once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, cast

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Limit, TokenBody
from amends.api.door.calls import Request
from amends.api.door.confirming import confirmed
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.spoken import unspoken
from amends.api.people.officers import beyond_officer
from amends.domain.facts.people import at_most
from amends.store.database import queries
from amends.store.members import STAFF, Held, held_by
from amends.store.tokens import create_token, revoke_token, token_of


class TokenView(msgspec.Struct, frozen=True, kw_only=True):
    """A token without its secret."""

    id: str
    kind: str
    label: str
    subject: str
    shops: list[int]
    permissions: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    seat: bool


class TokenPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of tokens."""

    tokens: list[TokenView]
    next_cursor: str | None


class NewToken(msgspec.Struct, frozen=True, kw_only=True):
    """A new token; nobody can show `token` again."""

    id: str
    token: str


class TokensQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tokens after the one that the cursor names."""

    cursor: Annotated[str, Meta(max_length=64)] | None = None
    limit: Limit = 50


def _refused(request: Request, body: TokenBody) -> Problem | None:
    caller, known = request.caller, request.context.vocabulary.words("permissions")
    errors = [
        FieldError(f"permissions[{n}]", "unknown_word")
        for n, word in enumerate(body.permissions)
        if word != "*" and word not in known
    ]
    if body.kind == "seller" and not body.shops:
        errors.append(FieldError("shops", "missing_field"))
    if errors:
        return Problem(code=errors[0].code, errors=tuple(errors))
    if caller.kind == "platform":
        return None
    if body.kind != "seller" or not set(body.shops) <= caller.shops:
        return Problem(code="not_found")
    if body.seat and (caller.session is None or body.subject != caller.subject):
        return Problem(code="seat_of_another")
    over = [word for shop in body.shops for word in body.permissions if not caller.in_shop(shop).may(word)]
    return Problem(code="permission_missing", detail={"permission": over[0]}) if over else None


async def _holds_less(request: Request, body: TokenBody) -> Problem | None:
    """A token gives nobody more than they hold as a member; whoever is none yet becomes one by it, of the platform with what the caller holds."""
    if body.kind not in STAFF:
        return None
    standing = await held_by(request.context.pool, f"{body.kind}:{body.subject}")
    if body.kind == "platform" and (refused := beyond_officer(request.caller, body.permissions, _markets(standing))):
        return refused
    held = {one.shop_id: one.permissions for one in standing}
    for shop in body.shops or ([None] if body.kind == "platform" else []):
        if shop in held and not set(at_most(held[shop], frozenset(body.permissions))) >= set(body.permissions) - {"*"}:
            missing = next(word for word in body.permissions if word not in held[shop])
            return Problem(code="member_holds_less", detail={"permission": missing})
    return None


def _markets(held: Iterable[Held]) -> frozenset[str]:
    """Where a token of the platform's staff reaches: their own markets; none means all."""
    return frozenset[str]().union(*(one.markets for one in held))


async def put_token(request: Request) -> Reply | Problem:
    """Make a token. A seller can give their staff what they hold themselves, for their own shops.

    A seat reaches every shop of its person, those of other sellers too: the platform makes it, or they themselves, logged in.
    """
    body, context = cast("TokenBody", request.body), request.context
    refused = confirmed(request.caller) or unspoken(body, context.vocabulary) or _refused(request, body)
    refused = refused or await _holds_less(request, body)
    if refused is not None:
        return refused
    made = await create_token(
        context.pool,
        kind=body.kind,
        subject=body.subject,
        label=body.label,
        shops=body.shops,
        permissions=body.permissions,
        expires_at=body.expires_at,
        live=not context.settings.sandbox,
        seat=body.seat,
        by=request.caller.actor.id,
    )
    context.callers.forget(f"person:{body.kind}:{body.subject}")
    return json_reply(NewToken(id=made.id, token=made.text), done="created")


async def list_tokens(request: Request) -> Reply | Problem:
    """Tokens without their secrets."""
    query, caller = cast("TokensQuery", request.query), request.caller
    only = None if caller.kind == "platform" else sorted(caller.shops)
    rows = await request.context.pool.fetch(queries("tokens_of_shops"), only, query.cursor, query.limit + 1)
    page = rows[: query.limit]
    more = page[-1]["id"] if len(rows) > query.limit else None
    return json_reply(TokenPage(tokens=[TokenView(**dict(row)) for row in page], next_cursor=more))


async def remove_token(request: Request) -> Reply | Problem:
    """Revoke a token; it is worth nothing from now on, in every process."""
    caller, context = request.caller, request.context
    row = await context.pool.fetchrow(queries("token_by_id"), request.params["token_id"])
    token = token_of(row) if row else None
    if token is None or (caller.kind != "platform" and (token.kind != "seller" or not caller.shops.issuperset(token.shops))):
        return Problem(code="not_found")
    await revoke_token(context.pool, token.id)
    context.callers.forget(token.id)
    return Reply(done="removed")


OPERATIONS = (
    Operation(id="put_token", method="POST", path="/v1/tokens", summary="Make a token", handler=put_token, who=TRADE,
              permission="tokens.manage", body=TokenBody, answer=NewToken, done="created", sort="write",
              problems=("not_found", "unknown_word", "market_unknown", "member_holds_less", "seat_of_another", "confirm_needed"), links=(("remove_token", "token_id"),)),
    Operation(id="list_tokens", method="GET", path="/v1/tokens", summary="Tokens without their secrets", handler=list_tokens,
              who=TRADE, permission="tokens.manage", query=TokensQuery, answer=TokenPage),
    Operation(id="remove_token", method="DELETE", path="/v1/tokens/{token_id}", summary="Revoke a token at once",
              handler=remove_token, who=TRADE, permission="tokens.manage", done="removed", sort="write", problems=("not_found",)),
)  # fmt: skip
