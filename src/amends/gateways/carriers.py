"""What we ask of whoever carries parcels. The key of a wish never changes, so asking twice makes one label, one interception, one complaint."""

from datetime import datetime
from typing import Protocol

import msgspec


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a parcel goes."""

    name: str
    line: str
    city: str
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""


class Labelled(msgspec.Struct, frozen=True, kw_only=True, tag="labelled"):
    """A label with its postage paid; `cost` in minor units of `currency`."""

    tracking_number: str
    carrier: str
    service: str
    cost: int
    currency: str


class Intercepting(msgspec.Struct, frozen=True, kw_only=True, tag="intercepting"):
    """The carrier's answer to an interception: whether it can, `success` once it is known, else its reason; what it costs."""

    can: bool
    success: bool | None = None
    reason: str | None = None
    cost: int | None = None
    currency: str | None = None
    reference: str | None = None


class Lodged(msgspec.Struct, frozen=True, kw_only=True, tag="lodged"):
    """The carrier has the complaint, under its own reference."""

    reference: str


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One event as the carrier tells it; `weight` in grams."""

    event_id: str
    status: str
    occurred_at: datetime
    postcode: str | None = None
    weight: int | None = None


class Tracked(msgspec.Struct, frozen=True, kw_only=True, tag="tracked"):
    """Everything that the carrier has seen of a parcel."""

    events: tuple[Seen, ...] = ()


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag="refused"):
    """The carrier does not do it, for good; its code. `not_connected` where there is no carrier at all."""

    code: str


class Unknown(msgspec.Struct, frozen=True, kw_only=True, tag="unknown"):
    """Nobody can say: ask again with the same key. `reason`: unreachable, timeout, cut_off, not_http, carrier_error."""

    reason: str


class CarrierGateway(Protocol):
    """A carrier, or a service that speaks for many. Every method answers with a value; none raises for what the carrier does."""

    async def label(self, *, key: str, market: str, to: Place, reference: str) -> Labelled | Refused | Unknown:
        """A prepaid label for the way to a place, by whichever carrier serves the market."""
        ...

    async def intercept(self, *, key: str, carrier: str, tracking_number: str) -> Intercepting | Refused | Unknown:
        """Stop a parcel on its way."""
        ...

    async def complain(self, *, key: str, carrier: str, tracking_number: str, about: str | None) -> Lodged | Refused | Unknown:
        """Complain that intercepted goods did not come back; `about` is the carrier's reference of the interception."""
        ...

    async def track(self, *, carrier: str, tracking_number: str) -> Tracked | Refused | Unknown:
        """What was seen of a parcel, in no order that matters."""
        ...

    async def close(self) -> None:
        """Let connections go."""
        ...


class NoCarrier:
    """Where no carrier is connected: every answer says so."""

    async def label(self, *, key: str, market: str, to: Place, reference: str) -> Refused:  # noqa: ARG002 -- the Protocol's shape
        """See CarrierGateway."""
        return Refused(code="not_connected")

    async def intercept(self, *, key: str, carrier: str, tracking_number: str) -> Refused:  # noqa: ARG002 -- the Protocol's shape
        """See CarrierGateway."""
        return Refused(code="not_connected")

    async def complain(self, *, key: str, carrier: str, tracking_number: str, about: str | None) -> Refused:  # noqa: ARG002 -- the Protocol's shape
        """See CarrierGateway."""
        return Refused(code="not_connected")

    async def track(self, *, carrier: str, tracking_number: str) -> Refused:  # noqa: ARG002 -- the Protocol's shape
        """See CarrierGateway."""
        return Refused(code="not_connected")

    async def close(self) -> None:
        """Nothing is open."""
