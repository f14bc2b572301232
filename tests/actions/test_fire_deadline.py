"""Time acts, once for each deadline."""

from typing import Any

import pytest
from casebook import BUYER, PLATFORM, QUALITY, SELLER, Book, an_order

from amends.actions.commands import (
    Approve,
    AskForProof,
    FireDeadline,
    InspectedLine,
    InspectReturn,
    Reject,
    SettleReturn,
    SubmitEvidence,
)
from amends.actions.outcome import Recorded, Unchanged
from amends.domain.facts.people import SYSTEM
from amends.domain.lifecycle.case import CASE, PROMISED_ONLY_BY_SOME
from amends.domain.lifecycle.machine import START, Waiting, after, find


def asked(kind: str = "return_refund", reason: str = "defective", **order: Any) -> Book:
    return Book(an_order(**order)).open(kind, reason, proof=QUALITY)


def fired(done: Recorded) -> list[tuple[str | None, int | None]]:
    return [(event.fired_kind, event.fired_started_seq) for event in done.events if event.fired_kind]


@pytest.mark.requirement("C-02")
def test_a_silent_seller_approves_a_refund() -> None:
    book = asked("refund_only")
    done = book.timed_out("review")
    assert (book.case.state, done.refunds[0].amount) == ("refund_approved", 5000)
    assert fired(done) == [("review", 1)]
    (deadline,) = [d for d in done.deadlines if d.kind == "review"]
    assert (deadline.state, deadline.ended, deadline.ended_at) == ("done", "fired", book.now)


def test_a_silent_seller_approves_a_return() -> None:
    book = asked()
    book.timed_out("review")
    assert (book.case.state, set(book.live)) == ("awaiting_buyer_ship", {"ship_back"})


def test_a_deadline_fires_once() -> None:
    book = asked("refund_only")
    review = book.live["review"]
    book.timed_out("review")
    again = book.ask(FireDeadline, SYSTEM, kind="review", started_seq=review.started_seq)
    assert isinstance(again, Unchanged)


def test_a_deadline_is_not_fired_a_moment_early_and_is_fired_at_the_due_moment() -> None:
    book = asked("refund_only")
    review = book.live["review"]
    book.now = review.due_at - (review.due_at - book.now) / 1_000_000
    assert isinstance(book.ask(FireDeadline, SYSTEM, kind="review", started_seq=1), Unchanged)
    book.now = review.due_at
    assert isinstance(book.ask(FireDeadline, SYSTEM, kind="review", started_seq=1), Recorded)


def test_a_deadline_that_was_answered_meanwhile_changes_nothing() -> None:
    book = asked()
    book.do(Approve, SELLER)
    book.wait(days=5)
    assert isinstance(book.ask(FireDeadline, SYSTEM, kind="review", started_seq=1), Unchanged)


def test_a_paused_deadline_does_not_fire() -> None:
    book = asked("refund_only")
    book.do(AskForProof, SELLER, kinds=("video_unboxing",))
    book.wait(days=30)
    assert isinstance(book.ask(FireDeadline, SYSTEM, kind="review", started_seq=1), Unchanged)


def test_silence_about_more_proof_resumes_the_review_with_what_was_left() -> None:
    book = asked("refund_only")
    left = book.live["review"].due_at - book.now
    book.do(AskForProof, SELLER, kinds=("video_unboxing",))
    book.timed_out("proof")
    review = book.live["review"]
    assert (book.case.state, review.state, review.due_at - book.now) == ("pending_review", "running", left)


def test_goods_that_are_not_sent_back_close_the_case() -> None:
    book = asked()
    book.do(Approve, SELLER)
    book.timed_out("ship_back")
    assert (book.case.state, book.case.ended, book.live) == ("closed", "expired", {})


def test_a_rejection_that_is_not_escalated_closes_the_case() -> None:
    book = asked("refund_only")
    book.do(Reject, SELLER, ground="other", note="no")
    book.timed_out("escalate")
    assert book.case.state == "closed"


def test_a_silent_second_review_pays() -> None:
    book = asked().send_back()
    book.scan("delivered")
    done = book.timed_out("review_return")
    assert (book.case.state, done.lines[0].accepted, done.refunds[0].amount) == ("refund_approved", 1, 5000)


def test_a_silent_second_review_of_an_exchange_waits_for_the_replacement() -> None:
    book = asked("exchange").send_back()
    book.scan("delivered")
    book.timed_out("review_return")
    assert book.case.state == "awaiting_seller_ship"


@pytest.mark.requirement("C-10", "L-07")
def test_a_return_without_a_scan_in_48_hours_stays_and_tells_a_person() -> None:
    book = asked().send_back()
    assert book.live["return_scan"].due_at - book.now == book.live["return_scan"].due_at - book.live["return_scan"].started_at
    done = book.timed_out("return_scan")
    assert (book.case.state, set(book.live)) == ("return_in_transit", {"return_arrival"})
    assert ("notify", "platform") in [(w.effect, w.target) for w in done.events[0].wishes]


def test_a_return_that_does_not_arrive_comes_up_after_30_days_and_then_every_5() -> None:
    book = asked().send_back()
    sent = book.now
    book.timed_out("return_arrival")
    assert (book.now - sent).days >= 29
    for _ in range(3):
        last = book.now
        book.timed_out("return_arrival")
        assert 5 <= (book.now - last).days <= 6  # whole local days, so from midnight to midnight
    assert book.case.state == "return_in_transit"


