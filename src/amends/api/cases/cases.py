"""Cases: lists, one case, its events and what may be done to it."""

from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.actions.commands import CaseCommand
from amends.api.cases.counted import wanted_cases, with_text
from amends.api.cases.filters import CasesQuery, shops_listed
from amends.api.door.as_of import on_from, reading_since
from amends.api.door.bodies import Version
from amends.api.door.calls import Request
from amends.api.door.files import Read, read_case, read_files
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import PEOPLE, Operation
from amends.desk.views import CaseView, case_view
from amends.domain.lifecycle.moves import Move, moves
from amends.store.database import queries, transaction
from amends.store.reading import page_of_cases, read_cursor, write_cursor


class CasePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of cases; `next_cursor` is null on the last one. `as_of` is the `updated_since` to ask with next: nothing is skipped."""

    cases: list[CaseView]
    next_cursor: str | None
    as_of: datetime


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to a case."""

    case_id: UUID
    seq: int
    type: str
    at: datetime
    actor_kind: str
    actor: str
    from_state: str | None
    to_state: str
    body: Any
    cursor: int


class EventsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Events after the given `seq`."""

    after: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    limit: Annotated[int, Meta(ge=1, le=500)] = 200


class CaseEvents(msgspec.Struct, frozen=True, kw_only=True):
    """The events of a case in order."""

    events: list[EventView]


class MovesView(msgspec.Struct, frozen=True, kw_only=True):
    """What may be done to a case now, and if not, why not."""

    case_id: UUID
    version: Version
    moves: tuple[Move, ...]
    server_now: datetime


def _view(read: Read, request: Request) -> CaseView:
    file = read.loaded.file
    case = file.case
    if case is None:
        raise AssertionError("a case was asked for")
    return case_view(file, case, read.rules, request.caller.in_shop(file.order.shop_id), read.loaded.now)


async def list_cases(request: Request) -> Reply | Problem:
    """A page of the cases that the caller may see."""
    query, caller, context = cast("CasesQuery", request.query), request.caller, request.context
    begun = await reading_since(request, query.cursor, read_cursor)
    if isinstance(begun, Problem):
        return begun
    as_of, after = begun
    if after is not None and (query.order == "amount") != (after.amount is not None):
        return Problem(code="bad_cursor")
    shops = await shops_listed(request, query.shop_id)
    wanted = await wanted_cases(request, query)
    if isinstance(shops, Problem):
        return shops
    if isinstance(wanted, Problem):
        return wanted
    async with transaction(context.pool, shops) as connection:
        wanted = await with_text(connection, shops, wanted, query.q)
        page, following = await page_of_cases(connection, shops, wanted, order=query.order, after=after, limit=query.limit)
        asked = [CaseCommand(shop_id=row["shop_id"], actor=caller.actor, case_id=row["id"]) for row in page]
        read = await read_files(context, connection, asked) if asked else []
    more = on_from(as_of, write_cursor(following) if following else None)
    return json_reply(CasePage(cases=[_view(one, request) for one in read if one is not None], next_cursor=more, as_of=as_of))


async def get_case(request: Request) -> Reply | Problem:
    """One case, with its version as ETag."""
    read = await read_case(request.context, request.caller, request.params["case_id"])
    if read is None:
        return Problem(code="not_found")
    view = _view(read, request)
    return json_reply(view, headers=((b"etag", f'"{view.version}"'.encode()),))


async def case_events(request: Request) -> Reply | Problem:
    """What happened to a case."""
    place = await request.context.places.case(request.caller, request.params["case_id"])
    if place is None:
        return Problem(code="not_found")
    query = cast("EventsQuery", request.query)
    async with transaction(request.context.pool, [place[0]]) as connection:
        rows = await connection.fetch(queries("case_events"), *place, query.after, query.limit)
        if not rows and not await connection.fetch(queries("places_of_case"), [place[1]]):
            return Problem(code="not_found")
    return json_reply(CaseEvents(events=[event_view(row, place[1]) for row in rows]))


def event_view(row: Any, case_id: UUID) -> EventView:
    """A row as an event."""
    return EventView(case_id=case_id, seq=row["seq"], type=row["type"], at=row["at"], actor_kind=row["actor_kind"],
                     actor=row["actor"], from_state=row["from_state"], to_state=row["to_state"], body=row["body"],
                     cursor=row["chain_seq"])  # fmt: skip


async def case_moves(request: Request) -> Reply | Problem:
    """What this caller may do to the case now."""
    read = await read_case(request.context, request.caller, request.params["case_id"])
    if read is None or read.loaded.file.case is None:
        return Problem(code="not_found")
    file, now = read.loaded.file, read.loaded.now
    case = read.loaded.file.case
    found = moves(file, read.rules, request.caller.in_shop(file.order.shop_id), now)
    return json_reply(MovesView(case_id=case.id, version=case.version, moves=found, server_now=now))


OPERATIONS = (
    Operation(id="list_cases", method="GET", path="/v1/cases", summary="Cases: the newest, the most urgent or the largest first", handler=list_cases,
              who=PEOPLE, permission="cases.read", query=CasesQuery, answer=CasePage,
              problems=("not_found", "unknown_word", "value_not_allowed", "period_invalid", "too_many", "insight_preparing")),
    Operation(id="get_case", method="GET", path="/v1/cases/{case_id}", summary="One case with its moves and deadlines",
              handler=get_case, who=PEOPLE, permission="cases.read", answer=CaseView, problems=("not_found",)),
    Operation(id="list_case_events", method="GET", path="/v1/cases/{case_id}/events", summary="What happened to a case",
              handler=case_events, who=PEOPLE, permission="cases.read", query=EventsQuery, answer=CaseEvents,
              problems=("not_found",)),
    Operation(id="list_case_moves", method="GET", path="/v1/cases/{case_id}/moves",
              summary="What may be done to a case now, and if not, why not", handler=case_moves, who=PEOPLE,
              permission="cases.read", answer=MovesView, problems=("not_found",)),
)  # fmt: skip
