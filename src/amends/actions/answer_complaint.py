"""What the carrier makes of a complaint: it pays, it declines, or the goods came back after all (L-02, F-05)."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from amends.actions.commands import AnswerComplaint
from amends.actions.granting import NewId, plain
from amends.actions.outcome import Blocked, Outcome, Recorded, Unchanged
from amends.actions.recording import Change, Rows, record
from amends.domain.facts.file import CaseFile
from amends.domain.facts.travel import Travel
from amends.domain.lifecycle.interception import COMPLAINT
from amends.domain.lifecycle.machine import find
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

ANSWERS: Final = ("accepted", "declined", "goods_back")


def answer_complaint(file: CaseFile, command: AnswerComplaint, rules: Rules, now: datetime, new_id: NewId) -> Outcome:  # noqa: ARG001 -- every action has this shape
    """The complaint ends. `reference` alone only keeps the carrier's own number of it. Blocked: `not_found`, `value_not_allowed`."""
    before = next((each for each in file.travel.interceptions if each.id == command.interception_id), None)
    if before is None or file.case is None or before.complaint is None:
        return Blocked(code="not_found", reasons=("not_found",))
    if command.answer not in (*ANSWERS, "lodged"):
        return Blocked(code="value_not_allowed", reasons=("value_not_allowed",), detail={"allowed": list(ANSWERS)})
    numbered = replace(before, complaint_reference=command.reference or before.complaint_reference)
    if find(COMPLAINT, before.complaint, "", command.answer, command.actor.kind) is None:
        if numbered == before:
            return Unchanged(why="complaint_answered")
        return Recorded(case=None, travel=Travel(interceptions=(numbered,)))
    ended = replace(numbered, complaint=command.answer, complaint_ended_at=now, paid=command.paid)
    body = plain(interception=written(before.id), answer=command.answer, paid=command.paid)
    rows = Rows(travel=Travel(interceptions=(ended,)))
    return record(file, rules, command.actor, now, Change(event="complaint_answered", body=body, rows=rows))
