"""The hash chain of a shop's events: each link holds the one before it, so that no row can be changed unseen."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from amends.domain.facts.events import Event
from amends.kernel.canonical import canonical, chain_hash
from amends.kernel.ids import written
from amends.kernel.moments import EPOCH


def _microseconds(moment: datetime) -> int:
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def link_body(case_id: UUID, event: Event) -> bytes:
    """What is hashed of an event: ids, words, moments and amounts, as canonical JSON."""
    body: list[Any] = [
        written(case_id),
        event.seq,
        event.type,
        _microseconds(event.at),
        event.actor_kind,
        event.actor,
        event.from_state,
        event.to_state,
        event.body,
        [f"{wish.effect}:{wish.target}" for wish in event.wishes],
        event.fired_kind,
        event.fired_started_seq,
    ]
    return canonical(body)


def extend(head: tuple[int, bytes], links: Iterable[tuple[UUID, Event]]) -> list[tuple[int, bytes]]:
    """The (number, hash) of each new link after the head."""
    number, before = head
    made = []
    for case_id, event in links:
        number += 1
        before = chain_hash(before, link_body(case_id, event))
        made.append((number, before))
    return made
