"""A situation that somebody tells, judged by the rules of a market topic by topic. Pure: nothing is kept and no case is needed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

import msgspec

from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.compiled import CompiledBook, CompiledTopic
from amends.domain.rulebook.conditions import holds
from amends.domain.rulebook.shape import TOPICS, Condition, Facts, FactShape, Rule, TopicName, Vocabulary
from amends.domain.rulebook.verdict import Need, Verdict, facts_needed
from amends.domain.topics.evidence import demands
from amends.exchange.policy_check import verdict_of

_SECONDS: Final = 3600
_MILLION: Final = 10_000
"""A percent in the millionths that facts count in."""
_LONGEST: Final = 10**9


class Unfit(NamedTuple):
    """A fact that cannot be taken, and the code of why: `unknown_word` (the fact or its word) or `wrong_type`."""

    fact: str
    code: str


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule says in the situation. `needs` are the facts that would settle it, where it only may apply; `silenced_by` the rules that override it."""

    rule: str
    form: str
    outcome: Any
    zh: str
    en: str
    source: str
    pack: str
    file: str
    line: int
    assumed: bool
    from_: date | None = msgspec.field(name="from")
    requirements: tuple[str, ...]
    needs: tuple[Need, ...] = ()
    silenced_by: tuple[str, ...] = ()


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that one fact keeps from standing: what is told, and what it asks for."""

    rule: str
    zh: str
    en: str
    fact: str
    operator: str
    wanted: Any
    told: Any


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What a topic answers. `verdict` where the topic gives one; `stands`, `may_stand`, `silenced` and `just_misses` are its rules."""

    topic: str
    verdict: Verdict | None
    stands: list[Spoken]
    may_stand: list[Spoken]
    silenced: list[Spoken]
    just_misses: list[Missed]


def read_facts(told: Mapping[str, Any], vocabulary: Vocabulary) -> tuple[dict[str, Any], tuple[Unfit, ...]]:
    """The fact sheet of what was told, and what of it cannot be taken; a fact that nobody tells does not apply.

    A word; true or false; whole days, hours and counts; a percent as text ("12.4"); money as {amount, currency}; or `none`, `unknown`.
    """
    found: dict[str, Any] = dict.fromkeys(vocabulary.facts, NONE)
    unfit: list[Unfit] = []
    for name, value in told.items():
        shape = vocabulary.facts.get(name)
        if shape is None:
            unfit.append(Unfit(name, "unknown_word"))
            continue
        read = value if value in (NONE, UNKNOWN) else _value(shape, value, vocabulary)
        if isinstance(read, Unfit):
            unfit.append(read)
        else:
            found[name] = read
    group = vocabulary.reason_groups().get(str(found.get("request.reason")))
    if group and "request.reason_group" not in told:
        found["request.reason_group"] = group
    return found, tuple(unfit)


def _value(shape: FactShape, value: Any, vocabulary: Vocabulary) -> Any:
    match shape.type:
        case "word":
            known = isinstance(value, str) and value in vocabulary.words(shape.words or "")
            return value if known else Unfit(shape.name, "unknown_word")
        case "flag":
            return value if isinstance(value, bool) else Unfit(shape.name, "wrong_type")
        case "money":
            return _money(shape, value, vocabulary)
    number = _number(value)
    if number is None or (shape.type in ("days", "hours") and number != int(number)):
        return Unfit(shape.name, "wrong_type")
    scaled = number * {"hours": _SECONDS, "percent": _MILLION}.get(shape.type, 1)
    return int(scaled) if scaled == int(scaled) else scaled


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) <= _LONGEST else None


def _money(shape: FactShape, value: Any, vocabulary: Vocabulary) -> tuple[int, str] | Unfit:
    amount, currency = (value.get("amount"), value.get("currency")) if isinstance(value, dict) else (None, None)
    if not isinstance(amount, int) or isinstance(amount, bool) or abs(amount) >= 2**53:
        return Unfit(shape.name, "wrong_type")
    return (amount, str(currency)) if currency in vocabulary.exponents() else Unfit(shape.name, "unknown_word")


def judge(book: CompiledBook, facts: Facts, at: datetime, topics: Iterable[TopicName] = TOPICS) -> list[Answered]:
    """What each topic answers at a moment."""
    return [_answered(book, name, facts, at) for name in topics]


def _answered(book: CompiledBook, name: TopicName, facts: Facts, at: datetime) -> Answered:
    topic = book.topic(name, at)
    certain, possible = topic.match(facts)
    unsure = possible & ~certain
    met = {rule.id for rule in topic.rules if all(holds(condition, facts) for condition in rule.conditions)}
    standing = {rule.id for rule in topic.of(possible)}
    return Answered(
        topic=name,
        verdict=_verdict(book, name, topic, facts, at),
        stands=[spoken(rule) for rule in topic.of(certain)],
        may_stand=[spoken(rule, needs=facts_needed(topic, 1 << topic.rules.index(rule), facts)) for rule in topic.of(unsure)],
        silenced=[
            spoken(rule, silenced_by=tuple(other.id for other in topic.rules if rule.id in other.overrides and other.id in met))
            for rule in topic.rules
            if rule.id in met and rule.id not in standing
        ],
        just_misses=[missed for rule in topic.rules if (missed := _just_misses(rule, facts))],
    )


def _verdict(book: CompiledBook, name: TopicName, topic: CompiledTopic, facts: Facts, at: datetime) -> Verdict | None:
    """A verdict where the situation tells enough to ask for one; every other topic answers by its rules."""
    asked = {"eligibility": "request.kind", "evidence": "evidence.of", "rejections": "rejection.ground"}.get(name)
    if asked is None or facts[asked] == NONE:
        return None
    evidence = book.topic("evidence", at)

    def proof_for(other: Facts) -> tuple[Need, ...]:
        return demands(evidence, other, of="buyer", at="opening")

    return verdict_of(name, topic, facts, at, proof_for)


def spoken(rule: Rule, needs: tuple[Need, ...] = (), silenced_by: tuple[str, ...] = ()) -> Spoken:
    """A rule as it speaks in a situation."""
    return Spoken(
        rule=rule.id, form=str(rule.outcome.__struct_config__.tag), outcome=rule.outcome, zh=rule.says.zh, en=rule.says.en,
        source=rule.source, pack=rule.pack, file=rule.file, line=rule.line, assumed=rule.assumed, from_=rule.from_,
        requirements=rule.requirements, needs=needs, silenced_by=silenced_by,
    )  # fmt: skip


def _just_misses(rule: Rule, facts: Facts) -> Missed | None:
    """The one condition that keeps a rule from standing; None where it stands, or more than one does, or its fact was not told."""
    failing: list[Condition] = [condition for condition in rule.conditions if holds(condition, facts) is False]
    if len(failing) != 1 or facts[failing[0].fact] == NONE:
        return None
    one = failing[0]
    return Missed(
        rule=rule.id,
        zh=rule.says.zh,
        en=rule.says.en,
        fact=one.fact,
        operator=one.operator,
        wanted=one.value,
        told=facts[one.fact],
    )
