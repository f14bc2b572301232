"""Holidays were announced: what was promised beyond them becomes later where they fall into it, and firm (failure mode 8)."""

from datetime import datetime

from amends.actions.conduct_commands import ReconsiderDeadlines
from amends.actions.extend_deadlines import standing_as_long
from amends.actions.granting import NewId
from amends.actions.outcome import Outcome, Unchanged
from amends.actions.recording import Change, record
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import Actor
from amends.domain.lifecycle.clocks import reconsider
from amends.domain.lifecycle.rules import Rules
from amends.kernel.moments import format_moment


def reconsider_deadlines(file: CaseFile, command: ReconsiderDeadlines, rules: Rules, now: datetime, new_id: NewId) -> Outcome:  # noqa: ARG001 -- every action takes it
    """Each provisional clock of the case by the newest calendar; later or as it was, never earlier."""
    return reckoned_anew(file, command.actor, rules, now)


def reckoned_anew(file: CaseFile, actor: Actor, rules: Rules, now: datetime) -> Outcome:
    """The same, whoever asks: also a clock that is about to fire does."""
    if file.case is None:
        return Unchanged(why="nothing_to_reconsider")
    moved = [(d, after) for d in file.deadlines if (after := reconsider(d, rules)) != d]
    if not moved:
        return Unchanged(why="nothing_to_reconsider")
    body = {
        "calendar": rules.calendar.version,
        "deadlines": {
            d.kind: {"was_due": format_moment(d.due_at), "due_at": format_moment(after.due_at), "provisional": after.provisional}
            for d, after in moved
        },
    }
    change = Change(event="deadlines_reconsidered", body=body, moved=tuple(after for _, after in moved))
    return standing_as_long(file, record(file, rules, actor, now, change), change.moved)
