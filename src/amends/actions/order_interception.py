"""The seller orders an interception with the carrier, online (L-01, T-03). It hits the whole parcel."""

from datetime import datetime

from amends.actions.commands import OrderInterception
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome
from amends.actions.recording import Change, Rows, record, refused
from amends.domain.facts.file import CaseFile
from amends.domain.facts.parcel import Parcel
from amends.domain.facts.travel import Interception, Travel
from amends.domain.lifecycle.refusing import parcels_of, why_not_stopped
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written


def order_interception(file: CaseFile, command: OrderInterception, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """The carrier is asked to stop the parcel; its answer says whether it can, at what cost, and why not.

    Blocked: `move_not_open`, `interception_too_early`, `interception_too_late`, `interception_under_way`, `parcel_unknown` (of several,
    none named), `interception_takes_other_lines` (detail: the lines that nobody asked about, unless `whole_parcel` says that it is meant).
    """
    if blocked := refused(file, rules, command, "order_interception", now):
        return blocked
    parcel = _parcel(file, command)
    if isinstance(parcel, Blocked):
        return parcel
    others = others_in(file, parcel)
    if others and not command.whole_parcel:
        code = "interception_takes_other_lines"
        return Blocked(code=code, reasons=(code,), detail={"parcel": written(parcel.id), "lines": others})
    case_id = file.own_lines[0].case_id
    ordered = Interception(
        id=new_id(), case_id=case_id, parcel_id=parcel.id, state="ordered", ordered_by=command.actor.id, ordered_at=now
    )
    body = {"interception": written(ordered.id), "parcel": written(parcel.id), "carrier": parcel.carrier, "other_lines": others}
    rows = Rows(travel=Travel(interceptions=(ordered,)))
    return record(file, rules, command.actor, now, Change(event="interception_ordered", body=body, rows=rows))


def _parcel(file: CaseFile, command: OrderInterception) -> Parcel | Blocked:
    mine = parcels_of(file)
    wanted = [parcel for parcel in mine if command.parcel_id in (None, parcel.id)]
    if len(wanted) != 1:
        detail = {"parcels": [written(parcel.id) for parcel in mine]}
        return Blocked(code="parcel_unknown", reasons=("parcel_unknown",), detail=detail)
    code = why_not_stopped(file, wanted[0])
    return Blocked(code=code, reasons=(code,), detail={"status": wanted[0].status}) if code else wanted[0]


def others_in(file: CaseFile, parcel: Parcel) -> list[str]:
    """Lines of the order that travel in the parcel and that the case does not ask about, wholly or in part."""
    asked = {line.line_id: line.quantity for line in file.own_lines}
    only = sum(each.direction == "forward" for each in file.parcels) == 1
    inside = [line for line in file.lines if line.parcel_id == parcel.id or (only and line.parcel_id is None)]
    return [written(line.id) for line in inside if asked.get(line.id, 0) < line.quantity]
