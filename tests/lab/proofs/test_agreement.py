"""Solver, kernel and reference interpreter say the same of every sheet; a difference names exactly the situations that change."""

from datetime import datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from situations import possible

from amends.domain.rulebook.book import assemble
from amends.domain.rulebook.compiled import CompiledBook, CompiledTopic
from amends.domain.rulebook.conditions import standing
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.shape import TOPICS, MarketBook, Rule
from amends.domain.topics.eligibility import judge_eligibility
from amends.exchange.policies import Policies
from amends.lab.difference import TopicDifference, difference
from amends.lab.facts_space import Space
from amends.lab.logic import answer
from amends.lab.solver import Encoded, Solver

QUICK, WHOLE = 10_000, 1_000_000


class Judges:
    """One topic before its three judges. Every sheet is taken, also one that cannot be."""

    def __init__(self, book: MarketBook, topic: CompiledTopic) -> None:
        self.topic, self.space = topic, Space(book.vocabulary, book.currency, [topic])
        self.space.together = ()
        self.solver = Solver(self.space)
        self.encoded: Encoded = self.solver.encode(topic)
        self.formulas = [(each, self.solver.no(each)) for each in (*self.encoded.seen.certain, *self.encoded.seen.possible)]
        self.sizes = [(fact, self.space.classes[fact]) for fact in self.space.facts]

    def agree(self, rng: Random) -> bool:
        chosen, facts = {}, {}
        for fact, classes in self.sizes:
            n = chosen[fact] = rng.randrange(len(classes))
            facts[fact] = rng.choice(classes[n].alike)
        said = standing(self.topic.rules, facts)
        certain = [said[rule.id] is True for rule in self.topic.rules]
        possible = [said[rule.id] is not False for rule in self.topic.rules]
        match = self.topic.match(facts)
        bits = range(len(self.topic.rules))
        kernel = [match.certain >> n & 1 for n in bits] == certain and [match.possible >> n & 1 for n in bits] == possible
        return kernel and self.solver.agrees(
            chosen, [f[not is_so] for f, is_so in zip(self.formulas, [*certain, *possible], strict=True)]
        )


def judged(policies: Policies, now: datetime, count: int) -> int:
    """Sheets of every topic of markets that have all packs between them, on which somebody disagreed."""
    rng = Random(6)  # noqa: S311
    every = []
    for market in ("us", "gb", "cn", "ae", "my"):
        compiled = CompiledBook(policies.books[market])
        every += [Judges(policies.books[market], topic) for name in TOPICS if (topic := compiled.topic(name, now)).rules]
    share = [rng.choices(every, weights=[len(each.topic.rules) for each in every], k=1)[0] for _ in range(count)]
    return sum(not judges.agree(rng) for judges in share)


def test_solver_kernel_and_interpreter_agree_on_ten_thousand_sheets(policies: Policies, now: datetime) -> None:
    assert judged(policies, now, QUICK) == 0


@pytest.mark.long
def test_solver_kernel_and_interpreter_agree_on_a_million_sheets(policies: Policies, now: datetime) -> None:
    assert judged(policies, now, WHOLE) == 0


def test_a_fault_in_the_kernel_or_in_the_solver_would_be_seen(policies: Policies, now: datetime) -> None:
    book = policies.books["us"]
    topic = CompiledBook(book).topic("costs", now)
    judges = Judges(book, topic)
    judges.formulas[0] = judges.formulas[0][::-1]
    assert not all(judges.agree(Random(n)) for n in range(50))  # noqa: S311
    spoiled = CompiledTopic(topic.rules[1:], topic.origin)
    judges = Judges(book, topic)
    topic.match = spoiled.match  # type: ignore[method-assign]
    assert not all(judges.agree(Random(n)) for n in range(50))  # noqa: S311


def sheets(space: Space, rng: Random, count: int) -> list[dict[str, Any]]:
    """Sheets that can be: from the usual one by many small steps, of one fact or of facts that stand together."""
    joined = [tuple(facts) for each in space.together if len(facts := {*each.when, *each.then}) > 1]
    steps = [*((fact,) for fact in space.facts), *joined]
    chosen, found = dict(space.usual), []
    for n in range(count * 20):
        tried = chosen | {fact: rng.randrange(len(space.classes[fact])) for fact in rng.choice(steps)}
        if space.can_be(space.sheet(tried)):
            chosen = tried
        if n % 20 == 19:
            found.append(space.sheet(chosen))
    return found


def test_the_verdict_that_is_proved_is_the_verdict_that_is_given(policies: Policies, now: datetime) -> None:
    rng, book = Random(3), policies.books["gb"]  # noqa: S311
    topic = CompiledBook(book).topic("eligibility", now)
    for facts in sheets(Space(book.vocabulary, book.currency, [topic]), rng, 2000):
        given_, proved = judge_eligibility(topic, facts, now), answer(topic, facts)
        assert ("undecided" if proved.verdict == "no_rule" else proved.verdict) == given_.kind
        if given_.kind == "allowed":
            assert ("review", given_.review_by) in proved.atoms
        if given_.kind == "declined":
            assert {code for sort, code in proved.atoms if sort == "decline"} == {reason.code for reason in given_.reasons}


def edited(book: MarketBook, rng: Random) -> MarketBook:
    """A book with one rule changed by a step: gone, without a condition, with another threshold."""
    rules = [rule for rules in book.rules.values() for rule in rules]
    chosen = rng.choice([rule for rule in rules if rule.conditions])
    step = rng.randrange(3)
    own: list[Rule] = [rule for rule in rules if rule is not chosen]
    if step:
        conditions = list(chosen.conditions)
        place = rng.randrange(len(conditions))
        if step == 1:
            del conditions[place]
        else:
            conditions = [
                replace(c, value=Quantity(c.value.number + 1, c.value.unit)) if isinstance(c.value, Quantity) else c
                for c in conditions
            ]
        own.append(replace(chosen, conditions=tuple(conditions)))
    return assemble(replace(book, rules={}), own).book


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32))
def test_a_difference_names_exactly_the_situations_that_change_with_true_witnesses(
    policies: Policies, now: datetime, seed: int
) -> None:
    rng = Random(seed)  # noqa: S311
    old = policies.books[rng.choice(["us", "gb", "cn", "my"])]
    new = edited(old, rng)
    told = difference(old, new, now)
    groups = [(change, group) for change in told.changes for group in change.groups]
    for change, group in groups:
        facts, name = group.witness.facts, change.topic
        assert possible(facts, new)
        before, after = (answer(CompiledBook(book).topic(name, now), facts) for book in (old, new))  # type: ignore[arg-type]
        assert before.atoms != after.atoms
        assert (change.before.verdict, change.after.verdict) == (before.verdict, after.verdict)
    for name in TOPICS:
        one, other = (CompiledBook(book).topic(name, now) for book in (old, new))
        if one.rules == other.rules or not told.complete:
            continue
        found = TopicDifference(new.vocabulary, new.currency, one, other)
        own = [group for change, group in groups if change.topic == name]
        for facts in sheets(found.space, rng, 100):
            inside = any(all(facts[fact] in values for fact, values in group.whenever.items()) for group in own)
            assert inside == bool(found.changed(facts))
