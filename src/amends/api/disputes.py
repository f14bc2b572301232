"""Disputes: who disputes what, who must prove, what was ruled and why, and the next one for a reviewer to take."""

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.actions.burden import Burden, burden
from amends.actions.commands import ClaimReview
from amends.api.answering import answered
from amends.api.bodies import Moment, Positive, Strict, Word
from amends.api.calls import Request
from amends.api.cases import Limit
from amends.api.files import Read, read_case, shops_of
from amends.api.messages import Problem, Reply, json_reply
from amends.api.operations import PEOPLE, TRADE, Operation
from amends.api.spoken import unspoken
from amends.desk.views import CaseView
from amends.domain.facts.dispute import Dispute, DisputeState, Ruling
from amends.domain.lifecycle.disputing import SENIOR
from amends.store.database import queries, transaction
from amends.store.reading import Cursor, read_cursor, write_cursor

DRAWN_FROM: Final = 10
PLATFORM: Final = frozenset({"platform"})


class RulingView(msgspec.Struct, frozen=True, kw_only=True):
    """One ruling. Who ruled is for the platform's own eyes."""

    seq: int
    round: int
    state: str
    ruling: str
    liability: str
    amount: int
    currency: str
    rationale: str
    needs_two: bool
    ruled_at: datetime
    decided_at: datetime | None
    ruled_by: str | None


class ProofView(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of proof of either side."""

    id: UUID
    of: str
    at: str
    kind: str
    given_at: datetime
    sealed_at: datetime | None
    sha256: str | None


class DisputeView(msgspec.Struct, frozen=True, kw_only=True):
    """A dispute whole. `burden` says who must prove and what is missing; `final` that nothing more can be said."""

    id: UUID
    case_id: UUID
    state: str
    round: int
    lane: str
    ground: str | None
    stage: str | None
    opened_at: datetime
    claimed: bool
    reviewer: str | None
    appealed_by: str | None
    theme: str | None
    appeal_until: datetime | None
    due_at: datetime | None
    final: bool
    burden: Burden
    proof: tuple[ProofView, ...]
    rulings: tuple[RulingView, ...]
    server_now: datetime


class DisputeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A dispute in a list."""

    shop_id: int
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


class DisputePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of disputes, the longest waiting first."""

    disputes: list[DisputeRow]
    next_cursor: str | None


class DisputesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filters."""

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
    return json_reply(dispute_view(read, dispute, ours=request.caller.kind == "platform"))


def dispute_view(read: Read, dispute: Dispute, *, ours: bool) -> DisputeView:
    """A dispute as one side sees it; `ours` shows who reviews."""
    file, now = read.loaded.file, read.loaded.now
    owed, appeal = file.running("dispute"), file.running("appeal")
    mine = [piece for piece in file.evidence if piece.case_id == dispute.case_id]
    return DisputeView(
        id=dispute.id, case_id=dispute.case_id, state=dispute.state, round=dispute.round, lane=dispute.lane, ground=dispute.ground,
        stage=dispute.stage, opened_at=dispute.opened_at, claimed=dispute.reviewer is not None,
        reviewer=dispute.reviewer if ours else None, appealed_by=dispute.appealed_by, theme=dispute.theme,
        appeal_until=appeal.due_at if appeal else None, due_at=owed.due_at if owed else None, final=dispute.final,
        burden=burden(file, dispute, read.rules, now),
        proof=tuple(ProofView(id=p.id, of=p.of, at=p.at, kind=p.kind, given_at=p.given_at, sealed_at=p.sealed_at,
                              sha256=p.sha256.hex() if p.sha256 else None) for p in mine),
        rulings=tuple(_ruling(ruling, ours=ours) for ruling in file.rulings if ours or ruling.state == "stands"),
        server_now=now,
    )  # fmt: skip


def _ruling(ruling: Ruling, *, ours: bool) -> RulingView:
    limit = ruling.four_eyes_limit
    return RulingView(
        seq=ruling.seq, round=ruling.round, state=ruling.state, ruling=ruling.ruling, liability=ruling.liability,
        amount=ruling.amount, currency=ruling.currency, rationale=ruling.rationale,
        needs_two=limit is not None and ruling.amount >= limit, ruled_at=ruling.ruled_at, decided_at=ruling.decided_at,
        ruled_by=ruling.ruled_by if ours else None,
    )  # fmt: skip


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
            after.at if after else None, after.id if after else None, query.limit + 1,
        )  # fmt: skip
    page = [DisputeRow(**dict(row)) for row in rows[: query.limit]]
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
        command = ClaimReview(shop_id=row["shop_id"], actor=caller.actor, case_id=row["case_id"])
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
    if caller.kind != "platform" and shop_id not in caller.shops:
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
              handler=list_disputes, who=PEOPLE, permission="cases.read", query=DisputesQuery, answer=DisputePage,
              problems=("bad_cursor",)),
    Operation(id="get_dispute", method="GET", path="/v1/cases/{case_id}/dispute",
              summary="A case's dispute: who must prove, both sides' proof, what was ruled", handler=get_dispute, who=PEOPLE,
              permission="cases.read", answer=DisputeView, problems=("not_found",)),
    Operation(id="dispute_figures", method="GET", path="/v1/disputes/figures",
              summary="How a shop's disputes were ruled, and how often the seller was at fault", handler=dispute_figures,
              who=TRADE, permission="cases.read", query=FiguresQuery, answer=Figures, problems=("not_found", "missing_field")),
    Operation(id="claim_next_review", method="POST", path="/v1/reviews:claim", summary="Take the next dispute of a lane",
              handler=claim_next, who=PLATFORM, permission="disputes.rule", body=ClaimBody, answer=CaseView,
              sort="write", problems=("nothing_to_claim", "unknown_word")),
)  # fmt: skip
