"""Lays out a told order as rows: ids, and each payment's share of each line, to the minor unit, once and for all."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from amends.actions.tracking import cleaned
from amends.domain.facts.told import ToldOrder, ToldPayment
from amends.kernel.money import split
from amends.kernel.text import text_problem

LONGEST = 500
STATUSES = frozenset(
    {"unpaid", "on_hold", "awaiting_shipment", "awaiting_collection", "in_transit", "delivered", "completed", "cancelled"}
)
ORIGIN = ("room", "host", "replacement")
METHODS = frozenset({"card", "wallet", "bank", "voucher", "cash_on_delivery", "other"})
_sorted = msgspec.json.Encoder(order="sorted")


def told_hash(told: ToldOrder) -> bytes:
    """The same order told twice has the same hash, and nothing is written for it."""
    said = msgspec.structs.asdict(told)
    for name in ORIGIN:
        if said[name] is None:  # an order that was told before these could be said is still the same order
            del said[name]
    return sha256(_sorted.encode(said)).digest()


def problems_of(told: ToldOrder, currencies: frozenset[str], money: str | None = None) -> tuple[str, ...]:
    """Why an order cannot be taken, as problem codes; empty where it can.

    `money` is the currency of its market, where one is known: the amounts of the market's rules are in no other, so they could not judge it.
    """
    found = []
    references = [line.reference for line in told.lines]
    sequences = [payment.sequence for payment in told.payments]
    if not told.lines:
        found.append("import_missing_lines")
    parcels = [parcel.reference for parcel in told.parcels]
    if any(len(set(named)) != len(named) for named in (references, sequences, parcels)):
        found.append("import_duplicate")
    if told.currency not in currencies:
        found.append("unknown_currency")
    elif money is not None and told.currency != money:
        found.append("currency_not_of_market")
    if told.status not in STATUSES or any(p.method not in METHODS for p in told.payments):
        found.append("unknown_word")
    if any(line.quantity <= 0 or min(line.price, line.shipping, line.tax, line.commission) < 0 for line in told.lines):
        found.append("amount_not_positive")
    if any(p.amount <= 0 or not 0 <= captured(p) <= p.amount for p in told.payments):
        found.append("amount_not_positive")
    texts = [
        told.reference,
        told.buyer,
        told.purchase or "",
        told.room or "",
        told.host or "",
        *references,
        *(line.title for line in told.lines),
    ]
    found += {problem for text in texts if (problem := text_problem(text, LONGEST)) is not None}
    return tuple(dict.fromkeys(found))


class OrderRows(msgspec.Struct, frozen=True):
    """Rows of one new order, by table."""

    order: tuple[Any, ...]
    lines: list[tuple[Any, ...]]
    payments: list[tuple[Any, ...]]
    allocations: list[tuple[Any, ...]]
    parcels: list[tuple[Any, ...]]


def rows_of(shop_id: int, market: str, told: ToldOrder, new_id: Callable[[], UUID]) -> OrderRows:
    """The rows of a new order."""
    order_id = new_id()
    parcels = {p.reference: (new_id(), p) for p in told.parcels}
    only = next(iter(parcels.values()))[0] if len(parcels) == 1 else None
    line_ids = [new_id() for _ in told.lines]
    payments = [(new_id(), p) for p in told.payments]
    weights = [line.price + line.shipping + line.tax for line in told.lines]
    shares = [(payment_id, split(p.amount, weights)) for payment_id, p in payments]
    paid = [sum(share[n] for _, share in shares) for n in range(len(told.lines))]
    lines = []
    for n, line in enumerate(told.lines):
        parcel_id = parcels[line.parcel][0] if line.parcel in parcels else only
        lines.append((shop_id, line_ids[n], order_id, line.reference, line.sku, line.title, line.category, line.quantity, line.price,
                      line.shipping, line.tax, paid[n], line.commission, parcel_id))  # fmt: skip
    return OrderRows(
        order=(shop_id, order_id, told.reference, told.purchase or told.reference, market, told.buyer, told.currency, told.status,
               told.sale_format, told.source, told.channel, told.high_value, told.placed_at, told.won_at, told.paid_at,
               told.promised_at, told.shipped_at, told.delivered_at, told.cancelled_at, told.review_lane, told_hash(told)),
        lines=lines,
        payments=[payment_row(shop_id, order_id, payment_id, told.currency, p) for payment_id, p in payments],
        allocations=[
            (shop_id, payment_id, line_ids[n], order_id, amount)
            for payment_id, share in shares
            for n, amount in enumerate(share)
        ],
        parcels=[parcel_row(shop_id, order_id, parcel_id, p) for parcel_id, p in parcels.values()],
    )  # fmt: skip


def captured(payment: ToldPayment) -> int:
    """What arrived of a payment: all of it, where nothing is said."""
    return payment.amount if payment.captured is None else payment.captured


def payment_row(shop_id: int, order_id: UUID, payment_id: UUID, currency: str, p: ToldPayment) -> tuple[Any, ...]:
    """The row of a told payment."""
    return (shop_id, payment_id, order_id, p.sequence, p.method, p.amount, captured(p), currency, p.provider_reference)


def parcel_row(shop_id: int, order_id: UUID, parcel_id: UUID, p: Any) -> tuple[Any, ...]:
    """The row of a told parcel."""
    number = p.tracking_number and cleaned(p.tracking_number)
    return (shop_id, parcel_id, order_id, p.reference, p.status, p.carrier, number, p.address_matches, p.shipped_at,
            p.delivered_at, p.signed_at)  # fmt: skip
