"""Ask for after-sales: judged at once, with its reasons (E-01 to E-06, E-19, rows 1, 29 and 31)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace

from amends.actions.agreeing import by_itself
from amends.actions.asking import WITHDRAWN, Judged, judge, kept
from amends.actions.commands import OpenCase
from amends.actions.granting import grant
from amends.actions.outcome import Blocked, Outcome, Previewed
from amends.actions.proof import take
from amends.actions.recording import Change, Rows
from amends.actions.units import Asked, asked, most_for
from amends.domain.facts.case import Case
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.file import CaseFile, as_of
from amends.domain.facts.forward import is_partial
from amends.domain.facts.people import Actor
from amends.domain.facts.sheet import Request, requester
from amends.domain.lifecycle.clocks import lane_of
from amends.domain.lifecycle.refusing import NOT_OFFERED, PROGRAMME, unmet_codes
from amends.domain.lifecycle.rules import Rules
from amends.domain.topics.costs import way_back
from amends.domain.topics.tags import tags_for
from amends.kernel.ids import written

_NEEDED: Final = {"seller": "cases.handle", "platform": "cases.open"}
NewId = Callable[[], UUID]


def open_case(file: CaseFile, command: OpenCase, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Open a case, or say why not and what would pass. With `preview` the verdict alone, and nothing is recorded.

    Declined is `Blocked` with the verdict's code; a missing proof opens it in `awaiting_proof`; what no rule can settle, and proof
    in doubt, in `in_recheck`; a statutory withdrawal is granted at once; else the seller reviews. An importer is judged by what
    was known at the row's own moment, and what it tells of is history: nothing is granted by it.
    """
    if blocked := _may_not_ask(file, command.actor) or _unknown_words(rules, command):
        return blocked
    if command.actor.kind == "importer":
        file = as_of(file, now)
    weighed = _weighed(file, command, rules, now, new_id)
    if isinstance(weighed, Blocked):
        return weighed
    units, pieces, request, judged = weighed
    if command.preview:
        return _previewed(file, rules, units, judged, command.reason)
    if judged.verdict.kind == "declined":
        return _declined(judged, rules)
    return _opened(file, command, rules, now, new_id, request, judged, Rows(lines=units.lines, evidence=pieces))


def _previewed(file: CaseFile, rules: Rules, units: Asked, judged: Judged, reason: str) -> Previewed:
    back = None if judged.verdict.kind == "declined" else way_back(rules.topic("costs"), judged.facts)
    return Previewed(
        verdict=judged.verdict,
        amount=units.amount,
        most=most_for(file, units, reason),
        currency=file.order.currency,
        lines=units.lines,
        way_back=back,
    )


def judged_request(file: CaseFile, command: OpenCase, rules: Rules, now: datetime, new_id: NewId) -> Judged | Blocked:
    """The judgement on a request that is not made, with the sheet that it rests on; for whoever asks what would open it."""
    if blocked := _may_not_ask(file, command.actor) or _unknown_words(rules, command):
        return blocked
    weighed = _weighed(file, command, rules, now, new_id)
    return weighed if isinstance(weighed, Blocked) else weighed[-1]


def _weighed(
    file: CaseFile, command: OpenCase, rules: Rules, now: datetime, new_id: NewId
) -> tuple[Asked, tuple[Evidence, ...], Request, Judged] | Blocked:
    """The units that are asked for, the proof that comes along, the request that they make, and what the rules say of it."""
    case_id = new_id()
    units = asked(file, command.lines, command.amount, reason=command.reason, case_id=case_id)
    if isinstance(units, Blocked):
        return units
    kinds = rules.vocabulary.words("evidence_kinds")
    pieces = take(file, command.proof, actor=command.actor, at="opening", case_id=case_id, now=now, new_id=new_id, kinds=kinds)
    if isinstance(pieces, Blocked):
        return pieces
    request = _request(file, rules, command, units)
    return units, pieces, request, judge(file, rules, request, pieces, now)


def _may_not_ask(file: CaseFile, actor: Actor) -> Blocked | None:
    if actor.kind == "buyer" and actor.buyer != file.order.buyer:
        return Blocked(code="not_found", reasons=("order_unknown",))
    needed = _NEEDED.get(actor.kind)
    if needed and not actor.may(needed):
        return Blocked(code="permission_missing", reasons=("permission_missing",), detail={"permission": needed})
    return None


