"""Service providers (代运营): they work in several shops under grants that each shop can end at once (P-01, P-06)."""

from datetime import datetime
from typing import cast

import msgspec

from amends.api.door.calls import Request
from amends.api.door.confirming import confirmed_for
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.shops import beyond, shop_in_path
from amends.api.people.bodies import ProviderBody
from amends.kernel.text import text_problem
from amends.store.database import queries, transaction
from amends.store.members import announce, end, end_provider

LONGEST = 64


class ProviderView(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's grant in a shop, and how many of its people work there."""

    provider: str
    name: str
    permissions: list[str]
    from_at: datetime
    to_at: datetime | None
    granted_by: str
    ended_by: str | None
    ended_why: str | None
    members: int


class Providers(msgspec.Struct, frozen=True, kw_only=True):
    """The providers of a shop."""

    providers: list[ProviderView]


class ProvidersQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`ended` shows those as well whose work is over."""

    ended: bool = False


async def list_providers(request: Request) -> Reply | Problem:
    """Who works in the shop for it."""
    shop_id = await shop_in_path(request)
    if shop_id is None:
        return Problem(code="not_found")
    async with transaction(request.context.pool, [shop_id]) as connection:
        rows = await connection.fetch(queries("list_providers"), shop_id, cast("ProvidersQuery", request.query).ended)
    return json_reply(Providers(providers=[ProviderView(**dict(row)) for row in rows]))


async def put_provider(request: Request) -> Reply | Problem:
    """Let a provider work in the shop, or change what it may do; its people who hold more than that lose what they hold."""
    shop_id, provider, body = await shop_in_path(request), request.params["provider"], cast("ProviderBody", request.body)
    if shop_id is None or text_problem(provider, LONGEST) is not None or not provider.isidentifier():
        return Problem(code="not_found")
    context, known = request.context, request.context.vocabulary.words("permissions")
    wrong = tuple(
        FieldError(f"permissions[{n}]", "unknown_word")
        for n, word in enumerate(body.permissions)
        if word != "*" and word not in known
    )
    refused = Problem(code="unknown_word", errors=wrong) if wrong else beyond(request.caller, shop_id, body.permissions)
    refused = refused or confirmed_for(request.caller, body.permissions)
    if refused is not None:
        return refused
    by, most = request.caller.actor.id, frozenset(body.permissions)
    async with transaction(context.pool, [shop_id]) as connection:
        mine = await connection.fetchrow(queries("membership_now"), shop_id, by)
        if mine is not None and mine["provider"] is not None:  # a provider does not widen its own grant
            return Problem(code="permission_missing", detail={"permission": "members.manage"})
        await connection.fetch(queries("lock_provider"), shop_id, provider)
        people = [row["person"] for row in await connection.fetch(queries("members_of_provider"), shop_id, provider)]
        held = {who: (await connection.fetchrow(queries("membership_now"), shop_id, who))["permissions"] for who in people}
        over = [who for who, words in held.items() if "*" not in most and not most.issuperset(words)]
        await end(connection, shop_id, over, by=by, why="provider_holds_less")
        await connection.fetch(queries("end_provider"), shop_id, provider, by, "changed")
        await connection.execute(queries("insert_provider"), shop_id, provider, body.name, sorted(most), by)
        await announce(connection, over)
        rows = await connection.fetch(queries("list_providers"), shop_id, False)
    for who in over:
        context.callers.forget(f"person:{who}")
    return json_reply(next(ProviderView(**dict(row)) for row in rows if row["provider"] == provider))


async def remove_provider(request: Request) -> Reply | Problem:
    """End a provider's work in the shop, and at once that of all its people."""
    shop_id, context = await shop_in_path(request), request.context
    if shop_id is None:
        return Problem(code="not_found")
    async with transaction(context.pool, [shop_id]) as connection:
        ended = await end_provider(connection, shop_id, request.params["provider"], by=request.caller.actor.id, why="ended")
        if ended is None:
            return Problem(code="not_found")
        await announce(connection, ended)
    for who in ended:
        context.callers.forget(f"person:{who}")
    return Reply(done="removed")


OPERATIONS = (
    Operation(id="list_providers", method="GET", path="/v1/shops/{shop_id}/providers", summary="The service providers of a shop",
              handler=list_providers, who=TRADE, permission="members.manage", query=ProvidersQuery, answer=Providers,
              problems=("not_found",)),
    Operation(id="put_provider", method="PUT", path="/v1/shops/{shop_id}/providers/{provider}",
              summary="Let a service provider work in the shop", handler=put_provider, who=TRADE, permission="members.manage",
              body=ProviderBody, answer=ProviderView, sort="write", problems=("not_found", "unknown_word", "confirm_needed")),
    Operation(id="remove_provider", method="DELETE", path="/v1/shops/{shop_id}/providers/{provider}",
              summary="End a service provider's work in the shop", handler=remove_provider, who=TRADE,
              permission="members.manage", done="removed", sort="write", problems=("not_found",)),
)  # fmt: skip
