"""A deadline comes near: whoever must act is told, once at the moment of each alarm, before time acts in their place."""

from datetime import datetime

from amends.actions.conduct_commands import WarnOfDeadline
from amends.actions.granting import NewId
from amends.actions.outcome import Outcome, Unchanged
from amends.actions.recording import Change, Rows, record
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import SYSTEM
from amends.domain.lifecycle.alarms import alarm_due
from amends.domain.lifecycle.rules import Rules
from amends.kernel.moments import format_moment


def warn_of_deadline(file: CaseFile, command: WarnOfDeadline, rules: Rules, now: datetime, new_id: NewId) -> Outcome:  # noqa: ARG001 -- every action takes it
    """Look again under the lock: a deadline that was answered, moved or told of meanwhile is told no more."""
    case = file.case
    deadline = next((d for d in file.deadlines if (d.kind, d.started_seq) == (command.kind, command.started_seq)), None)
    if case is None or deadline is None:
        return Unchanged(why="deadline_done")
    clock = (case.id, deadline.kind, deadline.started_seq)
    told = max((at for owner, kind, seq, _, at in file.alarms if (owner, kind, seq) == clock), default=None)
    if alarm_due(deadline, told, now) != command.alarm:
        return Unchanged(why="alarm_not_due")
    owes = str(rules.handling.book.vocabulary.words("deadlines")[deadline.kind].traits.get("owes", "platform"))
    body = {
        "deadline": deadline.kind,
        "alarm": command.alarm,
        "due_at": format_moment(deadline.due_at),
        "on_expiry": deadline.on_expiry,
        "owes": owes,
        "rule": deadline.rule,
    }
    rows = Rows(alarms=((deadline.kind, deadline.started_seq, command.alarm, now),))
    return record(file, rules, SYSTEM, now, Change(event="deadline_near", body=body, rows=rows))