@pytest.mark.parametrize(
    ("decision", "state", "ended"),
    [("found", "return_delivered", None), ("lost", "refund_approved", None), ("never_sent", "closed", "never_sent")],
)
def test_a_person_settles_a_return_that_did_not_arrive(decision: str, state: str, ended: str | None) -> None:
    book = asked().send_back()
    book.do(SettleReturn, PLATFORM, decision=decision, note="the carrier says so")
    assert (book.case.state, book.case.ended) == (state, ended)


def test_settling_takes_one_of_three_words_and_a_person_of_the_platform() -> None:
    book = asked().send_back()
    assert book.refused(SettleReturn, PLATFORM, decision="perhaps").code == "value_not_allowed"
    assert book.refused(SettleReturn, SELLER, decision="lost").code == "permission_missing"


def test_an_overdue_replacement_lets_the_buyer_convert_and_then_time_pays() -> None:
    from amends.actions.commands import ConvertToRefund

    def overdue() -> Book:
        book = asked("exchange").send_back()
        book.scan("delivered")
        book.do(InspectReturn, SELLER, lines=(InspectedLine(line_id=book.file.lines[0].id, accepted=1),))
        book.timed_out("seller_ship")
        assert (book.case.state, set(book.live)) == ("awaiting_seller_ship", {"seller_ship"})
        return book

    by_buyer = overdue()
    by_buyer.do(ConvertToRefund, BUYER)
    assert by_buyer.case.state == "refund_approved"
    by_time = overdue()
    done = by_time.timed_out("seller_ship")
    assert (by_time.case.state, done.events[0].type, len(fired(done))) == ("refund_approved", "converted_to_refund", 1)


def test_proof_that_never_came_closes_the_request() -> None:
    book = Book(an_order()).open("refund_only", "defective")
    assert book.case.state == "awaiting_proof"
    book.timed_out("proof")
    assert (book.case.state, book.case.ended) == ("closed", "expired")


def test_a_recheck_that_is_late_goes_to_the_senior_lane_again_and_again() -> None:
    book = Book(an_order()).open("refund_only", "defective")
    blurred = QUALITY[0].__class__(kind="photo_defect", text="blur", legible=False)
    book.do(SubmitEvidence, BUYER, proof=(blurred,))
    assert book.case.state == "in_recheck"
    for _ in range(3):
        done = book.timed_out("recheck")
        assert (book.case.state, len(fired(done))) == ("in_recheck", 1)


def test_a_refund_that_nobody_confirmed_is_asked_about_and_asked_about_again() -> None:
    book = asked("refund_only")
    book.do(Approve, SELLER)
    book.paid("sent")
    for _ in range(3):
        done = book.timed_out("refund_reconcile")
        assert [(w.effect, w.target) for w in done.events[0].wishes] == [("find_refund", str(book.file.refunds[0].id))]
    assert book.case.state == "refund_approved"


def test_an_operator_is_told_once_a_refund_has_been_unclear_for_a_day() -> None:
    book = asked("refund_only")
    book.do(Approve, SELLER)
    book.paid("unknown")
    told = []
    for _ in range(4 * 25):
        done = book.timed_out("refund_reconcile")
        told += [e.type for e in done.events if ("notify", "platform") in [(w.effect, w.target) for w in e.wishes]]
    assert told == ["refund_overdue"]


def test_a_failed_refund_comes_up_once_a_day_until_an_operator_replaces_it() -> None:
    book = asked("refund_only")
    book.do(Approve, SELLER)
    book.paid("failed")
    book.timed_out("refund_reconcile")
    for _ in range(3):
        before = book.now
        book.timed_out("refund_reconcile")
        assert (book.now - before).total_seconds() == 24 * 3600
    assert book.case.state == "refund_failed"


@pytest.mark.parametrize("stage", ["review", "review_return"])
def test_what_time_would_pay_and_the_payments_cannot_goes_to_a_person_and_is_never_lost(stage: str) -> None:
    book = asked("refund_only" if stage == "review" else "return_refund")
    if stage == "review_return":
        book.send_back().scan("delivered")
    state = book.case.state
    book.charge_back(4500)
    done = book.timed_out(stage)
    assert [(e.type, e.body["problem"]) for e in done.events] == [("payment_blocked", "exceeds_refundable")]
    assert (book.case.state, set(book.live), len(fired(done))) == (state, {"recheck"}, 1)
    for _ in range(2):
        book.timed_out("recheck")
        assert (book.case.state, set(book.live)) == (state, {"recheck"})
    book.charge_back(0)
    book.do(Approve, SELLER)
    assert book.case.state == "refund_approved"


def test_every_clock_that_can_run_has_a_row_for_its_end() -> None:
    for kind in CASE.kinds:
        rows = [row for row in CASE.rows if kind in (row.kinds or CASE.kinds)]
        seen: set[Waiting] = set()
        open_ = [Waiting(START)]
        while open_:
            at = open_.pop()
            for row in rows:
                new = after(row, at, kind, frozenset()) if at.state in row.sources else None
                if new and new not in seen and new.state not in CASE.final:
                    seen.add(new)
                    open_.append(new)
        for at in seen:
            for clock in at.running - PROMISED_ONLY_BY_SOME:
                assert find(CASE, at.state, kind, f"{clock}_expired", "system"), (kind, at.state, clock)
