"""A file of a gigabyte is read as a stream: what it takes does not grow with it, and whoever waits is told how far it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long
MEGABYTES = int(os.environ.get("AMENDS_BIG_FILE_MB", "1024"))
MOST_MB = 300
COLUMNS = (
    "Order ID", "Order Status", "Order Substatus", "Cancelation/Return Type", "Normal or Pre-order", "SKU ID", "Seller SKU", "Product Name",
    "Variation", "Quantity", "Sku Quantity of return", "SKU Unit Original Price", "SKU Subtotal Before Discount", "SKU Subtotal After Discount",
    "Shipping Fee After Discount", "Original Shipping Fee", "Taxes", "Order Amount", "Order Refund Amount", "Created Time", "Paid Time",
    "RTS Time", "Shipped Time", "Delivered Time", "Cancelled Time", "Cancel By", "Cancel Reason", "Fulfillment Type", "Warehouse Name",
    "Tracking ID", "Delivery Option", "Shipping Provider Name", "Buyer Message", "Buyer Username", "Recipient", "Phone #", "Country", "Province",
    "City", "Detail Address", "Payment Method", "Weight(kg)", "Product Category", "Package ID", "Seller Note", "Checked Status", "Checked Marked by",
)  # fmt: skip
READ = r"""
import asyncio, re, sys
from pathlib import Path
from amends.exchange.mapping import ImportingShop, shipped
from amends.exchange.orders import OrderOptions, import_orders
from amends.exchange.policies import read_policies

async def take(orders):
    raise AssertionError("a preview hands nothing over")

shop = ImportingShop(reference="big", market="us", zone="America/New_York", currency="USD")
options = OrderOptions(exponents=read_policies().vocabulary.exponents(), mapping=shipped("seller_center"), shop=shop, preview=True)
told = []
report = asyncio.run(import_orders([Path(sys.argv[1])], options, take, lambda *said: told.append(said)))
# Not ru_maxrss: it counts the process that started this one.
most = int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1])
print(report.total.read, report.total.refused, len(told), most // 1024)
"""


def written(path: Path, megabytes: int) -> int:
    """A Seller Center export of about so many megabytes, two lines an order, the second far behind the first; how many lines."""
    row = {name: f"{name} of a parcel" for name in COLUMNS} | dict.fromkeys(
        ("Order Substatus", "Cancelation/Return Type", "Sku Quantity of return", "Order Refund Amount", "RTS Time", "Cancelled Time", "Cancel By"), ""
    )  # fmt: skip
    row |= {
        "Order Status": "Delivered", "Normal or Pre-order": "Normal", "Quantity": "1", "SKU Unit Original Price": "12.00",
        "SKU Subtotal Before Discount": "12.00", "SKU Subtotal After Discount": "12.00", "Shipping Fee After Discount": "0.00",
        "Original Shipping Fee": "0.00", "Taxes": "0.00", "Order Amount": "24.00", "Created Time": "11/01/2026 10:00:00 AM",
        "Paid Time": "11/01/2026 10:01:00 AM", "Shipped Time": "11/02/2026 10:00:00 AM", "Delivered Time": "11/14/2026 10:00:00 AM",
        "Payment Method": "Credit card", "Product Category": "Kitchenware", "Weight(kg)": "1",
    }  # fmt: skip
    head, tail = (",".join(row[name] for name in part) for part in (COLUMNS[1:5], COLUMNS[7:]))
    size = len(head) + len(tail) + 60
    orders = megabytes * 2**20 // size // 2
    with path.open("w", encoding="utf-8") as out:
        out.write(",".join(COLUMNS) + "\n")
        for line in range(2):
            out.writelines(f"576{n * 7919 % orders:016}\t,{head},1729{line},SKU-{line},{tail}\n" for n in range(orders))
    return orders * 2


def test_a_file_of_a_gigabyte_is_read_in_the_memory_of_a_small_one(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    lines = written(path, MEGABYTES)
    assert path.stat().st_size > MEGABYTES * 2**20 * 0.9
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True, timeout=3_000)
    read, refused, told, most = map(int, done.stdout.split())
    assert (read, refused) == (lines, 0)
    assert told >= lines // 5_000, "progress is told while it is read"
    assert most < MOST_MB, f"{most} MB"
