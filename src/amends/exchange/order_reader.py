"""Reads one order: its moments, its status, its lines and what was paid for them, with every problem named."""

from datetime import datetime
from typing import Final

import msgspec

from amends.domain.facts.told import ToldOrder, ToldPayment
from amends.exchange.report import Problem, RowRef
from amends.exchange.shares import spread
from amends.exchange.told import (
    ARRIVED,
    REFERENCE,
    Fields,
    Line,
    Read,
    Ready,
    Source,
    apart,
    captured,
    parcels,
    share_of,
    status_from,
    told_line,
)
from amends.kernel.money import split
from amends.kernel.refusals import Unreadable

MOST_LINES: Final = 1_000
MOST_UNITS: Final = 1_000_000
TIME_ORDER: Final = (
    ("paid_at", "placed_at"),
    ("shipped_at", "placed_at"),
    ("delivered_at", "placed_at"),
    ("cancelled_at", "placed_at"),
    ("delivered_at", "shipped_at"),
)


def read_order(reference: str, order: Fields, lines: list[Fields], payments: list[Fields], source: Source) -> Read:
    """Read one order of the source; `source.with_payments` tells whether payments are rows or a column of the order."""
    return _OrderReader(reference, order, lines, payments, source).read()


class _OrderReader:
    """Reads one order. Problems are collected; one that is not `taken` refuses the whole order, for money is never half known."""

    def __init__(self, reference: str, order: Fields, lines: list[Fields], payments: list[Fields], source: Source) -> None:
        self.reference, self.order, self.source = reference, order, source
        self.line_rows, self.payment_rows = lines, payments
        self.problems: list[Problem] = []
        self.broken = False

    def read(self) -> Read:
        """The orders, one a shop, or why there are none."""
        rows = tuple(dict.fromkeys(row.at for row in (self.order, *self.line_rows, *self.payment_rows)))
        moments = self._moments()
        status = self._status(moments)
        lines = self._lines()
        payments = self._payments(lines, status, moments) if lines else []
        if self.broken or not lines or moments["placed_at"] is None:
            return Read(self.reference, rows, problems=tuple(problem for problem in self.problems if not problem.taken))
        return Read(self.reference, rows, tuple(self._by_shop(lines, payments, status, moments)), tuple(self.problems))

    def note(self, at: RowRef, field: str, code: str, *, taken: bool = False, breaks: bool = True) -> None:
        """Take down a problem; unless `taken` or not `breaks`, the order is refused with it."""
        column = self.source.columns.get(field, "")
        self.problems.append(Problem(at=at, column=column, code=code, reference=self.reference, taken=taken))
        self.broken = self.broken or (breaks and not taken)

    def _moments(self) -> dict[str, datetime | None]:
        names = ("placed_at", "won_at", "paid_at", "promised_at", "shipped_at", "delivered_at", "cancelled_at")
        moments = {name: self._moment(name) for name in names}
        placed = moments["placed_at"]
        if placed is None:
            if not self.broken:
                self.note(self.order.at, "placed_at", "import_missing_value")
            return moments
        for later, earlier in TIME_ORDER:
            after, before = moments[later], moments[earlier]
            if after and before and after < before:
                self.note(self.order.at, later, "import_time_order", taken=True)
        return moments

    def _moment(self, field: str) -> datetime | None:
        text = self.order.values.get(field)
        if not text:
            return None
        moment = self.source.moment(text, self.source.days.get(field))
        if isinstance(moment, Unreadable):
            self.note(self.order.at, field, "import_time_unreadable")
            return None
        return moment

    def _status(self, moments: dict[str, datetime | None]) -> str:
        status = self.order.values.get("status")
        if status is None or "status" in self.order.unknown:
            self.note(self.order.at, "status", "import_unknown_status", taken=True)
            status = status_from(moments)
        if status in ARRIVED and moments["delivered_at"] is None and "delivered_at" in self.source.columns:
            self.note(self.order.at, "delivered_at", "import_delivery_missing", taken=True)
        return status

    def _lines(self) -> list[Line]:
        if not self.line_rows:
            self.note(self.order.at, "", "import_missing_lines")
        if len(self.line_rows) > MOST_LINES:
            self.note(self.order.at, "", "import_too_many_lines")
            return []
        lines = [line for row in self._without_repeats() if (line := self._line(row))]
        if self.broken:
            return []
        for field in ("shipping", "tax"):
            whole = self._amount(self.order, f"order_{field}")
            for line, share in zip(lines, split(whole, [line.price for line in lines]), strict=True):
                setattr(line, field, getattr(line, field) + share)
        for line, reference in zip(lines, apart([line.reference for line in lines]), strict=True):
            line.reference = reference
        return lines

    def _without_repeats(self) -> list[Fields]:
        """A row told twice with its own line number is one row; without a number the money decides (`_money_wants`)."""
        seen: set[tuple[tuple[str, str], ...]] = set()
        once: list[Fields] = []
        again: list[Fields] = []
        for row in self.line_rows:
            values = tuple(sorted(row.values.items()))
            (again if values in seen else once).append(row)
            seen.add(values)
        if not again or ("line" not in self.source.columns and self._money_wants(once, again)):
            return self.line_rows
        for row in again:
            self.note(row.at, "line", "import_duplicate", breaks=False)
        return once

    def _money_wants(self, once: list[Fields], again: list[Fields]) -> bool:
        """Repeated rows are units of their own, unless the order's amount is met without them."""
        paid = self._amount(self.order, "order_amount", quiet=True)
        extra = sum(self._amount(self.order, field, quiet=True) for field in ("order_shipping", "order_tax"))
        discount = self._amount(self.order, "order_discount", quiet=True)
        prices = sum(self._amount(row, "price", quiet=True) for row in once)
        return not paid or not again or prices + extra not in (paid, paid + discount)

    def _line(self, row: Fields) -> Line | None:
        shop = row.values.get("shop") or self.order.values.get("shop") or self.source.shop
        if not shop:
            self.note(row.at, "shop", "import_missing_value")
            return None
        quantity = self._quantity(row)
        if "price" in row.values:
            price = self._amount(row, "price")
        elif "unit_price" in row.values:
            price = self._amount(row, "unit_price") * quantity
        else:
            self.note(row.at, "price", "import_missing_value")
            return None
        reference = row.values.get("line") or row.values.get("sku_id") or row.values.get("sku") or "1"
        shipping, tax = self._amount(row, "shipping"), self._amount(row, "tax")
        return Line(
            at=row.at, shop=shop, values=row.values, reference=reference[:REFERENCE],
            price=price, quantity=quantity, shipping=shipping, tax=tax,
        )  # fmt: skip

    def _quantity(self, row: Fields) -> int:
        text = row.values.get("quantity", "1")
        whole = text.removesuffix(".0")
        if whole.isascii() and whole.isdigit() and len(whole) <= len(str(MOST_UNITS)) and 0 < int(whole) <= MOST_UNITS:
            return int(whole)
        self.note(row.at, "quantity", "import_quantity_unreadable")
        return 1

    def _amount(self, row: Fields, field: str, *, quiet: bool = False) -> int:
        text = row.values.get(field)
        if not text:
            return 0
        amount = self.source.amount(text)
        if isinstance(amount, int) and amount >= 0:
            return amount
        if not quiet:
            self.note(row.at, field, amount.code if isinstance(amount, Unreadable) else "import_amount_negative")
        return 0

    def _payments(self, lines: list[Line], status: str, moments: dict[str, datetime | None]) -> list[tuple[ToldPayment, RowRef]]:
        total = sum(line.total for line in lines)
        if self.source.with_payments:
            told = [payment for number, row in enumerate(self.payment_rows, 1) if (payment := self._payment(row, number))]
            if len({payment.sequence for payment, _ in told}) < len(told):
                told = [(msgspec.structs.replace(payment, sequence=n), at) for n, (payment, at) in enumerate(told, 1)]
        else:
            amount = self._amount(self.order, "order_amount") if "order_amount" in self.order.values else total
            method = self._method(self.order)
            told = [(ToldPayment(sequence=1, method=method, amount=amount), self.order.at)] if amount else []
        if not self.broken:
            self._compare(told, total)
        return [(captured(payment, status, moments, self.source), at) for payment, at in told]

    def _compare(self, told: list[tuple[ToldPayment, RowRef]], total: int) -> None:
        """Say where the payments do not equal the order. What was paid stands: it is what can be given back."""
        field = "amount" if self.source.with_payments else "order_amount"
        paid = sum(payment.amount for payment, _ in told)
        discount = self._amount(self.order, "order_discount", quiet=True)
        if not told and total:
            self.note(self.order.at, field, "import_payment_missing", taken=True)
        elif paid not in (total, total - discount):
            self.note(told[0][1] if told else self.order.at, field, "import_payment_mismatch", taken=True)

    def _payment(self, row: Fields, number: int) -> tuple[ToldPayment, RowRef] | None:
        if "amount" not in row.values:
            self.note(row.at, "amount", "import_missing_value")
            return None
        amount = self._amount(row, "amount")
        if amount == 0:
            if not self.broken:
                self.note(row.at, "amount", "import_payment_zero", breaks=False)
            return None
        sequence = row.values.get("sequence", "")
        place = int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 6 else number  # noqa: PLR2004
        reference = row.values.get("provider_reference")
        method = self._method(row)
        return ToldPayment(sequence=place, method=method, amount=amount, provider_reference=reference), row.at

    def _method(self, row: Fields) -> str:
        return "other" if "method" in row.unknown else row.values.get("method", "other")

    def _by_shop(
        self, lines: list[Line], payments: list[tuple[ToldPayment, RowRef]], status: str, moments: dict[str, datetime | None]
    ) -> list[Ready]:
        shops = list(dict.fromkeys(line.shop for line in lines))
        weights = [sum(line.total for line in lines if line.shop == shop) for shop in shops]
        shares = spread([payment.amount for payment, _ in payments], weights)
        ready = []
        for number, shop in enumerate(shops):
            mine = [line for line in lines if line.shop == shop]
            paid = tuple(
                share_of(payment, shares[place][number]) for place, (payment, _) in enumerate(payments) if shares[place][number]
            )
            rows = (self.order.at, *(line.at for line in mine), *(at for _, at in payments))
            ready.append(Ready(self._order(shop, mine, paid, status, moments), tuple(dict.fromkeys(rows))))
        return ready

    def _order(
        self, shop: str, lines: list[Line], payments: tuple[ToldPayment, ...], status: str, moments: dict[str, datetime | None]
    ) -> ToldOrder:
        values = {**self.source.defaults, **self.order.values}
        placed = moments["placed_at"]
        assert placed is not None  # noqa: S101 - read() refused the order otherwise
        return ToldOrder(
            shop=shop,
            reference=self.reference,
            purchase=values.get("purchase", self.reference),
            buyer=values.get("buyer") or f"order:{self.reference}",
            currency=self.source.currency,
            status=status,
            sale_format=values.get("sale_format", "shelf"),
            source=values.get("source", "marketplace"),
            channel=values.get("channel"),
            room=values.get("room"),
            host=values.get("host"),
            replacement={"yes": True, "no": False}.get(values.get("replacement", "")),
            placed_at=placed,
            won_at=moments["won_at"],
            paid_at=moments["paid_at"],
            promised_at=moments["promised_at"],
            shipped_at=moments["shipped_at"],
            delivered_at=moments["delivered_at"],
            cancelled_at=moments["cancelled_at"],
            lines=tuple(told_line(line) for line in lines),
            payments=payments,
            parcels=parcels(lines, status, moments),
        )
