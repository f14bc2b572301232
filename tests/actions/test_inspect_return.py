"""The 2nd review, by unit."""

from typing import Any

import pytest
from casebook import BUYER, QUALITY, SELLER, Book, an_id, an_order
from hypothesis import given
from hypothesis import strategies as st

from amends.actions.commands import Approve, ConvertToRefund, GivenProof, InspectedLine, InspectReturn, OpenCase
from amends.actions.outcome import Blocked

PROOF = (GivenProof(kind="video_unboxing", text="what came"),)
NO: dict[str, Any] = {"ground": "wrong_item_returned", "proof": PROOF}


def returned(kind: str = "return_refund", quantity: int = 3, paid: int = 5000) -> Book:
    book = Book(an_order(quantity=quantity, paid=paid)).open(kind, "defective", proof=QUALITY).send_back()
    book.scan("delivered")
    return book


def found(accepted: int, refused: int = 0, deducted: int = 0, disposition: str = "restocked") -> tuple[InspectedLine, ...]:
    return (InspectedLine(line_id=an_id(1), accepted=accepted, refused=refused, deducted=deducted, disposition=disposition),)


def test_goods_that_pass_are_paid_back() -> None:
    book = returned()
    done = book.do(InspectReturn, SELLER, lines=found(3))
    assert (book.case.state, done.refunds[0].amount, done.refunds[0].lines[0].quantity) == ("refund_approved", 5000, 3)


def test_an_exchange_that_passes_waits_for_the_replacement_and_may_be_turned_into_a_refund() -> None:
    book = returned("exchange")
    book.do(InspectReturn, SELLER, lines=found(3))
    assert (book.case.state, set(book.live)) == ("awaiting_seller_ship", {"seller_ship"})
    assert book.refused(ConvertToRefund, BUYER).code == "window_not_begun"
    done = book.do(ConvertToRefund, SELLER)
    assert (book.case.state, done.refunds[0].amount) == ("refund_approved", 5000)


@pytest.mark.requirement("E-05", "V-05")
def test_a_refusal_needs_a_ground_of_the_second_stage_and_its_proof() -> None:
    book = returned()
    assert book.refused(InspectReturn, SELLER, lines=found(0, 3)).code == "ground_unknown"
    assert book.refused(InspectReturn, SELLER, lines=found(0, 3), ground="wrong_item_returned").code == "proof_demanded"
    book.do(InspectReturn, SELLER, lines=found(0, 3), **NO)
    assert (book.case.state, set(book.live)) == ("rejected_2", {"escalate"})


def test_goods_that_are_refused_whole_stay_claimed_while_the_buyer_may_escalate() -> None:
    book = returned()
    book.do(InspectReturn, SELLER, lines=found(0, 3), **NO)
    assert book.file.claimed(an_id(1)) == 3
    again = book.refused(OpenCase, BUYER, kind="refund_only", reason="defective", proof=QUALITY)
    assert (again.code, again.reasons) == ("nothing_left_to_ask", ("request_already_open",))


def test_a_deduction_needs_proof_and_lowers_the_refund() -> None:
    book = returned()
    assert book.refused(InspectReturn, SELLER, lines=found(3, 0, 700)).code == "ground_unknown"
    used = {"ground": "used_or_damaged_by_buyer", "proof": (GivenProof(kind="photo_six_view", text="worn"),)}
    done = book.do(InspectReturn, SELLER, lines=found(3, 0, 700), **used)
    assert (done.refunds[0].amount, done.lines[0].deducted) == (4300, 700)


def test_nobody_keeps_more_than_the_accepted_share() -> None:
    refused = returned().refused(InspectReturn, SELLER, lines=found(1, 2, 1667), **NO)
    assert (refused.code, refused.detail) == ("deduction_too_large", {"at_most": {str(an_id(1)): 1666}})


def test_a_mixed_result_pays_the_accepted_share_and_opens_a_child_case_for_the_rest() -> None:
    book = returned()
    done = book.do(InspectReturn, SELLER, lines=found(2, 1), **NO)
    (child,) = done.also
    assert child.case is not None
    assert (book.case.state, done.refunds[0].amount, book.case.amount) == ("refund_approved", 3333, 3333)
    assert (child.case.parent_id, child.case.state, child.case.amount) == (book.case.id, "rejected_2", 1667)
    assert [(line.quantity, line.amount, line.accepted) for line in child.lines] == [(1, 1667, None)]
    assert [(d.kind, d.started_seq, d.state) for d in child.deadlines] == [("escalate", 1, "running")]
    assert child.events[0].type == "child_opened"
    assert done.events[0].body["child"] == str(child.case.id)
    assert book.file.claimed(an_id(1)) == 3


def test_the_child_can_still_be_approved_and_pays_exactly_the_rest() -> None:
    book = returned()
    done = book.do(InspectReturn, SELLER, lines=found(2, 1), **NO)
    assert done.also[0].case is not None
    book.file = book.file.focus(done.also[0].case.id)
    assert book.do(Approve, SELLER).refunds[0].amount == 1667
    assert book.file.payments[0].reserved == 5000


def test_a_mixed_exchange_replaces_what_passed_and_keeps_the_rest_open() -> None:
    book = returned("exchange")
    done = book.do(InspectReturn, SELLER, lines=found(2, 1), **NO)
    assert (book.case.state, done.also[0].case.kind if done.also[0].case else None) == ("awaiting_seller_ship", "exchange")
    assert book.do(ConvertToRefund, SELLER).refunds[0].amount == 3333


@pytest.mark.parametrize(
    "lines",
    [(), found(2), found(4), found(4, -1), found(3) + found(3), (InspectedLine(line_id=an_id(9), accepted=3),)],
)
def test_an_inspection_that_does_not_add_up_is_refused(lines: tuple[InspectedLine, ...]) -> None:
    assert returned().refused(InspectReturn, SELLER, lines=lines).code == "inspection_does_not_add_up"


def test_what_became_of_the_goods_is_a_word_of_the_vocabulary() -> None:
    assert returned().refused(InspectReturn, SELLER, lines=found(3, disposition="eaten")).code == "unknown_word"


def test_only_goods_that_arrived_are_inspected() -> None:
    book = Book(an_order()).open("return_refund", "defective", proof=QUALITY)
    assert book.refused(InspectReturn, SELLER, lines=found(1)).code == "move_not_open"


@given(st.integers(1, 6), st.integers(1, 9999), st.data())
def test_accepted_refused_and_deducted_always_sum_to_what_was_asked(quantity: int, paid: int, data: st.DataObject) -> None:
    book = returned(quantity=quantity, paid=paid)
    accepted = data.draw(st.integers(0, quantity))
    deducted = data.draw(st.integers(0, paid * accepted // quantity))
    done = book.ask(InspectReturn, SELLER, lines=found(accepted, quantity - accepted, deducted), **NO)
    assert not isinstance(done, Blocked)
    child = sum(part.case.amount for part in done.also if part.case)  # type: ignore[union-attr]
    paid_back = sum(refund.amount for refund in done.refunds)  # type: ignore[union-attr]
    held = paid if accepted == 0 else 0
    assert paid_back + deducted + child + held == paid
