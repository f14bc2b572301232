"""Every way to spoil a rule by one small step, and the examples that notice. Compiled in memory; nothing is written.

A rule is deleted; a condition dropped; a bound moved by its smallest unit, up and down; a list shortened by each of its words.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.examples import Example
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.shape import Rule
from amends.exchange.policies import Policies
from amends.exchange.policy_check import market_of, run_example

_TENTH_OF_A_PERCENT = 1_000


class Mutant(NamedTuple):
    """A rule as it is written, as it was spoiled (None: deleted), and what was done to it."""

    rule: Rule
    spoiled: Rule | None
    what: str


def mutants_of(rule: Rule) -> Iterator[Mutant]:
    """Every mutant of a rule."""
    yield Mutant(rule, None, "deleted")
    for position, condition in enumerate(rule.conditions):
        rest = rule.conditions[:position] + rule.conditions[position + 1 :]
        yield Mutant(rule, replace(rule, conditions=rest), f"without {condition.fact}")
        for value, what in _spoiled(condition.value):
            changed = (*rule.conditions[:position], replace(condition, value=value), *rule.conditions[position + 1 :])
            yield Mutant(rule, replace(rule, conditions=changed), f"{condition.fact}: {what}")
    for outcome, what in _spoiled(rule.outcome):
        yield Mutant(rule, replace(rule, outcome=outcome), what)
    for overrides, what in _spoiled(rule.overrides):
        yield Mutant(rule, replace(rule, overrides=overrides), f"overrides: {what}")
    for name in ("from_", "until"):
        day = getattr(rule, name)
        for step in (-1, 1) if day else ():
            yield Mutant(rule, replace(rule, **{name: day + timedelta(days=step)}), f"{name} moved by {step} day")


def _spoiled(value: Any) -> Iterator[tuple[Any, str]]:
    if isinstance(value, Quantity):
        for step in (-_unit(value), _unit(value)):
            if value.number + step > 0 or value.unit in ("days", "count"):
                yield replace(value, number=value.number + step), f"{value.number} {value.unit} moved by {step}"
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        yield from ((value + step, f"{value} moved by {step}") for step in (-1, 1))
    elif isinstance(value, tuple):
        yield from ((value[:n] + value[n + 1 :], f"without {word}") for n, word in enumerate(value))
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            for changed, what in _spoiled(getattr(value, name)):
                yield replace(value, **{name: changed}), f"{name}: {what}"


def _unit(quantity: Quantity) -> Any:
    if quantity.unit == "percent":
        return _TENTH_OF_A_PERCENT
    if isinstance(quantity.number, Decimal):
        return Decimal(1).scaleb(int(quantity.number.as_tuple().exponent))
    return 1


class Killers:
    """The examples of each topic and market, those that name a rule first."""

    def __init__(self, policies: Policies, now: datetime) -> None:
        self.policies, self.now = policies, now
        self.by_place: defaultdict[tuple[str, str], list[Example]] = defaultdict(list)
        for example in policies.examples:
            market = market_of(example, policies)
            if market:
                self.by_place[market, example.topic].append(replace(example, market=market))
        self.owners: defaultdict[str, list[str]] = defaultdict(list)
        for market, book in policies.books.items():
            for owner in (*book.packs, f"markets/{market}"):
                self.owners[owner].append(market)

    def kills(self, mutant: Mutant) -> bool:
        """Whether any example comes out otherwise than it says."""
        rule = mutant.rule
        places = [market for market in self.owners[rule.pack] if (market, rule.topic) in self.by_place]
        asked = [example for market in places for example in self.by_place[market, rule.topic]]
        named = [e for e in asked if rule.id in (*e.fires, *e.misses, *e.gives)]
        books: dict[str, CompiledBook] = {}
        return any(self._notices(example, mutant, books) for part in (named, asked) for example in part)

    def _notices(self, example: Example, mutant: Mutant, books: dict[str, CompiledBook]) -> bool:
        market = str(example.market)
        if market not in books:
            book = self.policies.books[market]
            left = (mutant.spoiled if rule is mutant.rule else rule for rule in book.rules[mutant.rule.topic])
            rules = {**book.rules, mutant.rule.topic: tuple(rule for rule in left if rule is not None)}
            books[market] = CompiledBook(replace(book, rules=rules))
        return any(True for _ in run_example(example, self.policies, books, self.now))
