"""Proof that comes with a command: taken in, and looked at by the rules of evidence (E-05, V-01 to V-17)."""

from collections.abc import Callable, Container, Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

import msgspec
from msgspec.structs import replace

from amends.actions.commands import GivenProof
from amends.actions.outcome import Blocked
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import Actor
from amends.domain.facts.sheet import Sheet
from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.facts.words import Side
from amends.domain.lifecycle.rules import Rules
from amends.domain.rulebook.verdict import Need, Reason
from amends.domain.topics.evidence import Admission, admit, demands

_NOT_USABLE: Final = {"quarantined": "upload_in_quarantine", "refused": "upload_refused"}
_TOLD_OUTSIDE: Final = "chat_external"
ON_APPLICATION: Final = frozenset({"avatar_recording"})
"""Kinds of proof whose use is applied for and granted (V-10)."""


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules make of a side's proof: the kinds that count, those that a person must look at, and why."""

    held: frozenset[str] = frozenset()
    doubts: tuple[Reason, ...] = ()
    refused: tuple[str, ...] = ()


_NOTHING: Final = Looked()


def side_of(actor: Actor) -> Side:
    """Whose proof it is that this person hands in; platform staff hand it in for the buyer."""
    return "seller" if actor.kind == "seller" else "buyer"


def take(
    file: CaseFile,
    given: Sequence[GivenProof],
    *,
    actor: Actor,
    at: str,
    case_id: UUID,
    now: datetime,
    new_id: Callable[[], UUID],
    kinds: Container[str],
) -> tuple[Evidence, ...] | Blocked:
    """The pieces of proof as rows of the case. `at` is the stage that they are given for, `kinds` the words that there are.

    Blocked: `unknown_word`, `upload_not_found`, `upload_in_quarantine`, `upload_refused`, `missing_field` (neither upload nor text).
    """
    taken = []
    for piece in given:
        if piece.kind not in kinds:
            return Blocked(code="unknown_word", detail={"word": piece.kind})
        made = _uploaded(file, piece, actor, case_id, at) if piece.upload_id else _written(piece, actor, case_id, at, now, new_id)
        if isinstance(made, Blocked):
            return made
        taken.append(made)
    return tuple(taken)


def _uploaded(file: CaseFile, piece: GivenProof, actor: Actor, case_id: UUID, at: str) -> Evidence | Blocked:
    side = side_of(actor)
    upload = next((e for e in file.evidence if e.id == piece.upload_id), None)
    if upload is None or upload.case_id not in (None, case_id) or upload.of != side:
        return Blocked(code="upload_not_found", detail={"upload_id": str(piece.upload_id)})
    if upload.state in _NOT_USABLE:
        return Blocked(code=_NOT_USABLE[upload.state], detail={"upload_id": str(upload.id)})
    return replace(
        upload,
        case_id=case_id,
        at=at,
        kind=piece.kind,
        channel=piece.channel or upload.channel,
        legible=_worse(piece.legible, upload.legible),
        matches_claim=_worse(piece.matches_claim, upload.matches_claim),
    )


def _worse(told: bool | None, found: bool | None) -> bool | None:  # noqa: FBT001 -- two findings, each of which may be missing
    """What counts of two findings: one that speaks against the proof beats one that speaks for it."""
    return False if told is False or found is False else (told or found)


def _written(
    piece: GivenProof, actor: Actor, case_id: UUID, at: str, now: datetime, new_id: Callable[[], UUID]
) -> Evidence | Blocked:
    if piece.text is None and actor.kind != "importer":
        return Blocked(code="missing_field", detail={"field": "proof.upload_id"})
    text = (piece.text or "").encode()
    return Evidence(
        id=new_id(),
        case_id=case_id,
        of=side_of(actor),
        at=at,
        kind=piece.kind,
        channel=piece.channel,
        state="clean",
        legible=piece.legible,
        matches_claim=piece.matches_claim,
        sha256=sha256(text).digest() if text else None,
        media_type="text/plain" if text else None,
        size=len(text),
        text=piece.text,
        given_by=actor.id,
        given_at=now,
        sealed_at=None,
    )


def with_piece(facts: Sheet, piece: Evidence) -> Sheet:
    """The sheet with one piece of proof laid out. Where nobody has looked at it, nothing speaks against it."""
    return {
        **facts,
        "evidence.kind": piece.kind,
        "evidence.channel": piece.channel or (UNKNOWN if piece.kind == _TOLD_OUTSIDE else NONE),
        "evidence.legible": NONE if piece.legible is None else piece.legible,
        "evidence.matches_claim": NONE if piece.matches_claim is None else piece.matches_claim,
        "evidence.application_granted": bool(piece.granted) if piece.kind in ON_APPLICATION else NONE,
        "evidence.of": piece.of,
        "evidence.at": piece.at,
    }


def look(rules: Rules, facts: Sheet, pieces: Iterable[Evidence], *, of: Side) -> Looked:
    """What the rules of evidence make of a side's pieces; those of the other side and those that failed the check do not count."""
    topic = rules.topic("evidence")
    judged: list[tuple[str, Admission]] = [
        (piece.kind, admit(topic, with_piece(facts, piece), of=of))
        for piece in pieces
        if piece.of == of and piece.state == "clean"
    ]
    if not judged:
        return _NOTHING
    return Looked(
        held=frozenset([kind for kind, admission in judged if admission.kind == "admitted"]),
        doubts=tuple([reason for _, admission in judged if admission.human_check for reason in admission.reasons]),
        refused=tuple([admission.code for _, admission in judged if admission.kind != "admitted"]),
    )


def owed(rules: Rules, facts: Sheet, looked: Looked, *, of: Side, at: str) -> tuple[Need, ...]:
    """The proof that a side still owes at a stage once what it handed in is taken off."""
    return demands(rules.topic("evidence"), facts, of=of, at=at, held=looked.held)
