"""The buyer sends the goods back and gives the number (row 14, L-07); the first scan is watched for 48 hours (C-10)."""

from datetime import datetime

from amends.actions.commands import ShipReturn
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome
from amends.actions.recording import Change, Rows, record, refused
from amends.actions.tracking import cleaned, refused_number
from amends.domain.facts.file import CaseFile
from amends.domain.facts.parcel import Parcel
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written


def ship_return(file: CaseFile, command: ShipReturn, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """The return is under way.

    Blocked: `move_not_open`, `carrier_unknown`, `tracking_number_invalid` (log code ERR_LOG_204), `tracking_number_taken`.
    """
    if blocked := refused(file, rules, command, "ship_return", now):
        return blocked
    number = cleaned(command.tracking_number)
    if blocked := refused_number(file, rules, command.carrier, number):
        return blocked
    if file.case is None:
        return Blocked(code="not_found", reasons=("case_unknown",))
    parcel = Parcel(
        id=new_id(),
        case_id=file.case.id,
        direction="return",
        status="awaiting_scan",
        carrier=command.carrier,
        tracking_number=number,
        address_matches=None,
        shipped_at=now,
        delivered_at=None,
        signed_at=None,
    )
    body = {"parcel": written(parcel.id), "carrier": command.carrier}
    change = Change(event="return_shipped", body=body, rows=Rows(parcels=(parcel,)))
    return record(file, rules, command.actor, now, change)
