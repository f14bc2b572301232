"""A carrier says where a parcel is: once each, in whatever order it comes (rows 14 and 16, C-10, L-07)."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from amends.actions.commands import RecordScan
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome, Recorded, Unchanged
from amends.actions.recording import Change, Rows, afterwards, joined, record
from amends.actions.replacing import replacement_scanned
from amends.actions.settling import settle
from amends.actions.ship_order import TO_SHIP, reject_by_shipping
from amends.actions.tracking import cleaned
from amends.domain.facts.case import Case
from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import Order
from amends.domain.facts.parcel import Parcel, Scan
from amends.domain.facts.people import Actor
from amends.domain.lifecycle.parcel import scanned
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

_MOVING: Final = frozenset({"picked_up", "in_transit", "out_for_delivery", "delivery_failed", "delivered"})
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
    seen = Recorded(case=None, parcels=(moved,) if moved != parcel else (), scans=(scan,))
    carrier = Actor(kind="carrier", id=command.carrier or parcel.carrier or command.source, human=False)
    if parcel.direction == "forward":
        return _forward(file, seen, moved, rules, carrier, now, new_id)
    if parcel.direction == "return" and parcel.case_id is not None:
        return _return(file.focus(parcel.case_id), seen, moved, rules, carrier, now)
    if parcel.direction == "replacement" and parcel.case_id is not None:
        return replacement_scanned(file.focus(parcel.case_id), seen, moved, rules, carrier, now)
    return seen


def _forward(
    file: CaseFile, seen: Recorded, moved: Parcel, rules: Rules, carrier: Actor, now: datetime, new_id: NewId
) -> Outcome:
    """The order follows its parcels: on its way with the first, delivered with the last.

    A cancellation under review is too late then, and requests for what is on its way follow what became of it.
    """
    order = _order(file, moved)
    after = replace(file, order=order or file.order, parcels=_with(file.parcels, moved), scans=file.scans + seen.scans)
    followed: tuple[Recorded, ...] | Blocked = ()
    if order is not None and file.order.status in TO_SHIP:
        followed = reject_by_shipping(after, rules, carrier, now)
    if isinstance(followed, Blocked):
        return followed
    settled = settle(file, after, moved, rules, carrier, now, new_id)
    if isinstance(settled, Blocked):
        return settled
    return replace(seen, order=order, travel=settled.travel, also=(*followed, *settled.also))


def _with(parcels: tuple[Parcel, ...], moved: Parcel) -> tuple[Parcel, ...]:
    return tuple([moved if parcel.id == moved.id else parcel for parcel in parcels])


def _order(file: CaseFile, moved: Parcel) -> Order | None:
    order = file.order
    if order.status not in _OPEN_ORDERS or moved.status not in _MOVING | _ARRIVED:
        return None
    forward = [moved if parcel.id == moved.id else parcel for parcel in file.parcels if parcel.direction == "forward"]
    arrivals = [parcel.delivered_at for parcel in forward if parcel.status == "delivered"]
    last = max((at for at in arrivals if at), default=None)
    shipped = order.shipped_at or moved.shipped_at
    if last is not None and len(arrivals) == len(forward):
        return replace(order, status="delivered", shipped_at=shipped, delivered_at=last)
    return None if order.status == "in_transit" else replace(order, status="in_transit", shipped_at=shipped)


def _return(file: CaseFile, seen: Recorded, moved: Parcel, rules: Rules, carrier: Actor, now: datetime) -> Outcome:
    """The case follows the return, if it still waits for it; a scan that comes after a decision is kept and changes nothing."""
    case = file.case
    if case is None or case.historical:
        return seen
    events = _events(file, case, moved)
    done = last = None
    for event in events:
        if last is not None:
            file = afterwards(file, last)
        rows = Rows(parcels=seen.parcels, scans=seen.scans) if done is None else Rows()
        body = {"parcel": written(moved.id), "status": moved.status}
        step = record(file, rules, carrier, now, Change(event=event, body=body, rows=rows))
        if isinstance(step, Blocked):
            return step
        done, last = step if done is None else joined(done, step), step
    return done or seen


def _events(file: CaseFile, case: Case, moved: Parcel) -> list[str]:
    if moved.status not in _MOVING:
        return []
    if case.state == "awaiting_buyer_ship":
        return ["return_scanned", "return_delivered"] if moved.status == "delivered" else ["return_scanned"]
    if case.state != "return_in_transit":
        return []
    if moved.status == "delivered":
        return ["return_delivered"]
    return ["return_scanned"] if file.running("return_scan") else []
