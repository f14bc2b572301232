"""A person of the platform settles what no rule could."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from small_world import BUYER, NOW, REVIEWER, SELLER, World, a_photo

from amends.actions.amend import amend
from amends.actions.commands import Amend, DecideRecheck, FireDeadline, SubmitEvidence
from amends.actions.decide_recheck import decide_recheck
from amends.actions.fire_deadline import fire_deadline
from amends.actions.outcome import Blocked, Recorded
from amends.actions.submit_evidence import submit_evidence
from amends.domain.facts.people import SYSTEM

Worlds = Callable[..., World]


def doubted(world: Worlds) -> World:
    return world(sale_format="live_auction").opened("return_refund", "damaged", proof=(a_photo(legible=False),))


@pytest.mark.requirement("V-17", "F-01")
def test_admitting_starts_the_sellers_review_and_seals_the_proof(world: Worlds) -> None:
    w = doubted(world).later(hours=3)
    outcome = w.do(decide_recheck, DecideRecheck, REVIEWER, decision="admit")
    assert isinstance(outcome, Recorded)
    assert w.case.state == "pending_review"
    assert w.kinds() == {("review", "running")}
    assert w.deadline("review").started_at == w.now
    assert [(piece.legible, piece.sealed_at) for piece in w.file.evidence] == [(True, w.now)]


def test_admitting_resumes_a_review_that_was_interrupted_with_at_least_four_hours(world: Worlds) -> None:
    w = world().opened()
    w.now = w.deadline("review").due_at - timedelta(hours=1)
    w.do(amend, Amend, BUYER, proof=(a_photo(legible=False),))
    w.later(hours=20).do(decide_recheck, DecideRecheck, REVIEWER, decision="admit")
    assert w.kinds() == {("review", "running")}
    assert w.deadline("review").due_at == w.now + timedelta(hours=4)


def test_asking_for_proof_gives_the_buyer_time(world: Worlds) -> None:
    w = doubted(world).later(hours=3)
    w.do(decide_recheck, DecideRecheck, REVIEWER, decision="ask_proof", kinds=("photo_defect",))
    assert w.case.state == "awaiting_proof"
    assert w.kinds() == {("proof", "running")}
    w.do(submit_evidence, SubmitEvidence, BUYER, proof=(a_photo(),))
    assert w.case.state == "pending_review", "the first photo is not held against the second"


def test_declining_closes_the_case_with_its_reason(world: Worlds) -> None:
    w = doubted(world)
    outcome = w.do(decide_recheck, DecideRecheck, REVIEWER, decision="decline", reason="evidence_does_not_match")
    assert isinstance(outcome, Recorded)
    assert (w.case.state, w.case.ended, w.case.closed_at) == ("closed", "declined", NOW)
    assert not w.file.deadlines
    assert outcome.events[0].body["reason"] == "evidence_does_not_match"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"decision": "shrug"}, "value_not_allowed"),
        ({"decision": "decline"}, "missing_field"),
        ({"decision": "decline", "reason": "because"}, "unknown_word"),
        ({"decision": "ask_proof", "kinds": ("a_dream",)}, "unknown_word"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(world: Worlds, said: dict[str, object], code: str) -> None:
    refused = doubted(world).do(decide_recheck, DecideRecheck, REVIEWER, **said)
    assert isinstance(refused, Blocked)
    assert refused.code == code


def test_the_seller_does_not_decide_a_recheck(world: Worlds) -> None:
    refused = doubted(world).do(decide_recheck, DecideRecheck, SELLER, decision="admit")
    assert isinstance(refused, Blocked)
    assert refused.code == "permission_missing"


def test_time_never_decides_a_recheck(world: Worlds) -> None:
    w = doubted(world)
    owed = w.deadline("recheck")
    w.now = owed.due_at
    assert isinstance(w.do(fire_deadline, FireDeadline, SYSTEM, kind="recheck", started_seq=owed.started_seq), Recorded)
    assert w.case.state == "in_recheck"
    assert w.kinds() == {("recheck", "running")}
    assert isinstance(w.later(hours=30).do(decide_recheck, DecideRecheck, REVIEWER, decision="admit"), Recorded)
