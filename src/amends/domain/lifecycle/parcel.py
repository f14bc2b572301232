"""Parcels on their way out and back, folded from their scans: what counts is when a scan happened, never when it arrived (L-07)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from amends.domain.facts.parcel import Direction, Parcel, Scan
from amends.domain.lifecycle.machine import Row, Table, find

_MOVING: Final = "picked_up in_transit out_for_delivery"
_AT_HOME: Final = "not_shipped packed"


def _row(to: str, sources: str) -> Row:
    return Row(number=0, sources=tuple(sources.split()), event=to, by=("carrier",), to=to, action="record_scan", source="L-07")


FORWARD: Final = Table(
    "parcel",
    (
        Row(
            number=0,
            sources=("start",),
            event="told",
            by=("system",),
            to="not_shipped",
            action="import",
            source="docs/glossary.md",
        ),
        _row("packed", "not_shipped"),
        _row("picked_up", _AT_HOME),
        _row("in_transit", f"{_AT_HOME} picked_up exception"),
        _row("out_for_delivery", f"{_AT_HOME} picked_up in_transit exception"),
        _row("delivered", f"{_AT_HOME} {_MOVING} exception intercept_requested lost damaged"),
        _row("refused", f"{_AT_HOME} {_MOVING} exception intercept_requested damaged"),
        _row("intercept_requested", "picked_up in_transit exception"),
        _row("intercepted", f"{_MOVING} exception intercept_requested"),
        _row("returning", f"{_MOVING} exception intercept_requested intercepted refused damaged"),
        _row("returned_to_seller", f"{_MOVING} exception intercept_requested intercepted refused returning damaged lost"),
        _row("exception", f"{_AT_HOME} {_MOVING}"),
        _row("lost", f"{_AT_HOME} {_MOVING} exception intercept_requested intercepted refused returning"),
        _row("damaged", f"{_AT_HOME} {_MOVING} exception intercept_requested"),
    ),
    final=("delivered", "returned_to_seller"),
)
RETURN: Final = Table(
    "return",
    (
        Row(number=0, sources=("start",), event="told", by=("system",), to="not_shipped", action="ship_return", source="L-07"),
        _row("label_issued", "not_shipped"),
        _row("awaiting_scan", "not_shipped label_issued"),
        _row("picked_up", "not_shipped label_issued awaiting_scan"),
        _row("in_transit", "not_shipped label_issued awaiting_scan picked_up delivery_failed"),
        _row("out_for_delivery", "not_shipped label_issued awaiting_scan picked_up in_transit delivery_failed"),
        _row("delivery_failed", "not_shipped label_issued awaiting_scan picked_up in_transit out_for_delivery"),
        _row("delivered", "not_shipped label_issued awaiting_scan picked_up in_transit out_for_delivery delivery_failed"),
    ),
    final=("delivered",),
)
TABLES: Final[dict[Direction, Table]] = {"forward": FORWARD, "replacement": FORWARD, "return": RETURN}
_RANK: Final = {row.to: rank for table in (FORWARD, RETURN) for rank, row in enumerate(table.rows)}
_UNDER_WAY: Final = frozenset((*_MOVING.split(), "delivered", "exception", "delivery_failed"))


def scanned(parcel: Parcel, scans: Iterable[Scan], scan: Scan) -> Parcel:
    """The parcel once a scan is known too: the fold of all its scans by (when it happened, rank, event id).

    Every order of arrival gives the same parcel. A scan that would lead back, and a status that the table does not know, moves nothing.
    """
    before = [each for each in scans if each.parcel_id == parcel.id]
    status, shipped, delivered = _told(parcel, before, scan)
    table = TABLES[parcel.direction]
    for each in sorted([*before, scan], key=_order):
        row = find(table, status, "", each.status, "carrier")
        if row is None:
            continue
        status = each.status
        if shipped is None and status in _UNDER_WAY:
            shipped = each.occurred_at
        if status == "delivered":
            delivered = each.occurred_at
    return replace(parcel, status=status, shipped_at=shipped, delivered_at=delivered)


def led(before: str, told: str) -> str:
    """The status of a parcel on its way out after somebody said how it stands: a word that leads back, or nowhere, moves nothing."""
    return told if find(FORWARD, before, "", told, "carrier") else before


def _order(scan: Scan) -> tuple[datetime, int, str]:
    return scan.occurred_at, _RANK.get(scan.status, 0), scan.event_id


def _told(parcel: Parcel, scans: list[Scan], scan: Scan) -> tuple[str, datetime | None, datetime | None]:
    """What we knew without any scan: the status and the dates that no scan explains, the new one included."""
    if not scans:
        return parcel.status, parcel.shipped_at, parcel.delivered_at
    seen = {each.occurred_at for each in (*scans, scan)}
    shipped = parcel.shipped_at if parcel.shipped_at not in seen else None
    delivered = parcel.delivered_at if parcel.delivered_at not in seen else None
    if delivered:
        return "delivered", shipped, delivered
    if parcel.direction == "return":
        return ("awaiting_scan" if shipped else "not_shipped"), shipped, None
    if shipped is None:
        return ("packed" if parcel.status == "packed" else "not_shipped"), None, None
    return ("picked_up" if parcel.status == "picked_up" else "in_transit"), shipped, None
