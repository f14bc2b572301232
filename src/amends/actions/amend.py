"""The buyer changes reason, lines, amount or proof while the seller reviews, at most twice (row 39)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from amends.actions.asking import WITHDRAWN, Judged, judge, kept
from amends.actions.commands import Amend, AskedLine
from amends.actions.granting import grant
from amends.actions.outcome import Blocked, Outcome, Recorded
from amends.actions.proof import take
from amends.actions.recording import Change, Rows, afterwards, joined, record, refused
from amends.actions.units import Asked, asked
from amends.domain.facts.case import Case
from amends.domain.facts.file import CaseFile, as_of
from amends.domain.facts.forward import is_partial
from amends.domain.facts.sheet import Request, request_of
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

NewId = Callable[[], UUID]


def amend(file: CaseFile, command: Amend, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Judge the changed request as of the moment when it was made, and put it in the old one's place.

    Blocked, and nothing changes: `amendments_used_up`, `missing_field` (nothing to change), a verdict that declines, proof that the
    changed request would owe (`proof_demanded`), and whatever keeps lines or proof from being taken.
    """
    if blocked := refused(file, rules, command, "amend", now):
        return blocked
    case = file.case
    if case is None or not (command.reason or command.lines or command.amount or command.note or command.proof):
        return Blocked(code="missing_field", detail={"field": "reason"})
    reason = command.reason or case.reason
    if reason not in rules.vocabulary.words("reasons"):
        return Blocked(code="unknown_word", detail={"word": reason, "list": "reasons"})
    units = _units(file, case, command, reason)
    if isinstance(units, Blocked):
        return units
    kinds = rules.vocabulary.words("evidence_kinds")
    pieces = take(file, command.proof, actor=command.actor, at="opening", case_id=case.id, now=now, new_id=new_id, kinds=kinds)
    if isinstance(pieces, Blocked):
        return pieces
    return _amended(
        file, case, command, rules, now, new_id, _request(file, rules, reason, units), Rows(lines=units.lines, evidence=pieces)
    )


def _units(file: CaseFile, case: Case, command: Amend, reason: str) -> Asked | Blocked:
    if not command.lines and command.amount is None and reason == case.reason:
        return Asked(file.own_lines)
    lines = command.lines or [AskedLine(line_id=line.line_id, quantity=line.quantity) for line in file.own_lines]
    return asked(file, lines, command.amount, reason=reason, case_id=case.id)


def _request(file: CaseFile, rules: Rules, reason: str, units: Asked) -> Request:
    old = request_of(file)
    return replace(
        old,
        reason=reason,
        group=str(rules.vocabulary.words("reasons")[reason].traits["group"]),
        amount=units.amount,
        lines=tuple(line.line_id for line in units.lines),
        partial=None if old.partial is None else is_partial(file, units.lines, units.lines[0].case_id),
    )


def _amended(
    file: CaseFile,
    case: Case,
    command: Amend,
    rules: Rules,
    now: datetime,
    new_id: NewId,
    request: Request,
    rows: Rows,
) -> Outcome:
    mine = [e for e in file.evidence if e.case_id == case.id and False not in (e.legible, e.matches_claim)]
    judged = judge(as_of(file, case.opened_at), rules, request, (*mine, *rows.evidence), case.opened_at)
    if judged.verdict.kind == "declined" or judged.event == "proof_demanded":
        return _not_so(judged)
    changes: dict[str, Any] = {
        "reason": request.reason,
        "reason_group": request.group,
        "amount": request.amount,
        "note": command.note or case.note,
        "amendments": case.amendments + 1,
        "verdict": kept(judged.verdict, request.told),
    }
    body = {"reason": request.reason, "amount": request.amount, "evidence": [written(piece.id) for piece in rows.evidence]}
    changed = record(
        file,
        rules,
        command.actor,
        now,
        Change(event="amended", body=body, case=changes, rows=rows, judged=judged.facts, verdict=judged.verdict),
    )
    return changed if isinstance(changed, Blocked) else _followed(file, command, rules, now, new_id, changed, judged)


def _not_so(judged: Judged) -> Blocked:
    verdict = judged.verdict
    codes = tuple(dict.fromkeys(reason.code for reason in verdict.reasons)) if verdict.kind == "declined" else ("proof_demanded",)
    return Blocked(code=codes[0], reasons=codes, detail={"rules": list(verdict.rules)}, facts=judged.facts, verdict=verdict)


def _followed(
    file: CaseFile, command: Amend, rules: Rules, now: datetime, new_id: NewId, changed: Recorded, judged: Judged
) -> Recorded | Blocked:
    """What an amendment brings with it: a withdrawal, a second look where it leaves a doubt, or an answer to the seller's demand."""
    if judged.event == WITHDRAWN:
        word = WITHDRAWN
    elif judged.event == "sent_to_recheck":
        word = "sent_to_recheck"
    elif command.proof and file.running("proof") and judged.looked.held:
        word = "proof_given"
    else:
        return changed
    followed = grant(afterwards(file, changed), rules, command.actor, now, new_id, Change(event=word))
    return followed if isinstance(followed, Blocked) else joined(changed, followed)
