"""The second person: a proposed ruling stands with their word, or goes back to be ruled anew (four eyes, T02)."""

from datetime import datetime

from msgspec.structs import replace

from amends.actions.commands import ConfirmRuling
from amends.actions.disputing import said
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome
from amends.actions.recording import Change, Rows, record, refused
from amends.actions.ruling import decide
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules


def confirm_ruling(file: CaseFile, command: ConfirmRuling, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Blocked: `four_eyes_missing` for whoever proposed it, `own_case`, `ruled_before`, `move_not_open` where nothing is proposed."""
    if blocked := refused(file, rules, command, "confirm_ruling", now):
        return blocked
    case, dispute = file.case, file.dispute
    proposed = next((ruling for ruling in file.rulings if ruling.state == "proposed"), None)
    if case is None or dispute is None or proposed is None:
        return Blocked(code="move_not_open", reasons=("move_not_open",))
    if command.agree:
        return decide(file, case, dispute, proposed, rules, command.actor, now, new_id)
    declined = replace(proposed, state="declined", decided_at=now)
    body = said(dispute) | {"proposed": proposed.seq}
    return record(file, rules, command.actor, now, Change(event="ruling_declined", body=body, rows=Rows(rulings=(declined,))))
