"""What else is known of goods that travel: interceptions and the complaints about them. One thing a file, an outcome and a loader carry."""

from datetime import datetime
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


class Travel(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, for one order; what an outcome writes has the same shape, with whole rows."""

    interceptions: tuple[Interception, ...] = ()


NOTHING = Travel()


def joined(old: Travel, new: Travel) -> Travel:
    """Both, each row as it stands in `new` where it is there."""
    if new is NOTHING or old is NOTHING:
        return old if new is NOTHING else new
    interceptions = {each.id: each for each in (*old.interceptions, *new.interceptions)}
    return Travel(interceptions=tuple(interceptions.values()))


def interception_of(travel: Travel, parcel_id: UUID) -> Interception | None:
    """The newest interception of a parcel."""
    wanted = parcel_id.int
    mine = [each for each in travel.interceptions if each.parcel_id.int == wanted]
    return max(mine, key=lambda each: each.ordered_at) if mine else None
