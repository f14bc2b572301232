"""How a case looks from outside: the same JSON for an answer of the desk and for a reading of the API."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from amends.actions.outcome import Blocked, Previewed
from amends.domain.facts.case import Case
from amends.domain.facts.deadline import Deadline
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import Actor
from amends.domain.facts.proposal import Proposal
from amends.domain.facts.replacement import Replacement
from amends.domain.lifecycle.moves import Move, moves
from amends.domain.lifecycle.rules import Rules


class MoneyView(msgspec.Struct, frozen=True):
    """Minor units and a currency."""

    amount: int
    currency: str


class LineView(msgspec.Struct, frozen=True):
    """A line of a case."""

    line_id: UUID
    quantity: int
    amount: int
    accepted: int | None = None
    refused: int | None = None
    deducted: int = 0
    disposition: str | None = None


class DeadlineView(msgspec.Struct, frozen=True):
    """A promise that stands: who it binds follows from its kind; `rule` says why."""

    kind: str
    due_at: datetime
    state: str
    rule: str
    on_expiry: str
    provisional: bool
    resumes_on: str | None


class RefundView(msgspec.Struct, frozen=True):
    """Money on its way back."""

    id: UUID
    amount: int
    status: str
    failure: str | None
    replaces: UUID | None


class DisputeBrief(msgspec.Struct, frozen=True):
    """Where a dispute stands; `final` says that nothing further can be said about it. More: `/v1/cases/{case_id}/dispute`."""

    id: UUID
    state: str
    round: int
    lane: str
    final: bool
    ruling: str | None
    liability: str | None


class ReplacementView(msgspec.Struct, frozen=True, kw_only=True):
    """What is owed or was sent instead; `order_id` is the order that after-sales on it is asked for."""

    state: str
    owed_at: datetime
    order_id: UUID | None
    shipped_at: datetime | None
    delivered_at: datetime | None


class ProposalView(msgspec.Struct, frozen=True, kw_only=True):
    """Something else that was offered: what, by whom and why, until when it can be answered, and what became of it.

    `why` is what the platform's rules weighed: each signal's rule, its weight and its words.
    """

    id: UUID
    channel: str
    by: str
    state: str
    what: str
    kind: str | None
    amount: int | None
    freight: str | None
    proof: tuple[str, ...]
    note: str | None
    rule: str | None
    why: msgspec.Raw | None
    opened_at: datetime
    expires_at: datetime
    decided_at: datetime | None


class InterceptionView(msgspec.Struct, frozen=True, kw_only=True):
    """An interception of a whole parcel, the carrier's answer and cost, and the complaint about it."""

    id: UUID
    parcel_id: UUID
    state: str
    ordered_at: datetime
    reason: str | None
    cost: MoneyView | None
    answered_at: datetime | None
    ended_at: datetime | None
    complaint: str | None
    complained_at: datetime | None
    complaint_reference: str | None
    paid: MoneyView | None


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """A case as its people see it. `moves` is what the asking person may do now, and if not, why not."""

    id: UUID
    shop_id: int
    order_id: UUID
    order_reference: str
    parent_id: UUID | None
    kind: str
    reason: str
    reason_group: str
    state: str
    seq: int
    version: int
    amount: MoneyView
    lines: tuple[LineView, ...]
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    ended: str | None
    note: str | None
    programme: str | None
    lane: str | None
    historical: bool
    is_final: bool
    dispute: DisputeBrief | None
    eligibility_release: str
    handling_release: str
    deadline_at: datetime | None
    deadline_kind: str | None
    deadlines: tuple[DeadlineView, ...]
    refunds: tuple[RefundView, ...]
    proposals: tuple[ProposalView, ...]
    interceptions: tuple[InterceptionView, ...]
    replacement: ReplacementView | None
    verdict: msgspec.Raw | None
    moves: tuple[Move, ...]
    server_now: datetime
    unchanged: str | msgspec.UnsetType | None = msgspec.UNSET


_encode = msgspec.json.encode


def _next_deadline(deadlines: tuple[Deadline, ...]) -> Deadline | None:
    running = [d for d in deadlines if d.state == "running"]
    return min(running, key=lambda d: d.due_at) if running else None


def dispute_brief(file: CaseFile) -> DisputeBrief | None:
    """The newest dispute of the file's case, with the ruling that stands."""
    dispute = file.dispute if file.all_disputes else None
    if dispute is None:
        return None
    standing = [ruling for ruling in file.rulings if ruling.state == "stands"]
    last = standing[-1] if standing else None
    return DisputeBrief(
        dispute.id, dispute.state, dispute.round, dispute.lane, dispute.final,
        last.ruling if last else None, last.liability if last else None,
    )  # fmt: skip


