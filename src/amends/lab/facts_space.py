"""Every situation that can be: what is declared of each fact, in finitely many classes of values, and which of them stand together.

Declared in `policies/vocabulary/situations.yaml` and `together.yaml`, and kept with every release. Only what the code that lays out
a sheet guarantees is declared, so that nothing proved over the space is wrong outside of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.conditions import holds
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.shape import Condition, Facts, FactShape, Vocabulary
from amends.domain.rulebook.situations import Together, declared_of, is_one_of, stands_together, together_of

APART: Final = frozenset({"request.kind", "rejection.ground", "rejection.stage", "evidence.kind", "evidence.of", "evidence.at"})
"""Facts that outcomes name words of: each word is a class of its own."""


class Klass(NamedTuple):
    """Values of a fact that no rule tells apart, and the one that stands for them."""

    value: Any
    alike: tuple[Any, ...]


class Space:
    """The situations that rules of some topics can tell apart. `also` are conditions beside those of the rules (of a law)."""

    def __init__(
        self, vocabulary: Vocabulary, currency: str, topics: Sequence[CompiledTopic], also: Iterable[Condition] = ()
    ) -> None:
        self.vocabulary = vocabulary
        self.declared = declared_of(vocabulary, currency)
        every = together_of(vocabulary)
        conditions = [c for topic in topics for rule in topic.rules for c in rule.conditions] + list(also)
        asked = {c.fact for c in conditions} | ({"request.kind"} & set(vocabulary.facts))
        self.together = _touching(every, asked)
        self.facts = tuple(sorted(asked & set(vocabulary.facts)))
        self._currency = currency
        by_fact: dict[str, list[Condition]] = {fact: [] for fact in self.facts}
        for each in dict.fromkeys(conditions):
            by_fact[each.fact].append(each)
        self.classes = {fact: self._classes(vocabulary.facts[fact], by_fact[fact]) for fact in self.facts}

    def _classes(self, shape: FactShape, conditions: list[Condition]) -> tuple[Klass, ...]:
        declared = self.declared[shape.name]
        lists = [words for each in self.together for side in each for fact, words in side.items() if fact == shape.name]
        values = [*self._values(shape, conditions), *(value for value in (NONE, UNKNOWN) if value in declared.may_be)]
        found: dict[Any, list[Any]] = {}
        for value in values:
            told = [holds(condition, {shape.name: value}) for condition in conditions]
            sign = (*told, *(is_one_of(value, words) for words in lists), value in (NONE, UNKNOWN) and value)
            found.setdefault((*sign, value) if shape.name in APART else sign, []).append(value)
        return tuple(Klass(declared.usual if declared.usual in alike else alike[0], tuple(alike)) for alike in found.values())

    def _values(self, shape: FactShape, conditions: list[Condition]) -> list[Any]:
        if shape.type == "word":
            return list(self.vocabulary.words(shape.words or ""))
        if shape.type == "flag":
            return [False, True]
        points = sorted({condition.value.measure for condition in conditions if isinstance(condition.value, Quantity)})
        usual = self.declared[shape.name].usual
        told = usual[0] if isinstance(usual, tuple) else usual
        values = {each for point in points for each in (point - 1, point, point + 1)} | (
            {0} if told in (NONE, UNKNOWN) else {told}
        )
        least = self.declared[shape.name].least
        kept = sorted(value for value in values if least is None or value >= least)
        return [(int(value), self._currency) if shape.type == "money" else value for value in kept]

    @cached_property
    def usual(self) -> dict[str, int]:
        """The class of each fact that it usually stands in; the first one where its usual value is none of them."""
        return {
            fact: next((n for n, each in enumerate(classes) if self.declared[fact].usual in each.alike), 0)
            for fact, classes in self.classes.items()
        }

    def sheet(self, chosen: Mapping[str, int]) -> dict[str, Any]:
        """The whole sheet of a situation: what is not chosen is as usual."""
        sheet = {fact: declared.usual for fact, declared in self.declared.items()}
        return sheet | {fact: self.classes[fact][n].value for fact, n in chosen.items()}

    def can_be(self, facts: Facts) -> bool:
        """Whether these facts stand together."""
        return stands_together(self.together, lambda fact: facts.get(fact, UNKNOWN))

    def having(self, condition: Condition, answer: bool | None) -> frozenset[int]:  # noqa: FBT001 -- what the condition says
        """The classes in which a condition holds (True), does not (False), or is not known (None)."""
        return frozenset(
            n for n, each in enumerate(self.classes[condition.fact]) if holds(condition, {condition.fact: each.value}) is answer
        )


def _touching(every: Sequence[Together], asked: set[str]) -> tuple[Together, ...]:
    """The constraints that reach what is asked, directly or by others; the facts that they bring are added to `asked`."""
    left = list(every)
    found: list[Together] = []
    while True:
        near = [each for each in left if asked & (set(each.when) | set(each.then))]
        if not near:
            return tuple(found)
        for each in near:
            left.remove(each)
            found.append(each)
            asked |= set(each.when) | set(each.then)
