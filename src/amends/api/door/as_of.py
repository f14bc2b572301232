"""Lists that a copy is kept by: every page of one reading says the `as_of` of its first.

What changed while they were read stands on a page that was read already; a later page's moment would skip it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeVar

from amends.api.door.calls import Request
from amends.api.door.messages import Problem
from amends.kernel.moments import format_moment
from amends.store.database import queries
from amends.store.reading import read_moment

BETWEEN: Final = "~"
Place = TypeVar("Place")


async def reading_since(
    request: Request, cursor: str | None, read: Callable[[str], Place | None]
) -> tuple[datetime, Place | None] | Problem:
    """The moment before everything that is still being written when the first page is read, and where this page begins, as the list reads it."""
    if not cursor:
        return await request.context.pool.fetchval(queries("settled_until")), None
    moment, _, text = cursor.partition(BETWEEN)
    as_of, place = read_moment(moment), read(text)
    return Problem(code="bad_cursor") if as_of is None or place is None else (as_of, place)


def on_from(as_of: datetime, place: str | None) -> str | None:
    """The cursor of the next page; None on the last one."""
    return f"{format_moment(as_of)}{BETWEEN}{place}" if place else None
