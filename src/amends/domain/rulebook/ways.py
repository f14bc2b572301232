"""What would change a verdict: one or two facts that can still be changed, and until when that would pass."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any, Final, NamedTuple

from amends.domain.facts.unknown import UNKNOWN
from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.levers import KIND, Notch, levers_of
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.shape import Facts, Says
from amends.domain.rulebook.verdict import Need, Way
from amends.kernel.moments import local_date, start_of_local_day

MOST_WAYS: Final = 6
_REMEMBERED: Final = 4096


class Limit(NamedTuple):
    """A rule that will say no once a fact has grown to `too_late` (days, or seconds)."""

    bit: int
    fact: str
    too_late: int
    in_days: bool


class Plan(NamedTuple):
    """A way before it has a date: the kind, the facts to set, the changes, its words, and the limits that will end it."""

    kind: str
    notches: tuple[Notch, ...]
    sets: dict[str, Any]
    limits: tuple[Limit, ...]
    says: Says


class Search:
    """Looks for ways through one topic's rules; what it found for the same masks it remembers."""

    def __init__(self, topic: CompiledTopic, *, declines: int, allows: Mapping[str, int]) -> None:
        self._topic = topic
        self._declines = declines
        self._allows = allows
        self.levers = levers_of(topic)
        self._limits = tuple(_limits(topic, declines))
        clocks = {limit.fact for limit in self._limits}
        self._clocks = tuple(sorted(clocks))
        moved = {fact for lever in self.levers for fact in lever.facts}
        self._fixed = topic.asking(clocks | moved)
        self._plans: dict[tuple[object, ...], tuple[Plan, ...]] = {}

    def forget(self) -> None:
        """Forget what was found, so that a benchmark can look again."""
        self._plans.clear()

    def masked(self, facts: Facts) -> int:
        """The doubled mask of all facts; the same as the topic's own."""
        return self._topic.masked(facts)

    def ways(self, facts: Facts, now: datetime, proof_for: Callable[[Facts], tuple[Need, ...]] | None) -> tuple[Way, ...]:
        """What would pass, fewest changes first; nothing that fewer changes reach already."""
        base = self._fixed.masked(facts)
        clocks = tuple(self._topic.mask_of(fact, facts.get(fact, UNKNOWN)) for fact in self._clocks)
        key = (base, clocks, facts.get(KIND, UNKNOWN), *(lever.mask(facts) for lever in self.levers))
        plans = self._plans.get(key)
        if plans is None:
            if len(self._plans) >= _REMEMBERED:
                self._plans.clear()
            plans = self._plans[key] = tuple(self._find(base, clocks, facts))[:MOST_WAYS]
        if not plans:
            return ()
        today = local_date(now, self._topic.origin.zone)
        return tuple(self._way(plan, facts, now, today, proof_for) for plan in plans)

    def _find(self, base: int, clocks: tuple[int, ...], facts: Facts) -> Iterable[Plan]:
        timeless = base
        for mask in clocks:
            base &= mask
        standing = [lever.mask(facts) for lever in self.levers]
        positions = range(len(self.levers))
        passed: set[tuple[int, int]] = set()
        moves = [lever.moves(facts) for lever in self.levers]
        for count in (1, 2):
            for chosen in combinations(positions, count):
                rest = -1
                for position in positions:
                    if position not in chosen:
                        rest &= standing[position]
                if base & rest:
                    yield from self._try(chosen, moves, rest, (base, timeless), facts, passed)

    def _try(
        self,
        chosen: tuple[int, ...],
        moves: list[list[Notch]],
        rest: int,
        bases: tuple[int, int],
        facts: Facts,
        passed: set[tuple[int, int]],
    ) -> Iterable[Plan]:
        base, timeless = bases[0] & rest, bases[1] & rest
        told = facts.get(KIND, UNKNOWN)
        first = moves[chosen[0]]
        second = moves[chosen[1]] if len(chosen) > 1 else [None]
        for one in first:
            left = base & one.mask
            if not left or (chosen[0], id(one)) in passed:
                continue
            for other in second:
                mask = left if other is None else left & other.mask
                if other is not None and (chosen[1], id(other)) in passed:
                    continue
                notches = (one,) if other is None else (one, other)
                kind = next((n.sets[KIND] for n in notches if KIND in n.sets), told)
                if mask & self._allows.get(kind, 0) and self._passes(mask, kind):
                    if other is None:
                        passed.add((chosen[0], id(one)))
                    yield self._plan(kind, notches, timeless)

    def _passes(self, mask: int, kind: str) -> bool:
        certain, possible = self._topic.settle(mask)
        return not possible & self._declines and bool(certain & self._allows.get(kind, 0))

    def _plan(self, kind: str, notches: tuple[Notch, ...], timeless: int) -> Plan:
        for notch in notches:
            timeless &= notch.mask
        coming, _ = self._topic.settle(timeless)
        limits = tuple(limit for limit in self._limits if limit.bit & coming)
        called = self._topic.origin.vocabulary.says("kinds", kind)
        with_ = [notch.says for notch in notches if KIND not in notch.sets]
        says = Says(
            f"可按“{called.zh}”通过" + "".join(f"，{words.zh}" for words in with_),
            f"would pass as {called.en}" + "".join(f", {words.en}" for words in with_),
        )
        sets = {fact: value for notch in notches for fact, value in notch.sets.items()}
        return Plan(kind, notches, sets, limits, says)

    def _way(
        self, plan: Plan, facts: Facts, now: datetime, today: date, proof_for: Callable[[Facts], tuple[Need, ...]] | None
    ) -> Way:
        zone = self._topic.origin.zone
        proof = proof_for({**facts, **plan.sets}) if proof_for else ()
        last_day, before = _until(plan.limits, facts, now, today, zone)
        zh, en = plan.says.zh, plan.says.en
        for need in proof:
            words_zh, words_en = _proof_says(need, self._topic)
            zh, en = zh + words_zh, en + words_en
        if last_day:
            zh, en = f"{zh}，截至 {last_day}（{zone}）", f"{en}, until {last_day} ({zone})"
        elif before:
            zh, en = f"{zh}，须早于 {before:%Y-%m-%d %H:%M} UTC", f"{en}, before {before:%Y-%m-%d %H:%M} UTC"
        changes = tuple(notch.change for notch in plan.notches)
        return Way(kind=plan.kind, changes=changes, says=Says(zh, en), proof=proof, last_day=last_day, before=before, zone=zone)


