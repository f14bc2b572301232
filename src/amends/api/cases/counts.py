"""How many cases stand where, and how many wait for whom: the numbers on a list's tabs."""

from datetime import datetime
from typing import cast

import msgspec

from amends.api.cases.filters import deadlines_of, shops_listed
from amends.api.door.bodies import Positive
from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import PEOPLE, Operation
from amends.store.database import queries, transaction


class CaseCounts(msgspec.Struct, frozen=True, kw_only=True):
    """`mine` are cases in which a deadline of my side runs, `due_in_24h` those of my side's deadlines that end within a day.

    `granted_by_itself` are those that nobody decided. `tabs` are counted by the words of `tabs`, `states` by state, `due` by the kind of running deadline.
    """

    total: int
    mine: int
    due_in_24h: int
    granted_by_itself: int
    tabs: dict[str, int]
    states: dict[str, int]
    due: dict[str, int]
    server_now: datetime


class CountsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One shop, or all of the caller's."""

    shop_id: Positive | None = None


async def count_cases(request: Request) -> Reply | Problem:
    """The numbers of a list."""
    context, caller = request.context, request.caller
    shops = await shops_listed(request, cast("CountsQuery", request.query).shop_id)
    if isinstance(shops, Problem):
        return shops
    kinds = deadlines_of(context, caller.kind)
    async with transaction(context.pool, shops, buyer=caller.buyer) as connection:
        by_state = await connection.fetch(queries("count_cases_by_state"), shops, caller.buyer)
        running = await connection.fetch(queries("count_running_deadlines"), shops, caller.buyer)
        mine = await connection.fetchval(queries("count_cases_that_wait_for"), shops, list(kinds), caller.buyer)
        itself = await connection.fetchval(queries("count_cases_granted_by_themselves"), shops, caller.buyer)
        now = await connection.fetchval(queries("domain_now"))
    states = {row["state"]: row["cases"] for row in by_state}
    tabs = {
        term.word: sum(states.get(state, 0) for state in term.traits["states"])
        for term in context.vocabulary.words("tabs").values()
    }
    soon = sum(row["soon"] for row in running if row["kind"] in kinds)
    return json_reply(CaseCounts(total=sum(states.values()), mine=mine, due_in_24h=soon, granted_by_itself=itself, tabs=tabs, states=states,
                                 due={row["kind"]: row["cases"] for row in running}, server_now=now))  # fmt: skip


OPERATIONS = (
    Operation(id="count_cases", method="GET", path="/v1/cases:counts", summary="How many cases stand where, and wait for whom",
              handler=count_cases, who=PEOPLE, permission="cases.read", query=CountsQuery, answer=CaseCounts,
              problems=("not_found",)),
)  # fmt: skip
