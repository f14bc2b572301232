"""Ids are UUIDs of version 7 (RFC 9562): they carry a moment and so they sort and cluster by time."""

import os
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, SafeUUID

import msgspec

from amends.kernel.moments import EPOCH
from amends.kernel.refusals import Unreadable, unreadable

_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_VERSION_AND_VARIANT: Final = (7 << 76) | (0b10 << 62)
_RANDOM_BITS: Final = 62
_TAIL: Final = (1 << _RANDOM_BITS) - 1
_BUFFER: Final = 8 * 512
_UNKNOWN: Final = SafeUUID.unknown
_set_int, _set_safe = UUID.int.__set__, UUID.is_safe.__set__  # type: ignore[attr-defined, misc] # past the guard of UUID's own __setattr__

written: Final[Callable[[UUID], str]] = msgspec.to_builtins
"""The 36 characters of an id; what `str` says, in a third of its time."""


def _tick(now: datetime) -> int:
    """Milliseconds and 4096ths of one since 1970, as one number whose low 12 bits are the fraction."""
    since = now - EPOCH
    millisecond, microsecond = divmod(since.microseconds, 1000)
    return (((since.days * 86_400 + since.seconds) * 1000 + millisecond) << 12) | ((microsecond << 12) // 1000)


def _uuid(tick: int, tail: int) -> UUID:
    """Lay out the bits; past UUID's own constructor, which checks for most of a microsecond what is right by construction."""
    made = object.__new__(UUID)
    _set_int(made, ((tick >> 12) << 80) | ((tick & 0xFFF) << 64) | _VERSION_AND_VARIANT | tail)
    _set_safe(made, _UNKNOWN)
    return made


def new_id(now: datetime, random_bytes: bytes | None = None) -> UUID:
    """Make an id that carries `now`; the other 62 bits come from 8 random bytes, the system's where none are given."""
    chance = os.urandom(8) if random_bytes is None else random_bytes[:8]
    return _uuid(_tick(now), int.from_bytes(chance) & _TAIL)


class IdMaker:
    """Makes ids fast; those of one moment ascend, so the order of making stays the order of sorting. One for each process.

    It draws its randomness in blocks. A forked child draws its own, else both would make the same ids.
    """

    __slots__ = ("_at", "_chance", "_now", "_tail", "_tick")

    def __init__(self) -> None:
        self._forget()
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        self._chance, self._at = b"", _BUFFER
        self._now, self._tick, self._tail = EPOCH, 0, _TAIL

    def __call__(self, now: datetime) -> UUID:
        """Make the next id of a moment."""
        at = self._at
        if at >= _BUFFER:
            self._chance, at = os.urandom(_BUFFER), 0
        self._at = at + 8
        chance = int.from_bytes(self._chance[at : at + 8])
        if now == self._now:
            self._tail += 1 + (chance >> 32)  # a random step keeps the next id hard to guess
            if self._tail <= _TAIL:
                return _uuid(self._tick, self._tail)
        self._now, self._tick, self._tail = now, _tick(now), chance >> 3  # the upper half of the range stays free for steps
        return _uuid(self._tick, self._tail)


def moment_of(made: UUID) -> datetime:
    """Read back the moment of an id, to the millisecond."""
    return EPOCH + timedelta(milliseconds=made.int >> 80)


def parse_id(text: str) -> UUID | Unreadable:
    """Read the 36 characters of a UUID; braces, URNs and missing hyphens are `not_an_id`."""
    if not _CANONICAL.fullmatch(text):
        return unreadable("not_an_id", text, "an id such as 0197f0c4-6b0f-7cc1-a3f0-2f6c1d0e9b5a")
    return UUID(text)
