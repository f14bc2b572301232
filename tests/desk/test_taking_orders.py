"""Orders come in as they are told; told twice changes nothing, and shipping answers a cancellation."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from tests.marketplace import Marketplace, told

from amends.cli.place import a_desk
from amends.desk.orders import take_orders
from amends.domain.facts.told import ToldLine, ToldPayment

TABLES = ("orders", "order_line", "payment", "payment_allocation", "parcel", "event", "attempt")


async def _rows(market: Marketplace) -> dict[str, list[dict[str, Any]]]:
    found = {table: await market.administrator.fetch(f"select * from amends.{table} order by 1, 2, 3") for table in TABLES}  # noqa: S608 - names of tables
    return {table: [dict(row) for row in rows] for table, rows in found.items()}


async def test_an_order_told_twice_is_the_same_and_no_row_changes(marketplace: Marketplace) -> None:
    await marketplace.shop()
    orders = [told("anna", f"O{n}", await marketplace.now()) for n in range(50)]
    first = await marketplace.take_all(orders)
    before = await _rows(marketplace)
    again = await marketplace.take_all(orders)
    assert {taken.result for taken in first} == {"created"}
    assert {taken.result for taken in again} == {"same"}
    assert [taken.order_id for taken in first] == [taken.order_id for taken in again]
    assert await _rows(marketplace) == before


async def test_two_desks_told_the_same_orders_at_once_make_each_once(marketplace: Marketplace) -> None:
    await marketplace.shop()
    orders = [told("anna", f"O{n}", await marketplace.now()) for n in range(40)]
    async with a_desk(marketplace.dsn) as other:
        both = await asyncio.gather(take_orders(marketplace.desk, orders), take_orders(other, orders[::-1]))
    assert await marketplace.count("orders") == 40
    assert [t.order_id for t in both[0]] == [t.order_id for t in both[1][::-1]]


async def test_payments_are_shared_over_lines_to_the_last_minor_unit(marketplace: Marketplace) -> None:
    lines = tuple(ToldLine(reference=str(n), price=333, shipping=11) for n in range(3))
    payments = (ToldPayment(sequence=1, method="card", amount=1000), ToldPayment(sequence=2, method="voucher", amount=32))
    await marketplace.order(lines=lines, payments=payments)
    rows = await marketplace.administrator.fetch(
        "select sequence, sum(a.amount)::int as shared, max(p.amount)::int as whole from amends.payment p"
        " join amends.payment_allocation a on a.payment_id = p.id group by sequence"
    )
    assert all(row["shared"] == row["whole"] for row in rows)


@pytest.mark.requirement("R-02")
async def test_an_upsert_that_says_shipped_rejects_the_cancellation_that_waits(marketplace: Marketplace) -> None:
    sold = await marketplace.order(status="awaiting_shipment")
    said = await marketplace.ask(sold, "cancel", "no_longer_needed")
    assert said.state == "pending_review"
    now = await marketplace.now()
    parcel = replace(
        sold.told.parcels[0], status="in_transit", carrier="usps", tracking_number="9400111899223100001234", shipped_at=now
    )
    shipped = replace(sold.told, status="in_transit", shipped_at=now, parcels=(parcel,))
    (taken,) = await marketplace.take_all([shipped])
    assert taken.result == "updated"
    row = await marketplace.case(said.case_id)
    assert row["state"] == "rejected_1"
    assert await marketplace.events(said.case_id) == ["case_opened", "rejected_by_shipping"]
    assert (await marketplace.take_all([shipped]))[0].result == "same"


async def test_cash_that_is_collected_later_is_captured_and_never_shrinks(marketplace: Marketplace) -> None:
    payments = (ToldPayment(sequence=1, method="cash_on_delivery", amount=5000, captured=0),)
    sold = await marketplace.order(
        payments=payments, status="in_transit", promised_at=await marketplace.now() + timedelta(days=1)
    )
    for captured, expected in ((5000, 5000), (0, 5000)):
        await marketplace.take_all([replace(sold.told, payments=(replace(payments[0], captured=captured),))])
        assert await marketplace.administrator.fetchval("select captured from amends.payment") == expected


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"lines": ()}, "import_missing_lines"),
        ({"currency": "XXX"}, "unknown_currency"),
        ({"currency": "KWD"}, "currency_not_of_market"),
        ({"status": "lost_in_space"}, "unknown_word"),
        ({"shop": "nobody"}, "unknown_shop"),
        ({"lines": (ToldLine(reference="1", price=5000, quantity=0),)}, "amount_not_positive"),
        ({"payments": (ToldPayment(sequence=1, method="card", amount=5000, captured=6000),)}, "amount_not_positive"),
        ({"lines": (ToldLine(reference="1", price=1), ToldLine(reference="1", price=1))}, "import_duplicate"),
    ],
)
async def test_an_order_that_cannot_be_taken_is_named_and_its_neighbours_are_taken(
    marketplace: Marketplace, change: dict[str, Any], problem: str
) -> None:
    await marketplace.shop()
    good = told("anna", "good", await marketplace.now())
    bad = replace(good, reference="bad", **change)
    refused, taken = await marketplace.take_all([bad, good])
    assert (refused.result, taken.result) == ("refused", "created")
    assert problem in refused.problems
    assert await marketplace.count("orders") == 1
