"""What the rules of a topic say about the facts, outcome by outcome; the common ground of all topics."""

from typing import Any, Generic, NamedTuple, TypeVar

from amends.domain.rulebook.compiled import CompiledTopic, Match
from amends.domain.rulebook.shape import Facts, Rule
from amends.domain.rulebook.verdict import Need, Reason, facts_needed, reasons_by_rule

T = TypeVar("T")


class Sentence(NamedTuple, Generic[T]):
    """One outcome of a rule that certainly stands."""

    outcome: T
    rule: Rule
    reason: Reason


class Said(NamedTuple, Generic[T]):
    """All outcomes of one form: those that certainly stand, and the facts that would settle those that may."""

    sentences: tuple[Sentence[T], ...]
    needs: tuple[Need, ...]


def forms_by_rule(topic: CompiledTopic) -> dict[type, int]:
    """The rules of each form of outcome, as a mask."""
    found: dict[type, int] = {}
    for position, rule in enumerate(topic.rules):
        found[type(rule.outcome)] = found.get(type(rule.outcome), 0) | 1 << position
    return found


def said_by(topic: CompiledTopic, match: Match, facts: Facts, form: type[T], chosen: int = -1) -> Said[T]:
    """The outcomes of a form among rules that match, `chosen` of them only."""
    mask = topic.prepared(forms_by_rule).get(form, 0) & chosen
    certain = match.certain & mask
    unsure = match.possible & mask & ~certain
    if not certain and not unsure:
        return _NOTHING
    known = topic.prepared(sentences_by_rule)
    found = []
    while certain:
        bit = certain & -certain
        found.append(known[bit.bit_length() - 1])
        certain ^= bit
    return Said(tuple(found), facts_needed(topic, unsure, facts) if unsure else ())


_NOTHING: Said[Any] = Said((), ())


def sentences_by_rule(topic: CompiledTopic) -> tuple[Sentence[Any], ...]:
    """What every rule would say, in the order of the topic's bits."""
    said = zip(topic.rules, topic.prepared(reasons_by_rule), strict=True)
    return tuple(Sentence(outcome_of(rule), rule, reason) for rule, reason in said)


def said(topic: CompiledTopic, facts: Facts, form: type[T]) -> Said[T]:
    """The outcomes of a form under these facts."""
    return said_by(topic, topic.match(facts), facts, form)


def outcome_of(rule: Rule) -> Any:
    """The outcome of a rule whose form is known."""
    return rule.outcome