def _limits(topic: CompiledTopic, declines: int) -> Iterable[Limit]:
    for rule in topic.of(declines):
        for condition in rule.conditions:
            value = condition.value
            if isinstance(value, Quantity) and value.unit in ("days", "hours") and condition.operator in ("over", "at_least"):
                days = value.unit == "days"
                late = int(value.measure) + (1 if days and condition.operator == "over" else 0)
                yield Limit(1 << topic.index[rule.id], condition.fact, late, days)


def _until(limits: tuple[Limit, ...], facts: Facts, now: datetime, today: date, zone: str) -> tuple[date | None, datetime | None]:
    found: list[tuple[datetime, date | None]] = []
    for limit in limits:
        elapsed = facts.get(limit.fact, UNKNOWN)
        if elapsed.__class__ is not int or elapsed >= limit.too_late:
            continue
        left = limit.too_late - elapsed
        if limit.in_days:
            found.append((start_of_local_day(today + timedelta(days=left), zone), today + timedelta(days=left - 1)))
        else:
            found.append((now + timedelta(seconds=left), None))
    if not found:
        return None, None
    before, last_day = min(found, key=lambda pair: pair[0])
    return last_day, before


def _proof_says(need: Need, topic: CompiledTopic) -> tuple[str, str]:
    if need.kind != "proof":
        return "", ""
    kinds = [topic.origin.vocabulary.says("evidence_kinds", word) for word in need.any_of or need.all_of]
    zh, en = "、".join(kind.zh for kind in kinds), ", ".join(kind.en for kind in kinds)
    return (
        (f"，附上其中一种凭证：{zh}", f", with one of: {en}")
        if need.any_of
        else (f"，附上全部凭证：{zh}", f", with all of: {en}")
    )
