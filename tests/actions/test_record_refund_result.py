"""What the payment side says, in every order that it may say it in."""

from typing import Any

import msgspec
import pytest
from casebook import PLATFORM, QUALITY, SELLER, Book, an_id, an_order
from hypothesis import given
from hypothesis import strategies as st

from amends.actions.chargeback_commands import GiveUpRefund
from amends.actions.commands import Approve, RecordRefundResult, RetryRefund
from amends.actions.outcome import Recorded, Unchanged
from amends.domain.facts.order import Allocation, Payment


def approved(*, payments: int = 1, **order: Any) -> Book:
    file = an_order(**order)
    if payments == 2:
        file = msgspec.structs.replace(
            file,
            payments=(
                Payment(an_id(100), 1, "card", 3000, 3000, 0, 0, "pi_1"),
                Payment(an_id(101), 2, "wallet", 2000, 2000, 0, 0, "pi_2"),
            ),
            allocations=(Allocation(an_id(100), an_id(1), 3000, 0), Allocation(an_id(101), an_id(1), 2000, 0)),
        )
    book = Book(file).open("refund_only", "defective", proof=QUALITY)
    book.do(Approve, SELLER)
    return book


def test_sending_is_marked_before_the_call_and_is_no_event() -> None:
    book = approved()
    done = book.paid("sent")
    assert isinstance(done, Recorded)
    assert (done.events, book.file.refunds[0].status, book.file.refunds[0].attempts) == ((), "sent", 1)
    assert isinstance(book.paid("sent"), Unchanged)


@pytest.mark.requirement("Q-10")
def test_a_paid_refund_is_posted_once_and_completes_the_case() -> None:
    book = approved()
    book.paid("sent")
    done = book.paid()
    assert isinstance(done, Recorded)
    assert (book.case.state, book.case.ended, book.live) == ("completed", "refunded", {})
    (transaction,) = done.transactions
    assert {leg.account: leg.amount for leg in transaction.postings} == {
        "buyer:b1": 5000,
        "shop:7": -4600,
        "platform:commission": -400,
    }
    assert transaction.id == book.file.refunds[0].id
    assert isinstance(book.paid(), Unchanged)


def test_a_case_is_complete_when_the_last_of_its_refunds_is_paid() -> None:
    book = approved(payments=2)
    first = book.paid(n=1)
    assert isinstance(first, Recorded)
    assert (book.case.state, first.events[0].type) == ("refund_approved", "refund_part_succeeded")
    book.paid(n=0)
    assert book.case.state == "completed"


def test_a_failed_refund_waits_for_an_operator_and_keeps_its_reservation() -> None:
    book = approved()
    done = book.paid("failed", failure="card_closed")
    assert isinstance(done, Recorded)
    assert (book.case.state, book.file.refunds[0].status, book.file.refunds[0].failure) == (
        "refund_failed",
        "failed",
        "card_closed",
    )
    assert [(w.effect, w.target) for w in done.events[0].wishes] == [("notify", "platform")]
    assert book.file.payments[0].reserved == 5000
    assert isinstance(book.paid("failed"), Unchanged)


def test_an_unknown_outcome_is_asked_about_after_a_quarter_of_an_hour() -> None:
    book = approved()
    book.paid("sent")
    book.wait(minutes=10)
    book.paid("unknown")
    assert (book.case.state, book.file.refunds[0].status) == ("refund_approved", "unknown")
    assert (book.live["refund_reconcile"].due_at - book.now).total_seconds() == 900
    assert isinstance(book.paid("unknown"), Unchanged)
    book.paid()
    assert book.case.state == "completed"


def test_a_refund_that_failed_and_turns_out_to_be_paid_counts_as_paid() -> None:
    book = approved()
    book.paid("failed")
    book.paid()
    assert (book.case.state, book.file.refunds[0].status, book.file.refunds[0].failure) == ("completed", "succeeded", None)


def test_only_what_certainly_failed_is_replaced_and_only_once() -> None:
    book = approved()
    assert book.refused(RetryRefund, PLATFORM, refund_id=book.file.refunds[0].id).code == "refund_not_failed"
    book.paid("failed")
    assert book.refused(RetryRefund, SELLER, refund_id=book.file.refunds[0].id).code == "permission_missing"
    assert book.refused(RetryRefund, PLATFORM, refund_id=an_id(3)).code == "not_found"
    done = book.do(RetryRefund, PLATFORM, refund_id=book.file.refunds[0].id, destination="iban 1")
    (made,) = done.refunds
    assert (made.replaces, made.amount, made.destination, made.status) == (book.file.refunds[0].id, 5000, "iban 1", "pending")
    assert [(w.effect, w.target) for w in done.events[0].wishes] == [("pay_refund", str(made.id))]
    assert (book.case.state, book.file.payments[0].reserved) == ("refund_approved", 5000)
    assert book.refused(RetryRefund, PLATFORM, refund_id=book.file.refunds[0].id).code == "refund_not_failed"
    book.paid(n=1)
    assert (book.case.state, book.case.ended) == ("completed", "refunded")


