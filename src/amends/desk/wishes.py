"""Turns what events wish into outbox rows: named effects, plus one webhook an endpoint that listens to the event's type."""

from uuid import UUID

import msgspec

from amends.domain.facts.events import Event, Wish

Endpoints = tuple[tuple[UUID, tuple[str, ...]], ...]


def with_webhooks(event: Event, endpoints: Endpoints) -> Event:
    """The event with a webhook wished for each endpoint that wants its type; no topics means every type."""
    heard = tuple(Wish("webhook", str(endpoint)) for endpoint, topics in endpoints if not topics or event.type in topics)
    return msgspec.structs.replace(event, wishes=event.wishes + heard) if heard else event
