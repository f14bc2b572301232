"""A message becomes proof, with its neighbours, so that nobody quotes half a sentence: sealed at once, its hash in the chain (V-07)."""

from datetime import datetime
from hashlib import sha256

import msgspec

from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome
from amends.actions.people_commands import PinMessage, SaidBefore
from amends.actions.proof import side_of
from amends.actions.recording import Change, Rows, record
from amends.actions.send_message import may_not_speak
from amends.actions.submit_evidence import stage
from amends.domain.facts.case import Case
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.file import CaseFile
from amends.domain.facts.message import hash_of
from amends.domain.facts.people import Actor
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written
from amends.kernel.moments import format_moment


def pin_message(file: CaseFile, command: PinMessage, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Lay the messages down as a chat of the platform's own, given by the side that pins it.

    Blocked: `stale_version`, `message_erased` (its words are gone, or are not those that were said), what keeps one from speaking.
    """
    if blocked := may_not_speak(file, command.actor):
        return blocked
    case = file.case
    if case is None or command.message_id not in [said.id for said in command.messages]:
        return Blocked(code="not_found", reasons=("case_unknown",))
    if command.based_on is not None and command.based_on != case.version:
        return Blocked(code="stale_version", reasons=("stale_version",), detail={"version": case.version, "state": case.state})
    if not all(_as_it_was_said(said) for said in command.messages):
        return Blocked(code="message_erased", reasons=("message_erased",))
    piece = _evidence(case, command, command.actor, now, new_id)
    body = {
        "of": piece.of,
        "message": written(command.message_id),
        "messages": [written(said.id) for said in command.messages],
        "evidence": [written(piece.id)],
        "kinds": [piece.kind],
        "sha256": piece.sha256.hex() if piece.sha256 else "",
    }
    return record(file, rules, command.actor, now, Change(event="message_pinned", body=body, rows=Rows(evidence=(piece,))))


def _as_it_was_said(said: SaidBefore) -> bool:
    return said.text is not None and said.salt is not None and hash_of(said.salt, said.text) == said.sha256


def _evidence(case: Case, command: PinMessage, actor: Actor, now: datetime, new_id: NewId) -> Evidence:
    text = transcript(command)
    side = side_of(actor)
    return Evidence(
        id=new_id(),
        case_id=case.id,
        of=side,
        at=stage(case, side),
        kind="chat_in_app",
        channel="platform_messages",
        state="clean",
        legible=True,
        matches_claim=None,
        sha256=sha256(text.encode()).digest(),
        media_type="text/plain",
        size=len(text.encode()),
        text=text,
        given_by=actor.id,
        given_at=now,
        sealed_at=now,
    )


def transcript(command: PinMessage) -> str:
    """The messages as JSON, one a line, in the order in which they were said, each with the hash that the chain holds."""
    lines = [
        {
            "message": written(said.id),
            "at": format_moment(said.at),
            "side": said.side,
            "text": said.text,
            "sha256": said.sha256.hex(),
            "pinned": said.id == command.message_id,
        }
        for said in command.messages
    ]
    return "\n".join(msgspec.json.encode(line).decode() for line in lines)
