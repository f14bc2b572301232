"""What callers see and send about a shop's scores."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Limit, Strict

Why = Annotated[str, Meta(min_length=1, max_length=1000)]
Reference = Annotated[str, Meta(min_length=1, max_length=100)]


class ScoreView(msgspec.Struct, frozen=True, kw_only=True):
    """Where a score stands, in points as a decimal text; `recomputed` is the fold made again from its entries just now."""

    score: str
    starts: str
    value: str
    recomputed: str
    entries: int


class Ruled(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from a score: a privilege lost, a demotion, or an estimate; the rule that says so, in its words."""

    form: Literal["lost", "demoted", "estimate"]
    what: str
    rule: str
    zh: str
    en: str
    percent: str | None = None


class FaultRate(msgspec.Struct, frozen=True, kw_only=True):
    """Disputes of the last 30 days: ruled, ruled to be the shop's fault, and the cases that were opened. `of_ruled` in percent."""

    fault: int
    ruled: int
    cases: int
    of_ruled: str | None


class Scores(msgspec.Struct, frozen=True, kw_only=True):
    """A shop's scores at a moment, what they cost it, and by which release."""

    shop_id: int
    server_now: datetime
    release: str
    scores: list[ScoreView]
    consequences: list[Ruled]
    fault_rate: FaultRate


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """A movement of a score: by how much, on which event or word of the platform, by which rule, and what became of it."""

    id: UUID
    score: str
    delta: str
    at: datetime
    expires_at: datetime | None
    why: str
    rule: str | None
    release: str | None
    case_id: UUID | None
    seq: int | None
    deadline_kind: str | None
    due_at: datetime | None
    reverses: UUID | None
    reversed_by: UUID | None
    reference: str | None
    told_by: str | None
    appealed_at: datetime | None
    appeal: str | None
    decision: str | None
    decided_at: datetime | None
    answer: str | None


class Entries(msgspec.Struct, frozen=True, kw_only=True):
    """A page of entries, the newest first."""

    entries: list[EntryView]
    next_cursor: str | None


class EntriesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Entries of one score."""

    score: Literal["compliance", "service", "experience", "major_violations"] | None = None
    cursor: Annotated[str, Meta(max_length=500)] | None = None
    limit: Limit = 50


class EntryAppealBody(Strict, frozen=True, kw_only=True):
    """Why the entry should not count."""

    note: Why


class DecideAppealBody(Strict, frozen=True, kw_only=True):
    """What a person of the platform decides, and why."""

    decision: Literal["reversed", "upheld"]
    answer: Why


class ViolationBody(Strict, frozen=True, kw_only=True):
    """A serious content violation, by the platform's own reference; told twice it counts once."""

    reference: Reference


class AppealView(msgspec.Struct, frozen=True, kw_only=True):
    """An appeal and what became of it."""

    shop_id: int
    shop: str
    entry_id: UUID
    score: str
    delta: str
    why: str
    case_id: UUID | None
    note: str
    by_whom: str
    at: datetime
    decision: str | None
    decided_by: str | None
    decided_at: datetime | None
    answer: str | None


class Appeals(msgspec.Struct, frozen=True, kw_only=True):
    """A page of appeals, the oldest first."""

    appeals: list[AppealView]
    next_cursor: str | None


class AppealsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Appeals; `open=true` leaves out those that are decided."""

    open: bool = False
    cursor: Annotated[str, Meta(max_length=500)] | None = None
    limit: Limit = 50
