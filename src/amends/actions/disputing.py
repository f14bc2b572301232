"""What the moves of a dispute have in common: its next state, and proof that comes with a move."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

from msgspec.structs import replace

from amends.actions.commands import CaseCommand, GivenProof
from amends.actions.defending import STATEMENT
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked
from amends.actions.proof import take
from amends.domain.facts.dispute import Dispute, DisputeState, Ruling
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import Actor
from amends.domain.lifecycle.dispute import DISPUTE
from amends.domain.lifecycle.machine import find
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

APPEAL: Final = "appeal"
"""The stage that proof is given for in a further round."""


def moved(dispute: Dispute, event: str, actor: Actor, **changes: Any) -> Dispute:
    """The dispute as the table leaves it after an event; whoever asks has made sure that the table has the row."""
    row = find(DISPUTE, dispute.state, "", event, actor.kind)
    if row is None:
        raise ValueError(f"a dispute that is {dispute.state} knows no {event} by {actor.kind}")
    state = row.target(dispute.state)
    return replace(dispute, state=cast("DisputeState", state), final=state in DISPUTE.final, **changes)


def ended(file: CaseFile, actor: Actor, now: datetime) -> tuple[tuple[Dispute, ...], tuple[Ruling, ...]]:
    """The open dispute of the case as the buyer ends it, and the ruling that was still to be confirmed; nothing where none is open."""
    dispute = file.dispute
    if dispute is None or not dispute.undecided:
        return (), ()
    waiting = tuple(replace(r, state="declined", decided_at=now) for r in file.rulings if r.state == "proposed")
    return (moved(dispute, "cancelled", actor, reviewer=None),), waiting


def brought(
    file: CaseFile, rules: Rules, command: CaseCommand, now: datetime, new_id: NewId, *, at: str, proof: Sequence[GivenProof],
    note: str | None,
) -> tuple[Evidence, ...] | Blocked:  # fmt: skip
    """The proof that comes with a move, its note among it as a statement."""
    words = (note or "").strip()
    given = (*proof, GivenProof(kind=STATEMENT, text=words)) if words else tuple(proof)
    kinds = rules.vocabulary.words("evidence_kinds")
    return take(file, given, actor=command.actor, at=at, case_id=command.case_id, now=now, new_id=new_id, kinds=kinds)


def said(dispute: Dispute, pieces: Sequence[Evidence] = ()) -> dict[str, Any]:
    """What every event of a dispute says."""
    body: dict[str, Any] = {"dispute": written(dispute.id), "round": dispute.round, "lane": dispute.lane}
    return body | ({"proof": [written(piece.id) for piece in pieces]} if pieces else {})
