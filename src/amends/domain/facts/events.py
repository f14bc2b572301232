"""What happened to a case, one row each, never changed."""

from collections.abc import Container
from datetime import datetime
from typing import Any, Final

import msgspec

from amends.domain.facts.words import ActorKind, Effect


class Wish(msgspec.Struct, frozen=True):
    """An effect that an event wishes upon the world; the desk turns it into an outbox row. `target` is a refund, an endpoint or a side."""

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


WEBHOOK_PREFIX: Final = "case."


def webhook_type(event: str) -> str:
    """What a webhook calls an event: `deadline_near` is told as `case.deadline_near`, `case_opened` as `case.opened`."""
    return WEBHOOK_PREFIX + event.removeprefix("case_")


def event_called(name: str, events: Container[str]) -> str:
    """The event that an endpoint means by a webhook's type or by the event's own name; unknown names come back as they are."""
    if not name.startswith(WEBHOOK_PREFIX):
        return name
    bare = name.removeprefix(WEBHOOK_PREFIX)
    return next((each for each in (bare, f"case_{bare}") if each in events), name)
