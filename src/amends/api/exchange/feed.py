"""A shop's events in the order in which they were linked: an integrator reads on from the last number it saw."""

from typing import Annotated, cast

import msgspec
from msgspec import Meta

from amends.api.cases.cases import EventView, event_view
from amends.api.door.bodies import Positive
from amends.api.door.calls import Request
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.shops import shop_of
from amends.store.database import queries, transaction


class FeedQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Events after a cursor; the shop must be named by whoever speaks for several."""

    after_cursor: Annotated[int, Meta(ge=0, le=2**62)] = 0
    shop_id: Positive | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 200


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """Events and the cursor to go on from; it stays the same where nothing happened."""

    shop_id: int
    events: list[EventView]
    next_cursor: int


async def list_events(request: Request) -> Reply | Problem:
    """The feed of one shop."""
    query, caller = cast("FeedQuery", request.query), request.caller
    shop_id = query.shop_id or caller.only_shop
    if shop_id is None:
        return Problem(code="missing_field", errors=(FieldError("shop_id", "missing_field"),))
    if await shop_of(request.context, caller, shop_id) is None:
        return Problem(code="not_found")
    async with transaction(request.context.pool, [shop_id]) as connection:
        rows = await connection.fetch(queries("shop_events"), shop_id, query.after_cursor, query.limit)
    events = [event_view(row, row["case_id"]) for row in rows]
    following = events[-1].cursor if events else query.after_cursor
    return json_reply(Feed(shop_id=shop_id, events=events, next_cursor=following))


OPERATIONS = (
    Operation(id="list_events", method="GET", path="/v1/events", summary="A shop's events, from a cursor on",
              handler=list_events, who=TRADE, permission="events.read", query=FeedQuery, answer=Feed, problems=("not_found",)),
)  # fmt: skip
