"""Two releases held against each other: exactly which situations change, each group of them with one that shows it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from amends.domain.rulebook.compiled import CompiledBook, CompiledTopic
from amends.domain.rulebook.outcomes import Allow, Decline, Undecided
from amends.domain.rulebook.shape import TOPICS, Facts, MarketBook, Rule, Says, Vocabulary
from amends.lab.cubes import Cube, cube_in_words, values_of
from amends.lab.facts_space import Space
from amends.lab.findings import Witness, witness_of
from amends.lab.logic import Answer, Atom, answer, answers
from amends.lab.solver import Formula, Situation, Solver
from amends.lab.witness import smallest

MOST = 60
_DECIDES = frozenset({"verdict", "review", "programme", "ground", "says", "may"})
"""What counts as a change; that a request is declined for one more reason does not."""
Changed = frozenset[tuple[Atom, bool, bool]]


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """The answer before or after: the kind of verdict (eligibility alone), the rules that speak for it on this side alone, and what they say."""

    verdict: str
    rules: tuple[str, ...]
    says: Says


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Situations that change alike: whenever these facts are so, whatever the others are; in words, and one of them."""

    whenever: dict[str, tuple[Any, ...]]
    says: Says
    witness: Witness


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change of an answer, and every group of situations in which it happens; the first is the one that takes fewest words."""

    topic: str
    before: Side
    after: Side
    groups: tuple[Group, ...]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a release changes. `complete` is false where there are more situations than are told."""

    changes: tuple[Change, ...]
    complete: bool
    rules_added: tuple[str, ...]
    rules_gone: tuple[str, ...]
    rules_changed: tuple[str, ...]


def difference(old: MarketBook, new: MarketBook, now: datetime, most: int = MOST) -> Difference:
    """What changes from `now` on, at every moment at which rules of either book begin or end."""
    before, after = CompiledBook(old), CompiledBook(new)
    vocabulary = _both(old.vocabulary, new.vocabulary)
    changes: list[Change] = []
    complete = True
    for name in TOPICS:
        seen: set[tuple[Any, Any]] = set()
        for moment in sorted({now, *(turn for book in (before, after) for turn in book.turns(name) if turn > now)}):
            one, other = before.topic(name, moment), after.topic(name, moment)
            key = (_meanings(one.rules), _meanings(other.rules))
            if key[0] != key[1] and key not in seen:
                seen.add(key)
                found, whole = TopicDifference(vocabulary, new.currency, one, other).changes(most)
                changes += found
                complete = complete and whole
    added, gone, changed = _rules(old, new)
    return Difference(changes=tuple(changes), complete=complete, rules_added=added, rules_gone=gone, rules_changed=changed)


def _both(old: Vocabulary, new: Vocabulary) -> Vocabulary:
    names = {*old.lists, *new.lists}
    return Vocabulary({**old.facts, **new.facts}, {name: {**old.words(name), **new.words(name)} for name in names})


def _meaning(rule: Rule) -> tuple[Any, ...]:
    """What of a rule decides; its words, its source and its place do not."""
    return rule.id, rule.conditions, rule.outcome, rule.overrides


def _meanings(rules: Iterable[Rule]) -> tuple[Any, ...]:
    return tuple(_meaning(rule) for rule in rules)


def _rules(old: MarketBook, new: MarketBook) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    was, will = ({r.id: r for rules in book.rules.values() for r in rules} for book in (old, new))
    changed = (
        i
        for i in will
        if i in was and (*_meaning(was[i]), was[i].from_, was[i].until) != (*_meaning(will[i]), will[i].from_, will[i].until)
    )
    return tuple(i for i in will if i not in was), tuple(i for i in was if i not in will), tuple(changed)


