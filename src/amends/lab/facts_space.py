"""Every situation that can be: what is declared of each fact, in finitely many classes of values, and which of them stand together.

Declared in `policies/vocabulary/situations.yaml` and `together.yaml`, and kept with every release. Only what the code that lays out
a sheet guarantees is declared, so that nothing proved over the space is wrong outside of it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.conditions import holds
from amends.domain.rulebook.levers import GROUP, REASON
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.shape import Condition, Facts, FactShape, Vocabulary

TOLD: Final = "told"
APART: Final = frozenset({"request.kind", "rejection.ground", "rejection.stage", "evidence.kind", "evidence.of", "evidence.at"})
"""Facts that outcomes name words of: each word is a class of its own."""

Words = Mapping[str, tuple[str, ...]]


class Klass(NamedTuple):
    """Values of a fact that no rule tells apart, and the one that stands for them."""

    value: Any
    alike: tuple[Any, ...]


class Declared(NamedTuple):
    """What a fact may be beside a value (`none`, `unknown`), its least value, and what it usually is."""

    may_be: frozenset[str] = frozenset({NONE, UNKNOWN})
    least: int | None = None
    usual: Any = NONE


class Together(NamedTuple):
    """Where every fact of `when` is one of its words, every fact of `then` is one of its own."""

    when: Words
    then: Words


def declared_of(vocabulary: Vocabulary, currency: str) -> dict[str, Declared]:
    """What is declared of every fact; one that is not declared may be anything and usually does not apply."""
    written = vocabulary.words("situations")
    found = {}
    for name, shape in vocabulary.facts.items():
        traits = written[name].traits if name in written else {}
        may_be = traits.get("may_be", [NONE, UNKNOWN])
        least = traits.get("least")
        usual = _read(str(traits.get("usual", NONE)), shape, currency)
        found[name] = Declared(frozenset(may_be), None if least is None else int(least), usual)
    return found


def _read(text: str, shape: FactShape, currency: str) -> Any:
    if text in (NONE, UNKNOWN) or shape.type == "word":
        return text
    if shape.type == "flag":
        return text in ("true", "yes")
    return (int(text), currency) if shape.type == "money" else int(text)


def together_of(vocabulary: Vocabulary) -> tuple[Together, ...]:
    """What stands together: what is written, and the one group of every reason."""
    found = [
        Together(*({fact: _texts(words) for fact, words in dict(term.traits[part]).items()} for part in ("when", "then")))
        for term in vocabulary.words("together").values()
    ]
    by_group: dict[str, list[str]] = {}
    for reason, group in vocabulary.reason_groups().items():
        by_group.setdefault(group, []).append(reason)
    found += [Together({REASON: tuple(reasons)}, {GROUP: (group,)}) for group, reasons in by_group.items()]
    return tuple(found)


def _texts(words: Any) -> tuple[str, ...]:
    return (str(words),) if isinstance(words, str) else tuple(str(word) for word in words)


def is_one_of(value: Any, words: Sequence[str]) -> bool:
    """Whether a value is one of these words, `told` standing for any that is neither none nor unknown."""
    if value is True or value is False:
        return TOLD in words or ("true" if value else "false") in words
    if value in (NONE, UNKNOWN):
        return value in words
    return TOLD in words or value in words


def stands_together(together: Iterable[Together], value_of: Callable[[str], Any]) -> bool:
    """Whether values break none of the constraints."""
    for each in together:
        if all(is_one_of(value_of(fact), words) for fact, words in each.when.items()) and not all(
            is_one_of(value_of(fact), words) for fact, words in each.then.items()
        ):
            return False
    return True


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
