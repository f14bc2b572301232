"""The seller asks for more proof, once; the review waits for it (row 43)."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from amends.actions.commands import AskForProof
from amends.actions.outcome import Blocked, Outcome
from amends.actions.recording import Change, record, refused
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules


def ask_for_proof(file: CaseFile, command: AskForProof, rules: Rules, now: datetime, new_id: Callable[[], UUID]) -> Outcome:  # noqa: ARG001 -- every action is called alike
    """Pause the review and give the buyer time; proof or silence resumes it.

    Blocked: `proof_already_asked`, `missing_field` (no kinds), `unknown_word`.
    """
    if blocked := refused(file, rules, command, "ask_for_proof", now):
        return blocked
    if not command.kinds:
        return Blocked(code="missing_field", detail={"field": "kinds"})
    known = rules.vocabulary.words("evidence_kinds")
    unknown = next((kind for kind in command.kinds if kind not in known), None)
    if unknown or file.case is None:
        return Blocked(code="unknown_word", detail={"word": unknown, "list": "evidence_kinds"})
    body = {"kinds": list(command.kinds)}
    asked = Change(event="more_proof_asked", body=body, case={"proof_requests": file.case.proof_requests + 1})
    return record(file, rules, command.actor, now, asked)
