"""An outage of the platform is nobody's delay: clocks that bind people become later by what it took of them (failure mode 20)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from amends.actions.conduct_commands import ExtendDeadlines
from amends.actions.granting import NewId
from amends.actions.outcome import Outcome, Recorded, Unchanged
from amends.actions.recording import Change, Rows, record
from amends.domain.facts.deadline import Deadline
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules
from amends.kernel.moments import format_moment

NOBODYS: Final = frozenset({"return_scan", "return_arrival", "interception", "refund_reconcile"})
"""Clocks that bind no person of ours: a carrier scans and a provider pays whether or not we are there."""


def extend_deadlines(file: CaseFile, command: ExtendDeadlines, rules: Rules, now: datetime, new_id: NewId) -> Outcome:  # noqa: ARG001 -- every action takes it
    """Each running clock of the case gets back the time that it ran while nobody could act; once for each outage. A proposal stands as long."""
    if file.case is None:
        return Unchanged(why="nothing_to_extend")
    if (file.case.id, command.outage) in file.excused:
        return Unchanged(why="outage_excused")
    moved = [(d, replace(d, due_at=d.due_at + taken)) for d in file.deadlines if (taken := taken_from(d, command))]
    if not moved:
        return Unchanged(why="nothing_to_extend")
    body = {
        "outage": command.outage,
        "deadlines": {d.kind: {"was_due": format_moment(d.due_at), "due_at": format_moment(later.due_at)} for d, later in moved},
    }
    rows = Rows(excuses=tuple((command.outage, d.kind, d.started_seq, d.due_at, later.due_at) for d, later in moved))
    change = Change(event="deadlines_extended", body=body, rows=rows, moved=tuple(later for _, later in moved))
    return standing_as_long(file, record(file, rules, command.actor, now, change), (later for _, later in moved))


def standing_as_long(file: CaseFile, outcome: Outcome, moved: Iterable[Deadline]) -> Outcome:
    """What is recorded of clocks that became later, and with it the open proposal, which stands as long as its clock."""
    until = next((later.due_at for later in moved if later.kind == "proposal"), None)
    if not isinstance(outcome, Recorded) or file.open_proposal is None or until is None:
        return outcome
    return replace(outcome, proposals=(replace(file.open_proposal, expires_at=until),))


def taken_from(deadline: Deadline, outage: ExtendDeadlines) -> timedelta:
    """How long the outage kept people from answering this clock. A paused one lost nothing; one that was due before it began, neither."""
    if deadline.state != "running" or deadline.kind in NOBODYS or deadline.due_at <= outage.from_at:
        return timedelta()
    return max(outage.to_at - max(outage.from_at, deadline.started_at), timedelta())
