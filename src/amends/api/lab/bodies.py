"""What drafts of policy look like on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Moment, Name, Note, Strict, Version, Word
from amends.domain.rulebook.shape import TopicName
from amends.lab.editing import RuleEdit, WrittenRule
from amends.lab.replayed import ReplayReport

Edits = Annotated[tuple[RuleEdit, ...], Meta(max_length=200)]
State = Literal["open", "handed_in", "approved", "published", "dropped"]


class DraftBody(Strict, frozen=True, kw_only=True):
    """A new draft. With `rolls_back_to`, the hash of an earlier release, that one comes into force again."""

    market: Word
    title: Name
    why: Note = ""
    rolls_back_to: Annotated[str, Meta(max_length=64)] | None = None


class DraftEditBody(Strict, frozen=True, kw_only=True):
    """Edits on top of those that the draft holds; `undo` names rule files that go back to how they stand."""

    edits: Edits = ()
    undo: Annotated[tuple[str, ...], Meta(max_length=200)] = ()
    title: Name | None = None
    why: Note | None = None


class HandInBody(Strict, frozen=True, kw_only=True):
    """When it shall take effect; without it, when it is published."""

    takes_effect_at: Moment | None = None


class TryBody(Strict, frozen=True, kw_only=True):
    """What is being typed, on top of a draft or of the rules in force."""

    market: Word
    draft_id: UUID | None = None
    edits: Edits = ()
    replay: bool = True
    since: Moment | None = None


class DraftsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which drafts."""

    market: Word | None = None
    updated_since: Moment | None = None
    cursor: UUID | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class RulesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which rules: of one topic, as a draft would have them or as they are in force."""

    topic: TopicName | None = None
    draft_id: UUID | None = None


class DraftLine(msgspec.Struct, frozen=True, kw_only=True):
    """A draft in a list."""

    id: UUID
    market: str
    title: str
    state: State
    version: Version
    takes_effect_at: datetime | None
    hash: str | None
    rolls_back_to: str | None
    made_by: str
    made_by_name: str | None
    made_at: datetime
    approved_by: str | None
    published_at: datetime | None
    updated_at: datetime


class DraftPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of drafts, the newest first."""

    drafts: list[DraftLine]
    next_cursor: str | None


class ActView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that somebody did to a draft."""

    seq: int
    act: str
    actor: str
    actor_name: str | None
    at: datetime
    detail: Any


class DraftMove(msgspec.Struct, frozen=True, kw_only=True):
    """What may be done to a draft now by whoever reads it, and if not, why not: codes of problems."""

    move: str
    open: bool
    reasons: list[str]


class DraftView(DraftLine, frozen=True, kw_only=True):
    """A draft whole. `files` are those that it changes; `base_differs` says that the files here are not what is in force."""

    why: str
    base: str
    base_differs: bool
    files: list[str]
    patch: str
    editors: list[str]
    approved_at: datetime | None
    published_by: str | None
    moves: list[DraftMove]
    acts: list[ActView]


class WrittenRules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of a market as they are written, and what in a draft's files cannot be read."""

    market: str
    release: str
    rules: list[WrittenRule]
    errors: list[dict[str, Any]]


class TriedView(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft is worth: what is wrong in it, the examples that come out otherwise, other markets with the same files, and the replay.

    `elsewhere` are the replays of those markets, the most touched first.
    """

    market: str
    errors: list[dict[str, Any]]
    examples: list[dict[str, Any]]
    also_in: list[str]
    hash: str | None
    report: ReplayReport | None
    elsewhere: list[ReplayReport]
