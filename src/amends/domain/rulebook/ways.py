"""What would change a verdict: one or two facts that can still be changed, or waiting, and until when that would pass."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from itertools import combinations, islice
from typing import Any, Final

from amends.domain.facts.unknown import UNKNOWN
from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.levers import KIND, Notch, levers_of
from amends.domain.rulebook.promise import Limit, Plan, Spell, way_of
from amends.domain.rulebook.shape import Facts, Rule, Says
from amends.domain.rulebook.verdict import Need, Way

MOST_WAYS: Final = 6
_REMEMBERED: Final = 4096
ProofFor = Callable[[Facts], tuple[Need, ...]]


class Search:
    """Looks for ways through one topic's rules; what it found for the same facts it remembers."""

    def __init__(self, topic: CompiledTopic, *, declines: int, allows: Mapping[str, int]) -> None:
        self._topic = topic
        self._declines = declines
        self._allows = allows
        self.levers = levers_of(topic)
        self._clocks = tuple(fact for fact, scale in topic.scales.items() if scale.currency is None and _is_clock(topic, fact))
        moved = {fact for lever in self.levers for fact in lever.facts}
        self._fixed = topic.asking({*self._clocks, *moved})
        self._told = tuple({*topic.tables, KIND, *(lever.fact for lever in self.levers)} - set(topic.scales))
        self._scales = tuple(topic.scales.items())
        self._asking = {fact: _both(topic, topic.bits(partial(_asks, fact))) for fact in self._clocks}
        silenced = topic.bits(lambda rule: any(rule.id in other.overrides for other in topic.rules))
        self._final = (declines & ~silenced) << topic.width
        self._plans: dict[tuple[object, ...], tuple[Plan, ...]] = {}

    def forget(self) -> None:
        """Forget what was found, so that a benchmark can look again."""
        self._plans.clear()

    def ways(self, facts: Facts, now: datetime, proof_for: ProofFor | None) -> tuple[Way, ...]:
        """What would pass, fewest changes first; nothing that fewer changes reach already."""
        key = self._key(facts)
        plans = self._plans.get(key)
        if plans is None:
            if len(self._plans) >= _REMEMBERED:
                self._plans.clear()
            plans = self._plans[key] = tuple(islice(self._find(facts), MOST_WAYS))
        if not plans:
            return ()
        spell = Spell(now, self._topic.origin.zone, self._topic.origin.vocabulary)
        return tuple([way_of(plan, facts, spell, proof_for) for plan in plans])

    def _key(self, facts: Facts) -> tuple[object, ...]:
        get = facts.get
        key: list[object] = [get(fact, UNKNOWN) for fact in self._told]
        for fact, (points, _, _, _, currency) in self._scales:
            value = get(fact, UNKNOWN)
            if value.__class__ is not str and currency is not None:
                value = value[0] if value[1] == currency else UNKNOWN
            key.append(value if value.__class__ is str else bisect_left(points, value) + bisect_right(points, value))
        return tuple(key)

    def _find(self, facts: Facts) -> Iterable[Plan]:
        base = self._fixed.masked(facts)
        clocks = {fact: self._topic.mask_of(fact, facts.get(fact, UNKNOWN)) for fact in self._clocks}
        standing = [lever.mask(facts) for lever in self.levers]
        yield from self._wait(_and(base, *standing), clocks, facts)
        timely = _and(base, *clocks.values())
        moves = [lever.moves(facts) for lever in self.levers]
        alone: set[int] = set()
        for count in (1, 2):
            for chosen in combinations(range(len(self.levers)), count):
                rest = _and(timely, *(mask for position, mask in enumerate(standing) if position not in chosen))
                for notches in _together([moves[position] for position in chosen], rest, alone):
                    kind = self._kind(facts, notches)
                    if self._passes(_and(rest, *(notch.mask for notch in notches)), kind):
                        if count == 1:
                            alone.add(id(notches[0]))
                        lasting = _and(base, *(n.mask for n in notches), *(m for p, m in enumerate(standing) if p not in chosen))
                        yield self._plan(kind, notches, self._limits(lasting, clocks, kind, facts))

    def _kind(self, facts: Facts, notches: tuple[Notch, ...]) -> str:
        return next((str(notch.sets[KIND]) for notch in notches if KIND in notch.sets), str(facts.get(KIND, UNKNOWN)))

    def _passes(self, mask: int, kind: str) -> bool:
        allowing = self._allows.get(kind, 0)
        if mask & self._final or not mask & allowing:
            return False
        certain, possible = self._topic.settle(mask)
        return not possible & self._declines and bool(certain & allowing)

    def _wait(self, timeless: int, clocks: dict[str, int], facts: Facts) -> Iterable[Plan]:
        kind = self._kind(facts, ())
        for fact in clocks:
            others = _and(timeless, *(mask for other, mask in clocks.items() if other != fact))
            if not others & self._asking[fact]:
                continue
            for value, mask in self._later(fact, facts):
                if self._passes(others & mask, kind):
                    opens = Limit(fact, value, in_days=self._in_days(fact))
                    yield self._plan(kind, (), self._limits(timeless, clocks, kind, {**facts, fact: value}), opens)
                    return

    def _limits(self, timeless: int, clocks: dict[str, int], kind: str, facts: Facts) -> tuple[Limit, ...]:
        """For each clock the first value at which it would no longer pass, the other clocks standing still."""
        found: list[Limit] = []
        for fact in clocks:
            now = {other: self._topic.mask_of(other, facts.get(other, UNKNOWN)) for other in clocks if other != fact}
            others = _and(timeless, *now.values())
            if not others & self._asking[fact]:
                continue
            late = (value for value, mask in self._later(fact, facts) if not self._passes(others & mask, kind))
            value = next(late, None)
            if value is not None:
                found.append(Limit(fact, value, in_days=self._in_days(fact)))
        return tuple(found)

    def _in_days(self, fact: str) -> bool:
        return self._topic.origin.vocabulary.facts[fact].type == "days"

    def _later(self, fact: str, facts: Facts) -> Iterable[tuple[int, int]]:
        """The steps of a clock that lie ahead: the first value of each and its mask."""
        elapsed = facts.get(fact, UNKNOWN)
        if elapsed.__class__ is not int:
            return
        scale = self._topic.scales[fact]
        for position, point in enumerate(scale.points):
            for value, step in ((point, 2 * position + 1), (point + 1, 2 * position + 2)):
                following = scale.points[position + 1] if position + 1 < len(scale.points) else None
                if value > elapsed and (following is None or value < following):
                    yield int(value), scale.masks[step]

    def _plan(self, kind: str, notches: tuple[Notch, ...], limits: tuple[Limit, ...], opens: Limit | None = None) -> Plan:
        called = self._topic.origin.vocabulary.says("kinds", kind)
        others = [notch.says for notch in notches if KIND not in notch.sets]
        says = Says(
            f"可按“{called.zh}”通过" + "".join(f"，{words.zh}" for words in others),
            f"would pass as {called.en}" + "".join(f", {words.en}" for words in others),
        )
        sets: dict[str, Any] = {fact: value for notch in notches for fact, value in notch.sets.items()}
        return Plan(kind, tuple(notch.change for notch in notches), sets, limits, says, opens, {})


def _is_clock(topic: CompiledTopic, fact: str) -> bool:
    shape = topic.origin.vocabulary.facts.get(fact)
    return shape is not None and shape.type in ("days", "hours")


def _asks(fact: str, rule: Rule) -> bool:
    return any(condition.fact == fact for condition in rule.conditions)


def _both(topic: CompiledTopic, mask: int) -> int:
    return mask | mask << topic.width


def _and(*masks: int) -> int:
    left = -1
    for mask in masks:
        left &= mask
    return left


def _together(moves: list[list[Notch]], rest: int, alone: set[int]) -> Iterable[tuple[Notch, ...]]:
    """One notch of each lever; none that passes alone already, none that leaves nothing."""
    first = [notch for notch in moves[0] if notch.mask & rest and id(notch) not in alone]
    if len(moves) == 1:
        return [(notch,) for notch in first]
    second = [notch for notch in moves[1] if notch.mask & rest and id(notch) not in alone]
    return [(one, other) for one in first for other in second if one.mask & other.mask & rest]
