"""Outages of the platform: declared, ended, and excused by the worker before any clock that they held fires (failure mode 20)."""

from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.actions.extend_deadlines import NOBODYS
from amends.api.door.bodies import Limit, Moment, Strict
from amends.api.door.calls import Request
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.kernel.ids import parse_id
from amends.store.database import queries
from amends.store.reading import read_place, write_place

PLATFORM = frozenset({"platform"})
LONGEST_ID = 15
NOBODY = UUID(int=0)


class OutageBody(Strict, frozen=True, kw_only=True):
    """Since when nobody can act, and why. `to_at` where it is over already; `from_at` may lie in the past, never in the future."""

    from_at: Moment
    to_at: Moment | None = None
    why: Annotated[str, Meta(min_length=1, max_length=500)]


class EndOutageBody(Strict, frozen=True, kw_only=True):
    """When it was over; now where nothing is said."""

    to_at: Moment | None = None


class OutageView(msgspec.Struct, frozen=True, kw_only=True):
    """An outage. `excused_at` is when all that it touched had got its time back."""

    id: int
    from_at: datetime
    to_at: datetime | None
    why: str
    declared_by: str
    declared_by_name: str | None
    declared_at: datetime
    excused_at: datetime | None


class Outages(msgspec.Struct, frozen=True, kw_only=True):
    """The newest outages first."""

    outages: list[OutageView]


class ExcusedView(msgspec.Struct, frozen=True, kw_only=True):
    """A clock that got back what the outage took of it."""

    shop_id: int
    shop: str
    case_id: UUID
    kind: str
    was_due: datetime
    due_at: datetime


class Excused(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an outage excused. `waiting` is how many cases have a clock that it holds back now."""

    excused: list[ExcusedView]
    waiting: int
    next_cursor: str | None


class ExcusedQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Clocks after the one that the cursor names."""

    cursor: Annotated[str, Meta(max_length=500)] | None = None
    limit: Limit = 50


class OutagesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many."""

    limit: Annotated[int, Meta(ge=1, le=500)] = 50


def _view(row: Any) -> OutageView:
    return OutageView(**{name: row[name] for name in OutageView.__struct_fields__})


async def declare_outage(request: Request) -> Reply | Problem:
    """From now on clocks that bind people do not fire; when the outage is over they get back what it took.

    Of two that overlap the later is refused, for it would give the same hours back again; the same told twice gets the same answer.
    """
    body, context = cast("OutageBody", request.body), request.context
    now = await context.pool.fetchval(queries("domain_now"))
    if body.from_at > now or (body.to_at is not None and (body.to_at <= body.from_at or body.to_at > now)):
        return Problem(code="bad_moment", errors=(FieldError("from_at", "bad_moment"),))
    async with context.pool.acquire() as connection, connection.transaction():
        await connection.execute(queries("declaring_outages"))
        known = await connection.fetchrow(queries("overlapping_outage"), body.from_at, body.to_at)
        if known is None:
            row = await connection.fetchrow(
                queries("declare_outage"), body.from_at, body.to_at, body.why, request.caller.actor.id
            )
            return json_reply(_view(row), done="created")
    if (known["from_at"], known["to_at"], known["why"]) == (body.from_at, body.to_at, body.why):
        return json_reply(_view(known), done="created")
    return Problem(code="outage_overlaps", detail={"outage": known["id"]})


async def end_outage(request: Request) -> Reply | Problem:
    """The outage is over; the worker gives every case its time back and only then lets clocks fire."""
    body, context, text = cast("EndOutageBody", request.body), request.context, request.params["outage_id"]
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID):
        return Problem(code="not_found")
    now = await context.pool.fetchval(queries("domain_now"))
    known = await context.pool.fetchrow(queries("outage_by_id"), int(text))
    if known is None:
        return Problem(code="not_found")
    if known["to_at"] is not None:
        return json_reply(_view(known))
    to_at = body.to_at or now
    if to_at > now or to_at <= known["from_at"]:
        return Problem(code="bad_moment", errors=(FieldError("to_at", "bad_moment"),))
    row = await context.pool.fetchrow(queries("end_outage"), int(text), to_at)
    return json_reply(_view(row or known))


async def list_outages(request: Request) -> Reply | Problem:
    """Every outage that was declared."""
    rows = await request.context.pool.fetch(queries("list_outages"), cast("OutagesQuery", request.query).limit)
    return json_reply(Outages(outages=[_view(row) for row in rows]))


async def list_excused(request: Request) -> Reply | Problem:
    """Every clock that got time back, by case."""
    query, context, text = cast("ExcusedQuery", request.query), request.context, request.params["outage_id"]
    after = _place(query.cursor) if query.cursor else (0, NOBODY, "")
    if after is None:
        return Problem(code="bad_cursor")
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID):
        return Problem(code="not_found")
    outage = await context.pool.fetchrow(queries("outage_by_id"), int(text))
    if outage is None:
        return Problem(code="not_found")
    rows = await context.reviewers.fetch(queries("excused_by_outage"), outage["id"], *after, query.limit + 1)
    held = outage["excused_at"] is None
    waiting = await context.reviewers.fetchval(queries("kept_by_outage"), outage["id"], sorted(NOBODYS)) if held else 0
    page = [ExcusedView(**dict(row)) for row in rows[: query.limit]]
    last = page[-1] if len(rows) > query.limit else None
    more = write_place(str(last.shop_id), str(last.case_id), last.kind) if last else None
    return json_reply(Excused(excused=page, waiting=waiting, next_cursor=more))


def _place(cursor: str) -> tuple[int, UUID, str] | None:
    read = read_place(cursor, 3)
    case_id = parse_id(read[1]) if read else None
    if (
        read is None
        or not isinstance(case_id, UUID)
        or not (read[0].isascii() and read[0].isdecimal() and len(read[0]) <= LONGEST_ID)
    ):
        return None
    return int(read[0]), case_id, read[2]


OPERATIONS = (
    Operation(id="declare_outage", method="POST", path="/v1/outages", summary="Declare an outage of the platform",
              handler=declare_outage, who=PLATFORM, permission="outages.manage", body=OutageBody, answer=OutageView, done="created",
              sort="write", problems=("bad_moment", "outage_overlaps"), links=(("end_outage", "outage_id"),)),
    Operation(id="end_outage", method="POST", path="/v1/outages/{outage_id}/end", summary="Say that an outage is over",
              handler=end_outage, who=PLATFORM, permission="outages.manage", body=EndOutageBody, answer=OutageView, sort="write",
              problems=("not_found", "bad_moment")),
    Operation(id="list_outages", method="GET", path="/v1/outages", summary="Outages of the platform", handler=list_outages,
              who=PLATFORM, permission="outages.manage", query=OutagesQuery, answer=Outages),
    Operation(id="list_excused", method="GET", path="/v1/outages/{outage_id}/excused", summary="Whom an outage excused",
              handler=list_excused, who=PLATFORM, permission="outages.manage", query=ExcusedQuery, answer=Excused,
              problems=("not_found",)),
)  # fmt: skip
