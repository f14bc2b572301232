"""The number of a return was wrong: it is corrected while no carrier has seen it, and the first scan is watched anew (L-07, C-10)."""

from datetime import datetime

from msgspec.structs import replace

from amends.actions.commands import CorrectReturnNumber
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome, Recorded
from amends.actions.recording import Change, Rows, record, refused
from amends.actions.tracking import cleaned, refused_number
from amends.domain.facts.file import CaseFile
from amends.domain.facts.travel import sharing
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written


def correct_return_number(file: CaseFile, command: CorrectReturnNumber, rules: Rules, now: datetime, new_id: NewId) -> Outcome:  # noqa: ARG001 -- every action has this shape
    """The parcel has another number, and perhaps another carrier; every case whose goods travel in it is told, and waits for its first scan anew.

    Blocked: `move_not_open`, `return_already_scanned`, `carrier_unknown`, `tracking_number_invalid`, `tracking_number_taken`.
    """
    if blocked := refused(file, rules, command, "correct_return_number", now):
        return blocked
    parcel, number = file.return_parcel, cleaned(command.tracking_number)
    if parcel is None:
        return Blocked(code="parcel_unknown", reasons=("parcel_unknown",))
    if blocked := refused_number(file, rules, command.carrier, number):
        return blocked
    corrected = replace(parcel, carrier=command.carrier, tracking_number=number)
    body = {"parcel": written(parcel.id), "carrier": command.carrier, "was": parcel.tracking_number}
    change = Change(event="return_number_corrected", body=body, rows=Rows(parcels=(corrected,)))
    own = record(file, rules, command.actor, now, change)
    if isinstance(own, Blocked) or file.case is None:
        return own
    waiting = {case.id for case in file.cases if case.state == "return_in_transit"} - {file.case.id}
    others = [each for each in sharing(file.travel, parcel.id, parcel.case_id) if each in waiting]
    told = [record(file.focus(each), rules, command.actor, now, replace(change, rows=Rows())) for each in others]
    blocked = next((each for each in told if isinstance(each, Blocked)), None)
    return blocked or replace(own, also=tuple([each for each in told if isinstance(each, Recorded)]))
