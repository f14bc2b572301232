"""The seller sends the goods that are owed for those that came back, as an order of their own (row 19)."""

from datetime import datetime

from msgspec.structs import replace

from amends.actions.commands import ShipReplacement
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome
from amends.actions.recording import Change, Rows, record, refused
from amends.actions.replacing import replacement_order
from amends.actions.tracking import cleaned, refused_number
from amends.domain.facts.file import CaseFile
from amends.domain.facts.parcel import Parcel
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written


def ship_replacement(file: CaseFile, command: ShipReplacement, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """The replacement is under way; the buyer is told, and its delivery is waited for. Its own order hears of its parcel like any other.

    Blocked: `move_not_open`, `exceeds_refundable` (what was paid has gone back already), and what `refused_number` says.
    """
    if blocked := refused(file, rules, command, "ship_replacement", now):
        return blocked
    number = cleaned(command.tracking_number)
    made = refused_number(file, rules, command.carrier, number) or replacement_order(file, now, new_id)
    if isinstance(made, Blocked) or file.case is None:
        return made if isinstance(made, Blocked) else Blocked(code="not_found", reasons=("case_unknown",))
    out = Parcel(new_id(), None, "forward", "picked_up", command.carrier, number, None, now, None, None)
    parcel = Parcel(new_id(), file.case.id, "replacement", "picked_up", command.carrier, number, None, now, None, None)
    body = {"parcel": written(parcel.id), "carrier": command.carrier, "order": written(made.order.id)}
    change = Change(event="replacement_shipped", body=body, rows=Rows(parcels=(parcel,)))
    recorded = record(file, rules, command.actor, now, change)
    if isinstance(recorded, Blocked):
        return recorded
    sent = tuple(replace(each, order_id=made.order.id, parcel_id=parcel.id) for each in recorded.replacements)
    return replace(recorded, replacements=sent, new_order=replace(made, parcels=(out,)))
