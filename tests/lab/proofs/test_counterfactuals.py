"""What would open a request: nothing that does not, nothing bigger than it must be, nothing forgotten; with its proof and its last day."""

from datetime import date, datetime
from itertools import combinations, product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_agreement import sheets

from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.shape import MarketBook
from amends.domain.rulebook.verdict import Way
from amends.domain.topics.evidence import demands
from amends.exchange.policies import Policies
from amends.exchange.situation import situation
from amends.lab.counterfactuals import Request, counterfactuals
from amends.lab.facts_space import Space
from amends.lab.logic import answer

LEVERS = ("request.kind", "request.reason", "request.amount", "request.partial")


def request(book: MarketBook, facts: dict[str, Any], now: datetime) -> Request:
    compiled = CompiledBook(book)
    evidence = compiled.topic("evidence", now)
    return Request(
        compiled.topic("eligibility", now),
        facts,
        now,
        book.zone,
        lambda other: demands(evidence, other, of="buyer", at="opening"),
    )


def asked(policies: Policies, market: str, now: datetime, *facts: str) -> tuple[Way, ...]:
    sheet, errors = situation(policies.books[market], facts)
    assert errors == ()
    return counterfactuals(request(policies.books[market], sheet, now), policies.books[market].currency)


def test_a_final_sale_opens_with_another_reason_its_proof_and_its_last_day_in_the_shops_zone(
    policies: Policies, now: datetime
) -> None:
    ways = asked(policies, "us", now, "order.sale_format=live_auction", "request.reason=better_price", "parcel.since_delivered=3")
    way = next(each for each in ways if each.changes[0].to == ("quality",) and len(each.changes) == 1)
    assert way.proof[0].any_of[0] == "photo_defect"
    assert (way.last_day, way.zone) == (date(2026, 12, 7), "America/New_York")
    assert way.says.en.endswith("until 2026-12-07, New York")
    assert "附上其中一种凭证" in way.says.zh


def test_what_only_lacks_proof_opens_with_that_proof_and_no_change(policies: Policies, now: datetime) -> None:
    (way,) = asked(policies, "us", now, "request.kind=refund_only", "request.reason=damaged")
    assert way.changes == ()
    assert way.proof[0].name == "refund_only_needs_proof"


def test_what_passes_needs_nothing(policies: Policies, now: datetime) -> None:
    assert asked(policies, "us", now, "request.reason=damaged") == ()


def test_a_parcel_that_is_not_late_yet_opens_by_waiting(policies: Policies, now: datetime) -> None:
    facts = ("order.status=in_transit", "parcel.status=in_transit", "parcel.since_delivered=none", "parcel.event=none", "request.kind=refund_in_transit",
             "request.reason=not_received", "parcel.since_promised=-4", "parcel.since_shipped=2")  # fmt: skip
    ways = asked(policies, "us", now, *facts)
    waiting = next(way for way in ways if way.changes == ())
    assert waiting.from_day == date(2026, 11, 30)


def test_what_nobody_has_told_opens_by_telling_it(policies: Policies, now: datetime) -> None:
    ways = asked(policies, "my", now, "request.reason=no_longer_needed", "item.used=unknown")
    assert [change.fact for change in ways[0].changes] == ["item.used"]
    assert ways[0].changes[0].to == ("no",)


def passes(book: MarketBook, facts: dict[str, Any], now: datetime) -> bool:
    return answer(CompiledBook(book).topic("eligibility", now), facts).verdict == "allowed"


def values(book: MarketBook, fact: str) -> list[dict[str, Any]]:
    """Every value of a lever as it is, and not class by class."""
    vocabulary = book.vocabulary
    match fact:
        case "request.reason":
            return [
                {"request.reason": reason, "request.reason_group": group} for reason, group in vocabulary.reason_groups().items()
            ]
        case "request.amount":
            return [{fact: (amount, book.currency)} for amount in (0, 1, 5000, 99_999, 100_000, 100_001)]
        case "request.partial":
            return [{fact: True}, {fact: False}]
    return [{fact: word} for word in vocabulary.words("kinds")]


