"""The seller agrees to the refund after refusing, where the system did not by itself (row 10, E-12, F-04)."""

from datetime import datetime

from amends.actions.agreeing import agree
from amends.actions.commands import AgreeRefusal
from amends.actions.granting import NewId
from amends.actions.outcome import Outcome
from amends.actions.recording import refused
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules


def agree_refusal(file: CaseFile, command: AgreeRefusal, rules: Rules, now: datetime, new_id: NewId) -> Outcome:  # noqa: ARG001 -- every action has this shape
    """Agreed: 7 days to intercept, and the buyer is told. Blocked: `move_not_open`, and the unmet conditions of the programme by name."""
    return refused(file, rules, command, "agree_refusal", now) or agree(file, rules, command.actor, now)
