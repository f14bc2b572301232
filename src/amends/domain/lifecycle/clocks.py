"""Six verbs on promises: start, stop, pause, resume, shrink, reconsider. A promise is a row; nothing that policy says later moves it (C-01 to C-08)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from amends.domain.facts.deadline import Deadline
from amends.domain.facts.words import DeadlineKind
from amends.domain.lifecycle.machine import Row
from amends.domain.lifecycle.rules import Rules
from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.outcomes import Lane, TimeLimit
from amends.domain.rulebook.shape import Facts
from amends.domain.rulebook.verdict import NO_RULE, Verdict
from amends.domain.topics.deadlines import Promise, lanes, limit_of, promise_of, shortened
from amends.kernel.quantities import due_after
from amends.kernel.working_time import Due, reconsidered

_HOUR: Final = 3600
_SECOND: Final = timedelta(seconds=1)


class NoPromiseError(Exception):
    """Policy promises no such clock, or more than one, where a case rests on it: a hole in the market's rules."""


def start(rules: Rules, facts: Facts, kind: DeadlineKind, seq: int, now: datetime, *, optional: bool = False) -> Deadline | None:
    """The deadline of a kind, as the rules of the handling release promise it from `now` on. `seq` is the event that starts it.

    `None` where no rule promises one and the kind is `optional`; otherwise a gap raises NoPromiseError.
    """
    topic = rules.topic("deadlines")
    if optional and kind not in topic.prepared(_promised_kinds):
        return None
    promise = promise_of(topic, facts, kind)
    if isinstance(promise, Verdict):
        if optional and promise.code == NO_RULE:
            return None
        raise NoPromiseError(f"{rules.handling.book.market}: {kind}: {promise.code} {promise.rules} {promise.needs}")
    return promised(rules, promise, kind, seq, now)


def _promised_kinds(topic: CompiledTopic) -> frozenset[str]:
    return frozenset(rule.outcome.deadline for rule in topic.rules if isinstance(rule.outcome, TimeLimit))


def lane_of(rules: Rules, facts: Facts) -> str | None:
    """The review lane that the rules send a case to (C-03)."""
    topic = rules.topic("deadlines")
    if not topic.prepared(_has_lanes):
        return None
    return next((sentence.outcome.lane for sentence in lanes(topic, facts).sentences), None)


def _has_lanes(topic: CompiledTopic) -> tuple[Lane, ...]:
    return tuple(rule.outcome for rule in topic.rules if isinstance(rule.outcome, Lane))


def promised(rules: Rules, promise: Promise, kind: DeadlineKind, seq: int, now: datetime) -> Deadline:
    """The row of a promise made now."""
    due = promise.due(now, rules.calendar)
    return Deadline(
        kind=kind,
        started_seq=seq,
        started_at=now,
        due_at=due.at,
        state="running",
        rule=promise.rule,
        on_expiry=promise.on_expiry,
        provisional=due.provisional,
        at_least=promise.at_least_hours * _HOUR,
        calendar=rules.calendar.version,
    )


def stop(deadline: Deadline, now: datetime, ended: str = "stopped") -> Deadline:
    """What was promised is no longer owed; a done one stays as it is."""
    if deadline.state == "done":
        return deadline
    return replace(deadline, state="done", remaining=None, resumes_on=None, ended=ended, ended_at=now)


def fired(deadline: Deadline, now: datetime) -> Deadline:
    """Time was up and the clock has acted."""
    return stop(deadline, now, "fired")


def pause(deadline: Deadline, now: datetime, until: str) -> Deadline:
    """Stand still until an event. What is left is kept in whole seconds, rounded up; a paused one only changes what it waits for."""
    if deadline.state == "done":
        return deadline
    if deadline.state == "paused":
        return replace(deadline, resumes_on=until)
    left = max(-((now - deadline.due_at) // _SECOND), 0)
    return replace(deadline, state="paused", remaining=left, resumes_on=until)


def resume(deadline: Deadline, now: datetime) -> Deadline:
    """Run on with what was left, but never with less than its rule leaves at least; one that is not paused stays as it is."""
    if deadline.state != "paused":
        return deadline
    left = max(deadline.remaining or 0, deadline.at_least)
    return replace(deadline, state="running", due_at=now + timedelta(seconds=left), remaining=None, resumes_on=None)


def shrink(deadline: Deadline, now: datetime, due: datetime) -> Deadline:
    """Become shorter, never longer: due at the earlier of the two moments (C-08). A paused one keeps at most what that leaves."""
    if deadline.state == "running":
        return replace(deadline, due_at=min(deadline.due_at, due), provisional=deadline.provisional and deadline.due_at <= due)
    if deadline.state == "paused":
        left = max((due - now) // _SECOND, 0)
        return replace(deadline, remaining=min(deadline.remaining or 0, left))
    return deadline


def reconsider(deadline: Deadline, rules: Rules) -> Deadline:
    """A provisional promise by the calendar that is known now: later by the holidays that were announced since, or as it was; never earlier.

    It is firm from the day on which its holidays are. What an outage gave back stays on top, and one that stands still has as much more left.
    The same object where nothing changes.
    """
    if deadline.state == "done" or not deadline.provisional:
        return deadline
    limit = limit_of(rules.topic("deadlines"), deadline.rule)
    if limit is None:
        return deadline
    before = rules.calendars.get(deadline.calendar or "")
    was = due_after(limit.within.duration, deadline.started_at, before).at if before else deadline.due_at
    computed = due_after(limit.within.duration, deadline.started_at, rules.calendar)
    found = reconsidered(Due(was, provisional=True), computed)
    if found.provisional and found.at == was:
        return deadline
    calendar = rules.calendar.version if found.at == computed.at else deadline.calendar
    later = found.at - was
    left = None if deadline.remaining is None else deadline.remaining + later // _SECOND
    return replace(deadline, due_at=deadline.due_at + later, remaining=left, provisional=found.provisional, calendar=calendar)


def moved_by(row: Row, deadline: Deadline, now: datetime) -> Deadline:
    """A live deadline as the row leaves it; the same object where the row does not touch it."""
    if deadline.kind in row.stops:
        return stop(deadline, now)
    if deadline.kind in row.pauses:
        return pause(deadline, now, row.until or row.event)
    return resume(deadline, now) if deadline.kind in row.resumes else deadline


def shortened_by(row: Row, deadlines: Iterable[Deadline], rules: Rules, facts: Facts, now: datetime) -> list[Deadline]:
    """The deadlines that become shorter by a row, as far as the rules say so; never longer (C-08)."""
    found = []
    for before in deadlines:
        due = shortened(rules.topic("deadlines"), facts, before.kind, now, rules.calendar) if before.kind in row.shrinks else None
        if due is not None and before.state != "done":
            found.append(shrink(before, now, due))
    return found


def historical(deadline: Deadline) -> Deadline:
    """The row of a promise that was made in the past and is only remembered: done, and it never fires."""
    return stop(deadline, deadline.started_at, "historical")
