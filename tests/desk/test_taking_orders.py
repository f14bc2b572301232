"""Orders come in as they are told; told twice changes nothing, and shipping answers a cancellation."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests.marketplace import MONDAY, Marketplace, told

from amends.cli.place import a_desk
from amends.desk.orders import take_orders
from amends.domain.facts.told import ToldLine, ToldParcel, ToldPayment
from amends.kernel.ids import new_id
from amends.store.database import open_pool, queries
from amends.worker.erasing import Erasures

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


UNPAID: dict[str, Any] = {"status": "unpaid", "paid_at": None, "payments": (), "parcels": ()}


async def test_an_order_told_before_it_is_paid_is_paid_when_it_is_told_so(marketplace: Marketplace) -> None:
    lines = tuple(ToldLine(reference=str(n), price=price, quantity=2) for n, price in ((1, 1000), (2, 0), (3, 333)))
    sold = await marketplace.order(lines=lines, **UNPAID)
    deposit = ToldPayment(sequence=1, method="wallet", amount=200)
    rest = ToldPayment(sequence=2, method="card", amount=1133)
    paid = replace(sold.told, status="awaiting_shipment", payments=(deposit,))
    for word in (paid, replace(paid, payments=(deposit, rest)), paid, replace(paid, payments=(deposit, rest))):
        (taken,) = await marketplace.take_all([word])
        assert (taken.result, taken.problems) == ("updated", ())
    said = marketplace.administrator
    assert await said.fetchval("select sum(captured) from amends.payment") == 1333
    assert [r["paid"] for r in await said.fetch("select paid from amends.order_line order by id")] == [1000, 0, 333]
    asked = await marketplace.ask(sold, "cancel", "no_longer_needed")
    assert asked.body["amount"]["amount"] == 1333


async def test_what_is_not_paid_yet_may_still_be_priced_and_filled_otherwise(marketplace: Marketplace) -> None:
    sold = await marketplace.order(**UNPAID)
    cheaper = replace(sold.told, lines=(replace(sold.told.lines[0], price=4500, quantity=3), ToldLine(reference="2", price=500)))
    (taken,) = await marketplace.take_all([cheaper])
    assert (taken.result, taken.problems) == ("updated", ())
    rows = await marketplace.administrator.fetch("select price, quantity, paid from amends.order_line order by id")
    assert [tuple(row) for row in rows] == [(4500, 3, 0), (500, 1, 0)]
    (taken,) = await marketplace.take_all([sold.told])
    assert (taken.result, taken.problems) == ("updated", ("import_conflict",)), "a line cannot be taken away"


@pytest.mark.parametrize(
    "change",
    [
        {"buyer": "somebody-else"},
        {"lines": (ToldLine(reference="1", sku="VASE", title="Blue vase", category="home", price=9000, commission=400),)},
        {"lines": (ToldLine(reference="2", price=5000),)},
        {"payments": (ToldPayment(sequence=1, method="card", amount=9000),)},
        {"sale_format": "live_auction"},
    ],
)
async def test_what_was_sold_to_whom_stands_and_is_named_every_time_while_the_rest_is_taken(
    marketplace: Marketplace, change: dict[str, Any]
) -> None:
    sold = await marketplace.order(status="in_transit")
    tables = ("order_line", "payment", "payment_allocation")
    before = await _rows(marketplace)
    at = await marketplace.now()
    word = replace(sold.told, status="delivered", delivered_at=at, **change)
    for _ in range(2):
        (taken,) = await marketplace.take_all([word])
        assert (taken.result, taken.problems) == ("updated", ("order_changed_after_payment",))
    after = await _rows(marketplace)
    assert [after[name] for name in tables] == [before[name] for name in tables]
    (order,) = after["orders"]
    assert (order["status"], order["delivered_at"], order["buyer"]) == ("delivered", at, sold.told.buyer)


@pytest.mark.requirement("C-01", "L-07")
async def test_a_word_that_comes_late_takes_back_neither_a_status_nor_a_moment(marketplace: Marketplace) -> None:
    sold = await marketplace.order()
    (parcel,) = sold.told.parcels
    late = replace(
        sold.told, status="in_transit", delivered_at=None, parcels=(replace(parcel, status="in_transit", delivered_at=None),)
    )
    before = await _rows(marketplace)
    (taken,) = await marketplace.take_all([late])
    assert (taken.result, taken.problems) == ("updated", ("import_status_stands",))
    (again,) = await marketplace.take_all([late])
    assert again == taken, "a lost answer, asked again, is the same answer"
    after = await _rows(marketplace)
    for name in ("status", "shipped_at", "delivered_at"):
        assert after["orders"][0][name] == before["orders"][0][name], name
        assert after["parcel"][0][name] == before["parcel"][0][name], name
    (taken,) = await marketplace.take_all([replace(sold.told, status="completed")])
    assert (taken.result, taken.problems) == ("updated", ())


@pytest.mark.requirement("L-07")
async def test_what_a_carrier_saw_is_not_undone_by_a_host_that_heard_nothing_of_it(marketplace: Marketplace) -> None:
    sold = await marketplace.order(status="in_transit")
    number, at = sold.told.parcels[0].tracking_number, await marketplace.now()
    assert number is not None
    await marketplace.scan(sold.shop_id, number, "delivered", event_id="e1", occurred_at=at)
    (taken,) = await marketplace.take_all([replace(sold.told, promised_at=at)])
    assert taken.problems == ("import_status_stands",)
    (order,) = (await _rows(marketplace))["orders"]
    assert (order["status"], order["delivered_at"], order["promised_at"]) == ("delivered", at, at)


async def test_what_was_erased_of_an_order_does_not_come_back_by_being_told_again(
    marketplace: Marketplace, tmp_path: Path
) -> None:
    sold = await marketplace.order(status="in_transit")
    say = marketplace.administrator
    await say.execute(queries("ask_erasure"), new_id(MONDAY), sold.told.buyer, "asked", "platform:dana")
    async with await open_pool(marketplace.dsn, "amends_worker", max_size=1) as pool:
        assert await Erasures(pool, tmp_path, tmp_path).step() == 1
    more = ToldParcel(reference="2", status="packed", tracking_number="9400111899223100007777")
    (taken,) = await marketplace.take_all([replace(sold.told, status="delivered", parcels=(*sold.told.parcels, more))])
    assert (taken.result, taken.problems) == ("updated", ())
    assert await say.fetchval("select status from amends.orders where buyer like 'erased-%'") == "delivered"
    assert [row["tracking_number"] for row in await say.fetch("select tracking_number from amends.parcel")] == [None, None]


async def test_lines_travel_in_the_parcels_that_are_told_after_them(marketplace: Marketplace) -> None:
    lines = tuple(ToldLine(reference=str(n), price=2500) for n in (1, 2))
    sold = await marketplace.order(lines=lines, status="awaiting_shipment", parcels=())
    first, second = (ToldParcel(reference=name, status="in_transit", tracking_number=f"NUMBER{name}") for name in ("x", "y"))
    await marketplace.take_all([replace(sold.told, status="in_transit", parcels=(first,))])
    split = (replace(lines[0], parcel="x"), replace(lines[1], parcel="y"))
    await marketplace.take_all([replace(sold.told, lines=split, status="in_transit", parcels=(first, second))])
    rows = await marketplace.administrator.fetch(
        "select l.reference, p.reference as parcel from amends.order_line l join amends.parcel p on p.id = l.parcel_id order by 1"
    )
    assert [tuple(row) for row in rows] == [("1", "x"), ("2", "y")]


async def test_a_cancellation_that_shipping_should_have_rejected_is_rejected_when_the_word_comes_again(
    marketplace: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold = await marketplace.order(status="awaiting_shipment")
    said = await marketplace.ask(sold, "cancel", "no_longer_needed")
    shipped = replace(sold.told, status="in_transit", shipped_at=await marketplace.now())

    async def cut_off(*_: Any) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as broken:
        broken.setattr("amends.desk.orders._tell_requests", cut_off)
        with pytest.raises(ConnectionResetError):
            await marketplace.take_all([shipped])
    assert (await marketplace.take_all([shipped]))[0].result == "same"
    assert (await marketplace.case(said.case_id))["state"] == "rejected_1"


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
        ({"parcels": (ToldParcel(status="packed"), ToldParcel(status="packed"))}, "import_duplicate"),
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
