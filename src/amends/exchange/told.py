"""What a reader of files hands on: rows in our words, and what becomes of them as lines, parcels and payments."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from amends.domain.facts.told import ToldLine, ToldOrder, ToldParcel, ToldPayment
from amends.exchange.local_times import DayRule
from amends.exchange.report import Problem, RowRef
from amends.kernel.refusals import Unreadable

ARRIVED: Final = frozenset({"delivered", "completed"})
_TITLE: Final = 300
REFERENCE: Final = 64


class Fields(msgspec.Struct, frozen=True):
    """One row in our words: field -> text; blank fields are absent. A word that no list knows stands in `unknown`."""

    at: RowRef
    values: dict[str, str]
    unknown: tuple[str, ...] = ()


class Ready(msgspec.Struct, frozen=True):
    """An order to hand over, and the rows that it was told by."""

    order: ToldOrder
    rows: tuple[RowRef, ...]


class Read(msgspec.Struct, frozen=True):
    """What one order of the source came to; `ready` is empty where it cannot be taken. `raw` keeps cells that no field took."""

    reference: str
    rows: tuple[RowRef, ...]
    ready: tuple[Ready, ...] = ()
    problems: tuple[Problem, ...] = ()
    raw: tuple[dict[str, str], ...] = ()


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for every order of an import: how to read its cells, and what to say where it is silent.

    `columns` names a field's column in the file, for reports; `days` the fields that hold days and no time.
    """

    currency: str
    amount: Callable[[str], "int | Unreadable"]
    moment: Callable[[str, DayRule | None], "datetime | Unreadable"]
    columns: Mapping[str, str]
    shop: str | None = None
    days: Mapping[str, DayRule] = {}
    defaults: Mapping[str, str] = {}
    with_payments: bool = False


class Line(msgspec.Struct, kw_only=True):
    """A line while it is being read."""

    at: RowRef
    shop: str
    values: dict[str, str]
    reference: str
    price: int
    quantity: int
    shipping: int
    tax: int

    @property
    def total(self) -> int:
        """What the line costs its buyer."""
        return self.price + self.shipping + self.tax


def status_from(moments: Mapping[str, datetime | None]) -> str:
    """The status that the moments of an order prove, where its own word is not known."""
    for name, status in (("cancelled_at", "cancelled"), ("delivered_at", "delivered"), ("shipped_at", "in_transit")):
        if moments.get(name):
            return status
    return "awaiting_shipment" if moments.get("paid_at") else "unpaid"


def captured(payment: ToldPayment, status: str, moments: dict[str, datetime | None], source: Source) -> ToldPayment:
    """What arrived of a payment: nothing while the order is unpaid, and cash only once the parcel is handed over."""
    if payment.method == "cash_on_delivery":
        arrived = status in ARRIVED
    else:
        unpaid = "paid_at" in source.columns and moments["paid_at"] is None and status in ("unpaid", "cancelled")
        arrived = not unpaid and status != "unpaid"
    return payment if arrived else msgspec.structs.replace(payment, captured=0)


def share_of(payment: ToldPayment, amount: int) -> ToldPayment:
    """The share keeps the payment's place in the purchase; what never arrived arrived for nobody."""
    return msgspec.structs.replace(payment, amount=amount)


def apart(references: list[str]) -> list[str]:
    """References made different from each other: the second `x` becomes `x#2`."""
    counted: Counter[str] = Counter()
    apart = []
    for reference in references:
        counted[reference] += 1
        apart.append(reference if counted[reference] == 1 else f"{reference}#{counted[reference]}")
    return apart


def told_line(line: Line) -> ToldLine:
    """The line as the desk takes it."""
    values = line.values
    return ToldLine(
        reference=line.reference,
        sku=plain(values.get("sku", ""), REFERENCE),
        title=plain(values.get("title", ""), _TITLE),
        category=values.get("category", "other"),
        quantity=line.quantity,
        price=line.price,
        shipping=line.shipping,
        tax=line.tax,
        parcel=_parcel_of(line),
    )


def plain(text: str, most: int) -> str:
    """Outside text for display: on one line, without controls and marks that reorder, at most `most` characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:most]


def _parcel_of(line: Line) -> str:
    return line.values.get("parcel") or line.values.get("tracking_number") or "1"


def parcels(lines: list[Line], status: str, moments: dict[str, datetime | None]) -> tuple[ToldParcel, ...]:
    """The parcels that the lines travel in; where no line names one, all travel in one."""
    arrived = bool(moments["delivered_at"]) or status in ARRIVED
    moving = arrived or bool(moments["shipped_at"]) or status == "in_transit"
    packed = status == "awaiting_collection"
    told: dict[str, ToldParcel] = {}
    for line in lines:
        reference = _parcel_of(line)
        told.setdefault(
            reference,
            ToldParcel(
                reference=reference,
                status="delivered" if arrived else "in_transit" if moving else "packed" if packed else "not_shipped",
                carrier=line.values.get("carrier"),
                tracking_number=line.values.get("tracking_number"),
                shipped_at=moments["shipped_at"],
                delivered_at=moments["delivered_at"],
            ),
        )
    return tuple(told.values())