class TopicDifference:
    """One topic before and after, as formulas over the situations that either tells apart."""

    def __init__(self, vocabulary: Vocabulary, currency: str, old: CompiledTopic, new: CompiledTopic) -> None:
        self.vocabulary, self.old, self.new = vocabulary, old, new
        self.space = Space(vocabulary, currency, [old, new])
        self.solver = Solver(self.space)
        sides = [answers(self.solver, self.solver.encode(topic).seen) for topic in (old, new)]
        was, will = ({_meaning(rule): rule for rule in topic.rules} for topic in (old, new))
        touched = [*(was[each] for each in was if each not in will), *(will[each] for each in will if each not in was)]
        self._asked = {condition.fact for rule in touched for condition in rule.conditions}
        never = self.solver.some(())
        self.atoms: dict[Atom, tuple[Formula, Formula]] = {
            atom: (self.solver.named(sides[0].get(atom, never)), self.solver.named(sides[1].get(atom, never)))
            for atom in dict.fromkeys((*sides[0], *sides[1]))
            if atom[0] in _DECIDES
        }

    def changes(self, most: int) -> tuple[list[Change], bool]:
        """The changes, and whether these are all."""
        found: dict[Changed, list[tuple[Group, Side, Side]]] = {}
        told = 0
        differs = self.solver.named(self.solver.some(self.solver.differ(*pair) for pair in self.atoms.values()))
        while told < most and self.solver.can_be(differs):
            situation = self.solver.situation()
            changed = self.changed(self.space.sheet(situation))
            cube = self._widest(situation, changed)
            found.setdefault(changed, []).append(self._told(situation, changed, cube))
            told += 1
            self.solver.never(self._inside(cube))
        return [self._change(groups) for groups in found.values()], not self.solver.can_be(differs)

    def _change(self, groups: list[tuple[Group, Side, Side]]) -> Change:
        groups = sorted(groups, key=lambda each: (len(each[0].witness.named), len(each[0].says.en)))
        _, before, after = groups[0]
        name = (self.old.rules or self.new.rules)[0].topic
        return Change(topic=name, before=before, after=after, groups=tuple(group for group, _, _ in groups))

    def changed(self, facts: Facts) -> Changed:
        """What changes in one situation, by the reference interpreter."""
        before, after = answer(self.old, facts).atoms, answer(self.new, facts).atoms
        return frozenset((atom, atom in before, atom in after) for atom in before ^ after if atom[0] in _DECIDES)

    def _inside(self, cube: Mapping[str, frozenset[int]]) -> Formula:
        return self.solver.every(self.solver.among(fact, classes) for fact, classes in cube.items())

    def _widest(self, situation: Situation, changed: Changed) -> Cube:
        """The facts that matter for this change, each with every class that gives it; found by what keeps the solver from refuting it."""
        solver = self.solver
        same = [
            formula if was else solver.no(formula)
            for atom, before, after in changed
            for formula, was in zip(self.atoms[atom], (before, after), strict=True)
        ]
        otherwise = solver.literal(solver.no(solver.every(same)))
        cube: Cube = {fact: frozenset((situation[fact],)) for fact in solver.needed(situation, otherwise)}
        for fact in tuple(cube):
            rest = {other: classes for other, classes in cube.items() if other != fact}
            if not solver.can_be(otherwise, *(solver.among(f, c) for f, c in rest.items())):
                cube = rest
                continue
            for n in range(len(self.space.classes[fact])):
                if n not in cube[fact] and not solver.can_be(
                    otherwise, solver.among(fact, (n,)), *(solver.among(f, c) for f, c in rest.items())
                ):
                    cube[fact] |= {n}
        return cube

    def _told(self, situation: Situation, changed: Changed, cube: Cube) -> tuple[Group, Side, Side]:
        facts = smallest(self.space, situation, lambda facts: changed <= self.changed(facts))
        before, after = answer(self.old, facts), answer(self.new, facts)
        usual = {fact: declared.usual for fact, declared in self.space.declared.items()}
        seen = witness_of(self.vocabulary, facts, usual, self._asked, after.standing)
        group = Group(whenever=values_of(self.space, cube), says=cube_in_words(self.space, cube), witness=seen)
        meant = self._meant(self.old, before), self._meant(self.new, after)
        return group, self._side(self.old, before, meant[1]), self._side(self.new, after, meant[0])

    def _side(self, topic: CompiledTopic, said: Answer, other: frozenset[Any]) -> Side:
        own = [rule for rule in topic.rules if rule.id in said.standing and _heard(rule, said.verdict)]
        only = [rule for rule in own if _meaning(rule) not in other] or (own if said.verdict else [])
        says = Says("".join(rule.says.zh for rule in only), " ".join(rule.says.en for rule in only))
        return Side(verdict=said.verdict, rules=tuple(rule.id for rule in only), says=says)

    def _meant(self, topic: CompiledTopic, said: Answer) -> frozenset[Any]:
        return frozenset(_meaning(rule) for rule in topic.rules if rule.id in said.standing)


def _heard(rule: Rule, verdict: str) -> bool:
    """Whether a rule has a say in a verdict; where there is none, every rule that stands has."""
    forms = {"declined": Decline, "allowed": Allow, "undecided": Undecided}
    return verdict not in forms or isinstance(rule.outcome, forms[verdict])
