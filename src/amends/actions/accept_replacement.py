"""The buyer has the replacement and is content with it (row 19); who is not asks for after-sales on the replacement's own order."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from amends.actions.commands import AcceptReplacement
from amends.actions.outcome import Outcome
from amends.actions.recording import Change, record, refused
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules


def accept_replacement(
    file: CaseFile,
    command: AcceptReplacement,
    rules: Rules,
    now: datetime,
    new_id: Callable[[], UUID],  # noqa: ARG001 -- every action is called alike
) -> Outcome:
    """End the exchange. Blocked: `move_not_open` before it was shipped."""
    if blocked := refused(file, rules, command, "accept_replacement", now):
        return blocked
    return record(file, rules, command.actor, now, Change(event="replacement_accepted"))
