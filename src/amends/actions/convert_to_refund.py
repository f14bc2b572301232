"""An exchange ends as a refund: the seller may say so at any time, the buyer once the replacement is overdue (rows 20, 35)."""

from datetime import datetime

from amends.actions.commands import ConvertToRefund
from amends.actions.defending import statement
from amends.actions.granting import NewId, grant
from amends.actions.outcome import Outcome
from amends.actions.recording import Change, Rows, refused
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules


def convert_to_refund(file: CaseFile, command: ConvertToRefund, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Pay back what the exchange asked for, or what inspection left of it.

    Blocked: `move_not_open`, `window_not_begun` for a buyer whose replacement is not overdue, `exceeds_refundable`, `destination_required`.
    """
    if blocked := refused(file, rules, command, "convert_to_refund", now):
        return blocked
    rows = Rows(evidence=statement(file, command.actor, now, new_id, command.note))
    change = Change(event="converted_to_refund", rows=rows, seals=True)
    return grant(file, rules, command.actor, now, new_id, change)
