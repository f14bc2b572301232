"""The buyer takes a rejection to the platform (T-05; row 23)."""

from datetime import datetime

from amends.actions.commands import Escalate
from amends.actions.disputing import brought, said
from amends.actions.granting import NewId, plain
from amends.actions.outcome import Blocked, Outcome
from amends.actions.recording import Change, Rows, record, refused
from amends.domain.facts.case import Case
from amends.domain.facts.dispute import Dispute, Rejection
from amends.domain.facts.file import CaseFile
from amends.domain.facts.sheet import request_of, sheet
from amends.domain.lifecycle.clocks import lane_of
from amends.domain.lifecycle.rules import Rules

USUAL = "usual"


def escalate(file: CaseFile, command: Escalate, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Open a dispute about the seller's last no, in the review lane that the rules name (C-03).

    Blocked: `move_not_open`, `deadline_passed`, and what `take` refuses of the proof.
    """
    if blocked := refused(file, rules, command, "escalate", now):
        return blocked
    case = file.case
    if case is None:
        return Blocked(code="not_found", reasons=("case_unknown",))
    if command.theme is not None and command.theme not in rules.vocabulary.words("themes"):
        return Blocked(code="unknown_word", reasons=("unknown_word",), detail={"word": command.theme, "list": "themes"})
    pieces = brought(file, rules, command, now, new_id, at="dispute", proof=command.proof, note=command.note)
    if isinstance(pieces, Blocked):
        return pieces
    no = rejection_of(file, case)
    facts = sheet(file, request_of(file), now, rules.zone)
    dispute = Dispute(
        id=new_id(),
        case_id=case.id,
        state="under_review",
        round=1,
        lane=lane_of(rules, facts) or USUAL,
        opened_seq=case.seq + 1,
        opened_at=now,
        ground=no.ground if no else None,
        stage=(no.stage if no else None) or _STAGES.get(case.state),
        theme=command.theme,
    )
    body = said(dispute, pieces) | plain(ground=dispute.ground, stage=dispute.stage)
    rows = Rows(evidence=pieces, disputes=(dispute,))
    change = Change(event="escalated", body=body, rows=rows, case={"lane": dispute.lane})
    return record(file, rules, command.actor, now, change)


_STAGES = {"rejected_1": "rejection_1", "rejected_2": "rejection_2"}


def rejection_of(file: CaseFile, case: Case) -> Rejection | None:
    """The seller's last no to the case, where one is known."""
    mine = [no for no in file.rejections if no.case_id == case.id]
    return max(mine, key=lambda no: no.seq, default=None)
