"""Live push as server-sent events: what happens in one's cases and what is said in them, from the last thing seen on (U-10, P-08)."""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, Final, cast

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Positive
from amends.api.door.callers import Caller
from amends.api.door.calls import Request
from amends.api.door.context import Context
from amends.api.door.files import shops_of
from amends.api.door.messages import FieldError, Problem, Reply, encode
from amends.api.door.operation import PEOPLE, Operation
from amends.api.door.shops import shop_of
from amends.api.door.speech import limit
from amends.api.door.streaming import BEAT, ENDED, HEADERS, HELLO, MEDIA_TYPE, left, may_still_hear, news_or_beat, put_away
from amends.store.database import queries, transaction

HEARTBEAT_S: Final = 15.0
PAGE: Final = 200
MOST_SHOPS: Final = 1000
Seen = dict[int, int]


class LiveQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One shop of the caller's; the platform names one. `last_event_id` for clients that cannot set the header."""

    shop_id: Positive | None = None
    last_event_id: Annotated[str, Meta(max_length=20_000)] | None = None


async def stream(request: Request) -> Reply | Problem:
    """Listen. Without a last id one hears what happens from now on."""
    context, caller, query = request.context, request.caller, cast("LiveQuery", request.query)
    shops = await _shops(request, query.shop_id)
    if isinstance(shops, Problem):
        return shops
    named = (request.header(b"last-event-id") or b"").decode("latin-1") or query.last_event_id
    told = read_seen(named) if named else {}
    if told is None:
        return Problem(code="bad_cursor")
    async with transaction(context.pool, shops) as connection:
        rows = await connection.fetch(queries("heads_of_shops"), shops)
    seen = {row["shop_id"]: min(told.get(row["shop_id"], row["seq"]), row["seq"]) for row in rows}
    if request.scope["method"] == "HEAD":
        return Reply(media_type=MEDIA_TYPE)
    woken = context.hub.enter(caller.token_id, shops, limit(context, "streams_of_a_token"))
    if woken is None:
        return Problem(code="too_many_streams")
    return Reply(stream=_told(request, shops, seen, woken), media_type=MEDIA_TYPE, headers=HEADERS)


async def _shops(request: Request, named: int | None) -> list[int] | Problem:
    context, caller = request.context, request.caller
    if named is not None and caller.kind != "buyer":
        shop = await shop_of(context, caller, named)
        return [shop] if shop is not None else Problem(code="not_found")
    if caller.kind == "platform":
        return Problem(code="missing_field", errors=(FieldError("shop_id", "missing_field"),))
    shops = await shops_of(context, caller)
    chosen = [shop for shop in shops if named in (None, shop)]
    return chosen[:MOST_SHOPS]


async def _told(request: Request, shops: list[int], seen: Seen, woken: asyncio.Event) -> AsyncIterator[bytes]:
    """What is sent, until the client leaves, the right to hear ends, or the server stops."""
    context, caller = request.context, request.caller
    gone = asyncio.create_task(left(request))
    try:
        yield b"id: " + write_seen(seen).encode() + b"\n" + HELLO  # who is cut off before the first news misses none either
        while not gone.done() and not context.hub.closing:
            woken.clear()
            if not await may_still_hear(request):
                yield ENDED
                return
            async for part in _news(context, caller, seen):
                yield part
            if not await news_or_beat(woken, gone, HEARTBEAT_S):
                yield BEAT
    finally:
        await put_away(gone)
        context.hub.leave(caller.token_id, shops, woken)


async def _news(context: Context, caller: Caller, seen: Seen) -> AsyncIterator[bytes]:
    """Everything after what was seen, a page at a time."""
    while seen:
        shops = sorted(seen)
        async with transaction(context.pool, shops) as connection:
            heads = {row["shop_id"]: row["seq"] for row in await connection.fetch(queries("heads_of_shops"), shops)}
            behind = [shop for shop in shops if heads.get(shop, 0) > seen[shop]]
            if not behind:
                return
            after = [seen[shop] for shop in behind]
            rows = await connection.fetch(queries("live_events"), behind, after, caller.buyer, PAGE)
        told = dict(seen)
        for shop in behind:  # numbers have no gaps: a page holds each up to its end, also those of other buyers' cases
            seen[shop] = min(seen[shop] + PAGE, heads[shop])
        heard = [row for row in rows if row["chain_seq"] <= seen[row["shop_id"]]]  # what came in between is on the next page
        for row in [row for row in heard if await _may_hear(context, caller, row)]:
            told[row["shop_id"]] = row["chain_seq"]
            yield _event(row, write_seen(seen if row is heard[-1] else told))


async def _may_hear(context: Context, caller: Caller, row: Mapping[str, Any]) -> bool:
    """A link to one order hears of its cases alone."""
    return caller.order_id is None or await context.places.case(caller, str(row["case_id"])) is not None


def _event(row: Mapping[str, Any], cursor: str) -> bytes:
    said = {"id": row["message_id"], "side": row["side"], "sort": row["sort"], "text": row["text"]} if row["message_id"] else None
    data = {
        "shop_id": row["shop_id"], "case_id": row["case_id"], "seq": row["seq"], "type": row["type"], "at": row["at"],
        "by": row["actor_kind"], "from_state": row["from_state"], "state": row["to_state"], "version": row["version"],
        "details": row["body"], "message": said, "cursor": row["chain_seq"],
    }  # fmt: skip
    name = b"message" if said else b"case"
    return b"id: " + cursor.encode() + b"\nevent: " + name + b"\ndata: " + encode(data) + b"\n\n"


def write_seen(seen: Seen) -> str:
    """What was seen in each shop, as one id."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(sorted(seen.items()))).rstrip(b"=").decode()


def read_seen(text: str) -> Seen | None:
    """The same again; None where it is not one of ours."""
    try:
        pairs = msgspec.msgpack.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=list[tuple[int, int]])
    except (msgspec.MsgspecError, ValueError):
        return None
    return dict(pairs)


OPERATIONS = (
    Operation(id="stream", method="GET", path="/v1/stream", summary="What happens and what is said, as it happens", handler=stream,
              who=PEOPLE, permission="cases.read", query=LiveQuery, media_types=("text/event-stream",),
              problems=("not_found", "bad_cursor", "too_many_streams")),
)  # fmt: skip
