"""What a rule means, said plainly: the reference interpreter. Everything faster is held equal to it by tests."""

from collections.abc import Iterable
from typing import Any

from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.shape import Condition, Facts, Rule


def holds(condition: Condition, facts: Facts) -> bool | None:
    """True, False, or None where the fact is unknown. NONE makes every comparison false; over an hour begins at the full hour."""
    fact = facts.get(condition.fact, UNKNOWN)
    if fact == UNKNOWN:
        return None
    if fact == NONE:
        return False
    return _compare(condition, fact)


def _compare(condition: Condition, fact: Any) -> bool | None:
    wanted: Any = condition.value
    if isinstance(wanted, Quantity):
        if wanted.is_money:
            if fact[1] != wanted.unit:
                return None
            fact = fact[0]
        late = wanted.unit == "hours"
        wanted = wanted.measure
    else:
        late = False
    match condition.operator:
        case "is" | "is_not":
            return bool(fact == wanted) is (condition.operator == "is")
        case "in" | "not_in":
            return (fact in wanted) is (condition.operator == "in")
        case "over":
            return bool(fact >= wanted if late else fact > wanted)
        case "under":
            return bool(fact < wanted)
        case "at_least":
            return bool(fact >= wanted)


def applies(rule: Rule, facts: Facts) -> bool | None:
    """Whether all conditions of a rule hold; one that is false settles it, also beside unknown ones."""
    answers = {holds(condition, facts) for condition in rule.conditions}
    return False if False in answers else None if None in answers else True


def standing(rules: Iterable[Rule], facts: Facts) -> dict[str, bool | None]:
    """Which rules stand: their conditions hold and no rule that overrides them applies. Where that is unknown: None."""
    rules = tuple(rules)
    said = {rule.id: applies(rule, facts) for rule in rules}
    for rule in rules:
        silencers = {applies(other, facts) for other in rules if rule.id in other.overrides}
        if True in silencers:
            said[rule.id] = False
        elif None in silencers and said[rule.id]:
            said[rule.id] = None
    return said
