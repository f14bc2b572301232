"""From a transition to rows: finds the row of the table, and lays out the case, its event and its clocks as they stand afterwards."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar, cast

import msgspec
from msgspec.structs import replace

from amends.actions.commands import CaseCommand
from amends.actions.negotiating import ended_with
from amends.actions.outcome import Blocked, Recorded
from amends.actions.replaced import EXCHANGE, replaced_with
from amends.domain.facts.case import Case, CaseLine
from amends.domain.facts.chargeback import Chargeback
from amends.domain.facts.conduct import Compensation
from amends.domain.facts.deadline import Deadline
from amends.domain.facts.dispute import Approval, Dispute, Ruling
from amends.domain.facts.events import Event, Wish
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.file import CaseFile
from amends.domain.facts.message import Message
from amends.domain.facts.order import Order
from amends.domain.facts.parcel import Parcel, Scan
from amends.domain.facts.people import Actor
from amends.domain.facts.recorded import recorded as kept_facts
from amends.domain.facts.refund import Refund, Transaction
from amends.domain.facts.sheet import Sheet, request_of, sheet
from amends.domain.facts.travel import NOTHING, Travel
from amends.domain.facts.travel import joined as travel_joined
from amends.domain.facts.unknown import NONE
from amends.domain.facts.words import FINAL_STATES, CaseState
from amends.domain.lifecycle import clocks
from amends.domain.lifecycle.case import CASE, PROMISED_ONLY_BY_SOME
from amends.domain.lifecycle.machine import SAME, START, Row, find
from amends.domain.lifecycle.moves import closed_reason
from amends.domain.lifecycle.returning import planned
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

Thing = TypeVar("Thing")
Body = dict[str, Any]

ENDINGS: Final[Mapping[str, str]] = {
    "withdrawn": "withdrawn",
    "dispute_cancelled": "withdrawn",
    "proof_expired": "expired",
    "ship_back_expired": "expired",
    "escalate_expired": "expired",
    "recheck_declined": "declined",
    "return_never_sent": "never_sent",
    "ruled_for_seller": "seller_upheld",
    "refund_succeeded": "refunded",
    "nothing_to_pay": "refunded",
    "replacement_accepted": "exchanged",
    "replacement_acceptance_expired": "exchanged",
}
_TOLD_TO: Final[Mapping[str, str]] = {
    "more_proof_asked": "buyer",
    "first_response_expired": "buyer",
    "withdrawal_declared": "buyer",
    "seller_ship_expired": "buyer",
    "proposal_made": "buyer",
    "replacement_shipped": "buyer",
    "refuse_sign_agreed": "buyer",
}


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """What a change writes beside the case, its event and its clocks. New and changed rows alike stand whole.

    `lines`, where given, are all lines of the case.
    """

    lines: tuple[CaseLine, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    refunds: tuple[Refund, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    scans: tuple[Scan, ...] = ()
    order: Order | None = None
    compensations: tuple[Compensation, ...] = ()
    messages: tuple[Message, ...] = ()
    alarms: tuple[tuple[str, int, str, datetime], ...] = ()
    excuses: tuple[tuple[int, str, int, datetime, datetime], ...] = ()
    disputes: tuple[Dispute, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    approvals: tuple[Approval, ...] = ()
    chargebacks: tuple[Chargeback, ...] = ()
    travel: Travel = NOTHING
    also: tuple[Recorded, ...] = ()


_NOTHING: Final = Rows()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a case: the event's word in the table, what it says, and what else it touches.

    `case` are fields of the case that change beside state, seq and version. `fired` is the deadline whose end this is.
    `facts` is the sheet that clocks are promised by; without it, it is laid out from the file. `judged` is the sheet of a verdict that
    the case keeps from now on. `seals` marks a decision that rests on the proof at hand. `born` is a new case, whose state, seq and version are set here. `verdict` is kept with the attempt.
    `moved` are deadlines that the change itself moves, as they stand afterwards.
    """

    event: str
    body: Body = {}
    case: Mapping[str, Any] = {}
    rows: Rows = _NOTHING
    fired: Deadline | None = None
    facts: Sheet = {}
    judged: Sheet = {}
    verdict: Any = None
    seals: bool = False
    born: Case | None = None
    moved: tuple[Deadline, ...] = ()


