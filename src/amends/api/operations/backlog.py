"""How the worker keeps up, for the people who watch it: what is due, what is owed to the world, what money is on its way."""

from datetime import datetime
from typing import Any

import msgspec

from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.store.database import queries


class OwedView(msgspec.Struct, frozen=True, kw_only=True):
    """Effects of one sort that are owed; `late_s` is by how much the oldest is late, 0 where none is."""

    effect: str
    pending: int
    late_s: int


class NightView(msgspec.Struct, frozen=True, kw_only=True):
    """The last night in which every decision was derived again; `contradicted` are cases and requests that do not follow."""

    ended_at: datetime
    decisions: int
    not_derivable: int
    contradicted: int


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """Deadlines that are due and have not acted, by how much the oldest is late, what is owed, dead letters, and refunds on their way.

    `night` is when decisions were last derived again, and what came of it. `held` says that a restored backup holds all money until it is reconciled; `outage` that clocks which bind people wait.
    """

    server_now: datetime
    sandbox: bool
    deadlines_due: int
    deadlines_late_s: int
    owed: list[OwedView]
    dead_letters: int
    refunds_in_flight: int
    refunds_oldest_s: int
    held: bool
    outage: bool
    night: NightView | None


async def get_backlog(request: Request) -> Reply | Problem:
    """The gauges of `/metrics` that people act on, asked just now."""
    async with request.context.reviewers.acquire() as connection:
        due = await connection.fetchrow(queries("due_now"))
        owed = await connection.fetch(queries("owed_now"))
        flying = await connection.fetchrow(queries("refunds_flying"))
        told = Backlog(
            server_now=await connection.fetchval(queries("domain_now")),
            sandbox=await connection.fetchval(queries("clock_is_sandbox")),
            deadlines_due=due["due"],
            deadlines_late_s=_late(due["late"]),
            owed=[OwedView(effect=row["effect"], pending=row["depth"], late_s=_late(row["late"])) for row in owed],
            dead_letters=await connection.fetchval(queries("dead_letters")),
            refunds_in_flight=flying["flying"],
            refunds_oldest_s=_late(flying["oldest"]),
            held=bool((await connection.fetchrow(queries("the_hold")))["held"]),
            outage=bool(await connection.fetchval(queries("outage_stands"))),
            night=_night(await connection.fetchrow(queries("last_night"))),
        )
    return json_reply(told)


def _night(row: Any) -> NightView | None:
    if row is None:
        return None
    decisions = row["equal"] + row["different"] + row["not_derivable"]
    rest = {name: row[name] for name in ("ended_at", "not_derivable", "contradicted")}
    return NightView(decisions=decisions, **rest)


def _late(seconds: float) -> int:
    return max(int(seconds), 0)


OPERATIONS = (
    Operation(id="get_backlog", method="GET", path="/v1/backlog", summary="How the worker keeps up", handler=get_backlog,
              who=frozenset({"platform"}), permission="attention.read", answer=Backlog),
)  # fmt: skip
