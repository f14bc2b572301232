"""The reviewers' lanes as they change: a dispute that comes, is taken, given back or ruled, and every re-check, within a second (T-05, V-17).

What is told is the names of the lanes that changed:
what stands in them each reviewer reads where their own rights are asked. A new stream names every lane first, so that no change between
two streams is lost.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Final

from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply, encode
from amends.api.door.operation import Operation
from amends.api.door.speech import limit
from amends.api.door.streaming import BEAT, ENDED, HEADERS, HELLO, MEDIA_TYPE, left, may_still_hear, news_or_beat, put_away
from amends.api.process.lane_watch import Marks

HEARTBEAT_S: Final = 15.0


def _changed(seen: Marks, now: Marks) -> list[str]:
    return sorted(lane for lane in seen.keys() | now.keys() if seen.get(lane) != now.get(lane))


async def stream_lanes(request: Request) -> Reply | Problem:
    """Listen: first the lanes in which something stands, then the names of those that changed."""
    context = request.context
    if request.scope["method"] == "HEAD":
        return Reply(media_type=MEDIA_TYPE)
    woken = context.hub.enter(request.caller.token_id, (), limit(context, "streams_of_a_token"))
    if woken is None:
        return Problem(code="too_many_streams")
    return Reply(stream=_told(request, woken), media_type=MEDIA_TYPE, headers=HEADERS)


async def _told(request: Request, woken: asyncio.Event) -> AsyncIterator[bytes]:
    context = request.context
    gone = asyncio.create_task(left(request))
    context.lanes.waiting.add(woken)
    try:
        yield HELLO
        await context.lanes.look()
        seen = dict(context.lanes.marks)
        yield _event(sorted(seen))
        while not gone.done() and not context.hub.closing:
            woken.clear()
            if not await may_still_hear(request):
                yield ENDED
                return
            changed = _changed(seen, context.lanes.marks)
            if changed:
                seen = dict(context.lanes.marks)
                yield _event(changed)
            if not await news_or_beat(woken, gone, HEARTBEAT_S):
                yield BEAT
    finally:
        await put_away(gone)
        context.lanes.waiting.discard(woken)
        context.hub.leave(request.caller.token_id, (), woken)


def _event(lanes: Iterable[str]) -> bytes:
    return b"event: lanes\ndata: " + encode({"lanes": list(lanes)}) + b"\n\n"


OPERATIONS = (
    Operation(id="stream_lanes", method="GET", path="/v1/review_lanes/stream", summary="The names of review lanes, as what stands in them changes",
              handler=stream_lanes, who=frozenset({"platform"}), permission="cases.read", media_types=("text/event-stream",),
              problems=("too_many_streams",)),
)  # fmt: skip