def not_open(file: CaseFile, move: str) -> Blocked:
    """The refusal of a move that the table does not have."""
    case = file.case
    reason = "case_is_final" if case and case.final else "move_not_open"
    return Blocked(code="move_not_open", reasons=(reason,), detail={"move": move, "state": case.state if case else None})


def refused(file: CaseFile, rules: Rules, command: CaseCommand, move: str, now: datetime) -> Blocked | None:
    """What every action asks first: is the move open to this actor now, and did they see the case as it is? None where it is so.

    `not_found` also where the case is another buyer's. The code is the first reason; `detail` names the permission that is
    missing, or the state and version that the case has meanwhile.
    """
    case = file.case
    if case is None:
        return Blocked(code="not_found", reasons=("case_unknown",))
    closed = closed_reason(file, rules, command.actor, move, now)
    if closed is None:
        if command.based_on is None or command.based_on == case.version:
            return None
        return Blocked(code="stale_version", reasons=("stale_version",), detail={"version": case.version, "state": case.state})
    if "not_found" in closed.reasons:
        return Blocked(code="not_found", reasons=("case_unknown",))
    detail = {"move": move, "state": case.state} | ({"permission": closed.permission} if closed.permission else {})
    return Blocked(code=closed.reasons[0], reasons=closed.reasons, detail=detail)


def row_for(file: CaseFile, event: str, actor: Actor, born: Case | None = None) -> Row | None:
    """The row of the table for an event on the file's case (or on one that is being born)."""
    case = born or file.case
    if case is None:
        return None
    return find(CASE, START if born else case.state, case.kind, event, actor.kind)


def record(file: CaseFile, rules: Rules, actor: Actor, now: datetime, change: Change) -> Recorded | Blocked:
    """What stands once the change has happened: one event, the case one further, its clocks started and stopped.

    `Blocked` with `move_not_open` where the table has no such row.
    """
    row = row_for(file, change.event, actor, change.born)
    if row is None:
        return not_open(file, change.event)
    case = _next_case(file, change, row, now)
    facts = change.facts or (_facts(file, case, change.rows, rules, now) if row.starts or row.shrinks else {})
    if case.state == "awaiting_buyer_ship" and not case.historical:
        change = _with_plan(file, case, rules, change, facts)
    rows = change.rows
    return Recorded(
        case=case,
        events=(_event(file, case, row, actor, now, change, facts),),
        lines=rows.lines,
        deadlines=_clocks(file, rules, case, row, change, facts, actor, now),
        evidence=_sealed(file, change, now),
        refunds=rows.refunds,
        transactions=rows.transactions,
        parcels=rows.parcels,
        scans=rows.scans,
        proposals=ended_with(file, case, row, change.body, now),
        replacements=replaced_with(file, case, row, actor.kind, now) if case.kind == EXCHANGE else (),
        order=rows.order,
        compensations=rows.compensations,
        messages=rows.messages,
        alarms=rows.alarms,
        excuses=rows.excuses,
        disputes=rows.disputes,
        rulings=rows.rulings,
        approvals=rows.approvals,
        chargebacks=rows.chargebacks,
        travel=rows.travel,
        facts=facts,
        verdict=change.verdict,
        also=rows.also,
    )


def _with_plan(file: CaseFile, case: Case, rules: Rules, change: Change, facts: Sheet) -> Change:
    """The change with the way back that the granted return gives: the address, and a label where the platform pays for it."""
    named = next((plan for plan in change.rows.travel.plans if plan.case_id == case.id), None)
    if change.event in _PLANNED_BY_ITSELF or (plan := planned(file, case, rules, facts, named)) is None:
        return change
    travel = replace(change.rows.travel, plans=(plan,))
    return replace(change, rows=replace(change.rows, travel=travel))


_PLANNED_BY_ITSELF: Final = frozenset({"label_issued", "label_refused"})


def _facts(file: CaseFile, case: Case, rows: Rows, rules: Rules, now: datetime) -> Sheet:
    others = tuple(line for line in file.case_lines if line.case_id != case.id) if rows.lines else file.case_lines
    changed = replace(file, case=case, case_lines=others + rows.lines, travel=travel_joined(file.travel, rows.travel))
    return sheet(changed, request_of(changed), now, rules.zone)


