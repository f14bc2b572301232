"""A compensation that certainly failed is paid anew, under a key of its own; what is only unclear is asked about, never repeated."""

from datetime import datetime

from msgspec.structs import replace

from amends.actions.conduct_commands import RetryCompensation
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome
from amends.actions.recording import Change, Rows, record
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written


def retry_compensation(file: CaseFile, command: RetryCompensation, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """A new row with an id of its own stands in the place of the failed one; the failed one stays as it is.

    Blocked: `not_found`, `permission_missing`, `move_not_open` (it has not failed, or was paid or is being paid anew already).
    """
    case = file.case
    failed = next((each for each in file.compensations if each.id == command.compensation_id), None)
    if case is None or failed is None or failed.case_id != case.id:
        return Blocked(code="not_found", reasons=("not_found",))
    if not command.actor.may("refunds.handle"):
        return Blocked(code="permission_missing", reasons=("permission_missing",), detail={"permission": "refunds.handle"})
    others = [each for each in file.compensations if each.case_id == case.id and each.why == failed.why]
    if any(each.status != "failed" for each in others):
        return Blocked(code="move_not_open", reasons=("move_not_open",), detail={"status": failed.status})
    made = replace(
        failed,
        id=new_id(),
        status="pending",
        provider_reference=None,
        failure=None,
        attempts=0,
        decided_seq=case.seq + 1,
        created_at=now,
        updated_at=now,
    )
    body = {"compensation": written(made.id), "replaces": written(failed.id), "amount": made.amount}
    change = Change(event="compensation_replaced", body=body, rows=Rows(compensations=(made,)))
    return record(file, rules, command.actor, now, change)
