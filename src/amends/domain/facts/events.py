"""What happened to a case, one row each, never changed."""

from datetime import datetime
from typing import Any

import msgspec

from amends.domain.facts.words import ActorKind, Effect


class Wish(msgspec.Struct, frozen=True):
    """An effect that an event wishes upon the world; the desk turns it into an outbox row. `target` is a refund, an endpoint or a person."""

    effect: Effect
    target: str


class Event(msgspec.Struct, frozen=True):
    """One event; `seq` counts 1..n within its case. `body` holds ids, words, amounts and hashes, never personal data.

    `facts` are those that were judged, as `facts.recorded` keeps them; None where nothing was.
    """

    seq: int
    type: str
    at: datetime
    actor_kind: ActorKind
    actor: str
    from_state: str | None
    to_state: str
    body: dict[str, Any]
    wishes: tuple[Wish, ...] = ()
    fired_kind: str | None = None
    fired_started_seq: int | None = None
    facts: bytes | None = None
