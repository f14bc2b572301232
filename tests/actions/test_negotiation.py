"""Proposals: who may make one, what it pauses, and what the buyer's word makes of it."""

from datetime import timedelta
from typing import Any

import pytest
from casebook import BACK, BUYER, PLATFORM, QUALITY, SELLER, Book, an_order
from msgspec.structs import replace

from amends.actions.commands import (
    AnswerProposal,
    Approve,
    AskForProof,
    GivenProof,
    InspectedLine,
    InspectReturn,
    Propose,
    Reject,
    ShipReturn,
    SubmitEvidence,
    Withdraw,
)
from amends.actions.outcome import Blocked
from amends.domain.facts.parcel import Scan
from amends.domain.facts.proposal import Proposal

NO = {"ground": "other", "note": "in our words"}
WORN = {
    "ground": "used_or_damaged_by_buyer",
    "note": "worn",
    "proof": tuple(GivenProof(kind=kind, text="worn soles") for kind in ("photo_six_view", "video_unboxing")),
}


def asked(kind: str = "return_refund", *, market: str = "us", **more: Any) -> Book:
    return Book(an_order(**more), market).open(kind, "damaged", proof=QUALITY)


def open_proposal(b: Book) -> Proposal:
    assert b.file.open_proposal is not None
    return b.file.open_proposal


def state_of(b: Book, kind: str) -> str | None:
    return b.live[kind].state if kind in b.live else None


@pytest.mark.requirement("N-05", "N-07")
def test_a_seller_offers_part_of_the_money_without_a_return_and_the_buyer_takes_it() -> None:
    b = asked()
    b.do(Propose, SELLER, what="change", kind="refund_only", amount=3000)
    assert (b.case.state, b.case.return_to) == ("negotiating", "pending_review")
    assert state_of(b, "review") == "running", "a seller's proposal does not stop the seller's own review"
    b.do(AnswerProposal, BUYER, answer="accept")
    assert (b.case.state, b.case.kind, b.case.amount) == ("refund_approved", "refund_only", 3000)
    assert [refund.amount for refund in b.file.refunds] == [3000]
    assert b.file.proposals[-1].state == "accepted"
    assert b.file.proposals[-1].decided_at == b.now


@pytest.mark.requirement("N-07")
def test_declined_everything_is_as_it_was() -> None:
    b = asked()
    before = b.live["review"].due_at
    b.do(Propose, SELLER, what="change", amount=3000)
    b.do(AnswerProposal, BUYER, answer="decline")
    assert (b.case.state, b.case.return_to, b.case.amount) == ("pending_review", None, 5000)
    assert b.live["review"].due_at == before
    assert "proposal" not in b.live
    b.do(Reject, SELLER, **NO)


@pytest.mark.requirement("N-05")
def test_the_review_that_falls_due_ends_the_sellers_proposal_and_approves_the_original() -> None:
    b = asked("refund_only")
    b.wait(hours=30)
    b.do(Propose, SELLER, what="change", amount=3000)
    assert b.live["review"].due_at < open_proposal(b).expires_at
    b.now = b.live["review"].due_at
    for actor, command, said in ((BUYER, AnswerProposal, {"answer": "accept"}), (SELLER, Approve, {})):
        assert b.refused(command, actor, **said).code == "deadline_passed"
    b.timed_out("review")
    assert (b.case.state, b.case.amount) == ("refund_approved", 5000)
    assert [p.state for p in b.file.proposals] == ["overtaken"]


@pytest.mark.requirement("C-05", "N-07")
def test_at_the_instant_of_expiry_it_is_too_late_to_accept_and_a_moment_before_it_is_not() -> None:
    for early, code in ((timedelta(microseconds=1), None), (timedelta(0), "deadline_passed")):
        b = asked("refund_only")
        b.do(Reject, SELLER, **NO)
        b.do(Propose, PLATFORM, what="change", kind="return_refund")
        b.now = open_proposal(b).expires_at - early
        outcome = b.ask(AnswerProposal, BUYER, answer="accept")
        assert (outcome.code if isinstance(outcome, Blocked) else None) == code
        if code:
            b.timed_out("proposal")
            assert [p.state for p in b.file.proposals] == ["lapsed"]
            assert b.case.state == "rejected_1"


