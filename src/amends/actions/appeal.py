"""Who lost asks for another ruling: the seller within 21 days, the buyer too; a second time only with stronger new proof (T-06, N-08, V-09)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from amends.actions.commands import Appeal
from amends.actions.disputing import APPEAL, brought, moved, said
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome
from amends.actions.proof import look, owed, side_of
from amends.actions.recording import Change, Rows, record, refused
from amends.domain.facts.dispute import Dispute
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.file import CaseFile
from amends.domain.facts.sheet import request_of, sheet
from amends.domain.lifecycle.rules import Rules


def appeal(file: CaseFile, command: Appeal, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Open the next round. A seller's appeal leaves case and money as they are; a buyer's opens the closed case again.

    Blocked: `move_not_open`, `ruling_is_final`, `deadline_passed`, `proof_demanded` (a second appeal without new proof that the
    rules call strong), `units_already_claimed` where the buyer has asked for the same units anew, and what `take` refuses.
    """
    if blocked := refused(file, rules, command, "appeal", now):
        return blocked
    dispute = file.dispute
    if dispute is None:
        return Blocked(code="move_not_open", reasons=("move_not_open",))
    pieces = brought(file, rules, command, now, new_id, at=APPEAL, proof=command.proof, note=command.note)
    if isinstance(pieces, Blocked):
        return pieces
    if blocked := _too_weak(file, dispute, command, rules, now, pieces) or _claimed_anew(file, command):
        return blocked
    side = side_of(command.actor)
    after = moved(dispute, "appealed", command.actor, round=dispute.round + 1, appealed_by=side, reviewer=None, claimed_at=None)
    reopened: dict[str, Any] = {"ended": None, "closed_at": None} if side == "buyer" else {}
    body = said(after, pieces) | {"by": side}
    rows = Rows(evidence=pieces, disputes=(after,))
    return record(file, rules, command.actor, now, Change(event="appealed", body=body, rows=rows, case=reopened))


def _too_weak(
    file: CaseFile, dispute: Dispute, command: Appeal, rules: Rules, now: datetime, pieces: Sequence[Evidence]
) -> Blocked | None:
    """Only what is new counts; whether any is demanded is said by the rules, which see whether there was an appeal before."""
    side = side_of(command.actor)
    facts = sheet(file, request_of(file), now, rules.zone)
    looked = look(rules, facts, pieces, of=side)
    needs = owed(rules, facts, looked, of=side, at=APPEAL)
    if not needs:
        return None
    kinds = list(dict.fromkeys(kind for need in needs for kind in (*need.any_of, *need.all_of)))
    detail = {"any_of": kinds, "rules": [need.rule for need in needs], "round": dispute.round + 1}
    reasons = ("proof_demanded", *dict.fromkeys(looked.refused))
    return Blocked(code="proof_demanded", reasons=reasons, detail=detail, facts=facts, verdict=needs)


def _claimed_anew(file: CaseFile, command: Appeal) -> Blocked | None:
    if command.actor.kind != "buyer" or file.case is None:
        return None
    for line in file.own_lines:
        bought = file.line(line.line_id)
        if bought and file.claimed(line.line_id, but=file.case.id) + line.quantity > bought.quantity:
            return Blocked(code="units_already_claimed", reasons=("units_already_claimed",))
    return None