def _next_case(file: CaseFile, change: Change, row: Row, now: datetime) -> Case:
    before = change.born or file.case
    if before is None:
        raise ValueError("a change needs a case")
    state = cast("CaseState", row.target(START if change.born else before.state, before.kind, before.return_to))
    changes: dict[str, Any] = {
        "state": state,
        "seq": before.seq + 1,
        "version": before.version + 1 if row.decides else before.version,
        **change.case,
    }
    if "negotiating" in (row.to, before.state) and state != before.state:
        changes["return_to"] = before.state if state == "negotiating" else None
    if state in FINAL_STATES and (before.state not in FINAL_STATES or change.born):
        changes.setdefault("closed_at", now)
        changes.setdefault("ended", ENDINGS.get(change.event, "expired"))
    return replace(before, **changes)


def _event(file: CaseFile, case: Case, row: Row, actor: Actor, now: datetime, change: Change, facts: Sheet) -> Event:
    fired, judged = change.fired, change.judged
    rested_on = judged or facts
    return Event(
        seq=case.seq,
        type=row.event,
        at=now,
        actor_kind=actor.kind,
        actor=actor.trace,
        from_state=None if change.born or file.case is None else file.case.state,
        to_state=case.state,
        body=change.body,
        wishes=tuple(_wishes(file, case, row, change)) if not case.historical else (),
        fired_kind=fired.kind if fired else None,
        fired_started_seq=fired.started_seq if fired else None,
        facts=kept_facts(rested_on, judged=bool(judged)) if rested_on else None,
    )


def _wishes(file: CaseFile, case: Case, row: Row, change: Change) -> Iterable[Wish]:
    if change.rows.travel.plans and any(plan.label == "wished" for plan in change.rows.travel.plans):
        yield Wish("make_label", written(case.id))
    for effect in row.wishes:
        if effect == "pay_refund":
            yield from (Wish("pay_refund", written(refund.id)) for refund in change.rows.refunds if refund.status == "pending")
        elif effect == "find_refund":
            yield from (
                Wish("find_refund", written(refund.id)) for refund in file.refunds if refund.status in ("sent", "unknown")
            )
        elif effect == "pay_compensation":
            yield from (Wish("pay_compensation", written(owed.id)) for owed in change.rows.compensations)
        elif effect == "poll_parcel":
            yield from (Wish("poll_parcel", written(parcel.id)) for parcel in change.rows.parcels if parcel.tracking_number)
        elif effect in ("order_interception", "lodge_complaint"):
            yield from (Wish(effect, written(each.id)) for each in change.rows.travel.interceptions)
        elif effect == "notify":
            yield Wish("notify", _told_to(row, change))  # a side, never a name: wishes are in the chain, which forgets nobody


def _told_to(row: Row, change: Change) -> str:
    """Whom an event is told to: `platform`, `seller`, or `buyer`. An alarm is for whoever must act."""
    if row.event == "deadline_near":
        return str(change.body["owes"])
    if change.fired is not None and change.fired.on_expiry == "to_person":
        return "platform"
    return _TOLD_TO.get(row.event, "platform")


def _clocks(
    file: CaseFile, rules: Rules, case: Case, row: Row, change: Change, facts: Sheet, actor: Actor, now: datetime
) -> tuple[Deadline, ...]:
    """The deadlines that the row touches: fired, stopped, paused and resumed ones, then those that it starts."""
    fired = change.fired
    touched, standing = ([], set()) if change.born else _touched(file, row, change, actor, now)
    if row.shrinks:
        touched += clocks.shortened_by(row, file.deadlines, rules, facts, now)
    if not row.starts:
        return tuple(touched)
    asked = {**facts, "case.state": case.state, "deadline.missed": fired.kind if fired else facts.get("deadline.missed", NONE)}
    for kind in row.starts:
        if kind not in standing:
            begun = clocks.start(rules, asked, kind, case.seq, now, optional=kind in PROMISED_ONLY_BY_SOME)
            if begun:
                touched.append(clocks.historical(begun) if case.historical else begun)
    return tuple(touched)


