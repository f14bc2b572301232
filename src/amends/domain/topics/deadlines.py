"""Who must act by when, and what happens if they do not? (C-01 to C-10)."""

from datetime import datetime

import msgspec

from amends.domain.rulebook.compiled import CompiledTopic, Match
from amends.domain.rulebook.outcomes import Lane, Shrink, TimeLimit
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.residue import MOST_ANSWERS
from amends.domain.rulebook.said import Said, said, said_by
from amends.domain.rulebook.shape import Facts
from amends.domain.rulebook.verdict import NO_RULE, Verdict, own_reason
from amends.kernel.quantities import Duration, due_after
from amends.kernel.working_time import Calendar, Due

SEVERAL = "several_rules_answer"


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline as policy promises it: how long, what happens when it is over, and the hours that are left at least when it resumes."""

    kind: str
    within: Quantity
    on_expiry: str
    rule: str
    at_least_hours: int = 0
    length: Duration | None = None

    def due(self, start: datetime, calendar: Calendar) -> Due:
        """When it is too late, for a clock that starts at `start` (docs/glossary.md: half-open, working days from the next day on)."""
        return due_after(self.length or self.within.duration, start, calendar)


def limit_of(topic: CompiledTopic, rule: str) -> TimeLimit | None:
    """What a rule promises, by its id; None where it is no rule of the topic, or promises nothing."""
    place = topic.index.get(rule)
    outcome = topic.rules[place].outcome if place is not None else None
    return outcome if isinstance(outcome, TimeLimit) else None


def promise_of(topic: CompiledTopic, facts: Facts, kind: str) -> Promise | Verdict:
    """The deadline of a kind that applies to these facts.

    A `Verdict` says why there is none: `needs` the facts that would settle it, or undecided because no rule, or more than one, answers.
    """
    match = topic.match(facts)
    limits = topic.prepared(_Limits)
    known = limits.promises.get((match, kind))
    if known is not None:
        return known
    found = _promised(topic, match, facts, kind, limits.masks.get(kind, 0))
    if isinstance(found, Promise) and len(limits.promises) < MOST_ANSWERS:
        limits.promises[match, kind] = found
    return found


def _promised(topic: CompiledTopic, match: Match, facts: Facts, kind: str, mask: int) -> Promise | Verdict:
    found = said_by(topic, match, facts, TimeLimit, mask)
    if found.needs:
        return Verdict(kind="needs", reasons=tuple(s.reason for s in found.sentences), needs=found.needs)
    if not found.sentences:
        return Verdict(kind="undecided", reasons=(own_reason(topic, NO_RULE, kind),))
    if len(found.sentences) > 1:
        return Verdict(kind="undecided", reasons=(own_reason(topic, SEVERAL, kind), *(s.reason for s in found.sentences)))
    limit, rule, _ = found.sentences[0]
    at_least = int(limit.at_least.number) if limit.at_least else 0
    return Promise(
        kind=kind,
        within=limit.within,
        on_expiry=limit.on_expiry,
        rule=rule.id,
        at_least_hours=at_least,
        length=limit.within.duration,
    )


class _Limits:
    """The rules that promise a deadline of each kind, and the promises of matches met before."""

    def __init__(self, topic: CompiledTopic) -> None:
        self.masks: dict[str, int] = {}
        for position, rule in enumerate(topic.rules):
            if isinstance(rule.outcome, TimeLimit):
                self.masks[rule.outcome.deadline] = self.masks.get(rule.outcome.deadline, 0) | 1 << position
        self.promises: dict[tuple[Match, str], Promise] = {}


def shrinks(topic: CompiledTopic, facts: Facts) -> Said[Shrink]:
    """Clocks that become shorter under these facts; never longer."""
    return said(topic, facts, Shrink)


def shortened(topic: CompiledTopic, facts: Facts, kind: str, now: datetime, calendar: Calendar) -> datetime | None:
    """When a clock of this kind is due at the latest from now on; None where no rule shortens it."""
    limits = [said.outcome for said in shrinks(topic, facts).sentences if not said.outcome.of or kind in said.outcome.of]
    return min((due_after(limit.shrink_to.duration, now, calendar).at for limit in limits), default=None)


def lanes(topic: CompiledTopic, facts: Facts) -> Said[Lane]:
    """The review lane of the case (C-03)."""
    return said(topic, facts, Lane)