@pytest.mark.requirement("C-05", "C-06")
def test_a_platforms_proposal_pauses_review_and_escalation_and_gives_back_at_least_four_hours() -> None:
    b = asked("refund_only", market="sg")
    b.wait(hours=46)
    b.do(Propose, PLATFORM, what="change", kind="return_refund")
    assert (state_of(b, "review"), open_proposal(b).channel) == ("paused", "platform_proactive")
    assert open_proposal(b).expires_at - b.now == timedelta(hours=12)
    b.timed_out("proposal")
    assert b.live["review"].due_at - b.now == timedelta(hours=4), "two hours were left, four are given"
    b.do(Reject, SELLER, **NO)
    left = b.live["escalate"].due_at - b.now
    b.do(Propose, PLATFORM, what="withdraw")
    assert (state_of(b, "escalate"), open_proposal(b).channel) == ("paused", "platform_after_rejection")
    b.wait(hours=1)
    b.do(AnswerProposal, BUYER, answer="decline")
    assert b.live["escalate"].due_at - b.now == left


@pytest.mark.requirement("N-05", "C-06")
def test_the_platforms_proposal_takes_the_place_of_the_sellers() -> None:
    b = asked("refund_only", market="sg")
    b.do(Propose, SELLER, what="withdraw")
    b.do(Propose, PLATFORM, what="change", kind="return_refund")
    assert [(p.by, p.state) for p in b.file.proposals] == [("seller", "overtaken"), ("platform", "open")]
    assert (b.case.state, b.case.return_to) == ("negotiating", "pending_review")
    assert (state_of(b, "review"), state_of(b, "proposal")) == ("paused", "running")
    assert b.refused(Propose, PLATFORM, what="withdraw").code == "proposal_open"
    for command, said in ((Propose, {"what": "withdraw"}), (Reject, NO)):
        assert b.refused(command, SELLER, **said).code == "proposal_open"
    b.do(AnswerProposal, BUYER, answer="decline")
    assert b.case.state == "pending_review"


@pytest.mark.requirement("N-05")
def test_an_invitation_to_withdraw_that_is_accepted_closes_the_case() -> None:
    b = asked()
    b.do(Propose, SELLER, what="withdraw", note="the spare part is on its way")
    b.do(AnswerProposal, BUYER, answer="accept")
    assert (b.case.state, b.case.ended) == ("closed", "withdrawn")
    assert b.file.proposals[-1].state == "accepted"


@pytest.mark.requirement("N-05")
def test_a_buyer_who_withdraws_the_request_withdraws_from_the_proposal_too() -> None:
    b = asked()
    b.do(Propose, SELLER, what="change", amount=100)
    b.do(Withdraw, BUYER)
    assert (b.case.ended, b.file.proposals[-1].state) == ("withdrawn", "withdrawn")


@pytest.mark.requirement("N-05")
def test_an_invitation_to_prove_is_accepted_with_the_proof() -> None:
    b = asked()
    assert b.refused(Propose, SELLER, what="prove").code == "missing_field"
    assert b.refused(Propose, SELLER, what="prove", kinds=("photo_of_the_moon",)).code == "unknown_word"
    b.do(Propose, SELLER, what="prove", kinds=("video_function",))
    assert b.refused(AnswerProposal, BUYER, answer="accept").code == "proof_demanded"
    given = (GivenProof(kind="video_function", text="it does not turn on"),)
    b.do(AnswerProposal, BUYER, answer="accept", proof=given)
    assert (b.case.state, b.file.proposals[-1].state) == ("pending_review", "accepted")
    assert [e.kind for e in b.file.evidence] == ["photo_defect", "video_function"]


@pytest.mark.requirement("N-05", "N-07")
def test_settling_for_less_once_the_goods_are_back_pays_at_once() -> None:
    b = asked().send_back()
    b.scan("delivered")
    b.do(Reject, SELLER, **WORN)
    assert b.case.state == "rejected_2"
    assert b.refused(Propose, SELLER, what="change", kind="exchange").code == "value_not_allowed"
    b.do(Propose, SELLER, what="change", amount=2500)
    assert open_proposal(b).freight is None
    b.do(AnswerProposal, BUYER, answer="accept")
    assert (b.case.state, b.case.kind, [r.amount for r in b.file.refunds]) == ("refund_approved", "return_refund", [2500])


@pytest.mark.requirement("N-07")
def test_a_seller_who_approves_in_negotiation_after_the_goods_came_back_pays_and_asks_for_no_second_return() -> None:
    b = asked().send_back()
    b.scan("delivered")
    b.do(Reject, SELLER, **WORN)
    b.do(Propose, SELLER, what="change", amount=2500)
    b.do(Approve, SELLER)
    assert (b.case.state, [r.amount for r in b.file.refunds]) == ("refund_approved", [5000])
    assert b.file.proposals[-1].state == "overtaken"


