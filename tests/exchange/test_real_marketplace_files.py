"""The public data set, read whole: only where `AMENDS_REAL_DATA` points to it, for its licence keeps it out of this repository."""

import os
from pathlib import Path

import pytest
from desk_stand_in import DeskStandIn

from amends.exchange.mapping import shipped
from amends.exchange.orders import OrderOptions, import_orders
from amends.exchange.requests import RequestOptions, import_requests

REAL = Path(os.environ.get("AMENDS_REAL_DATA", "/nowhere"))
pytestmark = pytest.mark.skipif("AMENDS_REAL_DATA" not in os.environ, reason="AMENDS_REAL_DATA names no folder")


async def test_every_real_order_is_imported_or_reported_and_every_complaint_has_one_verdict(desk: DeskStandIn) -> None:
    files = [REAL / name for name in ("orders.csv", "order_items.csv", "payments.csv")]
    report = await import_orders(files, OrderOptions(exponents={"BRL": 2}, mapping=shipped("olist")), desk.take_orders)
    for path in files:
        lines = len(path.read_text(encoding="utf-8").splitlines()) - 1
        assert report.files[path.name].read == lines
    left_out = {(p.at, p.code) for p in report.problems if not p.taken}
    assert {code for _, code in left_out} == {"import_payment_zero"}
    assert report.total.refused == len(left_out)
    assert len({order.purchase for order in desk.orders.values()}) == report.files["orders.csv"].imported

    complaints = REAL / "complaints.jsonl"
    options = RequestOptions(mapping=shipped("olist_complaints"), history=True)
    asked = await import_requests(complaints, options, desk.find_orders, desk.handle)
    assert asked.total.read == len(complaints.read_text(encoding="utf-8").splitlines())
    assert asked.verdicts is not None
    assert asked.verdicts.complaints == asked.total.imported == asked.total.read
    again = await import_requests(complaints, options, desk.find_orders, desk.handle)
    assert (again.total.imported, again.total.same) == (0, asked.total.read)


async def test_what_was_paid_is_shared_out_and_not_a_centavo_is_lost(desk: DeskStandIn) -> None:
    files = [REAL / name for name in ("orders.csv", "order_items.csv", "payments.csv")]
    await import_orders(files, OrderOptions(exponents={"BRL": 2}, mapping=shipped("olist")), desk.take_orders)
    rows = files[2].read_text(encoding="utf-8").splitlines()
    column = rows[0].split(",").index("payment_value")
    told = sum(round(float(row.split(",")[column]) * 100) for row in rows[1:])
    assert sum(payment.amount for order in desk.orders.values() for payment in order.payments) == told
