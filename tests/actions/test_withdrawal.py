"""Statutory withdrawal: a road of its own, without a reason, proof or review (E-19)."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from small_world import BUYER, NOW, REVIEWER, SELLER, World, a_photo, a_world

from amends.actions.amend import amend
from amends.actions.commands import (
    Amend,
    AskedLine,
    DecideRecheck,
    FireDeadline,
    InspectedLine,
    InspectReturn,
    RecordScan,
    ShipReturn,
)
from amends.actions.decide_recheck import decide_recheck
from amends.actions.fire_deadline import fire_deadline
from amends.actions.inspect_return import inspect_return
from amends.actions.outcome import Blocked, Previewed, Recorded
from amends.actions.record_scan import record_scan
from amends.actions.ship_return import ship_return

pytestmark = pytest.mark.requirement("E-19")


def gb(status: str = "delivered", **order: Any) -> World:
    return a_world(market="gb", status=status, **order)


def code(outcome: object) -> str:
    assert isinstance(outcome, Blocked), outcome
    return outcome.code


def events(w: World) -> list[str]:
    assert isinstance(w.last, Recorded), w.last
    return [event.type for event in w.last.events]


def sends_back(w: World) -> None:
    w.do(ship_return, ShipReturn, BUYER, carrier="usps", tracking_number="9400111899223100001234")
    assert isinstance(w.last, Recorded), w.last


def falls_due(w: World, kind: str) -> None:
    clock = w.deadline(kind)
    w.now = clock.due_at
    w.do(fire_deadline, FireDeadline, BUYER, kind=kind, started_seq=clock.started_seq)


@pytest.mark.parametrize("sale_format", ["shelf", "live_auction"])
def test_goods_that_arrived_go_back_without_a_review(sale_format: str) -> None:
    w = gb(sale_format=sale_format).opened("return_refund", "withdrawal")
    assert (w.case.state, w.case.programme) == ("awaiting_buyer_ship", "statutory_withdrawal")
    assert events(w) == ["withdrawal_declared"]
    assert w.kinds() == {("ship_back", "running"), ("statutory_refund", "running")}
    assert w.last.events[0].wishes[0].target == "buyer", "the buyer gets a receipt"  # type: ignore[union-attr]


@pytest.mark.parametrize("sale_format", ["shelf", "live_auction"])
def test_what_was_not_shipped_is_cancelled_and_paid_back_at_once(sale_format: str) -> None:
    w = gb("awaiting_shipment", sale_format=sale_format).opened("cancel", "withdrawal")
    assert w.case.state == "refund_approved"
    assert [refund.amount for refund in w.file.refunds] == [5000]
    assert w.file.order.status == "cancelled"
    assert [wish.effect for wish in w.last.events[0].wishes] == ["pay_refund", "notify"]  # type: ignore[union-attr]


def test_a_part_of_the_order_is_withdrawn_from_and_the_rest_still_ships() -> None:
    w = gb("awaiting_shipment", lines=((1, 5000), (2, 3000)))
    first = w.file.lines[0]
    w.opened("cancel", "withdrawal", lines=(AskedLine(line_id=first.id, quantity=1),))
    assert [refund.amount for refund in w.file.refunds] == [5000]
    assert w.file.order.status == "awaiting_shipment"


def test_cash_that_was_never_collected_needs_no_payment_back() -> None:
    w = gb("awaiting_shipment")
    w.file = replace(w.file, payments=tuple(replace(p, captured=0, method="cash_on_delivery") for p in w.file.payments))
    w.opened("cancel", "withdrawal")
    assert (w.case.state, w.case.ended) == ("completed", "refunded")


def test_a_preview_says_so_and_records_nothing() -> None:
    outcome = gb().ask("return_refund", "withdrawal", preview=True)
    assert isinstance(outcome, Previewed)
    assert (outcome.verdict.kind, outcome.verdict.review_by) == ("allowed", None)


@pytest.mark.parametrize(
    ("market", "order", "kind", "actor", "wanted"),
    [
        ("us", {}, "return_refund", BUYER, "withdrawal_not_offered"),
        ("gb", {"delivered_ago": 15}, "return_refund", BUYER, "window_closed"),
        ("gb", {"source": "private_sale"}, "return_refund", BUYER, "withdrawal_not_for_this_sale"),
        (
            "gb",
            {"source": "in_person_auction", "sale_format": "live_auction"},
            "return_refund",
            BUYER,
            "withdrawal_not_for_this_sale",
        ),
        ("gb", {"categories": ("made_to_order",)}, "return_refund", BUYER, "exempt_category"),
        ("gb", {}, "return_refund", SELLER, "withdrawal_only_by_buyer"),
        ("gb", {}, "refund_only", BUYER, "reason_does_not_fit_status"),
        ("gb", {"status": "awaiting_shipment"}, "return_refund", BUYER, "kind_not_open_in_status"),
    ],
)
def test_where_there_is_no_such_right_it_is_declined(
    market: str, order: dict[str, Any], kind: str, actor: Any, wanted: str
) -> None:
    assert code(a_world(market=market, **order).ask(kind, "withdrawal", actor=actor)) == wanted


def test_the_money_waits_for_the_goods_and_is_due_once_they_were_sent() -> None:
    w = gb().opened("return_refund", "withdrawal")
    sends_back(w)
    assert w.case.state == "return_in_transit"
    falls_due(w, "statutory_refund")
    assert w.case.state == "refund_approved"
    assert [refund.amount for refund in w.file.refunds] == [5000]


def test_nothing_is_paid_while_nothing_was_sent_and_fourteen_days_begin_when_it_is() -> None:
    w = gb("in_transit").opened("return_refund", "withdrawal")
    falls_due(w, "statutory_refund")
    assert (w.case.state, w.file.refunds) == ("awaiting_buyer_ship", ())
    assert w.file.running("ship_back") is not None, "what was on its way has longer"
    sends_back(w)
    due = w.deadline("statutory_refund").due_at
    assert timedelta(days=14) <= due - w.now <= timedelta(days=15)


def test_a_parcel_that_the_carrier_reports_counts_as_sent() -> None:
    w = gb().opened("return_refund", "withdrawal")
    sends_back(w)
    w.do(record_scan, RecordScan, SELLER, source="usps", event_id="1", tracking_number="9400111899223100001234",
         status="delivered", occurred_at=w.now)  # fmt: skip
    assert w.case.state == "return_delivered"
    falls_due(w, "review_return")
    assert w.case.state == "refund_approved"


@pytest.mark.parametrize("ground", ["used_or_damaged_by_buyer", "seal_intact", "other"])
def test_goods_that_were_looked_at_are_not_refused(ground: str) -> None:
    w = gb()
    w.put("return_delivered", reason="withdrawal", reason_group="withdrawal")
    line = InspectedLine(line_id=w.file.lines[0].id, accepted=0, refused=1)
    proof = tuple(a_photo(kind) for kind in ("photo_six_view", "video_unboxing", "photo_package_seal"))
    refused = w.do(inspect_return, InspectReturn, SELLER, lines=(line,), ground=ground, note="worn", proof=proof)
    assert code(refused) == "ground_not_open"


def test_a_request_under_review_may_become_a_withdrawal() -> None:
    w = gb().opened("return_refund", "does_not_fit")
    assert w.case.state == "pending_review"
    w.do(amend, Amend, BUYER, reason="withdrawal")
    assert events(w) == ["amended", "withdrawal_declared"]
    assert (w.case.state, w.case.reason_group) == ("awaiting_buyer_ship", "withdrawal")
    assert w.kinds() == {("ship_back", "running"), ("statutory_refund", "running")}


def test_what_no_rule_could_tell_is_settled_by_a_person_and_is_still_a_withdrawal() -> None:
    w = gb("delivered", delivered_at=None)
    w.file = replace(w.file, parcels=tuple(replace(p, delivered_at=None) for p in w.file.parcels))
    w.opened("return_refund", "withdrawal")
    assert w.case.state == "in_recheck"
    assert w.file.running("statutory_refund"), "the law counts from the declaration"
    w.do(decide_recheck, DecideRecheck, REVIEWER, decision="admit")
    assert w.case.state == "awaiting_buyer_ship"
    assert w.deadline("statutory_refund").started_at == NOW


def test_how_often_the_buyer_asked_before_does_not_matter() -> None:
    w = gb()
    for _ in range(5):
        w.put("closed", ended="withdrawn")
    assert code(w.ask("return_refund", "defective")) == "attempts_exhausted"
    assert isinstance(w.ask("return_refund", "withdrawal"), Recorded)
