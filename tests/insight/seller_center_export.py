"""Writes an order export and a return export as a Seller Center does, so that their figures are known beforehand.

Orders of 28 days seen 8 days later: 9,595 count, 619 of them were asked about, 264 were paid back. Everything that has led people to
other figures stands in the files: several requests on one order, two articles of one order, replacement, cancelled and unpaid orders with
and without requests, amounts of the order on each of its lines, statuses of every kind, requests about orders created before the period,
and refund times on requests that were never paid back.
"""

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

FIRST_DAY: Final = datetime(2026, 9, 28)  # noqa: DTZ001 - a wall clock, as it stands in the file
DAYS: Final = 28
COUNTED, INITIATED, REFUNDED = 9_595, 619, 264
EFFECTIVE: Final = 455
ORDER_COLUMNS: Final = (
    "Order ID", "Order Status", "Order Substatus", "Cancelation/Return Type", "Normal or Pre-order", "SKU ID", "Seller SKU", "Product Name",
    "Quantity", "SKU Subtotal After Discount", "Shipping Fee After Discount", "Taxes", "Order Amount", "Created Time", "Paid Time", "Shipped Time",
    "Delivered Time", "Cancelled Time", "Buyer Username", "Payment Method", "Product Category",
)  # fmt: skip
RETURN_COLUMNS: Final = (
    "Return Order ID", "Order ID", "Order Amount", "Return Type", "Time Requested", "Return Status", "Return Sub Status", "Return Reason",
    "Return Quantity", "Return unit price", "Refund Amount", "Refund Time", "Seller SKU", "SKU Name",
)  # fmt: skip
KEPT: Final = ("Pending", "Awaiting buyer ship", "Buyer shipped", "Approved", "Awaiting buyer response")
FALLEN: Final = ("Request rejected", "Cancelled", "Package rejected")
REASONS: Final = (
    "Item damaged",
    "Does not fit",
    "Colour or style not liked",
    "No longer needed",
    "Missing item",
    "Not as described",
)
ARTICLES: Final = (
    ("TEE-RED", "Red tee", "Women's clothing"),
    ("CASE-BLK", "Phone case", "Phone accessories"),
    ("MUG-R", "Mug", "Kitchenware"),
)


def wall(moment: datetime) -> str:
    return moment.strftime("%m/%d/%Y %I:%M:%S %p")


class Export:
    """The rows of the two files."""

    def __init__(self) -> None:
        self.orders: list[dict[str, str]] = []
        self.returns: list[dict[str, str]] = []
        self.number = 576_000_000_000_100_000

    def order(self, n: int, *, day: int | None = None, **more: str) -> str:
        """One order of one line, or of two where `n` is a multiple of seven; its number."""
        self.number += 1
        placed = FIRST_DAY + timedelta(days=n % DAYS if day is None else day, minutes=n * 7 % 1380)
        lines = [ARTICLES[n % 3], ARTICLES[(n + 1) % 3]] if n % 7 == 0 else [ARTICLES[n % 3]]
        for sku, name, category in lines:
            row = dict.fromkeys(ORDER_COLUMNS, "")
            row |= {
                "Order ID": f"{self.number}\t", "Order Status": "Delivered", "Normal or Pre-order": "Normal", "SKU ID": f"1729{n % 3}",
                "Seller SKU": sku, "Product Name": name, "Quantity": "1", "SKU Subtotal After Discount": "USD 20.00",
                "Shipping Fee After Discount": "USD 5.00", "Taxes": "USD 1.00", "Order Amount": f"USD {20 * len(lines) + 6}.00",
                "Created Time": wall(placed), "Paid Time": wall(placed + timedelta(minutes=3)), "Shipped Time": wall(placed + timedelta(days=1)),
                "Delivered Time": wall(placed + timedelta(days=3)), "Buyer Username": f"buyer_{n % 977}", "Payment Method": "Credit card",
                "Product Category": category,
            }  # fmt: skip
            self.orders.append(row | more)
        return str(self.number)

    def request(self, order: str, status: str, *, kind: str = "Return and refund", sku: str = "", **more: Any) -> None:
        """One request on an order of the file."""
        placed = next(row for row in self.orders if row["Order ID"].strip() == order)
        sku = sku or placed["Seller SKU"]
        asked = datetime.strptime(placed["Created Time"], "%m/%d/%Y %I:%M:%S %p") + timedelta(days=4)  # noqa: DTZ007
        number = len(self.returns)
        row = dict.fromkeys(RETURN_COLUMNS, "")
        row |= {
            "Return Order ID": f"40{number:016d}\t", "Order ID": f"{order}\t", "Order Amount": "USD 26.00", "Return Type": kind,
            "Time Requested": wall(asked), "Return Status": status, "Return Reason": REASONS[number % len(REASONS)], "Return Quantity": "1",
            "Refund Amount": "USD 20.00", "Seller SKU": sku, "SKU Name": "x",
            "Refund Time": wall(asked + timedelta(days=2)) if number % 3 == 0 else "",
        }  # fmt: skip
        self.returns.append(row | more)

    def write(self, folder: Path) -> tuple[Path, Path]:
        """The two files."""
        for name, columns, rows in (("orders.csv", ORDER_COLUMNS, self.orders), ("returns.csv", RETURN_COLUMNS, self.returns)):
            with (folder / name).open("w", encoding="utf-8-sig", newline="") as out:
                writer = csv.DictWriter(out, columns)
                writer.writeheader()
                writer.writerow(dict.fromkeys(columns, "") | {"Order ID": "Platform unique order ID."})
                writer.writerows(rows)
        return folder / "orders.csv", folder / "returns.csv"


def the_export(scale: int = 1) -> Export:
    """The files of the check figures; `scale` divides every number for tests that need a small world."""
    made = Export()
    counted = [made.order(n) for n in range(COUNTED // scale)]
    asked = counted[: INITIATED // scale]
    refunded, effective = REFUNDED // scale, EFFECTIVE // scale
    for n, order in enumerate(asked):
        if n < refunded:
            if n % 11 == 0:  # asked twice: once in vain, once with success
                made.request(order, "Request rejected")
            if n % 29 == 5:
                made.request(order, "Replacement refund success", kind="Replacement")
            else:
                made.request(order, "Completed")
        elif n < effective:
            made.request(order, KEPT[n % len(KEPT)])
            if n % 13 == 0:
                made.request(order, FALLEN[n % len(FALLEN)])
            if n % 17 == 3:  # goods for goods: complete, and no money came back
                made.request(order, "Completed", kind="Replacement")
        else:
            made.request(order, FALLEN[n % len(FALLEN)])
    _traps(made, scale)
    return made


def _traps(made: Export, scale: int) -> None:
    for n in range(300 // scale):
        order = made.order(n, **{"Normal or Pre-order": "Replacement order", "Order Amount": "USD 0.00"})
        if n % 10 == 0:
            made.request(order, "Completed")
    for n in range(400 // scale):
        order = made.order(n, **{"Order Status": "Cancelled", "Shipped Time": "", "Delivered Time": "",
                                 "Cancelled Time": wall(FIRST_DAY + timedelta(days=n % DAYS + 1))})  # fmt: skip
        if n % 8 == 0:
            made.request(order, "Completed", kind="Refund only")
    for n in range(200 // scale):
        made.order(n, **{"Order Status": "Unpaid", "Paid Time": "", "Shipped Time": "", "Delivered Time": ""})
    for n in range(140 // scale):  # of the month before, asked about in the period
        order = made.order(n, day=-1 - n % 9)
        if n % 4 == 0:
            made.request(order, "Completed")
