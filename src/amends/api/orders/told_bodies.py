"""Orders and shops as the host tells them: the shape of `domain/facts/told.py`, with every limit that the interface keeps."""

from typing import Annotated, Literal

from msgspec import Meta

from amends.api.door.bodies import MOST_LINES, MOST_ROWS, Currency, Minor, Moment, Name, Positive, Short, Strict, Units, Word

Reference = Annotated[str, Meta(min_length=1, max_length=200)]


class ToldShopBody(Strict, frozen=True, kw_only=True):
    """A shop by the host's own reference. A known one keeps its market, and what is left out of it."""

    reference: Reference
    name: Name
    market: Annotated[str, Meta(min_length=2, max_length=8, pattern=r"^[a-z_]+\Z")]
    seller: Name
    cross_border: bool | None = None
    duty_free_hainan: bool | None = None
    local: bool | None = None


class ToldLineBody(Strict, frozen=True, kw_only=True):
    """One order line, amounts for all its units."""

    reference: Reference
    sku: Short = ""
    title: Short = ""
    category: Word = "other"
    quantity: Units = 1
    price: Minor
    shipping: Minor = 0
    tax: Minor = 0
    commission: Minor = 0
    parcel: Reference | None = None


class ToldPaymentBody(Strict, frozen=True, kw_only=True):
    """One payment."""

    sequence: Annotated[int, Meta(ge=0, le=10_000)]
    method: Literal["card", "wallet", "bank", "voucher", "cash_on_delivery", "other"]
    amount: Positive
    captured: Minor | None = None
    provider_reference: Short | None = None


class ToldParcelBody(Strict, frozen=True, kw_only=True):
    """A parcel on its way out."""

    reference: Reference = "1"
    status: Word
    carrier: Word | None = None
    tracking_number: Annotated[str, Meta(max_length=64)] | None = None
    address_matches: bool | None = None
    shipped_at: Moment | None = None
    delivered_at: Moment | None = None
    signed_at: Moment | None = None


class ToldOrderBody(Strict, frozen=True, kw_only=True):
    """One order of one shop."""

    shop: Reference
    reference: Reference
    purchase: Reference | None = None
    buyer: Reference
    currency: Currency
    status: Word
    sale_format: Word = "shelf"
    source: Word = "marketplace"
    channel: Word | None = None
    room: Reference | None = None
    host: Reference | None = None
    replacement: bool | None = None
    high_value: bool | None = None
    review_lane: Word | None = None
    placed_at: Moment
    won_at: Moment | None = None
    paid_at: Moment | None = None
    promised_at: Moment | None = None
    shipped_at: Moment | None = None
    delivered_at: Moment | None = None
    cancelled_at: Moment | None = None
    lines: Annotated[tuple[ToldLineBody, ...], Meta(min_length=1, max_length=MOST_LINES)]
    payments: Annotated[tuple[ToldPaymentBody, ...], Meta(max_length=50)] = ()
    parcels: Annotated[tuple[ToldParcelBody, ...], Meta(max_length=100)] = ()


class OrdersBody(Strict, frozen=True, kw_only=True):
    """Orders to take; a known one is updated by what may change."""

    orders: Annotated[tuple[ToldOrderBody, ...], Meta(min_length=1, max_length=MOST_ROWS)]


class ShopsBody(Strict, frozen=True, kw_only=True):
    """Shops to take."""

    shops: Annotated[tuple[ToldShopBody, ...], Meta(min_length=1, max_length=MOST_ROWS)]
