"""Never twice for one purchase: a chargeback freezes the refund road of its payment, and what left first is the answer to the bank."""

from datetime import timedelta
from typing import Any

import msgspec
from casebook import PLATFORM, PROVIDER, QUALITY, SELLER, Book, an_order, promised_or_final
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.actions.chargeback_commands import AnswerChargeback, GiveUpRefund, OverrideChargeback, RecordChargeback
from amends.actions.commands import Approve, RetryRefund
from amends.actions.outcome import Blocked, Outcome, Recorded, Unchanged
from amends.domain.facts.chargeback import Chargeback


def asked(**order: Any) -> Book:
    return Book(an_order(**order)).open("refund_only", "defective", proof=QUALITY)


def bank(book: Book, state: str = "open", *, amount: int = 5000, reference: str = "cb1", **said: Any) -> Outcome:
    known = {"payment": "pi_1", "source": "bank", "currency": "USD", "state": state, "amount": amount, "reference": reference}
    at = book.case.id
    outcome = book.ask(RecordChargeback, PROVIDER, **known | said)
    book.file = book.file.focus(at)
    return outcome


def chargeback(book: Book) -> Chargeback:
    return book.file.chargebacks[-1]


def test_a_chargeback_takes_what_no_refund_holds_and_freezes_the_payment() -> None:
    book = asked()
    assert isinstance(bank(book, reason="fraudulent", respond_by=book.now + timedelta(days=7)), Recorded)
    assert (chargeback(book).state, chargeback(book).held, book.file.payments[0].charged_back) == ("open", 5000, 5000)
    assert book.refused(Approve, SELLER).code == "payment_disputed"
    book.time_out("review")
    assert book.case.state == "pending_review", "time never pays what is disputed"
    bank(book, "won")
    assert (chargeback(book).held, book.file.payments[0].charged_back) == (0, 0)
    book.do(Approve, SELLER)
    promised_or_final(book.file)


def test_said_twice_said_late_or_in_a_wrong_order_it_changes_nothing() -> None:
    book = asked()
    bank(book, "lost")
    assert (chargeback(book).state, chargeback(book).held) == ("lost", 5000), "heard of only at its end, it is opened and closed"
    for state in ("lost", "open"):
        assert isinstance(bank(book, state), Unchanged)
    contradicted = bank(book, "won")
    assert isinstance(contradicted, Blocked)
    assert contradicted.code == "move_not_open"
    for said, code in (
        ({"payment": "pi_9"}, "payment_missing"),
        ({"currency": "EUR"}, "currency_differs"),
        ({"state": "x"}, "value_not_allowed"),
    ):
        refused = bank(book, **{"reference": "cb2", **said})  # type: ignore[arg-type]
        assert isinstance(refused, Blocked)
        assert refused.code == code


def test_a_refund_that_left_first_is_evidence_and_nothing_is_held_twice() -> None:
    book = asked()
    book.do(Approve, SELLER)
    book.paid()
    done = bank(book)
    assert isinstance(done, Recorded)
    assert (chargeback(book).held, book.file.payments[0].charged_back) == (0, 0)
    (proof,) = done.evidence
    assert (proof.kind, proof.of) == ("payment_record", "seller")
    assert "re_0" in (proof.text or "")
    assert done.events[0].body["proof"] == [str(proof.id)]
    assert bank(book, "won").evidence == ()  # type: ignore[union-attr]


def test_a_refund_under_way_becomes_evidence_once_it_is_known_to_be_paid() -> None:
    book = asked()
    book.do(Approve, SELLER)
    book.paid("sent")
    assert bank(book).evidence == ()  # type: ignore[union-attr]
    done = book.paid()
    assert isinstance(done, Recorded)
    assert [piece.kind for piece in done.evidence] == ["payment_record"]


