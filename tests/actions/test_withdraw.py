"""A buyer takes the request back, as long as no money is on its way."""

from collections.abc import Callable

import pytest
from small_world import BUYER, NOW, SELLER, World, a_clock

from amends.actions.commands import Withdraw
from amends.actions.outcome import Blocked, Recorded
from amends.actions.withdraw import withdraw
from amends.domain.facts.people import Actor
from amends.domain.lifecycle.case import CASE

Worlds = Callable[..., World]
MONEY = ("refund_approved", "refund_failed")
SENT = "replacement_in_transit"
LIVE = sorted(CASE.states - CASE.final - {*MONEY, SENT})


@pytest.mark.parametrize("state", LIVE)
def test_a_request_can_be_taken_back_in_every_live_state(world: Worlds, state: str) -> None:
    kind = "exchange" if state == "awaiting_seller_ship" else "return_refund"
    w = world().put(state, kind, clocks=(a_clock("review", NOW), a_clock("proof", NOW)))
    outcome = w.do(withdraw, Withdraw, BUYER)
    assert isinstance(outcome, Recorded), outcome
    assert (w.case.state, w.case.ended, w.case.closed_at) == ("closed", "withdrawn", NOW)
    assert not w.file.deadlines, "a closed case waits for nothing"
    assert outcome.events[0].wishes == ()


def test_what_was_sent_instead_is_kept_or_sent_back_but_not_withdrawn_from(world: Worlds) -> None:
    """Withdrawn now, the first goods could be asked back although they came back already, and the second would be a gift."""
    w = world().put(SENT, "exchange", clocks=(a_clock("return_arrival", NOW),))
    assert isinstance(w.do(withdraw, Withdraw, BUYER), Blocked)


def test_goods_on_their_way_back_go_back_to_the_buyer(world: Worlds) -> None:
    w = world().put("return_in_transit", clocks=(a_clock("return_arrival", NOW),))
    outcome = w.do(withdraw, Withdraw, BUYER)
    assert isinstance(outcome, Recorded)
    assert outcome.events[0].body == {"goods_go_back": True}


@pytest.mark.parametrize("state", [*MONEY, "completed", "closed"])
def test_it_is_too_late_once_money_is_on_its_way(world: Worlds, state: str) -> None:
    refused = world().put(state).do(withdraw, Withdraw, BUYER)
    assert isinstance(refused, Blocked)
    assert refused.code == ("case_is_final" if state in CASE.final else "move_not_open")


def test_a_seller_cannot_take_a_buyers_request_back(world: Worlds) -> None:
    refused = world().opened().do(withdraw, Withdraw, SELLER)
    assert isinstance(refused, Blocked)
    assert refused.code == "permission_missing"


def test_another_buyers_case_is_not_found(world: Worlds) -> None:
    refused = world().opened().do(withdraw, Withdraw, Actor(kind="buyer", id="b-2", buyer="b2"))
    assert isinstance(refused, Blocked)
    assert refused.code == "not_found"


def test_a_historical_case_is_only_read(world: Worlds) -> None:
    refused = world().put("pending_review", historical=True).do(withdraw, Withdraw, BUYER)
    assert isinstance(refused, Blocked)
    assert refused.code == "historical"
