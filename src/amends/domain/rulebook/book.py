"""Packs and a market's own rules → the book of that market, or everything that keeps it from being one."""

from collections.abc import Iterable

import msgspec

from amends.domain.rulebook.complaints import complaint
from amends.domain.rulebook.quantities import Quantity, write_quantity
from amends.domain.rulebook.shape import TOPICS, MarketBook, PolicyError, Rule


class BookRead(msgspec.Struct, frozen=True):
    """The book, which is only good when there are no errors."""

    book: MarketBook
    errors: tuple[PolicyError, ...]


def assemble(frame: MarketBook, rules: Iterable[Rule]) -> BookRead:
    """Fill a market's frame with rules. The order of packs means nothing: rules stand by topic and id.

    Refused: one id twice (`duplicate_rule`), money of another currency (`other_currency`), `overrides_unknown_rule`, `overrides_in_a_circle`.
    """
    ordered = sorted(rules, key=lambda rule: (rule.id, rule.file, rule.line))
    by_topic: dict[str, tuple[Rule, ...]] = {t: tuple(r for r in ordered if r.topic == t) for t in TOPICS}
    errors = [*_twice(ordered), *_foreign_money(ordered, frame)]
    for topic in by_topic.values():
        errors += _overrides(topic)
    return BookRead(msgspec.structs.replace(frame, rules=by_topic), tuple(errors))


def _twice(rules: list[Rule]) -> Iterable[PolicyError]:
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            yield complaint(rule.file, rule.line, "duplicate_rule", rule.id)
        seen.add(rule.id)


def _foreign_money(rules: list[Rule], frame: MarketBook) -> Iterable[PolicyError]:
    exponents = frame.vocabulary.exponents()
    for rule in rules:
        values = [condition.value for condition in rule.conditions]
        for quantity in [*_quantities(values), *_quantities([rule.outcome])]:
            if quantity.is_money and quantity.unit != frame.currency:
                yield complaint(rule.file, rule.line, "other_currency", write_quantity(quantity, exponents))


def _quantities(values: Iterable[object]) -> Iterable[Quantity]:
    for value in values:
        if isinstance(value, Quantity):
            yield value
        elif isinstance(value, msgspec.Struct):
            yield from _quantities(getattr(value, name) for name in value.__struct_fields__)


def _overrides(rules: tuple[Rule, ...]) -> Iterable[PolicyError]:
    known = {rule.id: rule for rule in rules}
    for rule in rules:
        for target in rule.overrides:
            if target not in known:
                yield complaint(rule.file, rule.line, "overrides_unknown_rule", target)
        if _reaches(rule, rule.id, known, set()):
            yield complaint(rule.file, rule.line, "overrides_in_a_circle", rule.id)


def _reaches(rule: Rule, goal: str, known: dict[str, Rule], seen: set[str]) -> bool:
    for target in rule.overrides:
        if target == goal:
            return True
        if target in known and target not in seen:
            seen.add(target)
            if _reaches(known[target], goal, known, seen):
                return True
    return False
