"""One effect that is owed to the world, and what may become of it."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

import msgspec


class Owed(msgspec.Struct, frozen=True):
    """A claimed row of the outbox. `attempts` counts those before this one."""

    shop_id: int
    id: UUID
    case_id: UUID
    seq: int
    effect: str
    target: str
    attempts: int


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it: done, dead (kept for a person), or pending again after `delay`. `answer` says why, in a word.

    `rest` is how long the target asked to be left alone, whatever else is owed to it.
    """

    state: Literal["done", "dead", "pending"]
    answer: str
    delay: timedelta = timedelta()
    rest: timedelta = timedelta()


def done(answer: str) -> Settled:
    """Nothing more is owed."""
    return Settled(state="done", answer=answer)


def dead(answer: str) -> Settled:
    """Given up; a person can see it and have it sent anew."""
    return Settled(state="dead", answer=answer)


def later(answer: str, delay: timedelta, *, rest: timedelta = timedelta()) -> Settled:
    """Try again."""
    return Settled(state="pending", answer=answer, delay=delay, rest=rest)
