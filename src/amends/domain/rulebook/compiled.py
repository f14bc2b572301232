"""A topic as bitsets: for every value of every fact the rules that it leaves possible. AND them, and all matching rules are known at once.

A mask is two masks side by side: the low half holds the rules that certainly apply, the high half those that possibly apply.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from copy import copy
from datetime import date, datetime
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.conditions import holds
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.residue import MOST_ANSWERS, Residue
from amends.domain.rulebook.shape import Condition, Facts, MarketBook, Rule, TopicName, Vocabulary
from amends.kernel.moments import local_date, start_of_local_day

T = TypeVar("T")
Table = dict[Any, int]
_MOST_SITUATIONS = 100_000


class Origin(NamedTuple):
    """Where rules come from: what a verdict must be able to say about them."""

    market: str = ""
    zone: str = "UTC"
    vocabulary: Vocabulary = Vocabulary()
    release: str | None = None
    founding: bool = False


class Match(NamedTuple):
    """Rules as bits, overrides already resolved: `certain` apply, `possible` apply or may apply."""

    certain: int
    possible: int


class Scale(NamedTuple):
    """A measured fact: masks below, at and between the sorted thresholds; with the unit of money where it is money."""

    points: list[Any]
    masks: list[int]
    free: int
    unknown: int
    currency: str | None

    def step(self, key: int | str) -> int:
        """The rules that a step leaves: below the first threshold 0, at it 1, above it 2 and so on; or NONE or UNKNOWN."""
        if isinstance(key, int):
            return self.masks[key]
        return self.free if key == NONE else self.unknown

    def mask(self, value: Any) -> int:
        """The rules that a value leaves."""
        if value == NONE:
            return self.free
        if value == UNKNOWN:
            return self.unknown
        if self.currency is not None:
            value, currency = value
            if currency != self.currency:
                return self.unknown
        return self.masks[bisect_left(self.points, value) + bisect_right(self.points, value)]


class CompiledTopic:
    """All rules of a topic that are in force at one moment. Bit i of a mask is `rules[i]`."""

    def __init__(self, rules: Iterable[Rule], origin: Origin | None = None) -> None:
        self.rules = tuple(rules)
        self.origin = origin or Origin()
        self.index = {rule.id: position for position, rule in enumerate(self.rules)}
        self.all = (1 << len(self.rules)) - 1
        self.width = len(self.rules)
        self.both = self.all | self.all << self.width
        self.facts = tuple(sorted({condition.fact for rule in self.rules for condition in rule.conditions}))
        self.tables: dict[str, tuple[Table, int]] = {}
        self.scales: dict[str, Scale] = {}
        for fact in self.facts:
            self._compile(fact)
        self.word_rows = [(fact, table.get, default) for fact, (table, default) in self.tables.items()]
        self.scale_rows = [(fact, *scale) for fact, scale in self.scales.items()]
        self._silences = [
            (1 << position, ~sum(1 << self.index[o] for o in rule.overrides if o in self.index))
            for position, rule in enumerate(self.rules)
            if rule.overrides
        ]
        self._overriders = sum(bit for bit, _ in self._silences)
        self._prepared: dict[Any, Any] = {}
        self.pivots = self._most_asked()
        self._at_pivots = itemgetter(*self.pivots) if len(self.pivots) > 1 else None
        self._residues: dict[Any, Residue] = {}

    def _most_asked(self) -> tuple[str, ...]:
        asked = {fact: sum(any(c.fact == fact for c in rule.conditions) for rule in self.rules) for fact in self.tables}
        found: list[str] = []
        situations = 1
        for fact in sorted(asked, key=lambda fact: (-asked[fact], fact)):
            situations *= len(self.tables[fact][0])
            if situations > _MOST_SITUATIONS:
                break
            found.append(fact)
        return tuple(found) if len(found) > 1 else ()

    def _residue(self, key: tuple[Any, ...]) -> Residue:
        left = self.both
        for fact, value in zip(self.pivots, key, strict=True):
            left &= self.mask_of(fact, value)
        asked = {c.fact for rule in self.of(left >> self.width) for c in rule.conditions if c.fact not in self.pivots}
        words = {fact: partial(self.mask_of, fact) for fact in self.tables if fact in asked}
        scales = {fact: scale for fact, scale in self.scales.items() if fact in asked}
        if len(self._residues) >= MOST_ANSWERS:
            self._residues.clear()
        found = self._residues[key] = Residue(left, self.width, words, scales, self.settle)
        return found

    def _compile(self, fact: str) -> None:
        by_rule = [tuple(c for c in rule.conditions if c.fact == fact) for rule in self.rules]
        free = sum(1 << position for position, conditions in enumerate(by_rule) if not conditions)
        unknown = free | self.all << self.width
        free |= free << self.width
        every = [condition for conditions in by_rule for condition in conditions]

        def left(value: Any) -> int:
            mask = sum(
                1 << position
                for position, conditions in enumerate(by_rule)
                if all(holds(condition, {fact: value}) for condition in conditions)
            )
            return mask | mask << self.width

        quantity = next((c.value for c in every if isinstance(c.value, Quantity)), None)
        if quantity is None:
            words = {word for c in every for word in (c.value if isinstance(c.value, tuple) else (c.value,))}
            self.tables[fact] = {word: left(word) for word in words} | {NONE: free, UNKNOWN: unknown}, left(object())
            return
        points = sorted({c.value.measure for c in every if isinstance(c.value, Quantity)})
        currency = quantity.unit if quantity.is_money else None
        seen: list[Any] = [points[0] - 1]
        for point, following in zip(points, [*points[1:], points[-1] + 2], strict=True):
            seen += [point, (point + following) / 2]
        masks = [left((value, currency) if currency else value) for value in seen]
        self.scales[fact] = Scale(points, masks, free, unknown, currency)

    def mask_of(self, fact: str, value: Any) -> int:
        """The doubled mask of rules that one value of one fact leaves; all of them where no rule asks about it."""
        if fact in self.tables:
            table, default = self.tables[fact]
            return table.get(value, default)
        scale = self.scales.get(fact)
        return self.both if scale is None else scale.mask(value)

    def match(self, facts: Facts) -> Match:
        """Every rule that certainly applies and every rule that possibly applies. A fact that is absent is unknown."""
        try:
            key = self._at_pivots(facts) if self._at_pivots else ()
        except KeyError:
            key = tuple(facts.get(fact, UNKNOWN) for fact in self.pivots)
        residue = self._residues.get(key)
        if residue is None:
            residue = self._residue(key)
        found: Match = residue.match(facts)
        return found

    def plain_match(self, facts: Facts) -> Match:
        """The same as `match`, by the bitsets alone and nothing remembered."""
        return self.settle(self.masked(facts))

    def asking(self, but: Iterable[str]) -> "CompiledTopic":
        """The same rules, asked without the facts named in `but`: `masked` then leaves out their masks."""
        left_out = set(but)
        part = copy(self)
        part.word_rows = [row for row in self.word_rows if row[0] not in left_out]
        part.scale_rows = [row for row in self.scale_rows if row[0] not in left_out]
        return part

    def masked(self, facts: Facts) -> int:
        """The AND of all facts' doubled masks, before overrides."""
        mask = self.both
        get = facts.get
        for fact, left, default in self.word_rows:
            mask &= left(get(fact, UNKNOWN), default)
        for fact, points, masks, free, unknown, currency in self.scale_rows:
            value = get(fact, UNKNOWN)
            if value.__class__ is str:
                mask &= free if value == NONE else unknown
                continue
            if currency is not None:
                value, told = value
                if told != currency:
                    mask &= unknown
                    continue
            mask &= masks[bisect_left(points, value) + bisect_right(points, value)]
        return mask

    def settle(self, mask: int) -> Match:
        """Split a doubled mask and let rules silence the rules that they override."""
        certain, possible = mask & self.all, mask >> self.width
        if possible & self._overriders:
            standing, standing_possibly = certain, possible
            for bit, keep in self._silences:
                if standing & bit:
                    standing_possibly &= keep
                if possible & bit:
                    certain &= keep
            return Match(certain, standing_possibly)
        return Match(certain, possible)

    def of(self, mask: int) -> list[Rule]:
        """The rules of a mask, in their order."""
        found = []
        while mask:
            bit = mask & -mask
            found.append(self.rules[bit.bit_length() - 1])
            mask ^= bit
        return found

    def bits(self, chosen: Callable[[Rule], bool]) -> int:
        """The mask of the rules that a question chooses."""
        return sum(1 << position for position, rule in enumerate(self.rules) if chosen(rule))

    def unknown_facts(self, rule: Rule, facts: Facts) -> tuple[str, ...]:
        """What must be told before it is known whether a rule stands: its own unknown facts and those of what overrides it."""
        asked = [rule, *(other for other in self.rules if rule.id in other.overrides)]
        unsure = [condition for one in asked for condition in one.conditions if holds(condition, facts) is None]
        return tuple(dict.fromkeys(condition.fact for condition in unsure))

    def failed(self, rule: Rule, facts: Facts) -> Condition | None:
        """The first condition of a rule that does not hold; None where none fails."""
        return next((condition for condition in rule.conditions if holds(condition, facts) is False), None)

    def kept(self) -> Iterable[Any]:
        """What questions have worked out so far."""
        return self._prepared.values()

    def prepared(self, make: Callable[["CompiledTopic"], T]) -> T:
        """Whatever a question works out once per topic, kept beside it."""
        found = self._prepared.get(make)
        if found is None:
            found = self._prepared[make] = make(self)
        result: T = found
        return result


