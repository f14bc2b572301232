"""Named filters of the list of cases: one's own, and those that a shop shares."""

from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Positive, Strict
from amends.api.door.calls import Request
from amends.api.door.files import shops_of
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.api.door.shops import shop_of
from amends.kernel.ids import new_id, parse_id
from amends.store.database import queries, transaction

SELLER = frozenset({"seller"})
MOST = 100
Value = Annotated[str, Meta(max_length=200)]


class ViewBody(Strict, frozen=True, kw_only=True):
    """A name for a filter: the members of a query of `/v1/cases`. Everybody of the shop sees a shared one; its owner alone changes it."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    filter: Annotated[dict[Annotated[str, Meta(max_length=40)], Value], Meta(max_length=20)]
    shared: bool = False


class NewViewBody(ViewBody, frozen=True, kw_only=True):
    """The same, and the shop that it belongs to."""

    shop_id: Positive


class SavedView(msgspec.Struct, frozen=True, kw_only=True):
    """A named filter; `own` is one that I may change."""

    id: UUID
    shop_id: int
    name: str
    shared: bool
    filter: dict[str, str]
    own: bool


class SavedViews(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, by name."""

    views: list[SavedView]


def _view(row: Any) -> SavedView:
    return SavedView(**dict(row))


async def list_saved_views(request: Request) -> Reply | Problem:
    """My own, and what my shops share."""
    shops = await shops_of(request.context, request.caller)
    async with transaction(request.context.pool, shops) as connection:
        rows = await connection.fetch(queries("saved_views"), shops, request.caller.actor.id)
    return json_reply(SavedViews(views=[_view(row) for row in rows]))


async def make_saved_view(request: Request) -> Reply | Problem:
    """Keep a filter under a name."""
    context, caller, body = request.context, request.caller, cast("NewViewBody", request.body)
    shop_id = await shop_of(context, caller, body.shop_id)
    if shop_id is None:
        return Problem(code="not_found")
    async with transaction(context.pool, [shop_id]) as connection:
        if await connection.fetchval(queries("count_saved_views"), [shop_id], caller.actor.id) >= MOST:
            return Problem(code="too_many", detail={"most": MOST})
        now = await connection.fetchval(queries("domain_now"))
        row = await connection.fetchrow(queries("insert_saved_view"), shop_id, new_id(now), caller.actor.id, body.name, body.shared,
                                        body.filter)  # fmt: skip
    return json_reply(_view(row), done="created")


async def change_saved_view(request: Request) -> Reply | Problem:
    """Change one of mine."""
    context, caller, body = request.context, request.caller, cast("ViewBody", request.body)
    view_id, shops = parse_id(request.params["view_id"]), await shops_of(context, caller)
    if not isinstance(view_id, UUID):
        return Problem(code="not_found")
    async with transaction(context.pool, shops) as connection:
        row = await connection.fetchrow(queries("change_saved_view"), shops, view_id, caller.actor.id, body.name, body.shared,
                                        body.filter)  # fmt: skip
    return json_reply(_view(row)) if row else Problem(code="not_found")


async def remove_saved_view(request: Request) -> Reply | Problem:
    """Take one of mine away."""
    context, caller = request.context, request.caller
    view_id, shops = parse_id(request.params["view_id"]), await shops_of(context, caller)
    if not isinstance(view_id, UUID):
        return Problem(code="not_found")
    async with transaction(context.pool, shops) as connection:
        gone = await connection.fetch(queries("remove_saved_view"), shops, view_id, caller.actor.id)
    return Reply(done="removed") if gone else Problem(code="not_found")


_HERE = "/v1/saved-views"
OPERATIONS = (
    Operation(id="list_saved_views", method="GET", path=_HERE, summary="Named filters of the list of cases", handler=list_saved_views,
              who=SELLER, permission="cases.read", answer=SavedViews),
    Operation(id="make_saved_view", method="POST", path=_HERE, summary="Keep a filter under a name", handler=make_saved_view,
              who=SELLER, permission="cases.read", body=NewViewBody, answer=SavedView, done="created", sort="write",
              problems=("not_found", "too_many")),
    Operation(id="change_saved_view", method="PUT", path=f"{_HERE}/{{view_id}}", summary="Change a named filter",
              handler=change_saved_view, who=SELLER, permission="cases.read", body=ViewBody, answer=SavedView, sort="write",
              problems=("not_found",)),
    Operation(id="remove_saved_view", method="DELETE", path=f"{_HERE}/{{view_id}}", summary="Take a named filter away",
              handler=remove_saved_view, who=SELLER, permission="cases.read", done="removed", sort="write", problems=("not_found",)),
)  # fmt: skip
