"""Say something in the conversation of a case. The words go to a table of their own; the event holds their hash (U-10, U-12, T-07)."""

from datetime import datetime

import msgspec

from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome
from amends.actions.people_commands import SendMessage
from amends.actions.recording import Change, Rows, record
from amends.domain.facts.file import CaseFile
from amends.domain.facts.message import Message, MessageSide, MessageSort, hash_of
from amends.domain.facts.people import Actor
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

WRITE = "messages.write"
STAFF = ("seller", "platform")


def send_message(file: CaseFile, command: SendMessage, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """A message makes nobody's open form stale. One that a person of the seller wrote is the first human handling (C-04).

    Blocked: `not_found`, `historical`, `permission_missing`, `sensitive_words`, `move_not_open` once the case is closed.
    """
    if blocked := may_not_speak(file, command.actor):
        return blocked
    case, actor = file.case, command.actor
    if case is None:
        return Blocked(code="not_found", reasons=("case_unknown",))
    if command.refused_words:
        hits = [msgspec.structs.asdict(word) for word in command.refused_words]
        return Blocked(code="sensitive_words", reasons=("sensitive_words",), detail={"hits": hits})
    personal = actor.human and actor.kind != "system" and (command.sort != "macro" or command.seen)
    salt = new_id().bytes
    message = Message(
        id=command.message_id,
        case_id=case.id,
        seq=case.seq + 1,
        side=_side(actor),
        author=actor.id,
        sort=_sort(command.sort),
        personal=personal,
        text=command.text,
        salt=salt,
        sha256=hash_of(salt, command.text),
        at=now,
    )
    body = {"message": written(message.id), "sha256": message.sha256.hex(), "sort": message.sort, "side": message.side}
    event = "replied" if actor.kind == "seller" and personal else "message_sent"
    return record(file, rules, actor, now, Change(event=event, body=body, rows=Rows(messages=(message,))))


def may_not_speak(file: CaseFile, actor: Actor) -> Blocked | None:
    """Why somebody has no voice in the conversation; None where they have."""
    case = file.case
    if case is None or (actor.kind == "buyer" and actor.buyer != case.buyer):
        return Blocked(code="not_found", reasons=("case_unknown",))
    if case.historical:
        return Blocked(code="historical", reasons=("historical",), detail={"state": case.state})
    if actor.kind in STAFF and not actor.may(WRITE):
        return Blocked(code="permission_missing", reasons=("permission_missing",), detail={"permission": WRITE})
    return None


def _side(actor: Actor) -> MessageSide:
    sides: dict[str, MessageSide] = {"buyer": "buyer", "seller": "seller", "platform": "platform"}
    return sides.get(actor.kind, "system")


def _sort(word: str) -> MessageSort:
    sorts: dict[str, MessageSort] = {"quick_reply": "quick_reply", "macro": "macro", "automatic": "automatic"}
    return sorts.get(word, "said")
