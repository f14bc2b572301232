"""Disputes: who disputes what, who must prove, what was ruled and why, and the next one for a reviewer to take."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.actions.commands import ClaimReview
from amends.api.door.answering import answered
from amends.api.door.bodies import Limit, Moment, Positive, Strict, Word
from amends.api.door.calls import Request
from amends.api.door.files import read_case, shops_of
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import PEOPLE, TRADE, Operation
from amends.api.door.shops import shop_of
from amends.api.door.spoken import unspoken
from amends.api.reviews.dispute_views import DisputeView, dispute_view
from amends.desk.views import CaseView
from amends.domain.facts.dispute import DisputeState, Ruling
from amends.domain.lifecycle.disputing import SENIOR
from amends.store.database import queries, transaction
from amends.store.reading import Cursor, read_cursor, write_cursor

DRAWN_FROM: Final = 10
PLATFORM: Final = frozenset({"platform"})


class DisputeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A dispute in a list. `mine` says that the caller took it, `proposed` that a ruling waits for a second person (null for outsiders)."""

    shop_id: int
    shop: str
    order_reference: str
    id: UUID
    case_id: UUID
    state: str
    round: int
    lane: str
    opened_at: datetime
    ground: str | None
    stage: str | None
    claimed: bool
    final: bool
    updated_at: datetime
    kind: str
    reason: str
    amount: int
    currency: str
    market: str
    case_state: str
    due_at: datetime | None
    ruling: str | None
    liability: str | None
    mine: bool
    proposed: bool | None


class DisputePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of disputes, the longest waiting first."""

    disputes: list[DisputeRow]
    next_cursor: str | None


class DisputesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filters; `undecided=true` leaves those that are owed a ruling."""

    undecided: bool = False
    state: DisputeState | None = None
    lane: Word | None = None
    updated_since: Moment | None = None
    cursor: Annotated[str, Meta(max_length=500)] | None = None
    limit: Limit = 50


class ClaimBody(Strict, frozen=True, kw_only=True):
    """The lane to take the next dispute from; without it: the usual and the independent one."""

    lane: Word | None = None


class FiguresQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many days back, and which shop."""

    days: Literal[7, 30, 90] = 30
    shop_id: Positive | None = None


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Disputes of a shop that were ruled in the days that are shown. The rate is merchant faults over rulings, null where there is none."""

    shop_id: int
    days: int
    since: datetime
    ruled: int
    merchant_fault: int
    overturned_rejections: int
    merchant_fault_rate: str | None


async def get_dispute(request: Request) -> Reply | Problem:
    """The newest dispute of a case, as the caller may see it."""
    read = await read_case(request.context, request.caller, request.params["case_id"])
    dispute = read.loaded.file.dispute if read else None
    if read is None or dispute is None:
        return Problem(code="not_found")
    ours = request.caller.kind == "platform"
    names = await _names(request, read.loaded.file.rulings) if ours else {}
    return json_reply(dispute_view(read, dispute, names, ours=ours))


async def _names(request: Request, rulings: Iterable[Ruling]) -> dict[str, str]:
    rows = await request.context.pool.fetch(queries("names_of_people"), sorted({ruling.ruled_by for ruling in rulings}))
    return {row["id"]: row["name"] for row in rows}


async def list_disputes(request: Request) -> Reply | Problem:
    """A page of the disputes that the caller may see."""
    query, caller, context = cast("DisputesQuery", request.query), request.caller, request.context
    after = read_cursor(query.cursor) if query.cursor else None
    if query.cursor and after is None:
        return Problem(code="bad_cursor")
    shops = await shops_of(context, caller)
    async with transaction(context.pool, shops) as connection:
        rows = await connection.fetch(
            queries("list_disputes"), shops, caller.buyer, query.state, query.lane, query.updated_since,
            after.at if after else None, after.id if after else None, query.limit + 1, query.undecided, caller.actor.id,
        )  # fmt: skip
    page = [DisputeRow(**dict(row)) for row in rows[: query.limit]]
    if caller.kind != "platform":
        page = [msgspec.structs.replace(row, proposed=None) for row in page]
    more = write_cursor(Cursor(page[-1].opened_at, page[-1].id)) if len(rows) > query.limit else None
    return json_reply(DisputePage(disputes=page, next_cursor=more))


async def claim_next(request: Request) -> Reply | Problem:
    """Give the reviewer a dispute that is owed a ruling: what they have begun, else one that is nobody's; they do not choose which."""
    body, caller, context = cast("ClaimBody", request.body), request.caller, request.context
    refused = unspoken(body, context.vocabulary)
    if refused is not None:
        return refused
    if body.lane == "senior" and not caller.may(SENIOR):
        return Problem(code="permission_missing", detail={"permission": SENIOR})
    lanes = [body.lane] if body.lane else ["usual", "independent"]
    for row in await context.reviewers.fetch(queries("reviews_to_claim"), lanes, DRAWN_FROM, caller.actor.id):
        key = f"{request.key}#{row['case_id']}"
        command = ClaimReview(shop_id=row["shop_id"], actor=caller.actor, case_id=row["case_id"], key=key)
        answer = await context.group.handle(command)
        if answer.code is None:
            return answered(answer)
    return Problem(code="nothing_to_claim")


async def dispute_figures(request: Request) -> Reply | Problem:
    """How a shop's disputes were ruled."""
    query, caller = cast("FiguresQuery", request.query), request.caller
    shop_id = query.shop_id or caller.only_shop
    if shop_id is None:
        return Problem(code="missing_field")
    if await shop_of(request.context, caller, shop_id) is None:
        return Problem(code="not_found")
    async with transaction(request.context.pool, [shop_id]) as connection:
        since = await connection.fetchval("select moment()") - timedelta(days=query.days)
        row = await connection.fetchrow(queries("dispute_figures"), shop_id, since)
    ruled, fault = row["ruled"], row["merchant_fault"]
    return json_reply(
        Figures(
            shop_id=shop_id, days=query.days, since=since, ruled=ruled, merchant_fault=fault, overturned_rejections=row["overturned"],
            merchant_fault_rate=f"{fault * 10_000 // ruled / 10_000:.4f}" if ruled else None,
        )
    )  # fmt: skip


OPERATIONS = (
    Operation(id="list_disputes", method="GET", path="/v1/disputes", summary="Disputes, the longest waiting first",
              handler=list_disputes, who=PEOPLE, permission="cases.read", query=DisputesQuery, answer=DisputePage),
    Operation(id="get_dispute", method="GET", path="/v1/cases/{case_id}/dispute",
              summary="A case's dispute: who must prove, both sides' proof, what was ruled", handler=get_dispute, who=PEOPLE,
              permission="cases.read", answer=DisputeView, problems=("not_found",)),
    Operation(id="dispute_figures", method="GET", path="/v1/disputes/figures",
              summary="How a shop's disputes were ruled, and how often the seller was at fault", handler=dispute_figures,
              who=TRADE, permission="cases.read", query=FiguresQuery, answer=Figures, problems=("not_found", "missing_field")),
    Operation(id="claim_next_review", method="POST", path="/v1/reviews:claim", summary="Take the next dispute of a lane",
              handler=claim_next, who=PLATFORM, permission="disputes.rule", body=ClaimBody, answer=CaseView, keyed=True,
              sort="write", problems=("nothing_to_claim", "unknown_word")),
)  # fmt: skip
