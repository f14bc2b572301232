"""A person of the platform settles a return that did not arrive (row 41)."""

from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace

from amends.actions.commands import SettleReturn
from amends.actions.defending import statement
from amends.actions.granting import NewId, grant
from amends.actions.outcome import Blocked, Outcome
from amends.actions.recording import Change, Rows, refused
from amends.domain.facts.file import CaseFile
from amends.domain.facts.travel import ReturnPlan, Travel, plan_of
from amends.domain.lifecycle.returning import scanned_already
from amends.domain.lifecycle.rules import Rules

_EVENTS: Final = {
    "found": "return_found",
    "lost": "return_lost",
    "never_sent": "return_never_sent",
    "genuine": "return_released",
}


def settle_return(file: CaseFile, command: SettleReturn, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Found: the seller inspects it. Lost: the money goes back, carrier or platform bears it. Never sent: the case is closed.

    Blocked: `value_not_allowed` for another decision, `move_not_open`, `exceeds_refundable`, `destination_required`.
    """
    if blocked := refused(file, rules, command, "settle_return", now):
        return blocked
    event = _EVENTS.get(command.decision)
    if event is None:
        return Blocked(code="value_not_allowed", reasons=("value_not_allowed",), detail={"allowed": list(_EVENTS)})
    body: dict[str, Any] = {"decision": command.decision}
    rows = Rows(evidence=statement(file, command.actor, now, new_id, command.note))
    if event == "return_lost" and file.case is not None:
        plan = plan_of(file.travel, file.case.id) or ReturnPlan(case_id=file.case.id)
        lost = replace(plan, borne_by=_who_lost_it(file), label=None if plan.label == "wished" else plan.label)
        body["borne_by"], rows = lost.borne_by, replace(rows, travel=Travel(plans=(lost,)))
    change = Change(event=event, body=body, rows=rows, seals=True)
    return grant(file, rules, command.actor, now, new_id, change)


def _who_lost_it(file: CaseFile) -> str:
    """The carrier, once it had the parcel in hand; else the platform, which trusts the buyer that it was sent (assumed)."""
    parcel = file.return_parcel
    return "carrier" if parcel is not None and scanned_already(file, parcel) else "platform"
