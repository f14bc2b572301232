"""Working together on cases: who has one in hand, a queue that gives each to one, notes and tags of a side, and who looks just now.

None of it is a decision: nobody's open form becomes stale by it, and the other side sees nothing of it.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Final, cast
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Meta

from amends.api.door.bodies import Limit, Strict
from amends.api.door.calls import Request
from amends.api.door.files import shops_of
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.once import once
from amends.api.door.operation import TRADE, Operation
from amends.api.door.speech import limit
from amends.domain.facts.words import CaseKind, CaseState
from amends.store.database import queries, transaction
from amends.store.members import held_by
from amends.store.reading import paged, read_cursor

WORK: Final = "cases.work"
TRIED_AT_ONCE: Final = 20
Tag = Annotated[str, Meta(min_length=1, max_length=40)]


class AssigneeBody(Strict, frozen=True, kw_only=True):
    """The subject of a colleague, or null to give the case back to the queue."""

    assignee: Annotated[str, Meta(min_length=1, max_length=200)] | None


class NoteBody(Strict, frozen=True, kw_only=True):
    """A note for one's own side."""

    text: Annotated[str, Meta(min_length=1, max_length=2000)]


class TagsBody(Strict, frozen=True, kw_only=True):
    """All tags of the case; what is not there is taken away."""

    tags: Annotated[tuple[Tag, ...], Meta(max_length=100)]


class LookBody(Strict, frozen=True, kw_only=True):
    """`leaving` ends the look at once; otherwise it ends by itself."""

    leaving: bool = False


class QueueBody(Strict, frozen=True, kw_only=True):
    """What kind of case to take."""

    state: CaseState | None = None
    kind: CaseKind | None = None


class Looker(msgspec.Struct, frozen=True, kw_only=True):
    """A colleague who has the case before them."""

    person: str
    until_at: datetime


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """How one's own side stands with a case."""

    shop_id: int
    case_id: UUID
    assignee: str | None
    tags: list[str]
    looking: list[Looker]


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A note, or a trace of who took, gave or tagged the case (`sort`). Whoever forgets its buyer knows by the case what was answered."""

    id: UUID
    case_id: UUID
    author: str
    sort: str
    text: str
    at: datetime


class Notes(msgspec.Struct, frozen=True, kw_only=True):
    """A page of notes in order."""

    notes: list[Note]
    next_cursor: str | None


class NotesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to go on."""

    cursor: Annotated[str, Meta(max_length=500)] | None = None
    limit: Limit = 50


Place = tuple[int, UUID]


async def _place(request: Request) -> Place | None:
    """The case, where it is there and the caller's."""
    place = await request.context.places.case(request.caller, request.params["case_id"])
    if place is None:
        return None
    async with transaction(request.context.pool, [place[0]]) as connection:
        return place if await connection.fetch(queries("places_of_case"), [place[1]]) else None


async def _work(request: Request, connection: asyncpg.Connection, place: Place) -> Work:
    side, me = request.caller.kind, request.caller.actor.id
    tags = await connection.fetch(queries("case_tags"), *place, side)
    looking = await connection.fetch(queries("who_looks"), *place, side, me)
    return Work(shop_id=place[0], case_id=place[1], assignee=await connection.fetchval(queries("assignee_of"), *place, side),
                tags=[row["tag"] for row in tags], looking=[Looker(**dict(row)) for row in looking])  # fmt: skip


async def _trace(request: Request, connection: asyncpg.Connection, place: Place, sort: str, text: str) -> Any:
    made = request.context.desk.make_id(datetime.now(UTC))
    return await connection.fetchrow(queries("insert_note"), place[0], made, place[1], request.caller.kind,
                                     request.caller.actor.id, sort, text)  # fmt: skip


async def get_work(request: Request) -> Reply | Problem:
    """How my side stands with the case."""
    place = await _place(request)
    if place is None:
        return Problem(code="not_found")
    async with transaction(request.context.pool, [place[0]]) as connection:
        return json_reply(await _work(request, connection, place))


async def claim_case(request: Request) -> Reply | Problem:
    """Take a case in hand; one gets it."""
    place = await _place(request)
    if place is None:
        return Problem(code="not_found")
    async with transaction(request.context.pool, [place[0]]) as connection:
        holder = await _claimed(request, connection, place)
        if holder != request.caller.actor.id:
            return Problem(code="claimed_by_another", detail={"assignee": holder})
        return json_reply(await _work(request, connection, place))


async def _claimed(request: Request, connection: asyncpg.Connection, place: Place) -> str:
    """Who has the case in hand after the try; it is theirs already where they took it before."""
    me = request.caller.actor.id
    got = await connection.fetchval(queries("claim_case"), *place, request.caller.kind, me)
    if got == me:
        await _trace(request, connection, place, "claimed", me)
        return me
    return str(await connection.fetchval(queries("assignee_of"), *place, request.caller.kind))


async def claim_next(request: Request) -> Reply | Problem:
    """Take the most urgent case that nobody has in hand."""
    context, body = request.context, cast("QueueBody", request.body)
    shops = await shops_of(context, request.caller)
    if not shops:
        return Problem(code="queue_empty")

    async def claim(connection: asyncpg.Connection) -> Reply | Problem:
        rows = await connection.fetch(queries("queue_of"), shops, request.caller.kind, body.state, body.kind, TRIED_AT_ONCE)
        for row in rows:
            place = (row["shop_id"], row["id"])
            if await connection.fetchval(queries("claim_case"), *place, request.caller.kind, request.caller.actor.id):
                await _trace(request, connection, place, "claimed", request.caller.actor.id)
                return json_reply(await _work(request, connection, place))
        return Problem(code="queue_empty")

    return await once(request, sorted(shops), "ok", claim)


