"""What it looks like when the database is away: shut down, crashed, restarting, cut off. Whoever meets this tries again later."""

from typing import Final

import asyncpg

_AWAY: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ObjectNotInPrerequisiteStateError,  # it takes no connections just now
    asyncpg.InvalidCatalogNameError,  # it is being restored
    asyncpg.InternalClientError,  # the server's farewell came between two of our messages
    OSError,
)
_GONE: Final = ("closed", "released back to the pool")
"""A pool takes a connection back by itself when it is lost, under whoever works with it."""


def is_away(problem: BaseException) -> bool:
    """Whether this says that the database cannot be reached just now, rather than that something was wrong with the question."""
    if isinstance(problem, BaseExceptionGroup):
        return all(is_away(one) for one in problem.exceptions)
    if isinstance(problem, asyncpg.InterfaceError):  # of these only a connection that is gone; the others are bugs of ours
        return any(word in str(problem) for word in _GONE)
    return isinstance(problem, _AWAY)
