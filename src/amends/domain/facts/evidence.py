"""Proof: whose, of what kind, and what became of it."""

from datetime import datetime
from uuid import UUID

import msgspec

from amends.domain.facts.words import EvidenceState, Side


class Evidence(msgspec.Struct, frozen=True):
    """One piece of proof. `at` is the stage it was given for; `sealed_at` is set by the first decision that rests on it.

    `legible` and `matches_claim` are `None` until somebody or something has looked. `granted` is asked only of kinds that count on
    application (V-10).
    """

    id: UUID
    case_id: UUID | None
    of: Side
    at: str
    kind: str
    channel: str | None
    state: EvidenceState
    legible: bool | None
    matches_claim: bool | None
    sha256: bytes | None
    media_type: str | None
    size: int
    text: str | None
    given_by: str
    given_at: datetime
    sealed_at: datetime | None
    granted: bool | None = None
