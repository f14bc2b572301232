"""The buyer lets the dispute be; the case is closed (row 26)."""

from datetime import datetime

from amends.actions.commands import CancelDispute
from amends.actions.disputing import ended
from amends.actions.granting import NewId
from amends.actions.outcome import Outcome
from amends.actions.recording import Change, Rows, record, refused
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules


def cancel_dispute(file: CaseFile, command: CancelDispute, rules: Rules, now: datetime, new_id: NewId) -> Outcome:  # noqa: ARG001 -- every action is called alike
    """End it without a ruling. What was proposed and not confirmed falls with it."""
    if blocked := refused(file, rules, command, "cancel_dispute", now):
        return blocked
    disputes, rulings = ended(file, command.actor, now)
    return record(
        file, rules, command.actor, now, Change(event="dispute_cancelled", rows=Rows(disputes=disputes, rulings=rulings))
    )