def _touched(file: CaseFile, row: Row, change: Change, actor: Actor, now: datetime) -> tuple[list[Deadline], set[str]]:
    """The deadlines that end or change with the row, and the kinds of those that stand afterwards."""
    fired, by_hand = change.fired, {_promise(d): d for d in change.moved}
    unread = not actor.human and row.to in (SAME, "negotiating")
    touched = [clocks.fired(fired, now)] if fired else []
    standing: set[str] = set()
    for before in file.deadlines:
        if before.state == "done" or (fired and _promise(before) == _promise(fired)):
            continue
        if unread and before.kind == "first_response" and before.kind in row.stops:
            standing.add(before.kind)  # only a person's answer is the first human one (C-04)
            continue
        after = by_hand.get(_promise(before)) or clocks.moved_by(row, before, now)
        if after is not before:
            touched.append(after)
        if after.state != "done":
            standing.add(after.kind)
    return touched, standing


def _sealed(file: CaseFile, change: Change, now: datetime) -> tuple[Evidence, ...]:
    """The proof that the change writes; a decision seals all clean proof of the case that it rests on."""
    given = change.rows.evidence
    if not change.seals:
        return given
    known = {piece.id.int: piece for piece in file.evidence if file.case and piece.case_id == file.case.id}
    known |= {piece.id.int: piece for piece in given}
    unsealed = [piece for piece in known.values() if piece.sealed_at is None and piece.state == "clean"]
    sealed = {piece.id.int: replace(piece, sealed_at=now) for piece in unsealed}
    return (*sealed.values(), *[piece for piece in given if piece.id.int not in sealed])


def afterwards(file: CaseFile, recorded: Recorded) -> CaseFile:
    """The file as it stands once an outcome is recorded, for an action that records a second change behind the first."""
    case = recorded.case
    if case is None:
        return file
    lines = (
        tuple(line for line in file.case_lines if line.case_id != case.id) + recorded.lines if recorded.lines else file.case_lines
    )
    return replace(
        file,
        case=case,
        cases=merged(file.cases, (case,), lambda c: c.id),
        case_lines=lines,
        deadlines=tuple(d for d in merged(file.deadlines, recorded.deadlines, _promise) if d.state != "done"),
        evidence=merged(file.evidence, recorded.evidence, lambda e: e.id),
        refunds=merged(file.refunds, recorded.refunds, lambda r: r.id),
        parcels=merged(file.parcels, recorded.parcels, lambda p: p.id),
        scans=file.scans + recorded.scans,
        proposals=merged(file.proposals, recorded.proposals, lambda p: p.id),
        replacements=merged(file.replacements, recorded.replacements, lambda r: r.case_id),
        order=recorded.order or file.order,
        travel=travel_joined(file.travel, recorded.travel),
    )


def joined(first: Recorded, second: Recorded) -> Recorded:
    """Two changes of one case as one outcome: every event, and each row as it stands after the second."""
    return replace(
        second,
        events=first.events + second.events,
        lines=second.lines or first.lines,
        deadlines=merged(first.deadlines, second.deadlines, _promise),
        evidence=merged(first.evidence, second.evidence, lambda e: e.id),
        refunds=merged(first.refunds, second.refunds, lambda r: r.id),
        transactions=first.transactions + second.transactions,
        parcels=merged(first.parcels, second.parcels, lambda p: p.id),
        scans=first.scans + second.scans,
        proposals=merged(first.proposals, second.proposals, lambda p: p.id),
        replacements=merged(first.replacements, second.replacements, lambda r: r.case_id),
        new_order=second.new_order or first.new_order,
        rule_uses=first.rule_uses + second.rule_uses,
        order=second.order or first.order,
        compensations=first.compensations + second.compensations,
        alarms=first.alarms + second.alarms,
        excuses=first.excuses + second.excuses,
        disputes=merged(first.disputes, second.disputes, lambda d: d.id),
        rulings=merged(first.rulings, second.rulings, lambda r: (r.dispute_id, r.seq)),
        approvals=first.approvals + second.approvals,
        chargebacks=merged(first.chargebacks, second.chargebacks, lambda c: c.id),
        travel=travel_joined(first.travel, second.travel),
        facts=first.facts,
        verdict=first.verdict if second.verdict is None else second.verdict,
        also=first.also + second.also,
    )


def _promise(deadline: Deadline) -> tuple[str, int]:
    return deadline.kind, deadline.started_seq


def merged(old: Sequence[Thing], new: Sequence[Thing], key: Callable[[Thing], object]) -> tuple[Thing, ...]:
    """The old things, each replaced by the new one of its key, and the new ones behind them."""
    if not old or not new:
        return tuple(new or old)
    table = {key(thing): thing for thing in old}
    table.update([(key(thing), thing) for thing in new])
    return tuple(table.values())