def in_force(rule: Rule, day: date) -> bool:
    """Whether a rule is in force on a local day; its last day counts."""
    return not (rule.from_ and day < rule.from_) and not (rule.until and day > rule.until)


def compile_topic(rules: Iterable[Rule], at: datetime, zone: str, origin: Origin | None = None) -> CompiledTopic:
    """The rules of a topic that are in force at a moment, ready to be matched."""
    return _compiled_on(rules, local_date(at, zone), origin)


def _compiled_on(rules: Iterable[Rule], day: date, origin: Origin | None) -> CompiledTopic:
    return CompiledTopic((rule for rule in rules if in_force(rule, day)), origin)


class CompiledBook:
    """A market's rules, compiled on demand: once per topic and epoch (the time between two dates at which a rule begins or ends)."""

    def __init__(self, book: MarketBook, *, release: str | None = None, founding: bool = False) -> None:
        self.book = book
        self.origin = Origin(book.market, book.zone, book.vocabulary, release, founding)
        self._days = {topic: _turning_days(rules) for topic, rules in book.rules.items()}
        # The moments at which those days begin: asked for every request, and a moment is found faster than its local date.
        self._turns = {topic: [start_of_local_day(day, book.zone) for day in days] for topic, days in self._days.items()}
        self._topics: dict[tuple[str, int], CompiledTopic] = {}

    def topic(self, name: TopicName, at: datetime) -> CompiledTopic:
        """The topic as it stands at the pin's moment."""
        epoch = bisect_right(self._turns.get(name, _NEVER), at)
        found = self._topics.get((name, epoch))
        if found is None:
            found = self._topics[name, epoch] = _compiled_on(self.book.rules.get(name, ()), self._day(name, epoch), self.origin)
        return found

    def turns(self, name: TopicName) -> list[datetime]:
        """The moments at which rules of a topic begin or end, in order."""
        return self._turns.get(name, _NEVER)

    def _day(self, name: TopicName, epoch: int) -> date:
        """A day of an epoch: its first, or for the first epoch the day before the first turn."""
        days = self._days.get(name) or [date.max]
        return days[epoch - 1] if epoch else date.fromordinal(days[0].toordinal() - 1)


_NEVER: list[datetime] = []


def _turning_days(rules: Iterable[Rule]) -> list[date]:
    days = {rule.from_ for rule in rules if rule.from_}
    days |= {date.fromordinal(rule.until.toordinal() + 1) for rule in rules if rule.until}
    return sorted(days)
