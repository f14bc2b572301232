"""The parcels that a case is about, each with every scan in order, as people are shown them."""

from datetime import datetime
from uuid import UUID

import msgspec

from amends.domain.facts.case import Case
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.refusing import parcels_of


class ScanSeen(msgspec.Struct, frozen=True):
    """One scan of a carrier: when it happened there, and when we heard of it."""

    status: str
    occurred_at: datetime
    received_at: datetime


class Journey(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel that the case is about, on its way out, back, or out again as a replacement, with every scan in order."""

    parcel_id: UUID
    direction: str
    status: str
    carrier: str | None
    tracking_number: str | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    signed_at: datetime | None
    address_matches: bool | None
    scans: tuple[ScanSeen, ...]


def journeys(file: CaseFile, case: Case) -> tuple[Journey, ...]:
    """Out, back, and out again as a replacement."""
    out, back = {parcel.id for parcel in parcels_of(file)}, file.return_parcel
    mine = [p for p in file.parcels if p.id in out or (back is not None and p.id == back.id) or p.case_id == case.id]
    return tuple(
        Journey(
            parcel_id=p.id, direction=p.direction, status=p.status, carrier=p.carrier, tracking_number=p.tracking_number,
            shipped_at=p.shipped_at, delivered_at=p.delivered_at, signed_at=p.signed_at, address_matches=p.address_matches,
            scans=tuple(ScanSeen(x.status, x.occurred_at, x.received_at) for x in sorted(
                (x for x in file.scans if x.parcel_id == p.id), key=lambda x: (x.occurred_at, x.received_at))),
        )
        for p in mine
    )  # fmt: skip
