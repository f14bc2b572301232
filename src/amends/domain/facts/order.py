"""An order of one shop, as the host marketplace told it."""

from datetime import datetime
from uuid import UUID

import msgspec


class Shop(msgspec.Struct, frozen=True):
    """A shop; flags are `None` where the platform has not said."""

    id: int
    name: str
    market: str
    seller: str
    cross_border: bool | None = None
    duty_free_hainan: bool | None = None
    local: bool | None = None


class OrderLine(msgspec.Struct, frozen=True):
    """One line. `paid` is what its buyer paid for it, freight and tax included: the sum of its payment allocations, minor units."""

    id: UUID
    reference: str
    sku: str
    title: str
    category: str
    quantity: int
    price: int
    shipping: int
    tax: int
    paid: int
    commission: int
    parcel_id: UUID | None


class Payment(msgspec.Struct, frozen=True):
    """One payment. `amount` was promised, `captured` arrived (0 while cash is not collected), `reserved` is held by refunds."""

    id: UUID
    sequence: int
    method: str
    amount: int
    captured: int
    reserved: int
    charged_back: int
    provider_reference: str | None


class Allocation(msgspec.Struct, frozen=True):
    """The share of a payment that paid for a line, stored at import; `refunded` is what live refunds took back from it."""

    payment_id: UUID
    line_id: UUID
    amount: int
    refunded: int


class Order(msgspec.Struct, frozen=True):
    """An order; one purchase over several shops is several orders joined by `purchase`."""

    shop_id: int
    id: UUID
    reference: str
    purchase: str
    market: str
    buyer: str
    currency: str
    status: str
    sale_format: str
    source: str
    channel: str | None
    high_value: bool | None
    placed_at: datetime
    won_at: datetime | None
    paid_at: datetime | None
    promised_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    cancelled_at: datetime | None
    review_lane: str | None
    version: int

    @property
    def pinned_at(self) -> datetime:
        """The moment whose release judges what the buyer may ask: an auction's winning bid, else the placing."""
        return self.won_at if self.sale_format == "live_auction" and self.won_at else self.placed_at
