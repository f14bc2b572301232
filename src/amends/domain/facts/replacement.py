"""Goods that are sent for goods that came back: owed, shipped as an order of their own, accepted."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from amends.domain.facts.order import Allocation, Order, OrderLine, Payment
from amends.domain.facts.parcel import Parcel

ReplacementState = Literal["owed", "shipped", "delivered", "accepted", "converted", "withdrawn"]


class Replacement(msgspec.Struct, frozen=True):
    """The replacement of an exchange. `order_id` is the order that it was shipped as, `parcel_id` the parcel that it travels in."""

    case_id: UUID
    state: ReplacementState
    owed_at: datetime
    order_id: UUID | None = None
    parcel_id: UUID | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    ended_at: datetime | None = None


class NewOrder(msgspec.Struct, frozen=True):
    """An order that an action makes, with what it is paid by and goes out in. `roots` names for each payment the one that the money came from."""

    order: Order
    lines: tuple[OrderLine, ...]
    payments: tuple[Payment, ...]
    allocations: tuple[Allocation, ...]
    roots: tuple[tuple[UUID, UUID], ...]
    parcels: tuple[Parcel, ...] = ()
