"""Proof that is handed in answers what was asked for, or stands in the file."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from small_world import BUYER, NOW, REVIEWER, SELLER, World, a_clock, a_photo

from amends.actions.ask_for_proof import ask_for_proof
from amends.actions.commands import AskForProof, SubmitEvidence
from amends.actions.outcome import Blocked, Recorded
from amends.actions.submit_evidence import submit_evidence

Worlds = Callable[..., World]


def waiting(world: Worlds) -> World:
    """An auction claim that still owes its proof."""
    return world(sale_format="live_auction").opened("return_refund", "damaged")


@pytest.mark.requirement("E-05")
def test_the_proof_that_was_owed_brings_the_case_to_the_seller(world: Worlds) -> None:
    w = waiting(world).later(hours=10)
    outcome = w.do(submit_evidence, SubmitEvidence, BUYER, proof=(a_photo(),))
    assert isinstance(outcome, Recorded)
    assert [event.type for event in outcome.events] == ["proof_given"]
    assert w.case.state == "pending_review"
    assert w.kinds() == {("review", "running")}
    assert w.deadline("review").started_at == NOW + timedelta(hours=10), "the seller's clock starts with the proof"


def test_proof_that_does_not_count_leaves_the_demand_open(world: Worlds) -> None:
    w = waiting(world)
    w.do(submit_evidence, SubmitEvidence, BUYER, proof=(a_photo("chat_external", channel="whatsapp"),))
    assert w.case.state == "awaiting_proof"
    assert w.kinds() == {("proof", "running")}
    assert [piece.kind for piece in w.file.evidence] == ["chat_external"]


@pytest.mark.requirement("V-17", "F-01")
def test_proof_in_doubt_brings_the_case_to_a_person(world: Worlds) -> None:
    w = waiting(world)
    w.do(submit_evidence, SubmitEvidence, BUYER, proof=(a_photo(matches_claim=False),))
    assert w.case.state == "in_recheck"
    assert w.kinds() == {("recheck", "running")}


def test_proof_that_comes_in_time_counts_though_the_window_has_closed(world: Worlds) -> None:
    w = world(sale_format="live_auction", delivered_ago=14).opened("return_refund", "damaged")
    w.later(hours=47).do(submit_evidence, SubmitEvidence, BUYER, proof=(a_photo(),))
    assert w.case.state == "pending_review"


def test_proof_at_the_due_moment_is_too_late(world: Worlds) -> None:
    w = waiting(world)
    w.now = w.deadline("proof").due_at
    late = w.do(submit_evidence, SubmitEvidence, BUYER, proof=(a_photo(),))
    assert isinstance(late, Blocked)
    assert late.code == "deadline_passed"


def test_more_proof_that_the_seller_asked_for_resumes_the_review(world: Worlds) -> None:
    w = world().opened()
    w.later(hours=1).do(ask_for_proof, AskForProof, SELLER, kinds=("photo_defect",))
    left = w.deadline("review").remaining
    w.later(hours=9).do(submit_evidence, SubmitEvidence, BUYER, proof=(a_photo(),))
    assert w.kinds() == {("review", "running")}
    assert left is not None
    assert w.deadline("review").due_at == w.now + timedelta(seconds=left)


def test_a_review_that_resumes_has_at_least_four_hours(world: Worlds) -> None:
    w = world().opened()
    w.now = w.deadline("review").due_at - timedelta(minutes=5)
    w.do(ask_for_proof, AskForProof, SELLER, kinds=("photo_defect",))
    w.later(hours=1).do(submit_evidence, SubmitEvidence, BUYER, proof=(a_photo(),))
    assert w.deadline("review").due_at == w.now + timedelta(hours=4)


def test_proof_that_nobody_asked_for_stands_in_the_file(world: Worlds) -> None:
    w = world().opened()
    before = w.case.version
    outcome = w.do(submit_evidence, SubmitEvidence, BUYER, proof=(a_photo(),))
    assert isinstance(outcome, Recorded)
    assert [event.type for event in outcome.events] == ["proof_added"]
    assert w.case.version == before + 1, "a form opened before it is stale"
    assert w.file.evidence[0].at == "opening"


@pytest.mark.requirement("T-03")
@pytest.mark.parametrize(
    ("state", "kind", "at"),
    [
        ("pending_review", "return_refund", "rejection_1"),
        ("pending_review", "cancel", "cancel"),
        ("return_delivered", "return_refund", "rejection_2"),
        ("in_dispute", "return_refund", "dispute"),
    ],
)
def test_a_sellers_proof_is_for_the_stage_that_the_case_is_in(world: Worlds, state: str, kind: str, at: str) -> None:
    w = world().put(state, kind, clocks=(a_clock("review_return", NOW),))
    outcome = w.do(submit_evidence, SubmitEvidence, SELLER, proof=(a_photo("video_unboxing"),))
    assert isinstance(outcome, Recorded), outcome
    assert (w.file.evidence[0].of, w.file.evidence[0].at) == ("seller", at)
    assert w.case.state == state


def test_support_hands_in_proof_for_the_buyer(world: Worlds) -> None:
    w = waiting(world)
    w.do(submit_evidence, SubmitEvidence, REVIEWER, proof=(a_photo(),))
    assert w.case.state == "pending_review"
    assert w.file.evidence[0].of == "buyer"


def test_nothing_handed_in_is_refused(world: Worlds) -> None:
    refused = waiting(world).do(submit_evidence, SubmitEvidence, BUYER, proof=())
    assert isinstance(refused, Blocked)
    assert refused.code == "missing_field"
