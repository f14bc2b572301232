"""Hand in proof: it answers a demand where there is one, and stands in the file where there is none (rows 30, 31 and 43)."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from amends.actions.asking import Judged, judge, kept
from amends.actions.commands import SubmitEvidence
from amends.actions.disputing import APPEAL
from amends.actions.outcome import Blocked, Outcome
from amends.actions.proof import look, side_of, take
from amends.actions.recording import Change, Rows, record, refused
from amends.domain.facts.case import Case
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.file import CaseFile, as_of
from amends.domain.facts.sheet import request_of, sheet
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

_BUYER_AT: Final = {"rejected_1": "dispute", "rejected_2": "dispute", "in_dispute": "dispute"}
_SELLER_AT: Final = {**_BUYER_AT, "return_in_transit": "rejection_2", "return_delivered": "rejection_2"}


def submit_evidence(file: CaseFile, command: SubmitEvidence, rules: Rules, now: datetime, new_id: Callable[[], UUID]) -> Outcome:
    """Take the pieces in. Proof that meets what was owed brings the case to the seller; proof in doubt brings it to a person.

    Blocked: `missing_field` (nothing handed in) and whatever keeps a piece from being taken.
    """
    if blocked := refused(file, rules, command, "submit_evidence", now):
        return blocked
    case = file.case
    if case is None or not command.proof:
        return Blocked(code="missing_field", detail={"field": "proof"})
    side = side_of(command.actor)
    pieces = take(
        file,
        command.proof,
        actor=command.actor,
        at=APPEAL if file.dispute and file.dispute.state == "under_appeal" else stage(case, side),
        case_id=case.id,
        now=now,
        new_id=new_id,
        kinds=rules.vocabulary.words("evidence_kinds"),
    )
    if isinstance(pieces, Blocked):
        return pieces
    event, judged = _answered(file, case, rules, pieces, now) if side == "buyer" else ("proof_added", None)
    verdict = {"verdict": kept(judged.verdict, request_of(file).told)} if judged else {}
    body = {"of": side, "kinds": [piece.kind for piece in pieces], "evidence": [written(piece.id) for piece in pieces]}
    change = Change(event=event, body=body, case=verdict, rows=Rows(evidence=pieces), judged=judged.facts if judged else {})
    return record(file, rules, command.actor, now, change)


def stage(case: Case, side: str) -> str:
    """The stage that proof of a side is for while the case is in its state."""
    if side == "seller":
        return _SELLER_AT.get(case.state, "cancel" if case.kind == "cancel" else "rejection_1")
    return _BUYER_AT.get(case.state, "opening")


def _answered(file: CaseFile, case: Case, rules: Rules, pieces: tuple[Evidence, ...], now: datetime) -> tuple[str, Judged | None]:
    """The event that the buyer's proof makes, and the judgement where it is a new one."""
    if case.state == "awaiting_proof":
        judged = judged_again(file, case, rules, pieces)
        word = {"case_opened": "proof_given", "proof_demanded": "proof_added"}.get(judged.event, "sent_to_recheck")
        return word, judged
    if case.state == "pending_review":
        looked = look(rules, sheet(file, request_of(file), now, rules.zone), pieces, of="buyer")
        if looked.doubts:
            return "sent_to_recheck", None
        if file.running("proof") and looked.held:
            return "proof_given", None
    return "proof_added", None


def judged_again(file: CaseFile, case: Case, rules: Rules, pieces: tuple[Evidence, ...]) -> Judged:
    """The request judged anew with more proof, as of the moment when it was made: waiting for proof costs nobody their window."""
    mine = [e for e in file.evidence if e.case_id == case.id and False not in (e.legible, e.matches_claim)]
    return judge(as_of(file, case.opened_at), rules, request_of(file), (*mine, *pieces), case.opened_at)
