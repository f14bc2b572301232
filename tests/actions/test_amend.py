"""The buyer changes a request while the seller looks at it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from small_world import BUYER, SELLER, World, a_line, a_photo

from amends.actions.amend import amend
from amends.actions.ask_for_proof import ask_for_proof
from amends.actions.commands import Amend, AskForProof
from amends.actions.outcome import Blocked, Recorded

Worlds = Callable[..., World]


@pytest.mark.requirement("T-06")
def test_a_buyer_corrects_reason_and_amount(world: Worlds) -> None:
    w = world(lines=((2, 4000),)).opened("return_refund", "defective")
    before = w.deadline("review")
    outcome = w.later(hours=5).do(amend, Amend, BUYER, reason="damaged", lines=(a_line(w, quantity=1),), based_on=1)
    assert isinstance(outcome, Recorded)
    assert (w.case.reason, w.case.amount, w.case.amendments, w.case.version) == ("damaged", 2000, 1, 2)
    assert [line.quantity for line in w.file.own_lines] == [1]
    assert w.deadline("review") == before, "an amendment moves no promise"


def test_a_request_is_amended_at_most_twice(world: Worlds) -> None:
    w = world().opened()
    for amount in (4000, 3000):
        assert isinstance(w.do(amend, Amend, BUYER, amount=amount), Recorded)
    third = w.do(amend, Amend, BUYER, amount=2000)
    assert isinstance(third, Blocked)
    assert third.code == "amendments_used_up"
    assert w.case.amount == 3000


def test_a_stale_form_changes_nothing(world: Worlds) -> None:
    w = world().opened()
    assert isinstance(w.do(amend, Amend, BUYER, amount=4000, based_on=1), Recorded)
    stale = w.do(amend, Amend, BUYER, amount=3000, based_on=1)
    assert isinstance(stale, Blocked)
    assert (stale.code, stale.detail["version"]) == ("stale_version", 2)


@pytest.mark.requirement("E-02")
def test_an_amendment_is_judged_like_a_request(world: Worlds) -> None:
    w = world(sale_format="live_auction").opened("return_refund", "damaged", proof=(a_photo(),))
    refused = w.do(amend, Amend, BUYER, reason="misbid")
    assert isinstance(refused, Blocked)
    assert refused.code == "final_sale"
    assert w.case.reason == "damaged"


def test_an_amendment_that_would_owe_proof_says_so(world: Worlds) -> None:
    w = world().opened("refund_only", "not_received")
    refused = w.do(amend, Amend, BUYER, reason="damaged")
    assert isinstance(refused, Blocked)
    assert refused.code == "proof_demanded"
    assert isinstance(w.do(amend, Amend, BUYER, reason="damaged", proof=(a_photo(),)), Recorded)


def test_waiting_costs_nobody_their_window(world: Worlds) -> None:
    w = world(delivered_ago=29).opened()
    w.file = w.file.focus(w.case.id)
    w.later(days=1, hours=12)
    assert isinstance(w.do(amend, Amend, BUYER, reason="damaged"), Recorded)


def test_an_amendment_with_proof_in_doubt_goes_to_a_person(world: Worlds) -> None:
    w = world().opened("return_refund", "defective")
    outcome = w.do(amend, Amend, BUYER, proof=(a_photo(legible=False),))
    assert isinstance(outcome, Recorded)
    assert [event.type for event in outcome.events] == ["amended", "sent_to_recheck"]
    assert [event.seq for event in outcome.events] == [2, 3]
    assert w.case.state == "in_recheck"
    assert w.kinds() == {("review", "paused"), ("recheck", "running")}


def test_an_amendment_with_proof_answers_the_sellers_demand(world: Worlds) -> None:
    w = world().opened()
    w.do(ask_for_proof, AskForProof, SELLER, kinds=("photo_defect",))
    outcome = w.later(hours=2).do(amend, Amend, BUYER, reason="damaged", proof=(a_photo(),))
    assert isinstance(outcome, Recorded)
    assert [event.type for event in outcome.events] == ["amended", "proof_given"]
    assert w.kinds() == {("review", "running")}


def test_an_empty_amendment_is_refused(world: Worlds) -> None:
    refused = world().opened().do(amend, Amend, BUYER)
    assert isinstance(refused, Blocked)
    assert refused.code == "missing_field"


def test_once_time_has_decided_it_is_too_late(world: Worlds) -> None:
    w = world().opened()
    w.now = w.deadline("review").due_at
    late = w.do(amend, Amend, BUYER, amount=1)
    assert isinstance(late, Blocked)
    assert late.code == "deadline_passed"
    w.now -= timedelta(microseconds=1)
    assert isinstance(w.do(amend, Amend, BUYER, amount=1), Recorded)