async def assign_case(request: Request) -> Reply | Problem:
    """Give a case to a colleague, or back to the queue."""
    place, context, caller = await _place(request), request.context, request.caller
    if place is None:
        return Problem(code="not_found")
    subject = cast("AssigneeBody", request.body).assignee
    person = f"{caller.kind}:{subject}" if subject is not None else None
    if person is not None:
        held = await held_by(context.pool, person)
        if not any(one.shop_id in (None, place[0]) and {WORK, "*"} & one.permissions for one in held):
            return Problem(code="member_holds_less", detail={"permission": WORK})
    async with transaction(context.pool, [place[0]]) as connection:
        await connection.fetch(queries("assign_case"), *place, caller.kind, person, caller.actor.id)
        await _trace(request, connection, place, "assigned" if person else "released", person or caller.actor.id)
        return json_reply(await _work(request, connection, place))


async def put_note(request: Request) -> Reply | Problem:
    """Leave a note for one's own side."""
    place = await _place(request)
    if place is None:
        return Problem(code="not_found")

    async def write(connection: asyncpg.Connection) -> Reply | Problem:
        row = await _trace(request, connection, place, "note", cast("NoteBody", request.body).text)
        return json_reply(Note(**dict(row)), done="created")

    return await once(request, [place[0]], "created", write)


async def list_notes(request: Request) -> Reply | Problem:
    """The notes of one's own side."""
    place, query = await _place(request), cast("NotesQuery", request.query)
    if place is None:
        return Problem(code="not_found")
    after = read_cursor(query.cursor) if query.cursor else None
    if query.cursor and after is None:
        return Problem(code="bad_cursor")
    async with transaction(request.context.pool, [place[0]]) as connection:
        rows = await connection.fetch(queries("case_notes"), *place, request.caller.kind, after.at if after else None,
                                      after.id if after else None, query.limit + 1)  # fmt: skip
    page, more = paged(rows, query.limit, "at", "id")
    return json_reply(Notes(notes=[Note(**dict(row)) for row in page], next_cursor=more))


async def put_tags(request: Request) -> Reply | Problem:
    """Set the tags of a case."""
    place, tags = await _place(request), sorted(set(cast("TagsBody", request.body).tags))
    if place is None:
        return Problem(code="not_found")
    most = limit(request.context, "tags_of_a_case")
    if len(tags) > most:
        return Problem(code="too_many", detail={"most": most})
    side = request.caller.kind
    async with transaction(request.context.pool, [place[0]]) as connection:
        gone = await connection.fetch(queries("drop_case_tags"), *place, side, tags)
        come = await connection.fetch(queries("insert_case_tags"), *place, side, tags)
        for sort, rows in (("untagged", gone), ("tagged", come)):
            if rows:
                await _trace(request, connection, place, sort, ", ".join(row["tag"] for row in rows))
        return json_reply(await _work(request, connection, place))


async def look_at_case(request: Request) -> Reply | Problem:
    """Say that I have the case before me, for as long as I keep saying so, and hear who else has."""
    place = await _place(request)
    if place is None:
        return Problem(code="not_found")
    me = (request.caller.kind, request.caller.actor.id)
    async with transaction(request.context.pool, [place[0]]) as connection:
        if cast("LookBody", request.body).leaving:
            await connection.execute(queries("leave_case"), *place, *me)
        else:
            await connection.execute(queries("look_at_case"), *place, *me, limit(request.context, "presence_seconds"))
            await connection.execute(queries("forget_lookers"), *place)
        return json_reply(await _work(request, connection, place))


_CASE: Final = "/v1/cases/{case_id}"
OPERATIONS = (
    Operation(id="get_work", method="GET", path=f"{_CASE}/work", summary="How my side stands with a case", handler=get_work,
              who=TRADE, permission="cases.read", answer=Work, problems=("not_found",)),
    Operation(id="claim_case", method="POST", path=f"{_CASE}/claim", summary="Take a case in hand; one gets it",
              handler=claim_case, who=TRADE, permission=WORK, answer=Work, sort="write",
              problems=("not_found", "claimed_by_another")),
    Operation(id="claim_next", method="POST", path="/v1/queue:claim", summary="Take the most urgent case that nobody has in hand",
              handler=claim_next, who=TRADE, permission=WORK, body=QueueBody, answer=Work, keyed=True, sort="write", problems=("queue_empty",)),
    Operation(id="assign_case", method="PUT", path=f"{_CASE}/assignee", summary="Give a case to a colleague, or back",
              handler=assign_case, who=TRADE, permission=WORK, body=AssigneeBody, answer=Work, sort="write",
              problems=("not_found", "member_holds_less")),
    Operation(id="put_note", method="POST", path=f"{_CASE}/notes", summary="Leave a note for my own side", handler=put_note,
              who=TRADE, permission=WORK, body=NoteBody, answer=Note, done="created", keyed=True, sort="write", problems=("not_found",)),
    Operation(id="list_notes", method="GET", path=f"{_CASE}/notes", summary="The notes of my own side", handler=list_notes,
              who=TRADE, permission="cases.read", query=NotesQuery, answer=Notes, problems=("not_found",)),
    Operation(id="put_tags", method="PUT", path=f"{_CASE}/tags", summary="Set the tags of a case", handler=put_tags, who=TRADE,
              permission=WORK, body=TagsBody, answer=Work, sort="write", problems=("not_found", "too_many")),
    Operation(id="look_at_case", method="POST", path=f"{_CASE}/presence", summary="Say that I look at a case, and hear who else does",
              handler=look_at_case, who=TRADE, permission="cases.read", body=LookBody, answer=Work, sort="write",
              problems=("not_found",)),
)  # fmt: skip
