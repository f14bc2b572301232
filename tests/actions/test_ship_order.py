"""Shipping, and how it rejects a cancellation."""

import msgspec
import pytest
from casebook import BUYER, OUT, SELLER, Book, an_order

from amends.actions.commands import AskedLine, OpenCase, ShipOrder
from amends.actions.outcome import Unchanged
from amends.domain.facts.people import SYSTEM


def ship(book: Book, **said: str):  # type: ignore[no-untyped-def] # noqa: ANN201
    return book.ask(ShipOrder, SELLER, **{"carrier": "usps", "tracking_number": OUT} | said)


def test_a_shipped_order_is_in_transit_with_its_parcel() -> None:
    book = Book(an_order("awaiting_shipment"))
    ship(book)
    (parcel,) = book.file.parcels
    assert (book.file.order.status, book.file.order.shipped_at) == ("in_transit", book.now)
    assert (parcel.status, parcel.carrier, parcel.tracking_number, parcel.shipped_at) == ("picked_up", "usps", OUT, book.now)


def test_an_order_without_a_parcel_gets_one() -> None:
    book = Book(msgspec.structs.replace(an_order("awaiting_shipment"), parcels=()))
    ship(book)
    assert [(p.direction, p.status) for p in book.file.parcels] == [("forward", "picked_up")]


@pytest.mark.requirement("E-06")
def test_shipping_rejects_every_cancellation_under_review_and_its_buyer_may_escalate() -> None:
    from casebook import an_id

    one = (AskedLine(line_id=an_id(1), quantity=1),)
    book = Book(an_order("awaiting_shipment", quantity=2, sale_format="live_auction"))
    book.do(OpenCase, SELLER, kind="cancel", reason="out_of_stock", lines=one)
    book.do(OpenCase, SELLER, kind="cancel", reason="agreed_with_seller", lines=one)
    done = book.do(ShipOrder, SELLER, carrier="usps", tracking_number=OUT)
    assert [part.case.state for part in done.also if part.case] == ["rejected_1", "rejected_1"]
    assert {part.events[0].body["ground"] for part in done.also} == {"shipped_tracking_soon"}
    assert (book.case.state, set(book.live)) == ("rejected_1", {"escalate"})


def test_what_a_marketplace_told_as_shipped_only_rejects_what_still_waits() -> None:
    book = Book(an_order("awaiting_shipment")).open("cancel", "no_longer_needed")
    order = msgspec.structs.replace(book.file.order, status="in_transit", shipped_at=book.now)
    book.file = msgspec.structs.replace(book.file, order=order)
    book.do(ShipOrder, SYSTEM, carrier="other", tracking_number="")
    assert book.case.state == "rejected_1"
    assert isinstance(book.ask(ShipOrder, SYSTEM, carrier="other", tracking_number=""), Unchanged)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("in_transit", "already_shipped"),
        ("delivered", "already_shipped"),
        ("cancelled", "order_cancelled"),
        ("unpaid", "move_not_open"),
    ],
)
def test_what_cannot_be_shipped_says_why(status: str, code: str) -> None:
    assert (
        Book(an_order(status)).refused(ShipOrder, SELLER, carrier="usps", tracking_number="9400111899223100009999").code == code
    )


def test_a_seller_ships_with_a_number_that_can_be_one() -> None:
    assert ship(Book(an_order("awaiting_shipment")), tracking_number="soon").code == "tracking_number_invalid"


def test_a_buyer_ships_no_order() -> None:
    assert (
        Book(an_order("awaiting_shipment")).refused(ShipOrder, BUYER, carrier="usps", tracking_number=OUT).code
        == "permission_missing"
    )
