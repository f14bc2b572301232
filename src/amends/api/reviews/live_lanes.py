"""The platform sends the orders of a live session to a review lane (C-03). It is a flag that people set; nothing about a person is inferred."""

from datetime import datetime
from typing import Annotated, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Limit, Name, Positive, Strict, Word
from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.api.door.shops import shop_of
from amends.api.door.spoken import unspoken
from amends.kernel.text import text_problem
from amends.store.database import queries, transaction
from amends.store.reading import read_moment, read_place, write_place

LONGEST_ROOM = 200
LONGEST_SHOP = 15


class LaneBody(Strict, frozen=True, kw_only=True):
    """The lane, and the references of the orders that the session brought; cases that are open already keep theirs."""

    shop_id: Positive
    review_lane: Word
    orders: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=500)]


class LiveLane(msgspec.Struct, frozen=True, kw_only=True):
    """The lane of a session, who set it, and the orders that are now in it; `unknown` are references that the shop does not have."""

    shop_id: int
    room: str
    review_lane: str
    set_by: str
    set_at: datetime
    orders: list[UUID]
    unknown: list[str]


class SentView(msgspec.Struct, frozen=True, kw_only=True):
    """A live session that was sent to a lane, by whom, and how many of the shop's orders are in that lane now."""

    shop_id: int
    shop: str
    market: str
    room: str
    review_lane: str
    set_by: str
    set_by_name: str | None
    set_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    orders_in_lane: int


class SentPage(msgspec.Struct, frozen=True, kw_only=True):
    """Live sessions in lanes, the newest first."""

    sessions: list[SentView]
    next_cursor: str | None


class SentQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sessions before the one that the cursor names."""

    cursor: Annotated[str, Meta(max_length=1000)] | None = None
    limit: Limit = 50


async def list_lanes(request: Request) -> Reply | Problem:
    """The live sessions whose orders were sent to a lane."""
    query = cast("SentQuery", request.query)
    after = _place(query.cursor) if query.cursor else (None, None, None)
    if after is None:
        return Problem(code="bad_cursor")
    rows = await request.context.reviewers.fetch(queries("list_live_lanes"), *after, query.limit + 1, request.caller.only_markets)
    page = [SentView(**dict(row)) for row in rows[: query.limit]]
    last = page[-1] if len(rows) > query.limit else None
    more = write_place(last.set_at.isoformat(), str(last.shop_id), last.room) if last else None
    return json_reply(SentPage(sessions=page, next_cursor=more))


def _place(cursor: str) -> tuple[datetime, int, str] | None:
    read = read_place(cursor, 3)
    if read is None or not (read[1].isascii() and read[1].isdecimal() and len(read[1]) <= LONGEST_SHOP):
        return None
    at = read_moment(read[0])
    return (at, int(read[1]), read[2]) if at is not None else None


async def put_lane(request: Request) -> Reply | Problem:
    """Send the orders of a session to a lane."""
    body, context, room = cast("LaneBody", request.body), request.context, request.params["room"]
    refused = unspoken(body, context.vocabulary)
    if refused is not None:
        return refused
    shop_id = await shop_of(context, request.caller, body.shop_id)
    if shop_id is None or text_problem(room, LONGEST_ROOM) is not None:
        return Problem(code="not_found")
    async with transaction(context.pool, [shop_id]) as connection:
        lane = await connection.fetchrow(queries("put_live_lane"), shop_id, room, body.review_lane, request.caller.actor.id)
        found = await connection.fetch(queries("send_to_lane"), shop_id, sorted(set(body.orders)), body.review_lane)
    unknown = sorted(set(body.orders) - {row["reference"] for row in found})
    return json_reply(LiveLane(orders=[row["id"] for row in found], unknown=unknown, **dict(lane)))


OPERATIONS = (
    Operation(id="list_live_lanes", method="GET", path="/v1/live-lanes", summary="Live sessions that were sent to a review lane",
              handler=list_lanes, who=frozenset({"platform"}), permission="attention.read", query=SentQuery, answer=SentPage),
    Operation(id="put_live_lane", method="PUT", path="/v1/live-rooms/{room}/lane", summary="Send a live session's orders to a review lane",
              handler=put_lane, who=frozenset({"platform"}), permission="cases.recheck", body=LaneBody, answer=LiveLane, sort="write",
              problems=("not_found", "unknown_word")),
)  # fmt: skip
