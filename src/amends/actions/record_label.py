"""A prepaid label is there, or the carrier refused it: then the buyer arranges the way back as elsewhere (L-05)."""

from datetime import datetime

from msgspec.structs import replace

from amends.actions.commands import RecordLabel
from amends.actions.granting import NewId, plain
from amends.actions.outcome import Blocked, Outcome, Unchanged
from amends.actions.recording import Change, Rows, record, row_for
from amends.actions.tracking import cleaned
from amends.domain.facts.file import CaseFile
from amends.domain.facts.parcel import Parcel
from amends.domain.facts.travel import Travel, plan_of
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written


def record_label(file: CaseFile, command: RecordLabel, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Keep the label with its parcel, or why there is none. One that is made already, or that nobody waits for any more, is `Unchanged`."""
    case = file.case
    plan = plan_of(file.travel, case.id) if case else None
    if case is None or plan is None:
        return Blocked(code="not_found", reasons=("not_found",))
    if plan.label != "wished" or row_for(file, "label_issued", command.actor) is None:
        return Unchanged(why="label_not_wished")
    if command.tracking_number is None:
        refused = replace(plan, label="refused", problem=command.problem)
        body = plain(problem=command.problem)
        rows = Rows(travel=Travel(plans=(refused,)))
        return record(file, rules, command.actor, now, Change(event="label_refused", body=body, rows=rows))
    number = cleaned(command.tracking_number)
    parcel = Parcel(new_id(), case.id, "return", "label_issued", command.carrier, number, None, None, None, None)
    made = replace(
        plan, label="made", carrier=command.carrier, tracking_number=number, service=command.service, cost=command.cost,
        currency=command.currency, made_at=now, parcel_id=parcel.id,
    )  # fmt: skip
    body = plain(parcel=written(parcel.id), carrier=command.carrier, cost=command.cost)
    rows = Rows(parcels=(parcel,), travel=Travel(plans=(made,)))
    return record(file, rules, command.actor, now, Change(event="label_issued", body=body, rows=rows))
