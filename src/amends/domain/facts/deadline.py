"""A promise as a row: who must act by when, by which rule."""

from datetime import datetime

import msgspec

from amends.domain.facts.words import DeadlineKind, DeadlineState


class Deadline(msgspec.Struct, frozen=True):
    """One deadline of a case, known by its kind and the event that started it.

    `calendar` is the version of the calendar that it was reckoned by. A paused one keeps what was left in seconds and names the event that resumes it. `ended` says how it was done: fired, stopped or historical.
    """

    kind: DeadlineKind
    started_seq: int
    started_at: datetime
    due_at: datetime
    state: DeadlineState
    rule: str
    on_expiry: str
    provisional: bool = False
    remaining: int | None = None
    resumes_on: str | None = None
    at_least: int = 0
    ended: str | None = None
    ended_at: datetime | None = None
    calendar: str | None = None
