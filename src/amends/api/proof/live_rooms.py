"""Live rooms: what was said and shown there, by the stream's own clock, kept as the standard that the goods are compared with (V-16).

Captions are scanned with the list of sensitive words as they come; hits are kept with their moments (U-12).
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, Final, cast

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Moment, Positive, Strict
from amends.api.door.calls import Request
from amends.api.door.files import shops_of
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import PEOPLE, TRADE, Operation
from amends.api.proof.evidence import UploadView, side_of_caller
from amends.domain.topics.speech import Hit, scanner_of
from amends.kernel.text import text_problem
from amends.store.database import queries, transaction

LONGEST_EXCERPT: Final = 20_000
MOST_SHOWN: Final = 500
LONGEST_STREAM_MS: Final = 7 * 24 * 3_600_000
Room = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*\Z")]
Milliseconds = Annotated[int, Meta(ge=0, le=LONGEST_STREAM_MS)]
Said = Annotated[str, Meta(min_length=1, max_length=2000)]
Link = Annotated[str, Meta(min_length=1, max_length=2000)]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]


class RoomBody(Strict, frozen=True, kw_only=True):
    """A live session. `recording` is where the shop keeps the film, `recording_sha256` its hash, so that it cannot be another one later."""

    room: Room
    started_at: Moment
    ended_at: Moment | None = None
    recording: Link | None = None
    recording_sha256: Digest | None = None
    shop_id: Positive | None = None


class CaptionBody(Strict, frozen=True, kw_only=True):
    """What was said from `from_ms` until before `to_ms`, milliseconds from the start of the stream."""

    from_ms: Milliseconds
    to_ms: Milliseconds
    text: Said


class CaptionsBody(Strict, frozen=True, kw_only=True):
    """Captions of a room; one that is posted again replaces itself."""

    captions: Annotated[tuple[CaptionBody, ...], Meta(min_length=1, max_length=1000)]
    shop_id: Positive | None = None


class MomentBody(Strict, frozen=True, kw_only=True):
    """A moment of a stream as proof for an order."""

    room: Room
    from_ms: Milliseconds
    to_ms: Milliseconds


class RoomView(msgspec.Struct, frozen=True, kw_only=True):
    """A live session of a shop."""

    shop_id: int
    room: str
    started_at: datetime
    ended_at: datetime | None
    recording: str | None
    recording_sha256: str | None
    updated_at: datetime


class CaptionView(msgspec.Struct, frozen=True, kw_only=True):
    """What was said, when, and the sensitive words in it: the word's id, why it is listed, and which characters they are."""

    from_ms: int
    to_ms: int
    at: datetime
    text: str
    hits: list[Hit]


class Captions(msgspec.Struct, frozen=True, kw_only=True):
    """Captions in the order of the stream. The cursor goes on after the last one."""

    room: RoomView
    captions: list[CaptionView]
    next_cursor: str | None


class CaptionsTaken(msgspec.Struct, frozen=True, kw_only=True):
    """How many were taken, and those in which a sensitive word was said."""

    room: str
    taken: int
    flagged: list[CaptionView]


class RoomQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A span of the stream; `flagged=true` gives only captions with a hit."""

    shop_id: Positive | None = None
    from_ms: Milliseconds = 0
    to_ms: Milliseconds | None = None
    flagged: bool = False
    cursor: Annotated[str, Meta(max_length=40, pattern=r"^[0-9]+-[0-9]+\Z")] | None = None
    limit: Annotated[int, Meta(ge=1, le=MOST_SHOWN)] = 200


async def put_live_room(request: Request) -> Reply | Problem:
    """Tell of a live session, or tell more of it."""
    body = cast("RoomBody", request.body)
    shop = await _shop(request, body.shop_id)
    if isinstance(shop, Problem):
        return shop
    digest = bytes.fromhex(body.recording_sha256) if body.recording_sha256 else None
    async with transaction(request.context.pool, [shop]) as connection:
        row = await connection.fetchrow(
            queries("put_live_room"), shop, body.room, body.started_at, body.ended_at, body.recording, digest
        )
    return json_reply(_room(row), done="created")


async def put_captions(request: Request) -> Reply | Problem:
    """Take captions of a room and say at once where a sensitive word was said."""
    body, room = cast("CaptionsBody", request.body), request.params["room"]
    shop = await _shop(request, body.shop_id)
    if isinstance(shop, Problem):
        return shop
    wrong = tuple(
        FieldError(f"captions[{n}]", "value_not_allowed" if c.to_ms < c.from_ms else "text_not_clean")
        for n, c in enumerate(body.captions)
        if c.to_ms < c.from_ms or text_problem(c.text, 2000)
    )
    if wrong:
        return Problem(code=wrong[0].code, errors=wrong[:100])
    scanner = scanner_of(request.context.vocabulary)
    latest = {(c.from_ms, c.to_ms): c for c in body.captions}  # two of the same span: the later one stands
    hits = {span: scanner.scan(caption.text) for span, caption in latest.items()}
    async with transaction(request.context.pool, [shop]) as connection:
        known = await connection.fetchrow(queries("live_room"), shop, room)
        if known is None:
            return Problem(code="not_found")
        columns = [
            list(column)
            for column in zip(*((a, b, c.text, msgspec.json.encode(hits[a, b])) for (a, b), c in latest.items()), strict=True)
        ]
        await connection.execute(queries("put_captions"), shop, room, *columns)
    flagged = [_caption(known, a, b, latest[a, b].text, list(found)) for (a, b), found in sorted(hits.items()) if found]
    return json_reply(CaptionsTaken(room=room, taken=len(latest), flagged=flagged), done="accepted")


async def list_captions(request: Request) -> Reply | Problem:
    """What was said in a room."""
    query, room = cast("RoomQuery", request.query), request.params["room"]
    shop = await _shop(request, query.shop_id)
    if isinstance(shop, Problem):
        return shop
    after = [int(part) for part in query.cursor.split("-")] if query.cursor else [-1, -1]
    if max(after) > LONGEST_STREAM_MS:
        return Problem(code="bad_cursor")
    async with transaction(request.context.pool, [shop]) as connection:
        known = await connection.fetchrow(queries("live_room"), shop, room)
        if known is None:
            return Problem(code="not_found")
        rows = await connection.fetch(
            queries("captions"), shop, room, query.from_ms, query.to_ms, query.flagged, *after, query.limit + 1
        )
    page = rows[: query.limit]
    shown = [_caption(known, r["from_ms"], r["to_ms"], r["said"], msgspec.convert(r["hits"], list[Hit])) for r in page]
    more = f"{page[-1]['from_ms']}-{page[-1]['to_ms']}" if len(rows) > query.limit else None
    return json_reply(Captions(room=_room(known), captions=shown, next_cursor=more))


async def put_stream_moment(request: Request) -> Reply | Problem:
    """Point at a moment of a stream as proof for an order; what was said then is kept with it."""
    body, caller, context = cast("MomentBody", request.body), request.caller, request.context
    if body.to_ms < body.from_ms:
        return Problem(code="value_not_allowed", errors=(FieldError("to_ms", "value_not_allowed"),))
    place = await context.places.order(caller, request.params["order_id"])
    if place is None:
        return Problem(code="not_found")
    made, side = context.desk.make_id(datetime.now(UTC)), side_of_caller(caller)
    async with transaction(context.pool, [place[0]]) as connection:
        order = await connection.fetchval(queries("lock_order_for_proof"), *place)
        room = await connection.fetchrow(queries("live_room"), place[0], body.room)
        if order is None or room is None:
            return Problem(code="not_found")
        rows = await connection.fetch(
            queries("captions"), place[0], body.room, body.from_ms, body.to_ms + 1, False, -1, -1, MOST_SHOWN
        )
        text = _excerpt(room, body, rows)
        content = sha256(text.encode()).digest()
        await connection.fetchrow(
            queries("insert_reference"), place[0], made, place[1], side, content, len(text.encode()), text, caller.actor.id
        )
        await connection.execute(queries("keep_reference"), place[0], made, body.room, body.from_ms, body.to_ms)
    return json_reply(
        UploadView(
            id=made,
            order_id=place[1],
            of=side,
            kind="live_recording",
            state="clean",
            media_type="text/plain",
            size=len(text.encode()),
        ),
        done="created",
    )


async def _shop(request: Request, asked: int | None) -> int | Problem:
    shop = asked or request.caller.only_shop
    if shop is None:
        return Problem(code="missing_field", errors=(FieldError("shop_id", "missing_field"),))
    return shop if shop in await shops_of(request.context, request.caller) else Problem(code="not_found")


def _excerpt(room: Any, body: MomentBody, rows: list[Any]) -> str:
    began = room["started_at"].isoformat(timespec="seconds")
    head = f"{body.room} {_clock(body.from_ms)}-{_clock(body.to_ms)} ({began})"
    said = [f"{_clock(row['from_ms'])} {row['said']}" for row in rows]
    return "\n".join([head, *said])[:LONGEST_EXCERPT]


def _clock(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _room(row: Any) -> RoomView:
    digest = row["recording_sha256"]
    return RoomView(shop_id=row["shop_id"], room=row["room"], started_at=row["started_at"], ended_at=row["ended_at"],
                    recording=row["recording"], recording_sha256=digest.hex() if digest else None, updated_at=row["updated_at"])  # fmt: skip


def _caption(room: Any, from_ms: int, to_ms: int, text: str, hits: list[Hit]) -> CaptionView:
    at = room["started_at"] + timedelta(milliseconds=from_ms)
    return CaptionView(from_ms=from_ms, to_ms=to_ms, at=at, text=text, hits=hits)


OPERATIONS = (
    Operation(id="put_live_room", method="POST", path="/v1/live-rooms", summary="Tell of a live session", handler=put_live_room, who=TRADE,
              permission="captions.write", body=RoomBody, answer=RoomView, done="created", sort="write", problems=("not_found",)),
    Operation(id="put_captions", method="POST", path="/v1/live-rooms/{room}/captions", summary="Captions of a live session, scanned",
              handler=put_captions, who=TRADE, permission="captions.write", body=CaptionsBody, answer=CaptionsTaken, done="accepted",
              bulk=True, sort="write", problems=("not_found", "value_not_allowed", "text_not_clean")),
    Operation(id="list_captions", method="GET", path="/v1/live-rooms/{room}/captions", summary="What was said in a live session",
              handler=list_captions, who=TRADE, permission="evidence.read", query=RoomQuery, answer=Captions,
              problems=("not_found",)),
    Operation(id="put_stream_moment", method="POST", path="/v1/orders/{order_id}/stream-moments", summary="A moment of a stream as proof",
              handler=put_stream_moment, who=PEOPLE, permission="evidence.write", body=MomentBody, answer=UploadView, done="created",
              sort="write", problems=("not_found", "value_not_allowed"), links=(("get_evidence", "evidence_id"),)),
)  # fmt: skip
