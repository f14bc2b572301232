"""What conduct leaves behind: entries of scores, compensations, a buyer's signals, and intervals of metric clocks."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec

from amends.domain.facts.words import RefundStatus

POINT: Final = 1000
"""Scores are counted in thousandths of a point."""
STARTS: Final[Mapping[str, int]] = {
    "compliance": 100 * POINT,
    "service": 5 * POINT,
    "experience": 5 * POINT,
    "major_violations": 0,
}
"""Where each score starts (assumed: the sources say where it hurts, not where it begins). Violations are counted, not lost."""

Why = Literal[
    "response_overdue",
    "rejection_overturned",
    "merchant_fault_dispute",
    "serious_violation",
    "appeal",
    "outage",
    "ruling_set_aside",
    "withdrawn",
]


class ScoreEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One movement of a shop's score, by `delta` thousandths, for as long as it has not expired.

    It stands on an event of a case (`case_id`, `seq`), on what the platform told (`reference`, `told_by`), or it takes back
    another entry (`reverses`). `rule` and `release` are what it follows from; `due_at` is the deadline that was missed.
    """

    id: UUID
    score: str
    delta: int
    at: datetime
    expires_at: datetime | None
    why: Why
    rule: str | None = None
    release: str | None = None
    case_id: UUID | None = None
    seq: int | None = None
    deadline_kind: str | None = None
    due_at: datetime | None = None
    reverses: UUID | None = None
    reference: str | None = None
    told_by: str | None = None


class Compensation(msgspec.Struct, frozen=True):
    """Money on top of the refund, minor units of the order's currency; its id is the payment side's key, for ever."""

    id: UUID
    case_id: UUID
    amount: int
    by_party: str
    to_party: str
    why: str
    rule: str
    status: RefundStatus
    provider_reference: str | None
    failure: str | None
    attempts: int
    decided_seq: int
    created_at: datetime
    updated_at: datetime


class Signal(msgspec.Struct, frozen=True):
    """Something in a buyer's request that abuse has in common; alone it says nothing."""

    kind: str
    buyer: str
    case_id: UUID
    market: str
    at: datetime


class BuyerStanding(msgspec.Struct, frozen=True):
    """What the platform holds of a buyer, with its reasons; it slows a case down and never denies one.

    `told`: a person or the host of the marketplace said so, nothing was counted.
    """

    good: bool
    reasons: tuple[str, ...] = ()
    told: bool = False


class MetricStep(msgspec.Struct, frozen=True):
    """A metric clock of a case begins or ends to run. `whole_from` is where it began if nothing was written of it yet."""

    metric: str
    verb: Literal["start", "stop"]
    case_id: UUID
    seq: int
    at: datetime
    whole_from: datetime | None = None


def folded(score: str, entries: Iterable[ScoreEntry], at: datetime) -> int:
    """Where a score stands at a moment, in thousandths: where it starts, and all that has not expired; never under nothing."""
    live = (e.delta for e in entries if e.score == score and e.at <= at and (e.expires_at is None or e.expires_at > at))
    return max(0, STARTS[score] + sum(live))


def reversal(
    entry: ScoreEntry, made: UUID, at: datetime, why: Why, told_by: str | None = None, seq: int | None = None
) -> ScoreEntry:
    """The entry that takes another one back. It expires with it, so that the two never count for anything but nothing."""
    return msgspec.structs.replace(
        entry, id=made, delta=-entry.delta, at=at, why=why, reverses=entry.id, told_by=told_by, seq=seq, reference=None
    )


VIOLATIONS_COUNT_FOR: Final = timedelta(days=30)
"""One month, read as rolling 30 days (C-14, assumed)."""


def violation(made: UUID, reference: str, at: datetime, told_by: str) -> ScoreEntry:
    """A serious violation that the platform tells of: it is counted up, not subtracted, and counts for 30 days."""
    return ScoreEntry(
        id=made,
        score="major_violations",
        delta=POINT,
        at=at,
        expires_at=at + VIOLATIONS_COUNT_FOR,
        why="serious_violation",
        reference=reference,
        told_by=told_by,
    )
