"""One command for each case that a query names, a page at a time: what an outage or a calendar asks of many."""

from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

import structlog

from amends.actions.commands import Command
from amends.desk.desk import Desk
from amends.store.database import queries

log = structlog.get_logger()
AT_ONCE: Final = 500
NOTHING: Final = (0, UUID(int=0))


async def each_case(
    desk: Desk, query: str, asked: Sequence[Any], command: Callable[[Any], Command], refused: str, **about: Any
) -> int:
    """Hand them to the desk; gives how many it took. What it refuses is logged as `refused`, with what it is `about`, and the rest goes on.

    The query takes what is `asked`, then shop and case of the last one and how many; it gives `shop_id` and `case_id`, in that order.
    """
    last: tuple[int, UUID] = NOTHING
    taken = 0
    while rows := await desk.pool.fetch(queries(query), *asked, *last, AT_ONCE):
        answers = await desk.handle([command(row) for row in rows])
        broken = [answer.code for answer in answers if answer.code is not None]
        if broken:
            log.error(refused, codes=sorted(set(broken)), n=len(broken), **about)
        taken += len(answers) - len(broken)
        last = (rows[-1]["shop_id"], rows[-1]["case_id"])
    return taken
