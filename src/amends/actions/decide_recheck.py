"""A person of the platform settles what no rule could (V-17, row 32)."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from amends.actions.asking import WITHDRAWN
from amends.actions.commands import DecideRecheck
from amends.actions.granting import grant
from amends.actions.outcome import Blocked, Outcome
from amends.actions.recording import Change, Rows, refused
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules

WITHDRAWING: Final = "withdrawal"
"""The group of reasons of the statutory withdrawal."""


def decide_recheck(file: CaseFile, command: DecideRecheck, rules: Rules, now: datetime, new_id: Callable[[], UUID]) -> Outcome:
    """`admit`: the seller's review begins, or goes on with at least its rest, and a withdrawal is granted; `ask_proof`: the buyer owes it; `decline`: closed.

    Blocked: `value_not_allowed` (another decision), `missing_field` (a decline without its reason), `unknown_word`.
    """
    if blocked := refused(file, rules, command, "decide_recheck", now) or _incomplete(rules, command):
        return blocked
    body = {"decision": command.decision}
    match command.decision:
        case "admit":
            cleared = Rows(evidence=tuple(_cleared(file)))
            withdrawn = file.case is not None and file.case.reason_group == WITHDRAWING
            word = WITHDRAWN if withdrawn else "recheck_admitted"
            change = Change(event=word, body=body, rows=cleared, seals=True)
        case "ask_proof":
            change = Change(event="recheck_asked_proof", body={**body, "kinds": list(command.kinds)})
        case _:
            change = Change(event="recheck_declined", body={**body, "reason": command.reason}, seals=True)
    return grant(file, rules, command.actor, now, new_id, change)


def _incomplete(rules: Rules, command: DecideRecheck) -> Blocked | None:
    if command.decision not in ("admit", "ask_proof", "decline"):
        return Blocked(code="value_not_allowed", detail={"field": "decision", "allowed": ["admit", "ask_proof", "decline"]})
    vocabulary = rules.vocabulary
    if command.decision == "decline":
        if command.reason is None:
            return Blocked(code="missing_field", detail={"field": "reason"})
        if command.reason not in vocabulary.words("problems"):
            return Blocked(code="unknown_word", detail={"word": command.reason, "list": "problems"})
    unknown = next((kind for kind in command.kinds if kind not in vocabulary.words("evidence_kinds")), None)
    return Blocked(code="unknown_word", detail={"word": unknown, "list": "evidence_kinds"}) if unknown else None


def _cleared(file: CaseFile) -> list[Evidence]:
    """The buyer's proof that was in doubt, as the person found it: it can be read and fits the claim."""
    return [
        replace(piece, legible=True, matches_claim=True)
        for piece in file.evidence
        if file.case and piece.case_id == file.case.id and piece.of == "buyer" and False in (piece.legible, piece.matches_claim)
    ]
