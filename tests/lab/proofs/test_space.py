"""What is declared of facts is what the code that lays out sheets guarantees; a proof rests on nothing else."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from situations import possible

from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import Order, OrderLine, Shop
from amends.domain.facts.parcel import Parcel, Scan
from amends.domain.facts.sheet import Request, sheet
from amends.domain.facts.signals import signals
from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.situations import declared_of, together_of
from amends.exchange.policies import Policies
from amends.lab.facts_space import Space

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def laid_out(policies: Policies, rng: Random) -> dict[str, Any]:
    """A sheet of a file of which only the types are right: parcel and order need not fit each other."""
    words = {name: list(policies.vocabulary.words(name)) for name in ("kinds", "reasons", "sale_formats", "order_statuses", "parcel_statuses",
             "order_sources", "categories", "requesters", "carriers", "order_channels")}  # fmt: skip

    def at() -> datetime | None:
        return rng.choice([None, NOW - timedelta(days=rng.randrange(60), hours=rng.randrange(24))])

    def maybe() -> bool | None:
        return rng.choice([None, True, False])

    order = Order(
        7, UUID(int=1), "O", "O", "us", "b", "USD", rng.choice(words["order_statuses"]), rng.choice(words["sale_formats"]), rng.choice(words["order_sources"]),
        rng.choice([None, *words["order_channels"]]), maybe(), NOW - timedelta(days=70), None, None, at(), at(), at(), None, None, 1,
    )  # fmt: skip
    parcel = Parcel(
        UUID(int=3),
        None,
        "forward",
        rng.choice(words["parcel_statuses"]),
        rng.choice([None, *words["carriers"]]),
        "1Z",
        maybe(),
        at(),
        at(),
        at(),
    )
    scans = [(rng.choice(words["parcel_statuses"]), at()) for _ in range(rng.randrange(4))]
    line = OrderLine(
        UUID(int=10), "1", "", "", rng.choice(words["categories"]), 1, 1000, 0, 0, 1000, 0, rng.choice([None, parcel.id])
    )
    shop = Shop(7, "s", "us", "s1", maybe(), maybe(), maybe())
    file = CaseFile(
        shop, order, (line,), (), (), (parcel,) if rng.random() < 0.8 else (),
        tuple(Scan(parcel.id, "c", str(n), status, when, when) for n, (status, when) in enumerate(scans) if when), (), (),
    )  # fmt: skip
    kind, reason = rng.choice(words["kinds"]), rng.choice(words["reasons"])
    told = {name: rng.random() < 0.5 for name in ("item.used", "item.opened") if rng.random() < 0.5}
    request = Request(
        kind=kind, reason=reason, group=policies.vocabulary.reason_groups()[reason], by=rng.choice(words["requesters"]), amount=rng.randrange(5000),
        lines=(line.id,), told=told, partial=maybe() if kind == "cancel" else None,
    )  # fmt: skip
    facts = sheet(file, request, NOW, "America/New_York")
    return facts | signals(file, request, facts, proven=rng.random() < 0.5) if rng.random() < 0.5 else facts


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_every_sheet_that_is_laid_out_is_a_situation_that_can_be(policies: Policies, seed: int) -> None:
    rng, book = Random(seed), policies.books["us"]  # noqa: S311
    for _ in range(10):
        facts = laid_out(policies, rng)
        assert possible(facts, book), {name: facts[name] for name in ("parcel.status", "parcel.event", "parcel.since_delivered")}


def test_every_fact_is_declared_and_the_usual_situation_can_be(policies: Policies) -> None:
    assert policies.vocabulary.words("situations").keys() == policies.vocabulary.facts.keys()
    for market, book in policies.books.items():
        usual = {fact: each.usual for fact, each in declared_of(book.vocabulary, book.currency).items()}
        assert possible(usual, book), market


def test_what_stands_together_is_written_in_words_that_exist(policies: Policies) -> None:
    vocabulary = policies.vocabulary
    for each in together_of(vocabulary):
        for fact, words in (*each.when.items(), *each.then.items()):
            shape = vocabulary.facts[fact]
            assert {*words} <= {NONE, UNKNOWN, "told", "true", "false", *vocabulary.words(shape.words or "")}, fact


def test_a_sheet_that_cannot_be_is_told(policies: Policies) -> None:
    book = policies.books["us"]
    usual = {fact: each.usual for fact, each in declared_of(book.vocabulary, book.currency).items()}
    assert not possible(usual | {"parcel.status": "in_transit"}, book)
    assert not possible(usual | {"order.status": UNKNOWN}, book)


def test_each_side_of_a_threshold_is_a_class_of_its_own(policies: Policies, now: datetime) -> None:
    book = policies.books["my"]
    space = Space(book.vocabulary, book.currency, [CompiledBook(book).topic("eligibility", now)])
    classes = [
        each.alike for each in space.classes["parcel.since_delivered"] if NONE not in each.alike and UNKNOWN not in each.alike
    ]
    assert [(min(each), max(each)) for each in classes] == [(2, 14), (15, 15)]