def test_a_proposal_must_change_something_that_can_be_changed() -> None:
    b = asked("refund_only")
    assert b.refused(Propose, SELLER, what="dance").code == "value_not_allowed"
    assert b.refused(Propose, SELLER, what="change").code == "proposal_changes_nothing"
    assert b.refused(Propose, SELLER, what="change", amount=5000).code == "proposal_changes_nothing"
    assert b.refused(Propose, SELLER, what="change", amount=5001).code == "exceeds_refundable"
    assert b.refused(Propose, SELLER, what="change", kind="cancel").code == "value_not_allowed"
    assert b.refused(Propose, SELLER, what="change", kind="return_refund", freight="the_moon").code == "unknown_word"
    b.do(Propose, SELLER, what="change", amount=100)
    assert b.refused(AnswerProposal, BUYER, answer="perhaps").code == "value_not_allowed"


def test_a_lower_amount_is_shared_over_the_lines_and_refunded_to_the_minor_unit() -> None:
    b = Book(an_order(quantity=3, paid=5001), "us").open("refund_only", "damaged", proof=QUALITY)
    b.do(Propose, SELLER, what="change", amount=1001)
    b.do(AnswerProposal, BUYER, answer="accept")
    assert sum(line.amount for line in b.file.own_lines) == b.case.amount == 1001
    assert sum(r.amount for r in b.file.refunds) == 1001


@pytest.mark.requirement("N-02", "N-06")
def test_the_platform_weighs_the_journey_and_the_complaints_and_says_what_weighed() -> None:
    file = an_order()
    troubled = Scan(file.parcels[0].id, "sf", "e", "exception", file.order.shipped_at, file.order.shipped_at)
    file = replace(file, scans=(troubled,), order=replace(file.order, market="cn", currency="CNY"), complaints=3)
    b = Book(file, "cn")
    b.open("refund_only", "damaged", proof=QUALITY)
    assert b.case.state == "negotiating"
    proposal = open_proposal(b)
    assert (proposal.rule, proposal.made_by, proposal.freight) == ("propose_return_instead", "amends", "seller")
    assert proposal.why is not None
    for rule in (b"signal_journey_troubled", b"signal_complaints", b"signal_proof_stands"):
        assert rule in proposal.why
    b.do(AnswerProposal, BUYER, answer="accept")
    b.do(ShipReturn, BUYER, carrier="sf_express", tracking_number=BACK)


@pytest.mark.requirement("N-01", "N-03")
def test_a_part_of_the_price_and_an_unknown_record_do_not_make_the_platform_propose() -> None:
    china = {"market": "cn", "currency": "CNY"}
    part = Book(replace(an_order(), order=replace(an_order().order, **china), complaints=9), "cn")
    part.open("refund_only", "damaged", proof=QUALITY, amount=4999)
    assert part.case.state == "pending_review"
    unknown = Book(replace(an_order(), order=replace(an_order().order, promised_at=None, **china)), "cn")
    unknown.open("refund_only", "damaged", proof=QUALITY)
    assert unknown.case.state == "pending_review"


def test_the_platform_proposes_by_itself_once_a_case() -> None:
    file = replace(an_order(), order=replace(an_order().order, market="cn", currency="CNY"), complaints=9)
    b = Book(file, "cn").open("refund_only", "damaged", proof=QUALITY)
    b.do(AnswerProposal, BUYER, answer="decline")

    b.do(AskForProof, SELLER, kinds=("photo_defect",))
    b.do(SubmitEvidence, BUYER, proof=QUALITY)
    assert b.case.state == "pending_review"
    assert len(b.file.proposals) == 1


def test_inspection_is_frozen_by_nothing_once_the_proposal_is_gone() -> None:
    """A mixed inspection still works on a case whose kind was changed by a proposal."""
    b = Book(an_order(quantity=2, paid=6000), "us").open("refund_only", "damaged", proof=QUALITY)
    b.do(Propose, SELLER, what="change", kind="return_refund")
    b.do(AnswerProposal, BUYER, answer="accept")
    b.do(ShipReturn, BUYER, carrier="usps", tracking_number=BACK)
    b.scan("delivered")
    line = b.file.own_lines[0].line_id
    b.do(InspectReturn, SELLER, lines=(InspectedLine(line_id=line, accepted=1, refused=1),), **WORN)
    assert (b.case.state, [r.amount for r in b.file.refunds]) == ("refund_approved", [3000])
