"""Refused, intercepted, signed for or back: the seller's clock and the buyer's money (E-12, C-07, C-08, L-01 to L-04, R-07)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace
from small_world import BUYER, CARRIER, NOW, REVIEWER, SELLER, World, a_world

from amends.actions.agree_refusal import agree_refusal
from amends.actions.answer_complaint import answer_complaint
from amends.actions.approve import approve
from amends.actions.commands import (
    AgreeRefusal,
    AnswerComplaint,
    Approve,
    ComplainToCarrier,
    OrderInterception,
    RecordInterception,
    RecordScan,
    Reject,
)
from amends.actions.complain_to_carrier import complain_to_carrier
from amends.actions.order_interception import order_interception
from amends.actions.outcome import Blocked, Recorded, Unchanged
from amends.actions.record_interception import record_interception
from amends.actions.record_scan import record_scan
from amends.actions.reject import reject
from amends.domain.facts.conduct import BuyerStanding
from amends.domain.facts.travel import Interception
from amends.domain.lifecycle.moves import moves

OUT = "7312345678901"


def moving(**told: Any) -> World:
    """A parcel of one apparel line of 99.00 yuan, on its way with a supported carrier, three days before it is due."""
    lines = told.pop("lines", ((1, 9900),))
    status = told.pop("parcel", "in_transit")
    w = a_world(market="cn", status="in_transit", lines=lines, categories=told.pop("categories", ("apparel",)),
                promised_at=NOW + timedelta(days=3))  # fmt: skip
    carrier = told.pop("carrier", "zto")
    w.file = replace(w.file, parcels=(replace(w.file.parcels[0], status=status, carrier=carrier, tracking_number=OUT),))
    if told:
        w.file = replace(w.file, shop=replace(w.file.shop, **told))
    return w


def agreed(**told: Any) -> World:
    return moving(**told).opened("refund_in_transit", "not_received")


def scan(w: World, status: str, **said: Any) -> Any:
    w.scans = getattr(w, "scans", 0) + 1  # type: ignore[attr-defined]
    told = {"source": "zto", "event_id": f"e{w.scans}", "tracking_number": OUT, "occurred_at": w.now}  # type: ignore[attr-defined]
    before, at = w.last, w.case.id
    command = RecordScan(shop_id=7, actor=CARRIER, status=status, **(told | said))
    outcome = record_scan(w.file, command, w.rules, w.now, w.new_id)
    if isinstance(outcome, Recorded):
        from amends.desk.after import after

        w.file = after(w.file, outcome).focus(at)
    w.last = outcome if isinstance(outcome, Recorded) else before
    return outcome


def reasons(w: World, move: str) -> tuple[str, ...]:
    return next(m.reasons for m in moves(w.file, w.rules, SELLER, w.now) if m.move == move)


@pytest.mark.requirement("E-12", "C-07", "L-04", "U-16")
def test_it_is_agreed_by_itself_and_the_buyer_is_told_to_let_the_courier_take_it_back() -> None:
    w = moving()
    w.ask("refund_in_transit", "not_received")
    assert isinstance(w.last, Recorded)
    assert [(e.type, e.actor_kind) for e in w.last.events] == [("case_opened", "buyer"), ("refuse_sign_agreed", "system")]
    assert [(wish.effect, wish.target) for wish in w.last.events[1].wishes] == [("notify", "buyer")]
    assert w.last.events[1].body["notices"] == ["refuse_at_the_door"]
    assert (w.case.state, w.case.programme, w.kinds()) == (
        "refuse_sign_agreed",
        "refuse_the_parcel",
        {("refuse_sign", "running")},
    )
    assert (
        w.deadline("refuse_sign").due_at.isoformat() == "2026-11-30T16:00:00+00:00"
    )  # the seventh day ends at midnight in Shanghai


@pytest.mark.requirement("E-12", "F-04", "U-06")
@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"lines": ((1, 100_000),)}, "refusal_amount_too_high"),
        ({"categories": ("fresh_food",)}, "refusal_category_not_supported"),
        ({"carrier": "usps"}, "refusal_carrier_not_supported"),
        ({"parcel": "exception"}, "refusal_parcel_not_moving"),
        ({"cross_border": True}, "refusal_seller_not_eligible"),
        ({"duty_free_hainan": True}, "refusal_seller_not_eligible"),
        ({"duty_free_hainan": None}, "refusal_seller_not_eligible"),
    ],
)
def test_where_it_does_not_apply_the_unmet_condition_is_named(told: dict[str, Any], code: str) -> None:
    w = moving(**told)
    blocked = w.ask("refund_in_transit", "not_received")
    if told == {"duty_free_hainan": None}:
        assert w.case.state == "in_recheck"  # nobody has told what kind of shop it is
        return
    assert isinstance(blocked, Blocked)
    assert (blocked.code, blocked.detail["unmet"]) == ("window_not_begun", {"refuse_the_parcel": [code]})
    w.later(days=3)
    w.opened("refund_in_transit", "not_received")
    assert (w.case.state, reasons(w, "agree_refusal")) == ("pending_review", (code,))


def test_a_market_without_the_programme_says_so() -> None:
    w = a_world(status="in_transit", promised_at=NOW - timedelta(days=1)).opened("refund_in_transit", "not_received")
    assert reasons(w, "agree_refusal") == ("refusal_not_offered",)


@pytest.mark.requirement("E-12")
def test_a_seller_agrees_once_what_was_unmet_is_met() -> None:
    w = moving(parcel="exception").later(days=3).opened("refund_in_transit", "not_received")
    assert isinstance(w.do(agree_refusal, AgreeRefusal, SELLER), Blocked)
    w.file = replace(w.file, parcels=(replace(w.file.parcels[0], status="in_transit"),))
    w.do(agree_refusal, AgreeRefusal, SELLER)
    assert (w.case.state, w.case.programme, w.kinds()) == (
        "refuse_sign_agreed",
        "refuse_the_parcel",
        {("refuse_sign", "running")},
    )


@pytest.mark.requirement("C-08")
@pytest.mark.parametrize("status", ["refused", "intercepted", "delivered"])
def test_a_settled_parcel_leaves_48_hours(status: str) -> None:
    w = agreed().later(hours=10)
    scan(w, status)
    assert (w.case.state, w.deadline("refuse_sign").due_at) == ("refuse_sign_agreed", w.now + timedelta(hours=48))


@pytest.mark.requirement("C-08")
def test_less_than_48_hours_are_never_lengthened() -> None:
    w = agreed()
    due = w.deadline("refuse_sign").due_at
    w.now = due - timedelta(hours=5)
    scan(w, "refused")
    assert w.deadline("refuse_sign").due_at == due


@pytest.mark.requirement("L-03")
@pytest.mark.parametrize("status", ["refused", "intercepted"])
def test_a_trusted_buyer_is_refunded_at_once_and_another_is_not(status: str) -> None:
    for good, state in ((True, "refund_approved"), (False, "refuse_sign_agreed")):
        w = agreed()
        w.file = replace(w.file, buyer_standing=BuyerStanding(good=good, told=True))
        scan(w, status)
        assert w.case.state == state


@pytest.mark.requirement("L-03")
def test_everybody_is_refunded_when_the_parcel_is_back() -> None:
    w = agreed()
    scan(w, "refused")
    scan(w, "returning")
    seq = w.case.seq
    assert w.case.state == "refuse_sign_agreed"  # on its way back nothing new happens
    scan(w, "returned_to_seller")
    assert (w.case.state, w.case.seq, w.last.also[0].events[0].type) == ("refund_approved", seq + 1, "parcel_back")  # type: ignore[union-attr]


def test_an_order_of_arrival_that_is_wrong_changes_nothing_of_the_end() -> None:
    w = agreed().later(hours=5)
    scan(w, "refused", occurred_at=w.now)
    state = w.case
    assert isinstance(scan(w, "out_for_delivery", occurred_at=w.now - timedelta(hours=1)), Recorded)
    assert w.case == state


@pytest.mark.requirement("R-07")
def test_a_buyer_who_signs_after_all_is_sent_to_a_return() -> None:
    w = agreed()
    early = w.do(reject, Reject, SELLER, ground="needs_return_first")
    assert isinstance(early, Blocked)
    assert early.reasons == ("parcel_not_signed",)
    scan(w, "delivered")
    assert (reasons(w, "reject"), w.case.state) == ((), "refuse_sign_agreed")
    assert isinstance(w.do(reject, Reject, SELLER, ground="needs_return_first"), Recorded)
    assert (w.case.state, w.kinds()) == ("rejected_1", {("escalate", "running")})


@pytest.mark.requirement("C-07")
def test_a_seller_may_simply_approve() -> None:
    w = agreed()
    w.do(approve, Approve, SELLER)
    assert w.case.state == "refund_approved"


def intercepted(w: World) -> Interception:
    return w.file.travel.interceptions[-1]


def answered(w: World, result: str, **said: Any) -> Any:
    return w.do(record_interception, RecordInterception, CARRIER, interception_id=intercepted(w).id, result=result, **said)


@pytest.mark.requirement("L-01", "T-03")
def test_an_interception_that_succeeds_refunds_at_once() -> None:
    w = agreed()
    ordered = w.do(order_interception, OrderInterception, SELLER)
    assert isinstance(ordered, Recorded)
    assert [(wish.effect, wish.target) for wish in ordered.events[0].wishes] == [("order_interception", str(intercepted(w).id))]
    assert ("interception", "running") in w.kinds()
    answered(w, "accepted", cost=300, currency="CNY", reference="S-1")
    assert (w.case.state, w.kinds()) == ("refuse_sign_agreed", {("refuse_sign", "running")})
    scan(w, "intercepted")
    assert (w.case.state, intercepted(w).state, intercepted(w).cost) == ("refund_approved", "succeeded", 300)
    assert w.last.also[0].events[0].type == "interception_confirmed"  # type: ignore[union-attr]


@pytest.mark.requirement("L-01")
def test_the_carriers_own_word_of_success_refunds_too_and_a_second_one_does_nothing() -> None:
    w = agreed()
    w.do(order_interception, OrderInterception, SELLER)
    answered(w, "succeeded")
    assert w.case.state == "refund_approved"
    assert isinstance(answered(w, "failed"), Unchanged)
    assert intercepted(w).state == "succeeded"


@pytest.mark.requirement("L-01")
def test_a_carrier_that_cannot_says_why_and_the_seller_may_try_again() -> None:
    w = agreed()
    w.do(order_interception, OrderInterception, SELLER)
    assert reasons(w, "order_interception") == ("interception_under_way",)
    answered(w, "declined", reason="left_the_hub")
    assert (w.case.state, intercepted(w).reason, reasons(w, "order_interception")) == ("refuse_sign_agreed", "left_the_hub", ())
    assert w.last.events[0].body["reason"] == "left_the_hub"  # type: ignore[union-attr]


@pytest.mark.requirement("L-01")
@pytest.mark.parametrize(
    ("status", "code"), [("packed", "interception_too_early"), ("out_for_delivery", "interception_too_late")]
)
def test_a_parcel_is_stopped_only_between_pickup_and_delivery(status: str, code: str) -> None:
    w = agreed()
    w.file = replace(w.file, parcels=(replace(w.file.parcels[0], status=status),))
    blocked = w.do(order_interception, OrderInterception, SELLER)
    assert isinstance(blocked, Blocked)
    assert blocked.reasons == (code,)


@pytest.mark.requirement("L-01")
def test_what_else_is_in_the_parcel_is_named_before_it_is_stopped() -> None:
    w = moving(lines=((1, 9900), (2, 4000)))
    w.opened("refund_in_transit", "not_received", lines=(a_line_of(w, 0),))
    blocked = w.do(order_interception, OrderInterception, SELLER)
    assert isinstance(blocked, Blocked)
    assert (blocked.code, blocked.detail["lines"]) == ("interception_takes_other_lines", [str(w.file.lines[1].id)])
    ordered = w.do(order_interception, OrderInterception, SELLER, whole_parcel=True)
    assert isinstance(ordered, Recorded)
    assert ordered.events[0].body["other_lines"] == [str(w.file.lines[1].id)]


def a_line_of(w: World, n: int) -> Any:
    from amends.actions.commands import AskedLine

    return AskedLine(line_id=w.file.lines[n].id)


def test_of_several_parcels_the_clock_shrinks_when_none_is_on_its_way_any_more() -> None:
    w = moving(lines=((1, 9900), (1, 4000)))
    second = replace(w.file.parcels[0], id=UUID(int=301), tracking_number="7312345678902")
    lines = (w.file.lines[0], replace(w.file.lines[1], parcel_id=second.id))
    w.file = replace(w.file, parcels=(w.file.parcels[0], second), lines=lines)
    w.opened("refund_in_transit", "not_received")
    due, seq = w.deadline("refuse_sign").due_at, w.case.seq
    scan(w, "refused")
    assert (w.deadline("refuse_sign").due_at, w.case.seq) == (due, seq)
    scan(w, "refused", tracking_number="7312345678902")
    assert w.deadline("refuse_sign").due_at == w.now + timedelta(hours=48)


@pytest.mark.requirement("L-01")
def test_an_interception_may_be_ordered_while_the_seller_still_reviews() -> None:
    w = moving(lines=((1, 100_000),)).later(days=3).opened("refund_in_transit", "not_received")
    w.do(order_interception, OrderInterception, SELLER)
    scan(w, "intercepted")
    assert (w.case.state, intercepted(w).state) == ("refund_approved", "succeeded")


def test_a_delivery_ends_an_interception_that_was_under_way() -> None:
    w = agreed()
    w.do(order_interception, OrderInterception, SELLER)
    answered(w, "accepted")
    scan(w, "delivered")
    assert (intercepted(w).state, intercepted(w).reason, w.case.state) == ("failed", "signed", "refuse_sign_agreed")


@pytest.mark.requirement("L-02", "F-05")
def test_goods_that_do_not_come_back_are_complained_of_even_when_the_case_has_ended() -> None:
    w = agreed()
    w.do(order_interception, OrderInterception, SELLER)
    scan(w, "intercepted")
    assert reasons(w, "complain_to_carrier") == ("complaint_too_early",)
    ended = replace(w.case, state="completed", ended="refunded", closed_at=w.now)
    w.file = replace(w.file, cases=(ended,), all_deadlines=()).focus(ended.id)
    w.later(days=6)
    assert reasons(w, "complain_to_carrier") == ("complaint_too_early",)
    w.later(days=1)
    lodged = w.do(complain_to_carrier, ComplainToCarrier, SELLER, note="it never arrived")
    assert isinstance(lodged, Recorded)
    assert lodged.events[0].wishes[0].effect == "lodge_complaint"
    assert (w.case.state, w.case.ended, w.case.closed_at) == ("completed", "refunded", ended.closed_at)
    assert (intercepted(w).complaint, reasons(w, "complain_to_carrier")) == ("lodged", ("complaint_already_lodged",))
    w.do(answer_complaint, AnswerComplaint, CARRIER, interception_id=intercepted(w).id, answer="accepted", paid=9900)
    assert (intercepted(w).complaint, intercepted(w).paid) == ("accepted", 9900)
    again = w.do(answer_complaint, AnswerComplaint, REVIEWER, interception_id=intercepted(w).id, answer="declined")
    assert isinstance(again, Unchanged)


@pytest.mark.requirement("L-02")
def test_a_complaint_ends_when_the_goods_come_back() -> None:
    w = agreed()
    w.do(order_interception, OrderInterception, SELLER)
    scan(w, "intercepted")
    w.later(days=8).do(complain_to_carrier, ComplainToCarrier, SELLER)
    scan(w, "returned_to_seller")
    assert intercepted(w).complaint == "goods_back"
    assert w.last.also[0].events[0].body["answer"] == "goods_back"  # type: ignore[union-attr]


def test_nothing_is_complained_of_that_was_not_intercepted() -> None:
    w = agreed()
    scan(w, "refused")
    assert reasons(w, "complain_to_carrier") == ("nothing_intercepted",)


def test_a_buyer_neither_agrees_nor_stops_a_parcel() -> None:
    w = agreed()
    names = {move.move for move in moves(w.file, w.rules, BUYER, w.now)}
    assert not names & {"agree_refusal", "order_interception", "complain_to_carrier"}