def _unknown_words(rules: Rules, command: OpenCase) -> Blocked | None:
    vocabulary = rules.vocabulary
    for word, name in ((command.kind, "kinds"), (command.reason, "reasons")):
        if word not in vocabulary.words(name):
            return Blocked(code="unknown_word", detail={"word": word, "list": name})
    if vocabulary.words("reasons")[command.reason].traits.get("note") == "required" and not (command.note or "").strip():
        return None if command.preview or command.actor.kind == "importer" else Blocked(code="note_required")
    return None


def _request(file: CaseFile, rules: Rules, command: OpenCase, units: Asked) -> Request:
    weighed = command.kind == "cancel" and command.actor.kind != "importer"  # what another system let happen is not judged anew
    return Request(
        kind=command.kind,
        reason=command.reason,
        group=str(rules.vocabulary.words("reasons")[command.reason].traits["group"]),
        by=requester(command.actor),
        amount=units.amount,
        lines=tuple([line.line_id for line in units.lines]),
        told=command.told,
        partial=is_partial(file, units.lines, units.lines[0].case_id) if weighed else None,
    )


def _declined(judged: Judged, rules: Rules) -> Blocked:
    verdict = judged.verdict
    codes = tuple(dict.fromkeys(reason.code for reason in verdict.reasons))
    detail: dict[str, Any] = {"rules": list(verdict.rules)}
    if judged.facts["request.kind"] == "refund_in_transit" and (missed := unmet_codes(rules, judged.facts)) != (NOT_OFFERED,):
        detail["unmet"] = {PROGRAMME: list(missed)}
    return Blocked(code=verdict.code, reasons=codes, detail=detail, facts=judged.facts, verdict=verdict)


def _opened(
    file: CaseFile, command: OpenCase, rules: Rules, now: datetime, new_id: NewId, request: Request, judged: Judged, rows: Rows
) -> Outcome:
    case = _case(file, command, rules, now, request, judged, rows)
    change = Change(
        event="case_opened" if case.historical and judged.event == WITHDRAWN else judged.event,
        body=_body(case, judged, rows.evidence),
        rows=rows,
        facts=judged.facts,
        judged=judged.facts,
        verdict=judged.verdict,
        born=case,
    )
    opened = grant(file, rules, command.actor, now, new_id, change)
    if isinstance(opened, Blocked):
        return opened
    return replace(by_itself(file, rules, opened, now), tags=tags_for(rules.topic("tags"), judged.facts))


def _case(file: CaseFile, command: OpenCase, rules: Rules, now: datetime, request: Request, judged: Judged, rows: Rows) -> Case:
    return Case(
        id=rows.lines[0].case_id,
        order_id=file.order.id,
        parent_id=None,
        kind=request.kind,  # type: ignore[arg-type] # a word of the vocabulary's kinds
        reason=request.reason,
        reason_group=request.group,
        state="pending_review",
        seq=0,
        version=0,
        buyer=file.order.buyer,
        opened_by=request.by,
        opened_at=now,
        amount=request.amount,
        currency=file.order.currency,
        market=file.order.market,
        eligibility_release=rules.asking_release,
        eligibility_pinned_at=rules.asking_at,
        handling_release=rules.handling_release,
        handling_pinned_at=rules.handling_at,
        programme=judged.verdict.programmes[0] if judged.verdict.programmes else None,
        note=command.note,
        destination=command.destination,
        lane=lane_of(rules, judged.facts),
        historical=command.actor.kind == "importer",
        verdict=kept(judged.verdict, request.told),
    )


def _body(case: Case, judged: Judged, evidence: tuple[Evidence, ...]) -> dict[str, Any]:
    reasons = judged.verdict.reasons
    return {
        "kind": case.kind,
        "reason": case.reason,
        "amount": case.amount,
        "currency": case.currency,
        "verdict": judged.verdict.kind,
        "codes": list(dict.fromkeys([reason.code for reason in reasons])),
        "rules": [reason.rule for reason in reasons if reason.rule],
        "evidence": [written(piece.id) for piece in evidence],
    }
