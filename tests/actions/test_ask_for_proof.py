"""The seller asks for more proof, once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from small_world import NOW, SELLER, TRAINEE, World

from amends.actions.ask_for_proof import ask_for_proof
from amends.actions.commands import AskForProof, FireDeadline
from amends.actions.fire_deadline import fire_deadline
from amends.actions.outcome import Blocked, Recorded
from amends.domain.facts.people import SYSTEM

Worlds = Callable[..., World]


def test_the_review_waits_while_the_buyer_has_a_day(world: Worlds) -> None:
    w = world().opened()
    left = w.deadline("review").due_at - NOW
    outcome = w.do(ask_for_proof, AskForProof, SELLER, kinds=("photo_defect", "video_unboxing"))
    assert isinstance(outcome, Recorded)
    assert w.case.state == "pending_review"
    assert w.kinds() == {("review", "paused"), ("proof", "running")}
    assert w.deadline("proof").due_at == NOW + timedelta(hours=24)
    assert w.deadline("review").remaining == left.total_seconds()
    assert w.deadline("review").resumes_on == "proof_given"
    assert [wish.effect for wish in outcome.events[0].wishes] == ["notify"]
    assert outcome.events[0].body == {"kinds": ["photo_defect", "video_unboxing"]}


def test_the_buyers_silence_resumes_the_review(world: Worlds) -> None:
    w = world().opened()
    w.do(ask_for_proof, AskForProof, SELLER, kinds=("photo_defect",))
    asked = w.deadline("proof")
    w.now = asked.due_at
    outcome = w.do(fire_deadline, FireDeadline, SYSTEM, kind="proof", started_seq=asked.started_seq)
    assert isinstance(outcome, Recorded)
    assert w.case.state == "pending_review"
    assert w.kinds() == {("review", "running")}


def test_proof_is_asked_for_once(world: Worlds) -> None:
    w = world().opened()
    w.do(ask_for_proof, AskForProof, SELLER, kinds=("photo_defect",))
    again = w.do(ask_for_proof, AskForProof, SELLER, kinds=("photo_defect",))
    assert isinstance(again, Blocked)
    assert again.code == "proof_already_asked"


@pytest.mark.parametrize(("kinds", "code"), [((), "missing_field"), (("a_dream",), "unknown_word")])
def test_what_is_asked_for_must_have_a_name(world: Worlds, kinds: tuple[str, ...], code: str) -> None:
    refused = world().opened().do(ask_for_proof, AskForProof, SELLER, kinds=kinds)
    assert isinstance(refused, Blocked)
    assert refused.code == code


@pytest.mark.requirement("P-02", "F-03")
def test_staff_without_the_permission_cannot_ask(world: Worlds) -> None:
    refused = world().opened().do(ask_for_proof, AskForProof, TRAINEE, kinds=("photo_defect",))
    assert isinstance(refused, Blocked)
    assert (refused.code, refused.detail["permission"]) == ("permission_missing", "cases.handle")
