"""Reject, in the 1st review the request, in the 2nd the returned goods (T-04, R-01 to R-06; rows 4, 13 and 18)."""

from datetime import datetime

from amends.actions.commands import Reject
from amends.actions.defending import No, defend, stage_of
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome
from amends.actions.recording import Change, Rows, record, refused
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules


def reject(file: CaseFile, command: Reject, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Say no with a ground that is open and the proof that it demands; the buyer may then take it to the platform.

    Blocked: `move_not_open`, `stale_version`, and all that `defend` refuses.
    """
    if blocked := refused(file, rules, command, "reject", now):
        return blocked
    case = file.case
    if case is None:
        return Blocked(code="not_found", reasons=("case_unknown",))
    stage = stage_of(case)
    no = No(ground=command.ground, note=command.note, proof=command.proof, stage=stage)
    defence = defend(file, case, rules, command.actor, now, new_id, no)
    if isinstance(defence, Blocked):
        return defence
    change = Change(
        event="return_rejected" if stage == "rejection_2" else "rejected",
        body=defence.body,
        rows=Rows(evidence=defence.evidence),
        facts=defence.facts,
        verdict=defence.ground,
        seals=True,
    )
    return record(file, rules, command.actor, now, change)
