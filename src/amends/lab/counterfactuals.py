"""What would open a request that does not pass: every smallest set of changes, one or two of them, and until when each would do.

A change is another value of a fact that somebody can still change, telling what nobody has told, or waiting. Each is tried by judging the
changed request by the rulebook, so that nothing is promised that the rules do not keep; values that no rule tells apart are tried once.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any, Final, NamedTuple

import msgspec

from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.levers import GROUP, KIND, REASON
from amends.domain.rulebook.promise import proof_says
from amends.domain.rulebook.shape import Facts, Says, Vocabulary
from amends.domain.rulebook.verdict import Change, Need, Way
from amends.domain.topics.eligibility import plain_verdict
from amends.kernel.moments import local_date, start_of_local_day
from amends.lab.facts_space import Space
from amends.lab.findings import value_in_words

MOST_CHANGES: Final = 2
_SETTLED: Final = ("parcel.status", "order.status", "order.category", "order.source", "order.sale_format")
"""What is not told by saying it: it is what happened, or what was sold."""
ProofFor = Callable[[Facts], tuple[Need, ...]]


class Step(NamedTuple):
    """One change: the facts that it sets, and how it is told; or days to wait, by which every count of days grows."""

    sets: dict[str, Any]
    change: Change | None
    says: Says
    wait: int = 0


class Request(NamedTuple):
    """What is asked about: the rules, the sheet, the moment, the market's zone, and the proof that a request would still owe.

    `beside` are the sheets of other lines of the same request, which must pass with it.
    """

    topic: CompiledTopic
    facts: Facts
    now: datetime
    zone: str
    proof_for: ProofFor
    beside: tuple[Facts, ...] = ()


def counterfactuals(request: Request, currency: str) -> tuple[Way, ...]:
    """Every smallest way, fewest changes first, those that owe no proof before those that do.

    One without changes where only proof is missing; empty for a request that passes as it is.
    """
    if _passes(request, ()):
        proof = request.proof_for(request.facts)
        return (_way(request, ()),) if any(need.kind == "proof" for need in proof) else ()
    steps = list(_steps(request, currency))
    found: list[tuple[Step, ...]] = []
    for count in range(1, MOST_CHANGES + 1):
        for chosen in combinations(steps, count):
            if (
                _one_of_each(chosen)
                and not any(set(map(id, way)) <= set(map(id, chosen)) for way in found)
                and _passes(request, chosen)
            ):
                found.append(chosen)
    ways = [_way(request, chosen) for chosen in found]
    return tuple(sorted(ways, key=lambda way: (len(way.changes) + bool(way.from_day), len(way.proof), way.from_day or date.min)))


def _one_of_each(chosen: tuple[Step, ...]) -> bool:
    """Whether the steps change different things."""
    names = [name for step in chosen for name in (step.sets or {"wait": 0})]
    return len(names) == len(set(names))


def changed(request: Request, sheet: Facts, chosen: Iterable[Step]) -> dict[str, Any]:
    """A sheet with the steps taken."""
    facts = dict(sheet)
    for step in chosen:
        facts |= step.sets
        if step.wait:
            facts |= _later(request, facts, step.wait)
    return facts


def _later(request: Request, facts: Facts, days: int) -> dict[str, Any]:
    """Every count of days, so many days later."""
    return {fact: facts[fact] + days for fact in _clocks(request.topic) if isinstance(facts.get(fact), int)}


def _clocks(topic: CompiledTopic) -> list[str]:
    shapes = topic.origin.vocabulary.facts
    return [fact for fact in topic.scales if fact in shapes and shapes[fact].type == "days"]


def _passes(request: Request, chosen: Iterable[Step]) -> bool:
    steps = tuple(chosen)
    sheets = (request.facts, *request.beside)
    return all(plain_verdict(request.topic, changed(request, sheet, steps)).kind == "allowed" for sheet in sheets)


def _steps(request: Request, currency: str) -> Iterator[Step]:
    """Everything that one could change: changeable facts and facts nobody has told, class by class; and waiting, threshold by threshold."""
    topic, vocabulary = request.topic, request.topic.origin.vocabulary
    space = Space(vocabulary, currency, [topic])
    for fact in space.facts:
        told, shape = request.facts.get(fact, UNKNOWN), vocabulary.facts[fact]
        unsaid = told == UNKNOWN and fact not in _SETTLED
        if fact == GROUP or (shape.changeable == "no" and not unsaid):
            continue
        for each in space.classes[fact]:
            if each.value not in (NONE, UNKNOWN) and told not in each.alike:
                by = shape.changeable if shape.changeable != "no" else "anybody"
                yield from _to(vocabulary, fact, each.alike, by)
    yield from (Step({}, None, Says("", ""), wait=days) for days in _waits(request))


def _to(vocabulary: Vocabulary, fact: str, values: tuple[Any, ...], by: str) -> Iterator[Step]:
    """A step to a class of values; a reason takes its group along, one step for each group."""
    if fact != REASON:
        yield Step({fact: values[0]}, _change(vocabulary, fact, values, by), _says(vocabulary, fact, values))
        return
    groups = vocabulary.reason_groups()
    for group in dict.fromkeys(groups[reason] for reason in values if reason in groups):
        own = tuple(reason for reason in values if groups.get(reason) == group)
        whole = len(own) == sum(each == group for each in groups.values())
        name, told = (GROUP, (group,)) if whole else (REASON, own)
        yield Step({REASON: own[0], GROUP: group}, _change(vocabulary, name, told, by), _says(vocabulary, name, told))


def _change(vocabulary: Vocabulary, fact: str, values: tuple[Any, ...], by: str) -> Change:
    shape = vocabulary.facts[fact]
    texts = values if shape.type == "word" else (_span(vocabulary, fact, values).en,)
    return Change(fact, tuple(map(str, texts)), by)


def _says(vocabulary: Vocabulary, fact: str, values: tuple[Any, ...]) -> Says:
    shape = vocabulary.facts[fact]
    if fact == KIND:
        kind = vocabulary.says("kinds", str(values[0]))
        return Says(f"改为“{kind.zh}”", f"as {kind.en}")
    told = _span(vocabulary, fact, values)
    return Says(f"{shape.says.zh}：{told.zh}", f"with {shape.says.en}: {told.en}")


def _span(vocabulary: Vocabulary, fact: str, values: tuple[Any, ...]) -> Says:
    words = [value_in_words(vocabulary, fact, value) for value in values]
    return Says("、".join(word.zh for word in words), ", ".join(word.en for word in words))


def _waits(request: Request) -> list[int]:
    """The days ahead on which some count of days reaches a threshold, or has just passed it."""
    found: set[int] = set()
    for fact in _clocks(request.topic):
        elapsed = request.facts.get(fact)
        if isinstance(elapsed, int):
            found |= {int(point) + more - elapsed for point in request.topic.scales[fact].points for more in (0, 1)}
    return sorted(day for day in found if day > 0)


def _way(request: Request, chosen: tuple[Step, ...]) -> Way:
    wait = sum(step.wait for step in chosen)
    facts = changed(request, request.facts, chosen)
    later = request._replace(facts=facts, beside=tuple(changed(request, sheet, chosen) for sheet in request.beside))
    over = next((days for days in _waits(later) if not _passes(later, (Step({}, None, Says("", ""), wait=days),))), None)
    today = local_date(request.now, request.zone)
    from_day = today + timedelta(days=wait) if wait else None
    last_day = today + timedelta(days=wait + over - 1) if over else None
    proof = tuple(need for need in request.proof_for(facts) if need.kind == "proof")
    return Way(
        kind=str(facts[KIND]),
        changes=tuple(step.change for step in chosen if step.change is not None),
        says=_told(request, chosen, proof, (from_day, last_day)),
        proof=proof,
        from_day=from_day,
        last_day=last_day,
        before=start_of_local_day(last_day + timedelta(days=1), request.zone) if last_day else None,
        zone=request.zone,
    )


def _told(request: Request, chosen: tuple[Step, ...], proof: tuple[Need, ...], days: tuple[date | None, date | None]) -> Says:
    """The way in words: its changes, its proof, from and until when, and where those days are counted."""
    vocabulary = request.topic.origin.vocabulary
    zh = "，".join(step.says.zh for step in chosen if step.change)
    en = ", ".join(step.says.en for step in chosen if step.change)
    for need in proof:
        words = proof_says(need, vocabulary)
        zh, en = zh + words.zh, en + words.en
    from_day, last_day = days
    place = request.zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")
    if from_day:
        zh, en = f"{zh}，自 {from_day} 起", f"{en}, from {from_day} on"
    if last_day:
        zh, en = f"{zh}，截至 {last_day}", f"{en}, until {last_day}"
    if from_day or last_day:
        zh, en = f"{zh}（{place}）", f"{en}, {place}"
    return Says(f"可通过：{zh.lstrip('，')}", f"would pass {en.lstrip(', ')}")


class AwaitedClock(msgspec.Struct, frozen=True, kw_only=True):
    """A clock of a case that waits: when it is over, on which local day, and what happens then."""

    clock: str
    due_at: datetime
    last_day: date
    on_expiry: str
    says: Says


def waiting_for(vocabulary: Vocabulary, deadlines: Iterable[Any], zone: str) -> tuple[AwaitedClock, ...]:
    """Every clock that runs, the nearest first."""
    running = sorted((each for each in deadlines if each.state == "running"), key=lambda each: each.due_at)
    return tuple(_waiting(vocabulary, each, zone) for each in running)


def _waiting(vocabulary: Vocabulary, deadline: Any, zone: str) -> AwaitedClock:
    clock, ends = vocabulary.says("deadlines", deadline.kind), vocabulary.says("expiries", deadline.on_expiry)
    last, place = local_date(deadline.due_at, zone), zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")
    says = Says(f"{clock.zh}：至 {last}（{place}），逾期{ends.zh}", f"{clock.en}: until {last}, {place}, then {ends.en}")
    return AwaitedClock(clock=deadline.kind, due_at=deadline.due_at, last_day=last, on_expiry=deadline.on_expiry, says=says)