def covers(way: Way, sets: dict[str, Any], book: MarketBook) -> bool:
    """Whether a way is among the changes that were made: each of its changes is one of them."""
    groups = book.vocabulary.reason_groups()
    for change in way.changes:
        told = groups.get(str(sets.get("request.reason"))) if change.fact == "request.reason_group" else sets.get(change.fact)
        if told is None:
            return False
        if (
            change.fact != "request.amount"
            and str(told) not in change.to
            and ("yes" if told is True else "no" if told is False else told) not in change.to
        ):
            return False
    return way.from_day is None


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32))
def test_every_way_passes_and_none_of_at_most_two_changes_is_forgotten(policies: Policies, now: datetime, seed: int) -> None:
    rng = Random(seed)  # noqa: S311
    book = policies.books[rng.choice(["us", "gb", "cn", "my"])]
    topic = CompiledBook(book).topic("eligibility", now)
    levers = [fact for fact in LEVERS if fact in topic.facts or fact == "request.reason"]
    for facts in sheets(Space(book.vocabulary, book.currency, [topic]), rng, 6):
        if passes(book, facts, now):
            continue
        ways = counterfactuals(request(book, facts, now), book.currency)
        assert len({way.says.en for way in ways}) == len(ways)
        for count in (1, 2):
            for chosen in combinations(levers, count):
                options = list(product(*(values(book, fact) for fact in chosen)))
                for parts in rng.sample(options, min(len(options), 25)):
                    sets = {name: value for part in parts for name, value in part.items()}
                    if passes(book, facts | sets, now):
                        moved = {name: value for name, value in sets.items() if facts[name] != value}
                        assert any(covers(way, moved, book) for way in ways), (moved, [way.says.en for way in ways])


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_each_way_is_kept_by_the_rulebook_until_its_last_day_and_not_after(policies: Policies, now: datetime, seed: int) -> None:
    rng = Random(seed)  # noqa: S311
    book = policies.books[rng.choice(["us", "gb", "cn", "my"])]
    topic = CompiledBook(book).topic("eligibility", now)
    days = [fact for fact in topic.scales if book.vocabulary.facts[fact].type == "days"]
    for facts in sheets(Space(book.vocabulary, book.currency, [topic]), rng, 10):
        for way in counterfactuals(request(book, facts, now), book.currency):
            taken = dict(facts)
            for change in way.changes:
                taken |= sets_of(book, change)
            begins = (way.from_day - now.date()).days if way.from_day else 0
            ends = (way.last_day - now.date()).days if way.last_day else begins
            for day, wanted in ((begins, True), (ends, True), *(((ends + 1, False),) if way.last_day else ())):
                later = {fact: taken[fact] + day for fact in days if isinstance(taken.get(fact), int)}
                assert passes(book, taken | later, now) is wanted, (way.says.en, day)


def sets_of(book: MarketBook, change: Any) -> dict[str, Any]:
    """One value of a change, as facts."""
    shape, word = book.vocabulary.facts[change.fact], change.to[0]
    groups = book.vocabulary.reason_groups()
    if change.fact == "request.reason_group":
        return {"request.reason": next(r for r, group in groups.items() if group == word), change.fact: word}
    if change.fact == "request.reason":
        return {change.fact: word, "request.reason_group": groups[word]}
    if shape.type == "flag":
        return {change.fact: word == "yes"}
    if shape.type == "word":
        return {change.fact: word}
    sheet, errors = situation(book, [f"{change.fact}={word.split(',')[0]}"])
    assert errors == ()
    return {change.fact: sheet[change.fact]}


@pytest.mark.parametrize("fact", ["request.reason=nonsense", "no.such.fact=1", "parcel.since_delivered=soon"])
def test_a_situation_that_cannot_be_read_is_refused(fact: str, policies: Policies) -> None:
    assert situation(policies.books["us"], [fact])[1]
