"""The buyer sends the goods back and gives the number (row 14, L-07); the first scan is watched for 48 hours (C-10)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from amends.actions.commands import ShipReturn
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome, Recorded
from amends.actions.recording import Change, Rows, record, refused
from amends.actions.tracking import cleaned, refused_number
from amends.domain.facts.case import Case
from amends.domain.facts.file import CaseFile
from amends.domain.facts.parcel import Parcel
from amends.domain.facts.people import Actor
from amends.domain.facts.travel import NOTHING, ReturnPlan, Travel, plan_of
from amends.domain.lifecycle.moves import closed_reason
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written


def ship_return(file: CaseFile, command: ShipReturn, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """The return is under way.

    A number that stands on the platform's own label is that parcel's; the label of another case only where its goods travel along, or wait no more.
    Blocked: `return_not_yours`, `move_not_open`, `carrier_unknown`, `tracking_number_invalid` (log code ERR_LOG_204), `tracking_number_taken`.
    """
    if blocked := refused(file, rules, command, "ship_return", now):
        return blocked
    number = cleaned(command.tracking_number)
    labelled = _labelled(file, number, command.together)
    if labelled is None and (blocked := refused_number(file, rules, command.carrier, number)):
        return blocked
    if file.case is None:
        return Blocked(code="not_found", reasons=("case_unknown",))
    others = _together(file, command, rules, now)
    if isinstance(others, Blocked):
        return others
    parcel = Parcel(
        id=labelled.id if labelled else new_id(),
        case_id=labelled.case_id if labelled else file.case.id,
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
    before = plan_of(file.travel, file.case.id)
    travels = before is not None or parcel.case_id != file.case.id
    rows = Rows(parcels=(parcel,), travel=_in_it(file, file.case.id, parcel) if travels else NOTHING)
    own = record(file, rules, command.actor, now, Change(event="return_shipped", body=body, rows=rows))
    if isinstance(own, Blocked) or not others:
        return own
    joining = [_joined(file.focus(case.id), case.id, parcel, rules, command.actor, now, body) for case in others]
    blocked = next((each for each in joining if isinstance(each, Blocked)), None)
    return blocked or replace(own, also=tuple([each for each in joining if isinstance(each, Recorded)]))


def _together(file: CaseFile, command: ShipReturn, rules: Rules, now: datetime) -> tuple[Case, ...] | Blocked:
    """The other cases whose goods are in the parcel: of the same order and buyer, and waiting for them, in time."""
    wanted = dict.fromkeys(each for each in command.together if file.case and each != file.case.id)
    fitting = {
        case.id: case
        for case in file.cases
        if wanted and closed_reason(file.focus(case.id), rules, command.actor, "ship_return", now) is None
    }
    if wanted.keys() - fitting.keys():
        return Blocked(code="return_not_yours", reasons=("return_not_yours",), detail={"cases": [written(c) for c in fitting]})
    return tuple([fitting[each] for each in wanted])


def _labelled(file: CaseFile, number: str, together: Iterable[UUID]) -> Parcel | None:
    """The parcel of the platform's own label that bears this number and that the case may use."""
    waiting = {case.id for case in file.cases if case.state == "awaiting_buyer_ship"} - {*together}
    if file.case is not None:
        waiting.discard(file.case.id)
    return next(
        (p for p in file.parcels if p.status == "label_issued" and p.tracking_number == number and p.case_id not in waiting), None
    )


def _in_it(file: CaseFile, case_id: UUID, parcel: Parcel) -> Travel:
    """The goods of a case travel in the parcel; a label that was still wished for is not made any more."""
    before = plan_of(file.travel, case_id) or ReturnPlan(case_id=case_id)
    return Travel(plans=(replace(before, parcel_id=parcel.id, label=None if before.label == "wished" else before.label),))


def _joined(
    file: CaseFile, case_id: UUID, parcel: Parcel, rules: Rules, actor: Actor, now: datetime, body: dict[str, Any]
) -> Recorded | Blocked:
    rows = Rows(travel=_in_it(file, case_id, parcel))
    return record(file, rules, actor, now, Change(event="return_shipped", body=body, rows=rows))
