"""The smallest situation that shows something: whatever does not matter is as usual."""

from collections.abc import Callable, Iterable
from itertools import combinations
from typing import Any

from amends.domain.rulebook.conditions import applies, holds
from amends.domain.rulebook.shape import Condition, Facts, Rule
from amends.lab.facts_space import Space
from amends.lab.findings import Witness, witness_of
from amends.lab.logic import Answer
from amends.lab.solver import Situation

Shows = Callable[[Facts], bool]


def smallest(space: Space, situation: Situation, shows: Shows) -> dict[str, Any]:
    """The sheet of a situation with every fact put back to its usual value that can be, one after the other and two that stand together.

    What it shows is asked of the reference interpreter each time; a sheet that does not show it raises, for then the solver is wrong.
    """
    kept = dict(situation)
    if not shows(space.sheet(kept)):
        raise AssertionError("the reference interpreter does not confirm what the solver found")
    joined = {frozenset((*each.when, *each.then)) for each in space.together}
    pairs = [pair for names in joined for pair in combinations(sorted(names), 2)]
    steps: list[tuple[str, ...]] = [*((fact,) for fact in kept), *((fact,) for fact in kept), *pairs]
    for facts in steps:
        if all(kept[fact] == space.usual[fact] for fact in facts):
            continue
        tried = kept | {fact: space.usual[fact] for fact in facts}
        sheet = space.sheet(tried)
        if space.can_be(sheet) and shows(sheet):
            kept = tried
    return space.sheet(kept)


def shown(space: Space, situation: Situation, shows: Shows, rules: Iterable[Rule], said: Callable[[Facts], Answer]) -> Witness:
    """The witness of a situation: smallest, in words, with what the rules in question ask about."""
    facts = smallest(space, situation, shows)
    usual = {fact: declared.usual for fact, declared in space.declared.items()}
    about = {condition.fact for rule in rules for condition in rule.conditions}
    return witness_of(space.vocabulary, facts, usual, about, said(facts).standing)


def all_hold(conditions: Iterable[Condition]) -> Shows:
    """Whether every condition certainly holds."""
    wanted = tuple(conditions)
    return lambda facts: all(holds(condition, facts) is True for condition in wanted)


def apply(*rules: Rule) -> Shows:
    """Whether the conditions of these rules certainly hold."""
    return lambda facts: all(applies(rule, facts) is True for rule in rules)
