"""A carrier says where a parcel is: once each, in whatever order it comes (rows 14 and 16, C-10, L-07)."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from amends.actions.arriving import MOVING, arrive
from amends.actions.commands import RecordScan
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome, Recorded, Unchanged
from amends.actions.replacing import replacement_scanned
from amends.actions.settling import moved_before, settle
from amends.actions.ship_order import AT_HOME, TO_SHIP, reject_by_shipping
from amends.actions.tracking import cleaned
from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import Order
from amends.domain.facts.parcel import Parcel, Scan
from amends.domain.facts.people import Actor
from amends.domain.facts.travel import NOTHING, Reading, Travel, joined
from amends.domain.lifecycle.parcel import scanned
from amends.domain.lifecycle.rules import Rules

_ARRIVED: Final = frozenset({"delivered", "returning", "returned_to_seller"})
_OPEN_ORDERS: Final = TO_SHIP | {"in_transit"}


def record_scan(file: CaseFile, command: RecordScan, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Keep the scan, and let the parcel, its order and its case follow. A status that we do not know is kept and moves nothing.

    A scan that was taken already is `Unchanged`; one that is late never lowers a parcel. Blocked: `parcel_unknown`.
    """
    number = cleaned(command.tracking_number)
    parcel = next((p for p in reversed(file.parcels) if p.tracking_number and cleaned(p.tracking_number) == number), None)
    if parcel is None:
        return Blocked(code="parcel_unknown", reasons=("parcel_unknown",))
    if any((scan.source, scan.event_id) == (command.source, command.event_id) for scan in file.scans):
        return Unchanged(why="scan_known")
    scan = Scan(parcel.id, command.source, command.event_id, command.status, command.occurred_at, now)
    moved = scanned(parcel, file.scans, scan)
    seen = Recorded(case=None, parcels=(moved,) if moved != parcel else (), scans=(scan,), travel=_measured(parcel, command))
    carrier = Actor(kind="carrier", id=command.carrier or parcel.carrier or command.source, human=False)
    if parcel.direction == "forward":
        return _forward(file, seen, moved, rules, carrier, now, new_id)
    if parcel.direction == "return":
        return arrive(file, seen, moved, rules, carrier, now)
    if parcel.case_id is not None:
        return replacement_scanned(file.focus(parcel.case_id), seen, moved, rules, carrier, now)
    return seen


def _measured(parcel: Parcel, command: RecordScan) -> Travel:
    if command.postcode is None and command.weight is None:
        return NOTHING
    measured = Reading(
        parcel_id=parcel.id, source=command.source, event_id=command.event_id, postcode=command.postcode, weight=command.weight
    )
    return Travel(readings=(measured,))


def _forward(
    file: CaseFile, seen: Recorded, moved: Parcel, rules: Rules, carrier: Actor, now: datetime, new_id: NewId
) -> Outcome:
    """The order follows its parcels: on its way with the first, delivered with the last.

    A cancellation under review of what left is too late then, and requests for what is on its way follow what became of it.
    """
    order = _order(file, moved)
    after = replace(file, order=order or file.order, parcels=_with(file.parcels, moved), scans=file.scans + seen.scans)
    followed: tuple[Recorded, ...] | Blocked = ()
    if (order is not None and file.order.status in TO_SHIP) or _left_home(moved_before(file, moved), moved):
        followed = reject_by_shipping(after, rules, carrier, now)
    if isinstance(followed, Blocked):
        return followed
    settled = settle(file, after, moved, rules, carrier, now, new_id)
    if isinstance(settled, Blocked):
        return settled
    return replace(seen, order=order, travel=joined(seen.travel, settled.travel), also=(*followed, *settled.also))


def _left_home(before: Parcel, moved: Parcel) -> bool:
    return before.status in AT_HOME and moved.status not in AT_HOME


def _with(parcels: tuple[Parcel, ...], moved: Parcel) -> tuple[Parcel, ...]:
    return tuple([moved if parcel.id == moved.id else parcel for parcel in parcels])


def _order(file: CaseFile, moved: Parcel) -> Order | None:
    order = file.order
    if order.status not in _OPEN_ORDERS or moved.status not in MOVING | _ARRIVED:
        return None
    forward = [moved if parcel.id == moved.id else parcel for parcel in file.parcels if parcel.direction == "forward"]
    arrivals = [parcel.delivered_at for parcel in forward if parcel.status == "delivered"]
    last = max((at for at in arrivals if at), default=None)
    shipped = order.shipped_at or moved.shipped_at
    if last is not None and len(arrivals) == len(forward):
        return replace(order, status="delivered", shipped_at=shipped, delivered_at=last)
    return None if order.status == "in_transit" else replace(order, status="in_transit", shipped_at=shipped)
