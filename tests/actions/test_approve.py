"""Approving: money at once, or the goods first."""

import pytest
from casebook import BUYER, QUALITY, SELLER, Book, an_id, an_order

from amends.actions.commands import Approve, AskedLine, OpenCase, Reject
from amends.domain.facts.people import Actor


def delivered(kind: str = "return_refund", reason: str = "defective", **order: object) -> Book:
    return Book(an_order(**order)).open(kind, reason, proof=QUALITY)  # type: ignore[arg-type]


@pytest.mark.requirement("T-04")
def test_an_approved_refund_is_planned_and_wished_for_once() -> None:
    book = delivered("refund_only")
    done = book.do(Approve, SELLER)
    (refund,) = done.refunds
    assert (book.case.state, refund.amount, refund.status, refund.decided_seq) == ("refund_approved", 5000, "pending", 2)
    assert [(w.effect, w.target) for w in done.events[0].wishes] == [("pay_refund", str(refund.id))]
    assert set(book.live) == {"refund_reconcile"}


@pytest.mark.requirement("T-04")
@pytest.mark.parametrize("kind", ["return_refund", "exchange"])
def test_an_approved_return_waits_for_the_goods(kind: str) -> None:
    book = delivered(kind)
    done = book.do(Approve, SELLER)
    assert (book.case.state, set(book.live), done.refunds) == ("awaiting_buyer_ship", {"ship_back"}, ())


def test_a_seller_may_refund_a_return_and_let_the_buyer_keep_the_goods() -> None:
    book = delivered()
    done = book.do(Approve, SELLER, keep_goods=True)
    assert (book.case.state, done.events[0].type, done.refunds[0].amount) == ("refund_approved", "returnless_refund", 5000)


def test_there_are_no_goods_to_keep_where_nothing_comes_back() -> None:
    assert delivered("refund_only").refused(Approve, SELLER, keep_goods=True).code == "move_not_open"


def test_a_seller_who_rejected_may_change_their_mind() -> None:
    book = delivered("refund_only")
    book.do(Reject, SELLER, ground="other", note="we saw no damage")
    book.do(Approve, SELLER)
    assert book.case.state == "refund_approved"


def test_returned_goods_may_be_approved_as_a_whole() -> None:
    book = delivered(quantity=2)
    book.send_back().scan("delivered")
    done = book.do(Approve, SELLER, note="all fine, thank you")
    assert (book.case.state, done.refunds[0].amount, done.lines[0].accepted) == ("refund_approved", 5000, 2)
    assert [(e.kind, e.text) for e in done.evidence if e.of == "seller"] == [("text_statement", "all fine, thank you")]
    assert "fine" not in str(done.events[0].body)


def test_cash_that_was_never_collected_needs_no_payment_and_ends_the_case() -> None:
    book = Book(an_order("awaiting_shipment", method="cash_on_delivery", captured=0)).open("cancel", "no_longer_needed")
    done = book.do(Approve, SELLER)
    assert (book.case.state, book.case.ended, done.refunds) == ("completed", "refunded", ())
    assert [e.type for e in done.events] == ["approved", "nothing_to_pay"]
    assert (done.events[0].body["not_collected"], book.live) == (5000, {})


def test_a_granted_cancellation_of_everything_cancels_the_order() -> None:
    book = Book(an_order("awaiting_shipment")).open("cancel", "no_longer_needed")
    book.do(Approve, SELLER)
    assert (book.file.order.status, book.file.order.cancelled_at) == ("cancelled", book.now)


def test_a_granted_cancellation_of_one_unit_leaves_the_rest_to_ship() -> None:
    book, one = Book(an_order("awaiting_shipment", quantity=2)), (AskedLine(line_id=an_id(1), quantity=1),)
    book.do(OpenCase, SELLER, kind="cancel", reason="out_of_stock", lines=one)
    done = book.do(Approve, SELLER)
    assert (book.file.order.status, done.refunds[0].amount) == ("awaiting_shipment", 2500)


def test_money_that_the_bank_took_back_blocks_the_approval_and_says_what_is_left() -> None:
    book = delivered("refund_only")
    book.charge_back(4000)
    refused = book.refused(Approve, SELLER)
    assert (refused.code, refused.detail["left_in_all"]) == ("exceeds_refundable", 1000)


def test_a_buyer_approves_nothing() -> None:
    assert delivered().refused(Approve, BUYER).code == "permission_missing"


def test_staff_without_the_permission_is_told_which_one_is_missing() -> None:
    refused = delivered().refused(Approve, Actor(kind="seller", id="new"))
    assert (refused.code, refused.detail["permission"]) == ("permission_missing", "cases.handle")


def test_a_form_opened_before_the_case_changed_decides_nothing() -> None:
    book = delivered("refund_only")
    assert book.refused(Approve, SELLER, based_on=0).code == "stale_version"


@pytest.mark.requirement("C-06")
def test_after_the_review_fell_due_it_is_too_late_even_if_time_has_not_acted_yet() -> None:
    book = delivered("refund_only")
    book.now = book.live["review"].due_at
    assert book.refused(Approve, SELLER).code == "deadline_passed"