def test_a_blocked_refund_is_paid_when_the_chargeback_is_won_and_given_up_when_it_is_lost() -> None:
    for state, move in (("won", RetryRefund), ("lost", GiveUpRefund)):
        book = asked()
        book.do(Approve, SELLER)
        bank(book)
        book.paid("failed", failure="payment_disputed")
        refund = book.file.refunds[0].id
        assert book.refused(RetryRefund, PLATFORM, refund_id=refund).code == "payment_disputed"
        bank(book, state)
        book.do(move, PLATFORM, refund_id=refund)
        expected = ("refund_approved", None, 5000, 0) if state == "won" else ("closed", "charged_back", 0, 5000)
        payment = book.file.payments[0]
        assert (book.case.state, book.case.ended, payment.reserved, payment.charged_back) == expected
        promised_or_final(book.file)


def test_an_override_is_recorded_by_name_and_lets_pass_only_what_the_chargeback_does_not_hold() -> None:
    book = asked(quantity=2)
    bank(book, amount=2000)
    held = chargeback(book)
    assert book.refused(Approve, SELLER).code == "payment_disputed"
    trainee = msgspec.structs.replace(PLATFORM, permissions=frozenset({"cases.read"}))
    at = book.case.id
    assert book.refused(OverrideChargeback, trainee, chargeback_id=held.id, why="x").code == "permission_missing"
    assert book.refused(OverrideChargeback, PLATFORM, chargeback_id=held.id, why=" ").code == "missing_field"
    book.do(OverrideChargeback, PLATFORM, chargeback_id=held.id, why="The bank agreed to the rest.")
    book.file = book.file.focus(at)
    assert (chargeback(book).override_by, chargeback(book).freezes) == (PLATFORM.id, False)
    assert book.refused(Approve, SELLER).code == "exceeds_refundable", "what is held stays held"


def test_an_answer_goes_to_the_bank_in_its_time() -> None:
    book = asked()
    bank(book, respond_by=book.now + timedelta(days=7))
    at, known = book.case.id, chargeback(book).id
    book.wait(days=7)
    assert book.refused(AnswerChargeback, SELLER, chargeback_id=known).code == "deadline_passed"
    book.wait(days=-1)
    book.do(AnswerChargeback, SELLER, chargeback_id=known)
    book.file = book.file.focus(at)
    assert chargeback(book).state == "answered"
    assert isinstance(book.ask(AnswerChargeback, SELLER, chargeback_id=known), Unchanged)


def test_an_order_without_a_case_keeps_the_chargeback_all_the_same() -> None:
    book = Book(an_order())
    done = book.do(
        RecordChargeback, PROVIDER, payment="pi_1", source="bank", reference="cb", state="open", amount=1, currency="USD"
    )
    assert (done.case, done.events, done.chargebacks[0].held) == (None, (), 1)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["open", "won", "lost", "approve", "paid", "failed", "retry", "give_up"]), max_size=14))
def test_whatever_comes_in_whatever_order_no_more_leaves_than_came_in(steps: list[str]) -> None:
    book = asked()
    made: set[str] = set()
    for step in steps:
        if step in ("open", "won", "lost"):
            bank(book, step)
        elif step == "approve":
            book.ask(Approve, SELLER)
        elif book.file.refunds:
            newest = book.file.refunds[-1]
            if step in ("paid", "failed"):
                book.paid("succeeded" if step == "paid" else "failed", len(book.file.refunds) - 1)
            else:
                book.ask(RetryRefund if step == "retry" else GiveUpRefund, PLATFORM, refund_id=newest.id)
        promised_or_final(book.file)
        frozen = any(c.freezes for c in book.file.chargebacks)
        fresh = {str(r.id) for r in book.file.refunds} - made
        assert not (frozen and fresh and step not in ("open", "won", "lost")), (
            "a refund was made against an open chargeback (M11)"
        )
        made |= fresh
        assert book.file.payments[0].charged_back == sum(c.held for c in book.file.chargebacks)
