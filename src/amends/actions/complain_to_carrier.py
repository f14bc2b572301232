"""Intercepted goods did not come back: the seller complains on the interception's service order, also of an ended case (L-02, F-05)."""

from datetime import datetime

from msgspec.structs import replace

from amends.actions.commands import ComplainToCarrier
from amends.actions.defending import statement
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome
from amends.actions.recording import Change, Rows, record, refused
from amends.domain.facts.file import CaseFile
from amends.domain.facts.travel import Travel, interception_of
from amends.domain.lifecycle.refusing import overdue
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written


def complain_to_carrier(file: CaseFile, command: ComplainToCarrier, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """The complaint is lodged; the carrier deals with it.

    Blocked: `move_not_open`, `nothing_intercepted`, `complaint_already_lodged`, `goods_are_back`, `complaint_too_early`.
    """
    if blocked := refused(file, rules, command, "complain_to_carrier", now):
        return blocked
    parcel = overdue(file, rules, now)
    intercepted = interception_of(file.travel, parcel.id) if parcel else None
    if parcel is None or intercepted is None:
        return Blocked(code="nothing_intercepted", reasons=("nothing_intercepted",))
    complained = replace(intercepted, complaint="lodged", complained_at=now)
    rows = Rows(evidence=statement(file, command.actor, now, new_id, command.note), travel=Travel(interceptions=(complained,)))
    body = {"interception": written(intercepted.id), "parcel": written(parcel.id)}
    return record(file, rules, command.actor, now, Change(event="carrier_complained", body=body, rows=rows))
