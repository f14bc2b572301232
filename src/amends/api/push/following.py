"""What a shop must look after: deadlines that come near, and what became of its rejections (R-09)."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Limit, Moment, Word
from amends.api.door.calls import Request
from amends.api.door.files import shops_of
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.desk.views import MoneyView
from amends.domain.lifecycle.alarms import ALARMED
from amends.store.database import queries, transaction
from amends.store.reading import paged, read_cursor

Page = Annotated[str, Meta(max_length=500)]
Outcome = Literal[
    "waiting", "escalated", "overturned", "upheld", "accepted_by_silence", "withdrawn", "agreed", "seller_changed_mind"
]


class NearView(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline that ends soon, what its end brings, and which alarms were told."""

    shop_id: int
    case_id: UUID
    order_reference: str
    deadline: str
    due_at: datetime
    on_expiry: str
    rule: str
    state: str
    kind: str
    reason: str
    amount: MoneyView
    alarms: list[str]


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """A page of deadlines, the soonest first."""

    deadlines: list[NearView]
    next_cursor: str | None


class NearQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How near; 12 hours where nothing is said."""

    within_hours: Annotated[int, Meta(ge=1, le=720)] = 12
    cursor: Page | None = None
    limit: Limit = 50


class RejectionView(msgspec.Struct, frozen=True, kw_only=True):
    """A rejection and what became of it."""

    shop_id: int
    case_id: UUID
    seq: int
    order_reference: str
    at: datetime
    event: str
    by: str
    ground: str | None
    kind: str
    reason: str
    amount: MoneyView
    outcome: str
    outcome_at: datetime | None


class Rejections(msgspec.Struct, frozen=True, kw_only=True):
    """A page of rejections, the newest first."""

    rejections: list[RejectionView]
    next_cursor: str | None


class RejectionsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rejections by what became of them, by their ground, since a moment."""

    outcome: Outcome | None = None
    ground: Word | None = None
    since: Moment | None = None
    cursor: Page | None = None
    limit: Limit = 50


async def list_near(request: Request) -> Reply | Problem:
    """What ends soon in the caller's shops."""
    query = cast("NearQuery", request.query)
    after = read_cursor(query.cursor) if query.cursor else None
    if query.cursor and after is None:
        return Problem(code="bad_cursor")
    shops, (at, last) = await shops_of(request.context, request.caller), (after.at, after.id) if after else (None, None)
    async with transaction(request.context.pool, shops) as connection:
        rows = await connection.fetch(queries("near_of_shops"), shops, timedelta(hours=query.within_hours), list(ALARMED), at, last, query.limit + 1)  # fmt: skip
    page, more = paged(rows, query.limit, "due_at", "case_id")
    found = [
        NearView(shop_id=r["shop_id"], case_id=r["case_id"], order_reference=r["order_reference"], deadline=r["kind"], due_at=r["due_at"],
                 on_expiry=r["on_expiry"], rule=r["rule"], state=r["state"], kind=r["case_kind"], reason=r["reason"],
                 amount=MoneyView(r["amount"], r["currency"]), alarms=r["told"])
        for r in page
    ]  # fmt: skip
    return json_reply(Near(deadlines=found, next_cursor=more))


async def list_rejections(request: Request) -> Reply | Problem:
    """What became of each rejection of the caller's shops."""
    query = cast("RejectionsQuery", request.query)
    after = read_cursor(query.cursor) if query.cursor else None
    if query.cursor and after is None:
        return Problem(code="bad_cursor")
    shops, (at, last) = await shops_of(request.context, request.caller), (after.at, after.id) if after else (None, None)
    async with transaction(request.context.pool, shops) as connection:
        rows = await connection.fetch(queries("rejections_of_shops"), shops, query.outcome, query.ground, query.since, at, last, query.limit + 1)  # fmt: skip
    page, more = paged(rows, query.limit, "at", "case_id")
    found = [
        RejectionView(shop_id=r["shop_id"], case_id=r["case_id"], seq=r["seq"], order_reference=r["order_reference"], at=r["at"],
                      event=r["event"], by=r["actor"], ground=r["ground"], kind=r["kind"], reason=r["reason"],
                      amount=MoneyView(r["amount"], r["currency"]), outcome=r["outcome"], outcome_at=r["outcome_at"])
        for r in page
    ]  # fmt: skip
    return json_reply(Rejections(rejections=found, next_cursor=more))


OPERATIONS = (
    Operation(id="list_near_deadlines", method="GET", path="/v1/deadlines/near", summary="Deadlines that end soon", handler=list_near,
              who=TRADE, permission="cases.read", query=NearQuery, answer=Near),
    Operation(id="list_rejections", method="GET", path="/v1/rejections", summary="What became of each rejection",
              handler=list_rejections, who=TRADE, permission="cases.read", query=RejectionsQuery, answer=Rejections),
)  # fmt: skip
