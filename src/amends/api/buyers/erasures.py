"""Buyers who ask to be forgotten, and what must be kept all the same: a hold has a reason, and an end or somebody who lifts it."""

from datetime import UTC, datetime
from typing import Annotated, Literal, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Limit, Moment, Name, Strict
from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.kernel.ids import parse_id
from amends.store.database import queries

PLATFORM = frozenset({"platform"})
Why = Annotated[str, Meta(min_length=1, max_length=1000)]


class ErasureBody(Strict, frozen=True, kw_only=True):
    """Whom to forget, and on whose wish."""

    buyer: Name
    why: Why


class HoldBody(Strict, frozen=True, kw_only=True):
    """Whose data must be kept, why, and until when; without an end until somebody lifts it."""

    buyer: Name
    why: Why
    until: Moment | None = None


class ErasureView(msgspec.Struct, frozen=True, kw_only=True):
    """An erasure: waiting (with what holds it) or done. It does not say whom: that is what was forgotten."""

    id: UUID
    state: str
    why: str
    asked_by: str
    asked_by_name: str | None
    asked_at: datetime
    held_by: list[str]
    erased_at: datetime | None


class Erasures(msgspec.Struct, frozen=True, kw_only=True):
    """Erasures, the newest first."""

    erasures: list[ErasureView]
    next_cursor: str | None


class HoldView(msgspec.Struct, frozen=True, kw_only=True):
    """A legal hold."""

    id: UUID
    why: str
    placed_by: str
    placed_by_name: str | None
    placed_at: datetime
    until: datetime | None
    lifted_at: datetime | None


class Holds(msgspec.Struct, frozen=True, kw_only=True):
    """Legal holds, the newest first. They do not say of whom: a hold is looked up by whoever placed it."""

    holds: list[HoldView]
    next_cursor: str | None


class HoldsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Holds; `open=true` leaves out those that are lifted or over."""

    open: bool = False
    cursor: Annotated[str, Meta(max_length=64)] | None = None
    limit: Limit = 50


class ErasuresQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Erasures in one state."""

    state: Literal["waiting", "done"] | None = None
    cursor: Annotated[str, Meta(max_length=64)] | None = None
    limit: Limit = 50


async def ask_erasure(request: Request) -> Reply | Problem:
    """Forget a buyer, as soon as no live case, chargeback, refund or legal hold needs what is known of them."""
    body, context = cast("ErasureBody", request.body), request.context
    made = context.desk.make_id(datetime.now(UTC))
    row = await context.pool.fetchrow(queries("ask_erasure"), made, body.buyer, body.why, request.caller.actor.id)
    await context.pool.execute("notify amends_work")
    return json_reply(ErasureView(**dict(row)), done="accepted")


async def list_erasures(request: Request) -> Reply | Problem:
    """What was asked, and what holds it."""
    query = cast("ErasuresQuery", request.query)
    after = parse_id(query.cursor) if query.cursor else None
    if query.cursor and not isinstance(after, UUID):
        return Problem(code="bad_cursor")
    rows = await request.context.pool.fetch(queries("erasures"), after, query.state, query.limit + 1)
    page = rows[: query.limit]
    more = str(page[-1]["id"]) if len(rows) > query.limit else None
    return json_reply(Erasures(erasures=[ErasureView(**dict(row)) for row in page], next_cursor=more))


async def place_hold(request: Request) -> Reply | Problem:
    """Keep a buyer's data whoever asks to have it erased."""
    body, context = cast("HoldBody", request.body), request.context
    made = context.desk.make_id(datetime.now(UTC))
    row = await context.pool.fetchrow(queries("place_hold"), made, body.buyer, body.why, request.caller.actor.id, body.until)
    return json_reply(HoldView(**dict(row)), done="created")


async def list_holds(request: Request) -> Reply | Problem:
    """What must be kept, and until when."""
    query = cast("HoldsQuery", request.query)
    after = parse_id(query.cursor) if query.cursor else None
    if query.cursor and not isinstance(after, UUID):
        return Problem(code="bad_cursor")
    rows = await request.context.pool.fetch(queries("list_holds"), after, query.open, query.limit + 1)
    page = rows[: query.limit]
    more = str(page[-1]["id"]) if len(rows) > query.limit else None
    return json_reply(Holds(holds=[HoldView(**dict(row)) for row in page], next_cursor=more))


async def lift_hold(request: Request) -> Reply | Problem:
    """End a legal hold."""
    hold = parse_id(request.params["hold_id"])
    if not isinstance(hold, UUID) or await request.context.pool.fetchval(queries("lift_hold"), hold) is None:
        return Problem(code="not_found")
    return Reply(done="removed")


OPERATIONS = (
    Operation(id="ask_erasure", method="POST", path="/v1/erasures", summary="Forget a buyer", handler=ask_erasure, who=PLATFORM,
              permission="privacy.manage", body=ErasureBody, answer=ErasureView, done="accepted", sort="write"),
    Operation(id="list_erasures", method="GET", path="/v1/erasures", summary="Buyers who asked to be forgotten", handler=list_erasures,
              who=PLATFORM, permission="privacy.manage", query=ErasuresQuery, answer=Erasures),
    Operation(id="place_hold", method="POST", path="/v1/legal-holds", summary="Keep a buyer's data for a claim", handler=place_hold,
              who=PLATFORM, permission="privacy.manage", body=HoldBody, answer=HoldView, done="created", sort="write"),
    Operation(id="list_holds", method="GET", path="/v1/legal-holds", summary="Buyers' data that must be kept, and why",
              handler=list_holds, who=PLATFORM, permission="privacy.manage", query=HoldsQuery, answer=Holds),
    Operation(id="lift_hold", method="DELETE", path="/v1/legal-holds/{hold_id}", summary="End a legal hold", handler=lift_hold,
              who=PLATFORM, permission="privacy.manage", done="removed", sort="write", problems=("not_found",)),
)  # fmt: skip
