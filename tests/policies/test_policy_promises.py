"""Every clock of this release has exactly one promise in every market."""

from datetime import datetime
from itertools import product
from typing import Any

import pytest

from amends.domain.facts.unknown import NONE
from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.quantities import write_quantity
from amends.domain.topics.costs import compensations, share_of
from amends.domain.topics.deadlines import Promise, promise_of
from amends.exchange.policies import Policies
from amends.kernel.money import Money

BASE = {
    "review": ("48 hours", "approve"),
    "review_return": ("48 hours", "approve"),
    "ship_back": ("10 days", "close"),
    "escalate": ("7 days", "close"),
    "proof": ("48 hours", "close"),
    "recheck": ("24 hours", "escalate_to_senior"),
    "return_scan": ("48 hours", "to_person"),
    "return_arrival": ("30 days", "to_person"),
    "refund_reconcile": ("15 minutes", "ask_provider"),
    "seller_ship": ("5 working days", "buyer_may_convert"),
    "replacement_acceptance": ("10 days", "complete"),
    "dispute": ("10 days", "escalate_to_senior"),
    "appeal": ("21 days", "lapse"),
}
OWN = {
    ("us", "review"): "2 working days",
    ("us", "review_return"): "2 working days",
    ("us", "escalate"): "10 days",
    ("id", "ship_back"): "5 days",
    ("id", "escalate"): "48 hours",
    ("gb_2026", "review"): "2 working days",
}
WITHIN_A_DAY = {"gb", "my", "th", "vn", "ph"}


class Promises:
    def __init__(self, books: dict[str, CompiledBook], policies: Policies, now: datetime) -> None:
        self._topics = {market: book.topic("deadlines", now) for market, book in books.items()}
        self._blank = dict.fromkeys(policies.vocabulary.facts, NONE)
        self._exponents = policies.vocabulary.exponents()

    def __call__(self, market: str, kind: str, **more: Any) -> tuple[str, str]:
        facts = self._blank | {"request.kind": "exchange"} | {name.replace("__", "."): value for name, value in more.items()}
        promise = promise_of(self._topics[market], facts, kind)
        assert isinstance(promise, Promise), (market, kind, promise)
        return write_quantity(promise.within, self._exponents), promise.on_expiry


@pytest.fixture(scope="session")
def promised(books: dict[str, CompiledBook], policies: Policies, now: datetime) -> Promises:
    return Promises(books, policies, now)


@pytest.mark.requirement("C-10", "F-02")
def test_every_clock_has_one_promise_in_every_market(promised: Promises, policies: Policies) -> None:
    for market, (kind, (within, on_expiry)) in product(policies.books, BASE.items()):
        amount = (5_000, policies.books[market].currency)
        assert promised(market, kind, request__amount=amount) == (OWN.get((market, kind), within), on_expiry)


@pytest.mark.requirement("C-04")
def test_a_person_responds_within_a_day_in_five_markets_and_nowhere_else(
    promised: Promises, policies: Policies, books: dict[str, CompiledBook], now: datetime
) -> None:
    for market, book in books.items():
        rules = book.topic("deadlines", now).rules
        owed = {r.id for r in rules if getattr(r.outcome, "deadline", "") == "first_response"} - {"independent_lane_response"}
        assert bool(owed) is (market in WITHIN_A_DAY), market
    for market in WITHIN_A_DAY:
        assert promised(market, "first_response") == ("24 hours", "compensate")


@pytest.mark.requirement("C-04")
@pytest.mark.parametrize(
    ("minor", "compensation"), [(1_999, 100), (2_000, 100), (2_020, 101), (19_999, 1_000), (20_000, 1_000), (90_000, 1_000)]
)
def test_a_late_first_response_costs_five_percent_between_one_and_ten_pounds(
    books: dict[str, CompiledBook], policies: Policies, now: datetime, minor: int, compensation: int
) -> None:
    facts: dict[str, Any] = dict.fromkeys(policies.vocabulary.facts, NONE) | {"deadline.missed": "first_response"}
    (sentence,) = compensations(books["gb"].topic("costs", now), facts).sentences
    due = share_of(sentence.outcome.compensate, Money(minor, "GBP"), policies.vocabulary.exponents())
    assert due == Money(compensation, "GBP")
    assert (sentence.outcome.by, sentence.outcome.to) == ("seller", "buyer")


@pytest.mark.requirement("C-03")
@pytest.mark.parametrize("market", ["sa", "ae"])
def test_the_independent_lane_gives_seller_and_reviewer_two_hours_each(promised: Promises, market: str) -> None:
    lane = {"stream__review_lane": "independent"}
    assert promised(market, "first_response", **lane) == ("2 hours", "to_person")
    assert promised(market, "recheck", **lane) == ("2 hours", "escalate_to_senior")
    assert promised(market, "dispute", **lane) == ("2 hours", "escalate_to_senior")


@pytest.mark.requirement("E-19")
@pytest.mark.parametrize("market", ["gb", "eu"])
def test_a_withdrawal_is_refunded_within_fourteen_days(promised: Promises, market: str) -> None:
    asked = {"request__kind": "return_refund", "request__reason_group": "withdrawal"}
    assert promised(market, "statutory_refund", **asked, order__status="delivered") == ("14 days", "refund_approved")
    assert promised(market, "ship_back", **asked, order__status="delivered") == ("14 days", "close")
    assert promised(market, "ship_back", **asked, order__status="in_transit") == ("30 days", "close")


@pytest.mark.requirement("C-02")
@pytest.mark.parametrize(("cents", "within"), [(9_999, "2 working days"), (10_000, "2 working days"), (10_001, "4 working days")])
@pytest.mark.parametrize("kind", ["review", "review_return"])
def test_above_a_hundred_dollars_the_united_states_give_four_working_days(
    promised: Promises, kind: str, cents: int, within: str
) -> None:
    assert promised("us", kind, request__amount=(cents, "USD")) == (within, "approve")


@pytest.mark.parametrize(
    ("kind", "more", "wanted"),
    [
        ("proof", {"case__state": "awaiting_proof"}, ("48 hours", "close")),
        ("proof", {"case__state": "pending_review"}, ("24 hours", "resume_review")),
        ("return_arrival", {"deadline__missed": "return_arrival"}, ("5 days", "to_person")),
        ("seller_ship", {"deadline__missed": "seller_ship"}, ("5 working days", "refund_approved")),
        ("recheck", {"deadline__missed": "recheck"}, ("24 hours", "escalate_to_senior")),
        ("dispute", {"deadline__missed": "dispute"}, ("10 days", "escalate_to_senior")),
        ("proposal", {"proposal__by": "seller"}, ("48 hours", "lapse")),
        ("proposal", {"proposal__by": "platform"}, ("12 hours", "lapse")),
    ],
)
def test_a_clock_that_depends_on_the_situation_has_its_own_promise(
    promised: Promises, policies: Policies, kind: str, more: dict[str, Any], wanted: tuple[str, str]
) -> None:
    for market in policies.books:
        assert promised(market, kind, **more) == wanted


def test_a_review_resumes_with_at_least_four_hours_in_every_market(policies: Policies) -> None:
    for book in policies.books.values():
        for rule in book.rules["deadlines"]:
            if getattr(rule.outcome, "deadline", "") in ("review", "review_return", "escalate"):
                assert getattr(rule.outcome, "at_least", None), rule.id
