"""An order that is told again: what of it may change, and what stands as it was told first.

Words come late and twice. A moment that was told is not taken back by a word that leaves it out, a status does not fall behind what a
carrier or a decision made of it, payments that come later are taken whole, and what was sold to whom stands once it was paid or asked about.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from amends.desk.told import captured, parcel_row, payment_row, told_hash
from amends.domain.facts.told import ToldLine, ToldOrder, ToldParcel
from amends.domain.lifecycle.parcel import led
from amends.kernel.money import split

STANDS: Final = "order_changed_after_payment"
LATE: Final = "import_status_stands"
DROPPED: Final = "import_conflict"
ENDS: Final = frozenset({"delivered", "refused", "intercepted", "returning", "returned_to_seller", "lost", "damaged"})
"""What becomes of a parcel that somebody may wait for."""
FORGOTTEN: Final = "erased-"
_FURTHER: Final = {"in_transit": 1, "delivered": 2, "completed": 3, "cancelled": 4}
"""How far an order is; before it ships, its statuses may follow each other in any order."""
_OF_A_LINE: Final = ("sku", "category", "quantity", "price", "shipping", "tax", "commission")
WRITTEN: Final = (
    "write_told_lines", "insert_payments", "share_told_payments", "capture_payments", "insert_told_parcels", "update_told_parcels",
    "place_told_lines", "update_told_orders",
)  # fmt: skip
"""The queries that write an order anew, in the order in which one stands on the other."""
Key = tuple[int, UUID]


class Known(msgspec.Struct, frozen=True):
    """What is known of an order: its lines by reference in their order, its payments by sequence, its parcels by reference."""

    order: asyncpg.Record
    lines: Mapping[str, asyncpg.Record]
    payments: Mapping[int, asyncpg.Record]
    parcels: Mapping[str, asyncpg.Record]

    @property
    def forgotten(self) -> bool:
        """Whether its buyer was forgotten: what was erased of it does not come back by being told again."""
        return str(self.order["buyer"]).startswith(FORGOTTEN)

    @property
    def open_to_change(self) -> bool:
        """Whether nobody paid for it or asked about it yet."""
        return not self.payments and not self.order["asked_about"]

    def status(self, told: ToldOrder) -> str:
        """The status after this word."""
        before: str = self.order["status"]
        return before if _FURTHER.get(told.status, 0) < _FURTHER.get(before, 0) else told.status

    def parcel_status(self, told: ToldParcel) -> str:
        """The status of a parcel after this word."""
        return led(self.parcels[told.reference]["status"], told.status)

    def left_to_requests(self, told: ToldParcel) -> ToldParcel:
        """What is written of a parcel at once: where a request waits for it, how it travels is told to the request with it, as a scan is."""
        if not (self.order["awaited"] and told.tracking_number and told.status in ENDS):
            return msgspec.structs.replace(told, status=self.parcel_status(told))
        before = self.parcels[told.reference]["status"]
        return msgspec.structs.replace(told, status=before, shipped_at=None, delivered_at=None, signed_at=None)

    def lines_to_write(self, told: ToldOrder) -> tuple[ToldLine, ...]:
        """Lines that are new or told otherwise, where they may still change."""
        if not self.open_to_change:
            return ()
        return tuple(line for line in told.lines if self._differs(line) or self.lines[line.reference]["title"] != line.title)

    def shares(self, told: ToldOrder) -> list[tuple[Any, dict[str, int]]]:
        """Payments that were not told before, each with its share by the reference of the line that it pays for."""
        lines: dict[str, Any] = dict(self.lines) | {line.reference: line for line in self.lines_to_write(told)}
        weights = [_weight(line) for line in lines.values()]
        new = [payment for payment in told.payments if payment.sequence not in self.payments]
        return [(payment, dict(zip(lines, split(payment.amount, weights), strict=True))) for payment in new]

    def problems(self, told: ToldOrder) -> tuple[str, ...]:
        """What of this word was not taken, as codes."""
        found = []
        buyer = self.order["buyer"] if self.forgotten else told.buyer
        sold = (buyer, told.currency, told.sale_format) == tuple(self.order[n] for n in ("buyer", "currency", "sale_format"))
        paid = all(
            (known["amount"], known["method"]) == (payment.amount, payment.method)
            for payment in told.payments
            if (known := self.payments.get(payment.sequence)) is not None
        )
        lines = self.open_to_change or not any(map(self._differs, told.lines))
        gone = set(self.lines) - {line.reference for line in told.lines}
        if not (sold and paid and lines) or (gone and not self.open_to_change):
            found.append(STANDS)
        elif gone:
            found.append(DROPPED)
        known_parcels = [parcel for parcel in told.parcels if parcel.reference in self.parcels]
        if self.status(told) != told.status or any(self.parcel_status(parcel) != parcel.status for parcel in known_parcels):
            found.append(LATE)
        return tuple(found)

    def _differs(self, line: ToldLine) -> bool:
        known = self.lines.get(line.reference)
        return known is None or any(known[name] != getattr(line, name) for name in _OF_A_LINE)


def _weight(line: Any) -> int:
    if isinstance(line, ToldLine):
        return line.price + line.shipping + line.tax
    return int(line["price"] + line["shipping"] + line["tax"])


def known_orders(
    orders: Sequence[asyncpg.Record],
    lines: Sequence[asyncpg.Record],
    payments: Sequence[asyncpg.Record],
    parcels: Sequence[asyncpg.Record],
) -> dict[Key, Known]:
    """The rows of several orders, order by order."""
    found = {(row["shop_id"], row["id"]): Known(row, {}, {}, {}) for row in orders}
    for rows, name, field in (
        (lines, "reference", "lines"),
        (payments, "sequence", "payments"),
        (parcels, "reference", "parcels"),
    ):
        for row in rows:
            getattr(found[row["shop_id"], row["order_id"]], field)[row[name]] = row
    return found


def rewritten(
    told: ToldOrder, known: Known, problems: Sequence[str], new_id: Callable[[], UUID]
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The rows that this word writes, each with its query. What contradicts what is known is not "the same" when it comes again: it is named again."""
    shop_id, order_id = at = known.order["shop_id"], known.order["id"]
    for line in known.lines_to_write(told):
        yield "write_told_lines", (shop_id, new_id(), order_id, line.reference, line.sku, line.title, line.category, line.quantity,
                                   line.price, line.shipping, line.tax, line.commission)  # fmt: skip
    for payment, shares in known.shares(told):
        payment_id = new_id()
        yield "insert_payments", payment_row(shop_id, order_id, payment_id, known.order["currency"], payment)
        for line_reference, amount in shares.items():
            yield "share_told_payments", (shop_id, payment_id, order_id, line_reference, amount)
    for payment in told.payments:
        yield "capture_payments", (*at, payment.sequence, captured(payment))
    for said in told.parcels:
        parcel = msgspec.structs.replace(said, tracking_number=None) if known.forgotten else said
        if parcel.reference in known.parcels:
            row = parcel_row(shop_id, order_id, new_id(), known.left_to_requests(parcel))
            yield "update_told_parcels", (row[0], *row[2:])
        else:
            yield "insert_told_parcels", parcel_row(shop_id, order_id, new_id(), parcel)
    only = told.parcels[0].reference if len(told.parcels) == 1 and known.parcels.keys() <= {told.parcels[0].reference} else None
    for line in told.lines:
        if (parcel_reference := line.parcel or only) is not None:
            yield "place_told_lines", (*at, line.reference, parcel_reference, line.parcel is not None)
    yield "update_told_orders", (*at, known.status(told), told.paid_at, told.promised_at, told.shipped_at, told.delivered_at,
                                 told.cancelled_at, told.review_lane, None if problems else told_hash(told))  # fmt: skip
