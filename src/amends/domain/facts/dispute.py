"""A dispute, its rulings and the rejection that it is about. An appeal is a further round of the same dispute."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

DisputeState = Literal["under_review", "ruled", "under_appeal", "settled", "cancelled"]
UNDECIDED: frozenset[str] = frozenset({"under_review", "under_appeal"})
LAST_ROUND = 3
"""Round 1 is the dispute, 2 the appeal, 3 a second appeal, which needs new proof of the stronger kinds (V-09)."""


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """A dispute of a case. `ground` and `stage` are those of the seller's rejection that the buyer disputes.

    `reviewer` is who claimed the round that is open. `theme` is what the buyer or a reviewer says that it touches on (V-11); nothing is
    inferred. `final` says that nothing further can be said about it.
    """

    id: UUID
    case_id: UUID
    state: DisputeState
    round: int
    lane: str
    opened_seq: int
    opened_at: datetime
    ground: str | None
    stage: str | None
    reviewer: str | None = None
    claimed_at: datetime | None = None
    appealed_by: str | None = None
    final: bool = False
    theme: str | None = None

    @property
    def undecided(self) -> bool:
        """Whether a ruling is owed."""
        return self.state in UNDECIDED


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody ruled in a round; known by the event that made it (`seq`).

    `proposed` waits for a second person, `stands` is in force until a later round says otherwise, `declined` was not confirmed.
    `amount` is the money that it moves, minor units; at `four_eyes_limit` or more two people must agree. `rationale` is for people
    and stands outside the chain, which holds its hash.
    """

    dispute_id: UUID
    case_id: UUID
    seq: int
    round: int
    state: Literal["proposed", "stands", "declined"]
    ruling: str
    liability: str
    amount: int
    currency: str
    four_eyes_limit: int | None
    rationale: str
    ruled_by: str
    ruled_at: datetime
    decided_at: datetime | None = None


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """One person who stands behind a ruling, and the permissions that the database gave them at that moment (T01, T02)."""

    dispute_id: UUID
    case_id: UUID
    seq: int
    person: str
    held: tuple[str, ...]
    at: datetime


class Rejection(msgspec.Struct, frozen=True):
    """The seller's last no, as its event tells it."""

    case_id: UUID
    seq: int
    type: str
    ground: str | None
    stage: str | None
