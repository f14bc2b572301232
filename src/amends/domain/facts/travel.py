"""What else is known of goods that travel: interceptions, the way back and what carriers measured. One thing that a file, an outcome and a loader carry."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec


class Interception(msgspec.Struct, frozen=True, kw_only=True):
    """One interception that was ordered online, of a whole parcel (L-01, L-02). `cost` in minor units of `currency`.

    `state`: ordered, accepted, declined, succeeded, failed. `reason` is the carrier's own word where it cannot. `complaint`, where there is
    one: lodged, accepted (the carrier pays `paid`), declined or goods_back.
    """

    id: UUID
    case_id: UUID
    parcel_id: UUID
    state: str
    ordered_by: str
    ordered_at: datetime
    reason: str | None = None
    cost: int | None = None
    currency: str | None = None
    reference: str | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    complaint: str | None = None
    complained_at: datetime | None = None
    complaint_ended_at: datetime | None = None
    complaint_reference: str | None = None
    paid: int | None = None

    @property
    def under_way(self) -> bool:
        """Whether the carrier still has it in hand."""
        return self.state in ("ordered", "accepted")


class ReturnAddress(msgspec.Struct, frozen=True, kw_only=True):
    """An address of the shop's book that returns go to."""

    id: UUID
    name: str
    line: str
    city: str
    region: str
    postcode: str
    country: str
    phone: str
    preferred: bool


class ReturnPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How a case's goods come back: the address that was named, the label that the platform pays for, and the parcel that they share.

    `borne_by` is who bears the refund of goods that were lost on the way. `label`: wished, made or refused (`problem` says why), None where the buyer arranges the way. `cost` in minor units of `currency`.
    """

    case_id: UUID
    address_id: UUID | None = None
    label: str | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    service: str | None = None
    cost: int | None = None
    currency: str | None = None
    problem: str | None = None
    made_at: datetime | None = None
    parcel_id: UUID | None = None
    borne_by: str | None = None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a carrier measured at one of its events: where, and how heavy (grams)."""

    parcel_id: UUID
    source: str
    event_id: str
    postcode: str | None = None
    weight: int | None = None


class Travel(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, for one order; what an outcome writes has the same shape, with whole rows.

    `addresses` are the shop's in use; `reused` are parcels of the order whose number another parcel of the shop has as well.
    """

    interceptions: tuple[Interception, ...] = ()
    plans: tuple[ReturnPlan, ...] = ()
    readings: tuple[Reading, ...] = ()
    addresses: tuple[ReturnAddress, ...] = ()
    reused: tuple[UUID, ...] = ()


NOTHING = Travel()
Row = TypeVar("Row")


def joined(old: Travel, new: Travel) -> Travel:
    """Both, each row as it stands in `new` where it is there."""
    if new is NOTHING or old is NOTHING:
        return old if new is NOTHING else new
    return Travel(
        interceptions=_last(old.interceptions, new.interceptions, lambda each: each.id),
        plans=_last(old.plans, new.plans, lambda each: each.case_id),
        readings=old.readings + new.readings,
        addresses=new.addresses or old.addresses,
        reused=new.reused or old.reused,
    )


def _last(old: tuple[Row, ...], new: tuple[Row, ...], key: Callable[[Row], UUID]) -> tuple[Row, ...]:
    return tuple({key(each): each for each in old + new}.values()) if old and new else old or new


def interception_of(travel: Travel, parcel_id: UUID) -> Interception | None:
    """The newest interception of a parcel."""
    wanted = parcel_id.int
    mine = [each for each in travel.interceptions if each.parcel_id.int == wanted]
    return max(mine, key=lambda each: each.ordered_at) if mine else None


def plan_of(travel: Travel, case_id: UUID) -> ReturnPlan | None:
    """How a case's goods come back."""
    return next((plan for plan in travel.plans if plan.case_id == case_id), None)


def address_of(travel: Travel, plan: ReturnPlan | None) -> ReturnAddress | None:
    """The address that a plan names."""
    return next((each for each in travel.addresses if plan and each.id == plan.address_id), None)


def sharing(travel: Travel, parcel_id: UUID, own: UUID | None) -> tuple[UUID, ...]:
    """The cases whose goods travel in a return parcel: its own, and those that were put into it."""
    return tuple(
        dict.fromkeys([*([own] if own else []), *[plan.case_id for plan in travel.plans if plan.parcel_id == parcel_id]])
    )
