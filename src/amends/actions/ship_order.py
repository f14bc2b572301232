"""The seller ships. A cancellation under review is rejected by it: that is how the platforms reject one (row 4)."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from amends.actions.commands import ShipOrder
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome, Recorded, Unchanged
from amends.actions.recording import Change, record
from amends.actions.tracking import cleaned, refused_number
from amends.domain.facts.file import CaseFile
from amends.domain.facts.forward import parcel_of, still_to_ship
from amends.domain.facts.parcel import Parcel
from amends.domain.facts.people import SYSTEM, Actor
from amends.domain.lifecycle.rules import Rules

GROUND: Final = "shipped_tracking_soon"
TO_SHIP: Final = frozenset({"awaiting_shipment", "awaiting_collection"})
_PERMISSIONS: Final = ("cases.handle", "orders.write", "parcels.write")
_SHIPPED: Final = frozenset({"in_transit", "delivered", "completed"})
AT_HOME: Final = frozenset({"not_shipped", "packed"})
_UNDER_REVIEW: Final = frozenset({"pending_review", "negotiating"})


def ship_order(file: CaseFile, command: ShipOrder, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """The order is in transit, and each cancellation under review of what was shipped is rejected (`also`, its escalate clock begins).

    The system repeats what a marketplace told: an order that is shipped already only rejects what still waits, or nothing.
    Blocked: `order_cancelled`, `already_shipped`, `move_not_open` (unpaid or on hold), and what `refused_number` says.
    """
    if command.actor.kind == "buyer" or not any(command.actor.may(each) for each in _PERMISSIONS):
        detail = {"permission": _PERMISSIONS[0]}
        return Blocked(code="permission_missing", reasons=("permission_missing",), detail=detail)
    told = command.actor.kind == "system"
    number = cleaned(command.tracking_number)
    shipped = None if told and file.order.status in _SHIPPED else _shipped(file, command, rules, number, now, new_id)
    if isinstance(shipped, Blocked):
        return shipped
    rejected = reject_by_shipping(_sent(file, shipped), rules, command.actor, now, told=told)
    if isinstance(rejected, Blocked):
        return rejected
    if shipped is None and not rejected:
        return Unchanged(why="already_shipped")
    return replace(shipped or Recorded(case=None), also=rejected)


def _shipped(file: CaseFile, command: ShipOrder, rules: Rules, number: str, now: datetime, new_id: NewId) -> Recorded | Blocked:
    order = file.order
    waiting = next((p for p in file.parcels if p.direction == "forward" and p.status in AT_HOME), None)
    if order.status not in TO_SHIP and not (order.status == "in_transit" and waiting):
        code = {"cancelled": "order_cancelled", **dict.fromkeys(_SHIPPED, "already_shipped")}.get(order.status, "move_not_open")
        return Blocked(code=code, reasons=(code,), detail={"status": order.status})
    if blocked := refused_number(file, rules, command.carrier, number):
        return blocked
    parcel = waiting or Parcel(new_id(), None, "forward", "not_shipped", None, None, None, None, None, None)
    sent = replace(parcel, status="picked_up", carrier=command.carrier, tracking_number=number, shipped_at=now)
    return Recorded(case=None, order=replace(order, status="in_transit", shipped_at=order.shipped_at or now), parcels=(sent,))


def _sent(file: CaseFile, shipped: Recorded | None) -> CaseFile:
    """The file with its order on its way; lines that had no parcel travel in the one that was just shipped."""
    if shipped is None or not shipped.parcels:
        return file
    (sent,) = shipped.parcels
    lines = tuple([replace(line, parcel_id=line.parcel_id or sent.id) for line in file.lines])
    return replace(file, lines=lines, parcels=(*[parcel for parcel in file.parcels if parcel.id != sent.id], sent))


def reject_by_shipping(
    file: CaseFile, rules: Rules, actor: Actor, now: datetime, *, told: bool = False
) -> tuple[Recorded, ...] | Blocked:
    """Every cancellation under review of which something has left, rejected: the goods are gone.

    What lies in a parcel that is still at home waits for its review as before, unless a marketplace `told` of the order as a whole.
    """
    found = []
    for case in file.cases:
        if case.kind == "cancel" and case.state in _UNDER_REVIEW and not case.historical and (told or _left(file.focus(case.id))):
            rejected = _rejected(file.focus(case.id), rules, actor, now)
            if isinstance(rejected, Blocked):
                return rejected
            found.append(rejected)
    return tuple(found)


def shipped_meanwhile(file: CaseFile, rules: Rules, now: datetime) -> Recorded | Blocked | None:
    """A cancellation that comes before its seller only now, whose goods have left while a person looked at it or its buyer owed proof."""
    lines = [file.line(each.line_id) for each in file.own_lines]
    if file.case is None or file.case.kind != "cancel" or all(line is None or still_to_ship(file, line) for line in lines):
        return None
    return _rejected(file, rules, SYSTEM, now)


def _rejected(file: CaseFile, rules: Rules, actor: Actor, now: datetime) -> Recorded | Blocked:
    return record(file, rules, actor, now, Change(event="rejected_by_shipping", body={"ground": GROUND}, seals=True))


def _left(file: CaseFile) -> bool:
    parcels = [parcel_of(file, file.line(line.line_id)) for line in file.own_lines]
    return any(parcel is None or parcel.status not in AT_HOME for parcel in parcels)
