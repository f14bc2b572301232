"""Lists that a copy is kept by: every page of one reading says the `as_of` of its first.

What changed while they were read stands on a page that was read already; a later page's moment would skip it.
"""

from datetime import datetime
from typing import Final

from amends.api.door.calls import Request
from amends.kernel.moments import format_moment
from amends.store.database import queries
from amends.store.reading import read_moment

BETWEEN: Final = "~"


async def reading_since(request: Request, cursor: str | None) -> tuple[datetime, str] | None:
    """The moment before everything that is still being written when the first page is read, and where this page begins; None for no cursor of ours."""
    if not cursor:
        return await request.context.pool.fetchval(queries("settled_until")), ""
    moment, between, place = cursor.partition(BETWEEN)
    as_of = read_moment(moment)
    return (as_of, place) if between and place and as_of is not None else None


def on_from(as_of: datetime, place: str | None) -> str | None:
    """The cursor of the next page; None on the last one."""
    return f"{format_moment(as_of)}{BETWEEN}{place}" if place else None
