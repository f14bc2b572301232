"""What every stream of server-sent events needs: when its listener is gone, whether they may still hear, and what wakes it."""

import asyncio
import contextlib
import time

from amends.api.door.calls import Request
from amends.api.door.messages import Problem

HEADERS = ((b"x-accel-buffering", b"no"),)
MEDIA_TYPE = b"text/event-stream"
HELLO = b"retry: 2000\n: here\n\n"
BEAT = b": still here\n\n"
ENDED = b"event: ended\ndata: {}\n\n"


async def left(request: Request) -> None:
    """Wait until the listener has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def may_still_hear(request: Request) -> bool:
    """Whether the caller may hear what they may hear: a right that was taken away ends the stream."""
    now = await request.context.callers.of_request(request.scope, request.header(b"authorization"), used=False)
    if isinstance(now, Problem) or not now.may("cases.read"):
        return False
    return now.within("cases.read").shops == request.caller.shops and now.markets == request.caller.markets


async def news_or_beat(woken: asyncio.Event, gone: asyncio.Task[None], beat_s: float) -> bool:
    """Wait for news, at most until the next heartbeat; False where there was none."""
    waiting = asyncio.create_task(woken.wait())
    began = time.monotonic()
    try:
        await asyncio.wait({waiting, gone}, timeout=beat_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
    return woken.is_set() or time.monotonic() - began < beat_s


async def put_away(gone: asyncio.Task[None]) -> None:
    """Wait no longer for the listener to go."""
    gone.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await gone
