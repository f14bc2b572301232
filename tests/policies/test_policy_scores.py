"""What conduct costs a shop, what is normal in a trade, and who pays each leg of the way back."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from amends.domain.facts.unknown import NONE
from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.topics.benchmarks import about_category, benchmark
from amends.domain.topics.costs import freight, to_warehouse
from amends.domain.topics.logistics import label, return_place
from amends.domain.topics.scores import (
    about_conduct,
    about_shop,
    demotions,
    entries,
    estimates,
    privileges_lost,
    starts_at,
)
from amends.exchange.policies import Policies

FULL: dict[str, Any] = {"compliance": Decimal(100), "service": Decimal("5.0"), "serious_violations": 0}


def of_conduct(book: CompiledBook, now: datetime, kind: str, *, excused: bool = False) -> list[tuple[str, Decimal, int | None]]:
    topic = book.topic("scores", now)
    said = entries(topic, about_conduct(topic, kind, excused=excused))
    assert said.needs == ()
    outcomes = [sentence.outcome for sentence in said.sentences]
    return [(o.score, Decimal(o.subtract.number), int(o.expires.number) if o.expires else None) for o in outcomes]


@pytest.mark.requirement("Q-01", "Q-02", "Q-03", "R-08")
def test_conduct_takes_from_a_score_unless_it_is_excused(books: dict[str, CompiledBook], now: datetime) -> None:
    for market, book in books.items():
        assert of_conduct(book, now, "rejection_overturned") == [("compliance", Decimal(2), None)]
        assert of_conduct(book, now, "response_overdue") == [("service", Decimal("0.5"), 90)]
        fault = [("experience", Decimal("0.1"), 90)] if market == "cn" else []
        assert of_conduct(book, now, "merchant_fault_dispute") == fault
        for kind in ("rejection_overturned", "response_overdue", "merchant_fault_dispute"):
            assert of_conduct(book, now, kind, excused=True) == []


@pytest.mark.requirement("Q-01", "Q-02", "C-14")
@pytest.mark.parametrize(
    ("scores", "lost", "demoted", "estimated"),
    [
        ({}, [], [], []),
        ({"compliance": Decimal(80)}, [], [], []),
        ({"compliance": Decimal(79)}, ["promotions"], [], []),
        ({"service": Decimal("4.9")}, [], [], ["exposure"]),
        ({"service": Decimal("4.8")}, [], [], ["exposure"]),
        ({"service": Decimal("4.5")}, [], ["traffic"], ["exposure"]),
        ({"serious_violations": 1}, [], [], []),
        ({"serious_violations": 2}, ["quarterly_bonus"], [], []),
    ],
)
def test_a_shop_loses_what_its_scores_cost(
    books: dict[str, CompiledBook],
    now: datetime,
    scores: dict[str, Any],
    lost: list[str],
    demoted: list[str],
    estimated: list[str],
) -> None:
    topic = books["us"].topic("scores", now)
    facts = about_shop(topic, **FULL | scores)
    assert [s.outcome.bar for s in privileges_lost(topic, facts).sentences] == lost
    assert [s.outcome.demote for s in demotions(topic, facts).sentences] == demoted
    assert [s.outcome.inform for s in estimates(topic, facts).sentences] == estimated


@pytest.mark.requirement("Q-02")
def test_a_tenth_of_service_score_is_estimated_at_three_percent_and_a_fifth(
    books: dict[str, CompiledBook], now: datetime
) -> None:
    topic = books["us"].topic("scores", now)
    (sentence,) = estimates(topic, about_shop(topic, **FULL | {"service": Decimal("4.9")})).sentences
    assert (sentence.outcome.per.number, sentence.outcome.lost.percent.millionths) == (Decimal("0.1"), 32_000)


@pytest.mark.requirement("Q-01", "Q-02")
def test_every_score_begins_somewhere_and_one_overdue_response_crosses_the_line(policies: Policies) -> None:
    assert starts_at(policies.vocabulary, "compliance") == 100
    assert starts_at(policies.vocabulary, "service") - Decimal("0.5") < Decimal("4.8")


@pytest.mark.requirement("Q-05")
@pytest.mark.parametrize(("category", "millionths"), [("apparel", 124_000), ("electronic_accessories", 58_000), ("books", None)])
def test_a_trade_has_its_benchmark(books: dict[str, CompiledBook], now: datetime, category: str, millionths: int | None) -> None:
    for book in books.values():
        topic = book.topic("benchmarks", now)
        found = benchmark(topic, about_category(topic, category))
        assert (found.outcome.at_most.percent.millionths if found else None) == millionths


@pytest.mark.requirement("L-08", "N-04")
@pytest.mark.parametrize(
    ("market", "reason_group", "accepted", "first", "rest"),
    [
        ("us", "quality", False, "platform", "seller"),
        ("gb", "withdrawal", False, "platform", "seller"),
        ("ca", "change_of_mind", False, "platform", "seller"),
        ("ca", "change_of_mind", True, "platform", "seller"),
        ("th", "quality", False, "seller", "seller"),
        ("id", "change_of_mind", False, "buyer", "seller"),
        ("cn", "quality", True, "seller", None),
        ("cn", "change_of_mind", True, "seller", None),
        ("cn", "change_of_mind", False, "buyer", None),
        ("sa", "fulfilment", False, "seller", None),
    ],
)
def test_each_leg_of_a_return_has_one_payer(
    books: dict[str, CompiledBook],
    policies: Policies,
    now: datetime,
    market: str,
    reason_group: str,
    accepted: bool,  # noqa: FBT001 -- a column of the table
    first: str,
    rest: str | None,
) -> None:
    topic = books[market].topic("costs", now)
    facts: dict[str, Any] = dict.fromkeys(policies.vocabulary.facts, NONE)
    facts |= {"request.kind": "return_refund", "request.reason_group": reason_group}
    facts |= {"proposal.by": "platform" if accepted else NONE, "proposal.accepted": accepted}
    assert [s.outcome.return_freight for s in freight(topic, facts).sentences] == [first]
    assert [s.outcome.to_warehouse for s in to_warehouse(topic, facts).sentences] == ([rest] if rest else [])


@pytest.mark.requirement("L-05", "L-06")
def test_a_return_has_one_label_and_one_place_in_every_market(
    books: dict[str, CompiledBook], policies: Policies, now: datetime
) -> None:
    for market, book in books.items():
        topic = book.topic("logistics", now)
        facts: dict[str, Any] = dict.fromkeys(policies.vocabulary.facts, NONE) | {"request.kind": "return_refund"}
        labels = [s.outcome.label for s in label(topic, facts).sentences]
        assert labels == (["prepaid"] if market == "us" else ["buyer_arranged"])
        places = [s.outcome.return_to for s in return_place(topic, facts).sentences]
        assert places == (["nearest_drop_off"] if market == "id" else ["seller_address"])
