"""Kinds of proof that count on application only: a side applies, a person of the platform grants or refuses, with a reason (V-10)."""

from datetime import datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Limit, Strict
from amends.api.door.calls import Request
from amends.api.door.files import shops_of
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import PEOPLE, TRADE, Operation
from amends.store.database import queries, transaction
from amends.store.reading import paged, read_cursor

Why = Annotated[str, Meta(min_length=1, max_length=1000)]


class ApplyBody(Strict, frozen=True, kw_only=True):
    """Why this proof is needed."""

    why: Why


class DecideUseBody(Strict, frozen=True, kw_only=True):
    """What a person of the platform decides, and why."""

    decision: Literal["granted", "refused"]
    why: Why


class UseView(msgspec.Struct, frozen=True, kw_only=True):
    """An application for the use of a piece of proof, and what became of it: applied, granted or refused."""

    evidence_id: UUID
    order_id: UUID
    state: str
    why: str
    applied_by: str
    applied_by_name: str | None
    applied_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decided_why: str | None


class Uses(msgspec.Struct, frozen=True, kw_only=True):
    """Applications, the oldest first."""

    applications: list[UseView]
    next_cursor: str | None


class UsesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Applications in one state."""

    state: Literal["applied", "granted", "refused"] | None = None
    cursor: Annotated[str, Meta(max_length=500)] | None = None
    limit: Limit = 50


async def apply_for_use(request: Request) -> Reply | Problem:
    """Apply for the use of a piece of proof; applying again changes nothing."""
    place = await request.context.places.evidence(request.caller, request.params["evidence_id"])
    if place is None:
        return Problem(code="not_found")
    body = cast("ApplyBody", request.body)
    async with transaction(request.context.pool, [place[0]]) as connection:
        await connection.fetchrow(queries("apply_for_use"), *place, body.why, request.caller.actor.id)
        row = await connection.fetchrow(queries("use_of_evidence"), *place)
    return json_reply(_view(row), done="created") if row else Problem(code="not_found")


async def decide_use(request: Request) -> Reply | Problem:
    """Grant or refuse an application; a decision stands."""
    place = await request.context.places.evidence(request.caller, request.params["evidence_id"])
    if place is None:
        return Problem(code="not_found")
    body = cast("DecideUseBody", request.body)
    async with transaction(request.context.pool, [place[0]]) as connection:
        decided = await connection.fetchrow(queries("decide_use"), *place, body.decision, request.caller.actor.id, body.why)
        row = await connection.fetchrow(queries("use_of_evidence"), *place)
    if row is None:
        return Problem(code="not_found")
    return json_reply(_view(row)) if decided else Problem(code="move_not_open", detail={"state": row["state"]})


async def list_uses(request: Request) -> Reply | Problem:
    """The applications of the caller's shops."""
    query = cast("UsesQuery", request.query)
    after = read_cursor(query.cursor) if query.cursor else None
    if query.cursor and after is None:
        return Problem(code="bad_cursor")
    shops = await shops_of(request.context, request.caller)
    at, last = (after.at, after.id) if after else (None, None)
    async with transaction(request.context.pool, shops) as connection:
        rows = await connection.fetch(queries("uses_waiting"), shops, query.state, at, last, query.limit + 1)
    page, more = paged(rows, query.limit, "applied_at", "evidence_id")
    return json_reply(Uses(applications=[_view(row) for row in page], next_cursor=more))


def _view(row: Any) -> UseView:
    return UseView(**{name: row[name] for name in UseView.__struct_fields__})


_HERE = "/v1/evidence/{evidence_id}/use"
OPERATIONS = (
    Operation(id="apply_for_use", method="POST", path=_HERE, summary="Apply for the use of a piece of proof", handler=apply_for_use,
              who=PEOPLE, permission="evidence.write", body=ApplyBody, answer=UseView, done="created", sort="write",
              problems=("not_found",)),
    Operation(id="decide_use", method="POST", path=f"{_HERE}/decision", summary="Grant or refuse the use of a piece of proof",
              handler=decide_use, who=frozenset({"platform"}), permission="evidence.grant", body=DecideUseBody, answer=UseView,
              sort="write", problems=("not_found", "move_not_open")),
    Operation(id="list_uses", method="GET", path="/v1/evidence-uses", summary="Applications for the use of proof", handler=list_uses,
              who=TRADE, permission="evidence.read", query=UsesQuery, answer=Uses),
)  # fmt: skip
