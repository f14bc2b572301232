"""Passwords: hashed with Argon2id beside the event loop, two at a time, so that logging in takes neither its time nor its memory."""

import asyncio
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from amends.api.door.messages import FieldError, Problem

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST: Final = 10
LONGEST: Final = 200
AT_ONCE: Final = 2
MOST_WAITING: Final = 40
Answer = TypeVar("Answer")


class BusyError(Exception):
    """So many wait to log in that one more is sent away."""


@functools.cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@functools.cache
def _nobodys() -> str:
    return hashed_now("the password of nobody")


def hashed_now(password: str) -> str:
    """The hash of a password, for who has no event loop to spare."""
    return _hasher().hash(password)


def _verify(password: str, kept: str | None) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(kept or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


class Passwords:
    """The hashing of one process. Raises BusyError where too many wait."""

    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(AT_ONCE)
        self.waiting = 0

    async def hashed(self, password: str) -> str:
        """The hash of a password."""
        return await self._beside(hashed_now, password)

    async def fits(self, password: str, kept: str | None) -> bool:
        """Whether a password is the one whose hash is kept; without one it takes as long and is wrong."""
        return await self._beside(_verify, password, kept)

    async def _beside(self, work: Callable[..., Answer], *given: object) -> Answer:
        if self.waiting >= MOST_WAITING:
            raise BusyError
        self.waiting += 1
        try:
            async with self.turns:
                return await asyncio.to_thread(work, *given)
        finally:
            self.waiting -= 1


def too_weak(password: str, login: str) -> Problem | None:
    """Why a new password will not do: short, of few letters, or mostly the login."""
    plain = password.casefold()
    is_login = len(login) > len(plain) // 2 and login in plain
    weak = len(password) < SHORTEST or len(set(plain)) < SHORTEST // 2 or is_login
    return Problem(code="password_too_weak", errors=(FieldError("password", "password_too_weak"),)) if weak else None
