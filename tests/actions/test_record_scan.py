"""Carriers tell late, twice and in any order; parcels, orders and cases follow what happened."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import msgspec
import pytest
from casebook import BACK, BUYER, OUT, QUALITY, SELLER, T0, Book, an_id, an_order

from amends.actions.commands import Approve, InspectedLine, InspectReturn, ShipReturn
from amends.actions.outcome import Blocked, Recorded, Unchanged
from amends.domain.facts.parcel import Parcel, Scan
from amends.domain.lifecycle.parcel import scanned


def on_its_way() -> Book:
    return Book(an_order()).open("return_refund", "defective", proof=QUALITY).send_back()


@pytest.mark.requirement("L-07")
def test_the_first_scan_ends_the_watch_and_the_arrival_begins_the_second_review() -> None:
    book = on_its_way()
    assert set(book.live) == {"return_scan", "return_arrival"}
    before = book.case.version
    book.scan("picked_up")
    assert (set(book.live), book.case.version) == ({"return_arrival"}, before)
    book.scan("delivered")
    assert (book.case.state, set(book.live), book.file.return_parcel.delivered_at) == (  # type: ignore[union-attr]
        "return_delivered",
        {"review_return"},
        book.now,
    )


def test_a_scan_that_was_taken_already_changes_nothing() -> None:
    book = on_its_way()
    book.scan("picked_up", event_id="one")
    assert isinstance(book.scan("delivered", event_id="one"), Unchanged)


def test_a_status_that_nobody_knows_is_kept_and_moves_nothing() -> None:
    book = on_its_way()
    seen = book.scan("teleported")
    assert isinstance(seen, Recorded)
    assert (seen.case, seen.parcels, seen.scans[0].status, book.case.state) == (None, (), "teleported", "return_in_transit")


def test_a_number_that_no_parcel_has_is_refused() -> None:
    blocked = on_its_way().scan("delivered", number="1Z999AA10123456784")
    assert isinstance(blocked, Blocked)
    assert blocked.code == "parcel_unknown"


def test_numbers_match_however_they_are_spaced() -> None:
    book = on_its_way()
    book.scan("picked_up", number=f" {BACK[:4]} {BACK[4:8]}-{BACK[8:]}")
    assert "return_scan" not in book.live


def test_a_parcel_that_a_carrier_picks_up_and_delivers_first_takes_both_rows() -> None:
    book = Book(an_order()).open("return_refund", "defective", proof=QUALITY)
    book.do(Approve, SELLER)
    label = Parcel(an_id(77), book.case.id, "return", "label_issued", "usps", BACK, None, None, None, None)
    book.file = msgspec.structs.replace(book.file, parcels=(*book.file.parcels, label))
    done = book.scan("delivered")
    assert isinstance(done, Recorded)
    assert [e.type for e in done.events] == ["return_scanned", "return_delivered"]
    assert (book.case.state, set(book.live)) == ("return_delivered", {"review_return"})


def test_a_scan_after_the_decision_is_kept_and_rewrites_nothing() -> None:
    book = on_its_way()
    book.scan("delivered")
    book.do(InspectReturn, SELLER, lines=(InspectedLine(line_id=an_id(1), accepted=1),))
    seq = book.case.seq
    seen = book.scan("in_transit", at=T0 - timedelta(hours=1))
    assert isinstance(seen, Recorded)
    assert (seen.case, len(seen.scans), book.case.seq, book.case.state) == (None, 1, seq, "refund_approved")


def test_an_order_is_delivered_when_its_last_parcel_is() -> None:
    file = an_order("in_transit")
    second = msgspec.structs.replace(file.parcels[0], id=an_id(501), tracking_number="9400111899223100009999")
    book = Book(msgspec.structs.replace(file, parcels=(*file.parcels, second)))
    book.scan("delivered", number=OUT)
    assert book.file.order.status == "in_transit"
    book.wait(hours=5)
    book.scan("delivered", number="9400111899223100009999")
    assert (book.file.order.status, book.file.order.delivered_at) == ("delivered", book.now)


def test_a_late_scan_never_lowers_an_order_or_a_parcel() -> None:
    book = Book(an_order())
    book.scan("out_for_delivery", number=OUT, at=T0 - timedelta(days=2))
    assert (book.file.order.status, book.file.parcels[0].status) == ("delivered", "delivered")


def test_a_pickup_of_what_waits_to_be_cancelled_rejects_the_cancellation() -> None:
    book = Book(an_order("awaiting_shipment")).open("cancel", "no_longer_needed")
    book.parcels(tracking_number=OUT, carrier="usps")
    book.scan("picked_up", number=OUT)
    assert (book.file.order.status, book.case.state, set(book.live)) == ("in_transit", "rejected_1", {"escalate"})


@pytest.mark.requirement("L-07")
@pytest.mark.parametrize("number", ["", "ABC", "12", "RR473124828GB", "111111111111", "no digits here"])
def test_a_number_that_cannot_be_one_is_refused_with_its_log_code(number: str) -> None:
    book = Book(an_order()).open("return_refund", "defective", proof=QUALITY)
    book.do(Approve, SELLER)
    refused = book.refused(ShipReturn, BUYER, carrier="royal_mail", tracking_number=number)
    assert (refused.code, refused.detail) == ("tracking_number_invalid", {"log_code": "ERR_LOG_204"})
    assert book.case.state == "awaiting_buyer_ship"


@pytest.mark.parametrize(("carrier", "code"), [("pigeon", "carrier_unknown"), ("usps", "tracking_number_taken")])
def test_a_carrier_is_a_known_one_and_a_number_belongs_to_one_parcel(carrier: str, code: str) -> None:
    book = Book(an_order()).open("return_refund", "defective", proof=QUALITY)
    book.do(Approve, SELLER)
    assert book.refused(ShipReturn, BUYER, carrier=carrier, tracking_number=OUT).code == code


SCANS: Any = [
    ("picked_up", 1),
    ("in_transit", 2),
    ("out_for_delivery", 3),
    ("in_transit", 4),
    ("delivered", 5),
    ("in_transit", 6),
]


@pytest.mark.requirement("L-07")
def test_every_order_of_arrival_ends_in_the_same_parcel() -> None:
    parcel = Parcel(an_id(1), None, "forward", "not_shipped", "usps", OUT, None, None, None, None)
    scans = [Scan(parcel.id, "usps", str(n), status, T0 + timedelta(hours=n), T0) for status, n in SCANS]
    ends = set()
    for order in permutations(scans):
        moved, before = parcel, []
        for scan in order:
            moved = scanned(moved, before, scan)
            before.append(scan)
        ends.add((moved.status, moved.shipped_at, moved.delivered_at))
    assert ends == {("delivered", T0 + timedelta(hours=1), T0 + timedelta(hours=5))}


ENDS: Any = {
    "delivered": [("picked_up", 1), ("in_transit", 2), ("exception", 3), ("in_transit", 4), ("out_for_delivery", 5), ("delivered", 6)],
    "returned_to_seller": [
        ("picked_up", 1), ("in_transit", 2), ("out_for_delivery", 3), ("refused", 4), ("returning", 5), ("returned_to_seller", 6),
    ],
    "returning": [("in_transit", 1), ("intercept_requested", 2), ("intercepted", 3), ("in_transit", 3), ("returning", 4), ("picked_up", 0)],
    "lost": [("picked_up", 1), ("in_transit", 2), ("exception", 3), ("lost", 9), ("out_for_delivery", 2), ("in_transit", 1)],
}  # fmt: skip


@pytest.mark.requirement("L-07")
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("told", [None, T0 - timedelta(hours=3)])
def test_all_720_orders_of_six_events_end_in_the_same_parcel_and_can_be_folded_again(end: str, told: Any) -> None:
    status = "picked_up" if told else "not_shipped"
    parcel = Parcel(an_id(1), None, "forward", status, "usps", OUT, None, told, None, None)
    scans = [Scan(parcel.id, "usps", str(n), word, T0 + timedelta(hours=at), T0) for n, (word, at) in enumerate(ENDS[end])]
    ends = set()
    for order in permutations(scans):
        moved, before = parcel, []
        for scan in order:
            moved = scanned(moved, before, scan)
            before.append(scan)
        ends.add((moved.status, moved.shipped_at, moved.delivered_at))
        assert scanned(moved, before[:-1], before[-1]) == moved
    assert len(ends) == 1
    assert next(iter(ends))[0] == end
