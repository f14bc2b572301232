"""The buyer takes the request back (rows 5 and 38); goods on their way go back to the buyer."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from amends.actions.commands import Withdraw
from amends.actions.disputing import ended
from amends.actions.outcome import Outcome
from amends.actions.recording import Change, Rows, record, refused
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules

_GOODS_AWAY = ("return_in_transit", "return_delivered", "awaiting_seller_ship", "rejected_2")


def withdraw(file: CaseFile, command: Withdraw, rules: Rules, now: datetime, new_id: Callable[[], UUID]) -> Outcome:  # noqa: ARG001 -- every action is called alike
    """Close the case empty-handed; its units may be asked for again. Blocked once money is on its way."""
    if blocked := refused(file, rules, command, "withdraw", now):
        return blocked
    back = file.case is not None and file.case.state in _GOODS_AWAY
    disputes, rulings = ended(file, command.actor, now)
    rows = Rows(disputes=disputes, rulings=rulings)
    return record(file, rules, command.actor, now, Change(event="withdrawn", body={"goods_go_back": back}, rows=rows))
