"""What the payment side said of a compensation. It is recorded once, whatever has become of the case meanwhile."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from amends.actions.compensating import posted_compensation
from amends.actions.conduct_commands import RecordCompensationResult
from amends.actions.granting import NewId, plain
from amends.actions.outcome import Blocked, Outcome, Recorded, Unchanged
from amends.actions.recording import Change, Rows, record
from amends.domain.facts.conduct import Compensation
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import Actor
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

RESULTS: Final = ("sent", "succeeded", "failed", "unknown")
_ENDED: Final = ("succeeded", "failed")


def record_compensation_result(
    file: CaseFile,
    command: RecordCompensationResult,
    rules: Rules,
    now: datetime,
    new_id: NewId,  # noqa: ARG001 -- every action takes it
) -> Outcome:
    """`sent` and `unknown` only mark the row: what is unclear is asked about under the same key, never repeated.

    Blocked: `not_found`, `value_not_allowed`.
    """
    owed = next((each for each in file.compensations if each.id == command.compensation_id), None)
    if owed is None or file.case is None:
        return Blocked(code="not_found", reasons=("not_found",))
    if command.result not in RESULTS:
        return Blocked(code="value_not_allowed", reasons=("value_not_allowed",), detail={"allowed": list(RESULTS)})
    if owed.status in _ENDED or owed.status == command.result:
        return Unchanged(why=f"compensation_{owed.status}")
    marked = _marked(owed, command, now)
    if command.result not in _ENDED:
        return Recorded(case=file.case, compensations=(marked,))
    by = "provider" if command.actor.kind not in ("provider", "system") else command.actor.kind
    actor = Actor(kind=by, id=command.actor.id, human=False)
    paid = command.result == "succeeded"
    body = plain(compensation=written(owed.id), amount=owed.amount, reference=marked.provider_reference, failure=marked.failure)
    rows = Rows(compensations=(marked,), transactions=(posted_compensation(file, owed),) if paid else ())
    event = "compensation_paid" if paid else "compensation_failed"
    return record(file, rules, actor, now, Change(event=event, body=body, rows=rows))


def _marked(owed: Compensation, command: RecordCompensationResult, now: datetime) -> Compensation:
    return replace(
        owed,
        status=command.result,
        provider_reference=command.provider_reference or owed.provider_reference,
        failure=(command.failure or "failed") if command.result == "failed" else None,
        attempts=owed.attempts + (command.result == "sent"),
        updated_at=now,
    )