def case_view(file: CaseFile, case: Case, rules: Rules, actor: Actor, now: datetime, why: str | None = None) -> CaseView:
    """The view of the file's case for one person at one moment."""
    soonest = _next_deadline(file.deadlines)
    return CaseView(
        id=case.id,
        shop_id=file.order.shop_id,
        order_id=case.order_id,
        order_reference=file.order.reference,
        parent_id=case.parent_id,
        kind=case.kind,
        reason=case.reason,
        reason_group=case.reason_group,
        state=case.state,
        seq=case.seq,
        version=case.version,
        amount=MoneyView(case.amount, case.currency),
        lines=tuple(
            [LineView(x.line_id, x.quantity, x.amount, x.accepted, x.refused, x.deducted, x.disposition) for x in file.own_lines]
        ),
        opened_at=case.opened_at,
        opened_by=case.opened_by,
        closed_at=case.closed_at,
        ended=case.ended,
        note=case.note,
        programme=case.programme,
        lane=case.lane,
        historical=case.historical,
        is_final=case.final and not any(d.state != "done" for d in file.deadlines),
        dispute=dispute_brief(file),
        eligibility_release=case.eligibility_release,
        handling_release=case.handling_release,
        deadline_at=soonest.due_at if soonest else None,
        deadline_kind=soonest.kind if soonest else None,
        deadlines=tuple(
            [DeadlineView(d.kind, d.due_at, d.state, d.rule, d.on_expiry, d.provisional, d.resumes_on) for d in file.deadlines]
        ),
        refunds=tuple([RefundView(r.id, r.amount, r.status, r.failure, r.replaces) for r in file.refunds]),
        replacement=_replacement(file.replacement) if file.replacements else None,
        proposals=tuple([_proposal(p) for p in file.proposals]) if file.proposals else (),
        interceptions=interceptions_of(file, case, actor),
        verdict=msgspec.Raw(case.verdict) if case.verdict else None,
        moves=moves(file, rules, actor, now),
        server_now=now,
        unchanged=why if why is not None else msgspec.UNSET,
    )


def _replacement(r: Replacement | None) -> ReplacementView | None:
    if r is None:
        return None
    return ReplacementView(
        state=r.state, owed_at=r.owed_at, order_id=r.order_id, shipped_at=r.shipped_at, delivered_at=r.delivered_at
    )


def _proposal(p: Proposal) -> ProposalView:
    return ProposalView(
        id=p.id, channel=p.channel, by=p.by, state=p.state, what=p.kind, kind=p.offer_kind, amount=p.offer_amount, freight=p.freight,
        proof=p.proof, note=p.note, rule=p.rule, why=msgspec.Raw(p.why) if p.why else None, opened_at=p.opened_at,
        expires_at=p.expires_at, decided_at=p.decided_at,
    )  # fmt: skip


def interceptions_of(file: CaseFile, case: Case, actor: Actor) -> tuple[InterceptionView, ...]:
    """Those of the case; what the carrier charges and pays is no business of the buyer."""
    own = [each for each in file.travel.interceptions if each.case_id == case.id]
    inside = actor.kind != "buyer"
    return tuple(
        [
            InterceptionView(
                id=i.id, parcel_id=i.parcel_id, state=i.state, ordered_at=i.ordered_at, reason=i.reason if inside else None,
                cost=_money(i.cost, i.currency, case) if inside else None, answered_at=i.answered_at, ended_at=i.ended_at,
                complaint=i.complaint if inside else None, complained_at=i.complained_at if inside else None,
                complaint_reference=i.complaint_reference if inside else None,
                paid=_money(i.paid, i.currency, case) if inside else None,
            )
            for i in own
        ]
    )  # fmt: skip


def _money(amount: int | None, currency: str | None, case: Case) -> MoneyView | None:
    return None if amount is None else MoneyView(amount, currency or case.currency)


def case_body(file: CaseFile, rules: Rules, actor: Actor, now: datetime, why: str | None = None) -> bytes:
    """The view as JSON; for a command that touched no case, what it did to the order."""
    if file.case is None:
        return _encode({"order_id": file.order.id, "status": file.order.status, "server_now": now, "unchanged": why})
    return _encode(case_view(file, file.case, rules, actor, now, why))


def preview_body(previewed: Previewed, now: datetime) -> bytes:
    """The verdict of a preview, the money it would move, and who would pay the way back."""
    return _encode(
        {
            "verdict": previewed.verdict,
            "amount": MoneyView(previewed.amount, previewed.currency),
            "most": MoneyView(previewed.most, previewed.currency),
            "lines": [LineView(line.line_id, line.quantity, line.amount) for line in previewed.lines],
            "way_back": previewed.way_back,
            "server_now": now,
        }
    )


def refusal_detail(
    blocked: Blocked, file: CaseFile, rules: Rules, actor: Actor, now: datetime, attempt_id: UUID
) -> dict[str, Any]:
    """What a refusal says beside its code: the reasons, the verdict, and where the case stands so that nobody has to ask again."""
    detail: dict[str, Any] = {"request_id": attempt_id, "reasons": blocked.reasons, **blocked.detail}
    if blocked.verdict is not None:
        detail["verdict"] = blocked.verdict
    if file.case is not None:
        soonest = _next_deadline(file.deadlines)
        detail |= {
            "state": file.case.state,
            "version": file.case.version,
            "allowed_actions": [move.move for move in moves(file, rules, actor, now) if move.open],
            "due_at": soonest.due_at if soonest else None,
            "server_now": now,
        }
    return detail
