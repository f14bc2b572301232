"""The answer to a chargeback was sent to the bank; whose turn it is now is the bank's."""

from datetime import datetime

from msgspec.structs import replace

from amends.actions.chargeback_commands import AnswerChargeback
from amends.actions.charging_back import moved_to, traced
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome, Unchanged
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.moves import HANDLE
from amends.domain.lifecycle.rules import Rules


def answer_chargeback(file: CaseFile, command: AnswerChargeback, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Blocked: `not_found`, `permission_missing`, `deadline_passed` (the network's own), `move_not_open`."""
    known = next((c for c in file.chargebacks if c.id == command.chargeback_id), None)
    if known is None:
        return Blocked(code="not_found", reasons=("not_found",))
    if not command.actor.may(HANDLE):
        return Blocked(code="permission_missing", reasons=("permission_missing",), detail={"permission": HANDLE})
    if known.state == "answered":
        return Unchanged(why="chargeback_answered")
    state = moved_to(known.state, "answered", "seller")
    if state is None:
        return Blocked(code="move_not_open", reasons=("move_not_open",), detail={"state": known.state})
    if known.respond_by is not None and now >= known.respond_by:
        return Blocked(code="deadline_passed", reasons=("deadline_passed",))
    return traced(file, rules, command.actor, now, new_id, "chargeback_answered", replace(known, state=state))
