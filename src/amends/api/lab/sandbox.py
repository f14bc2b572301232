"""The sandbox's clock: moving it fires what falls due on the way, through the worker, in due order, before the call answers."""

import asyncio
import time
from datetime import datetime, timedelta
from typing import Final, cast

import asyncpg
import msgspec

from amends.api.door.bodies import ClockBody
from amends.api.door.calls import Request
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.api.door.spoken import unspoken
from amends.store.database import queries

PATIENCE_S: Final = 30.0
LOOK_EVERY_S: Final = 0.02
MOST_STOPS: Final = 200


class SandboxClock(msgspec.Struct, frozen=True, kw_only=True):
    """Where the clock stands. `settled` is false where the worker did not finish in time; `left` counts what is still due."""

    now: datetime
    settled: bool
    left: int


async def move_clock(request: Request) -> Reply | Problem:
    """Move the clock from one due moment to the next, letting the worker act at each, up to the moment asked for."""
    body, context = cast("ClockBody", request.body), request.context
    if not context.settings.sandbox:
        return Problem(code="only_in_sandbox")
    refused = unspoken(body, context.vocabulary)
    if refused is not None:
        return refused
    if (body.advance_seconds is None) == (body.set_to is None):
        return Problem(code="missing_field", errors=(FieldError("advance_seconds", "missing_field"),))
    async with context.pool.acquire() as connection:
        if not await connection.fetchval(queries("clock_is_sandbox")):
            return Problem(code="only_in_sandbox")
        now = await connection.fetchval(queries("domain_now"))
        goal = body.set_to if body.set_to is not None else now + timedelta(seconds=body.advance_seconds or 0)
        if goal < now:
            return Problem(code="clock_only_forward", errors=(FieldError("set_to", "clock_only_forward"),))
        left = await _walk(connection, now, goal)
        return json_reply(SandboxClock(now=await connection.fetchval(queries("domain_now")), settled=left == 0, left=left))


async def _walk(connection: asyncpg.Connection, now: datetime, goal: datetime) -> int:
    """Stop wherever something is due, so that what it starts falls due in its turn; far apart enough to arrive in time."""
    shortest = (goal - now) / MOST_STOPS
    until = time.monotonic() + PATIENCE_S
    left = await _settle(connection, until)
    while now < goal and left == 0:
        due = await connection.fetchval(queries("next_due"))
        stop = goal if due is None else min(goal, max(due, now + shortest))
        moved = await connection.fetchval(queries("move_clock"), stop)
        now = stop if moved is not None else await connection.fetchval(queries("domain_now"))
        left = await _settle(connection, until)
    if now < goal:  # the worker is away: the clock goes where it was told to all the same
        await connection.fetchval(queries("move_clock"), goal)
        left = await connection.fetchval(queries("work_left"))
    return left


async def _settle(connection: asyncpg.Connection, until: float) -> int:
    await connection.execute(queries("tell_clock"))
    left: int = await connection.fetchval(queries("work_left"))
    while left and time.monotonic() < until:
        await asyncio.sleep(LOOK_EVERY_S)
        left = await connection.fetchval(queries("work_left"))
    return left


OPERATIONS = (
    Operation(id="move_clock", method="POST", path="/v1/sandbox/clock", summary="Move the sandbox's clock", handler=move_clock,
              who=frozenset({"platform"}), permission="sandbox.clock", body=ClockBody, answer=SandboxClock, sort="write",
              problems=("only_in_sandbox", "clock_only_forward")),
)  # fmt: skip
