"""Parcels on their way out and back, and the scans that carriers send."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

Direction = Literal["forward", "return", "replacement"]


class Parcel(msgspec.Struct, frozen=True):
    """A parcel; `status` is the fold of its scans, never what arrived last."""

    id: UUID
    case_id: UUID | None
    direction: Direction
    status: str
    carrier: str | None
    tracking_number: str | None
    address_matches: bool | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    signed_at: datetime | None


class Scan(msgspec.Struct, frozen=True):
    """One carrier event, taken once per (source, event_id)."""

    parcel_id: UUID
    source: str
    event_id: str
    status: str
    occurred_at: datetime
    received_at: datetime
