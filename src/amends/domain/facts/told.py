"""An order as a marketplace, a seller's export or an integrator tells it, before it has ids of ours."""

from datetime import datetime
from uuid import UUID

import msgspec


class ToldShop(msgspec.Struct, frozen=True, kw_only=True):
    """A shop by the host's own reference."""

    reference: str
    name: str
    market: str
    seller: str
    cross_border: bool | None = None
    duty_free_hainan: bool | None = None
    local: bool | None = None


class ToldLine(msgspec.Struct, frozen=True, kw_only=True):
    """One order line; `price` is what all its units cost after discounts, `shipping` and `tax` its shares, minor units.

    `commission` is what the platform keeps of it (Q-10), `parcel` the reference of the parcel that it travels in.
    """

    reference: str
    sku: str = ""
    title: str = ""
    category: str = "other"
    quantity: int = 1
    price: int
    shipping: int = 0
    tax: int = 0
    commission: int = 0
    parcel: str | None = None


class ToldPayment(msgspec.Struct, frozen=True, kw_only=True):
    """One payment: `method` is card, wallet, bank, voucher, cash_on_delivery or other. `captured` is what arrived; default: all of it."""

    sequence: int
    method: str
    amount: int
    captured: int | None = None
    provider_reference: str | None = None


class ToldParcel(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel on its way out."""

    reference: str = "1"
    status: str
    carrier: str | None = None
    tracking_number: str | None = None
    address_matches: bool | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    signed_at: datetime | None = None


class ToldOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One order of one shop. Amounts in minor units of `currency`; moments aware UTC.

    `reference` is the host's order number within the shop; `purchase` joins the orders of one checkout (default: the reference).
    `room`, `host` and `replacement` decide nothing: figures are kept by where an order was sold, and leave out what only replaces.
    """

    shop: str
    reference: str
    purchase: str | None = None
    buyer: str
    currency: str
    status: str
    sale_format: str = "shelf"
    source: str = "marketplace"
    channel: str | None = None
    room: str | None = None
    host: str | None = None
    replacement: bool | None = None
    high_value: bool | None = None
    review_lane: str | None = None
    placed_at: datetime
    won_at: datetime | None = None
    paid_at: datetime | None = None
    promised_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    lines: tuple[ToldLine, ...]
    payments: tuple[ToldPayment, ...] = ()
    parcels: tuple[ToldParcel, ...] = ()


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one told order: `created`, `updated`, `same` or `refused`; `problems` say why it was refused, or what of it was not taken.

    Codes of `vocabulary/problems.yaml`. Of a known order everything is taken that may still change, and only then the rest is named.
    """

    shop: str
    reference: str
    result: str
    order_id: str | None = None
    problems: tuple[str, ...] = ()


class ToldReturn(msgspec.Struct, frozen=True, kw_only=True):
    """A request as the host's own file tells it: no case of ours. `status` is a word of `told_statuses`, `said` the host's own words.

    `sku` is empty where the file names none; `refund` in minor units of `currency`.
    """

    shop_id: int
    order_id: UUID
    reference: str
    sku: str = ""
    kind: str
    reason: str
    status: str
    said: str
    quantity: int | None = None
    refund: int | None = None
    currency: str
    asked_at: datetime