def test_a_refund_that_turns_out_to_be_paid_after_it_was_replaced_is_parked_for_an_operator() -> None:
    book = approved()
    book.paid("failed")
    book.do(RetryRefund, PLATFORM, refund_id=book.file.refunds[0].id)
    done = book.paid(n=0)
    assert isinstance(done, Recorded)
    assert ([e.type for e in done.events], done.transactions, book.file.refunds[0].status) == (["refund_parked"], (), "failed")
    assert isinstance(book.paid(n=0), Unchanged)
    book.paid(n=1)
    assert book.case.state == "completed"


def test_two_failed_refunds_are_replaced_one_after_the_other() -> None:
    book = approved(payments=2)
    book.paid("failed", n=0)
    book.paid("failed", n=1)
    for refund in book.file.refunds[:2]:
        book.do(RetryRefund, PLATFORM, refund_id=refund.id)
    book.paid(n=2)
    book.paid(n=3)
    assert (book.case.state, book.live) == ("completed", {})


def test_a_refund_that_comes_back_after_it_was_paid_is_reversed_and_wakes_the_case() -> None:
    book = approved()
    book.paid()
    done = book.paid("failed", failure="account_closed")
    assert isinstance(done, Recorded)
    (reversal,) = done.transactions
    assert (book.case.state, book.case.ended, book.case.closed_at) == ("refund_failed", None, None)
    assert reversal.reverses == book.file.refunds[0].id
    assert {leg.account: leg.amount for leg in reversal.postings} == {
        "buyer:b1": -5000,
        "shop:7": 4600,
        "platform:commission": 400,
    }
    assert isinstance(book.paid("failed"), Unchanged)
    again = book.do(RetryRefund, PLATFORM, refund_id=book.file.refunds[0].id, destination="iban 1")
    assert again.refunds[0].replaces == book.file.refunds[0].id
    book.paid(n=1)
    assert book.case.state == "completed"


def test_a_paid_refund_that_comes_back_wakes_its_case_also_where_it_was_closed_because_another_was_given_up() -> None:
    book = approved(payments=2)
    book.paid(n=0)
    book.paid("failed", n=1)
    book.do(GiveUpRefund, PLATFORM, refund_id=book.file.refunds[1].id, note="by hand")
    assert (book.case.state, book.case.ended) == ("closed", "refunded")
    assert isinstance(book.paid("came_back"), Recorded)
    assert (book.case.state, book.case.ended, book.case.closed_at) == ("refund_failed", None, None)
    assert isinstance(book.paid("came_back"), Unchanged)
    book.do(RetryRefund, PLATFORM, refund_id=book.file.refunds[0].id, destination="iban 1")
    book.paid(n=2)
    assert book.case.state == "completed"


@pytest.mark.parametrize("status", ["sent", "failed", "unknown"])
def test_what_was_not_paid_cannot_come_back(status: str) -> None:
    book = approved()
    book.paid(status)
    blocked = book.paid("came_back")
    assert blocked.code == "refund_not_paid"  # type: ignore[union-attr]


def test_a_word_that_is_no_result_is_refused_and_so_is_an_unknown_refund() -> None:
    book = approved()
    blocked = book.paid("maybe")
    assert blocked.code == "value_not_allowed"  # type: ignore[union-attr]
    assert book.refused(RecordRefundResult, PLATFORM, refund_id=an_id(5), result="sent").code == "not_found"


@given(st.lists(st.tuples(st.sampled_from(["sent", "succeeded", "failed", "unknown", "retry"]), st.integers(0, 5)), max_size=14))
def test_whatever_is_said_in_whatever_order_the_books_balance(told: list[tuple[str, int]]) -> None:
    book = approved(payments=2)
    posted: dict[Any, int] = {}
    for result, n in told:
        refund = book.file.refunds[n % len(book.file.refunds)]
        if result == "retry":
            outcome = book.ask(RetryRefund, PLATFORM, refund_id=refund.id)
        else:
            outcome = book.ask(
                RecordRefundResult, PLATFORM, refund_id=refund.id, result=result, provider_reference=f"re_{refund.id}"
            )
        for transaction in getattr(outcome, "transactions", ()):
            assert sum(leg.amount for leg in transaction.postings) == 0
            posted[transaction.refund_id] = posted.get(transaction.refund_id, 0) + (-1 if transaction.reverses else 1)
    for refund in book.file.refunds:
        assert posted.get(refund.id, 0) == (1 if refund.status == "succeeded" else 0)
    live = [r for r in book.file.refunds if not any(other.replaces == r.id for other in book.file.refunds)]
    assert sum(r.amount for r in live) == sum(p.reserved for p in book.file.payments) == 5000
    assert (book.case.state == "completed") is all(r.status == "succeeded" for r in live)
    assert sum(r.amount for r in book.file.refunds if r.status == "succeeded") <= 5000
