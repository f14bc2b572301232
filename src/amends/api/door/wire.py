"""An answer that is whole leaves in one piece: its head and body in a single write, where ASGI would send two messages and two packets."""

from typing import Any, Final

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from amends.api.door.messages import Headers, Scope

CYCLE: Final = "amends.cycle"
"""Under this name a call's scope carries the server's own record of the call."""
_BREAKS: Final = (b"\r", b"\n")


class Wire(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it; each call knows its cycle, so that `send_whole` can answer it."""

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        scope: dict[str, Any] = cycle.scope  # type: ignore[assignment] # uvicorn's own type has no room for our key
        scope[CYCLE] = cycle
        super()._start_asgi_task(cycle, app)


def send_whole(scope: Scope, status: int, headers: Headers, body: bytes) -> bool:
    """Write the answer and end the call. False, and nothing written, where it must go the usual way.

    That is so under another server, for HEAD, while the reader is slower than we are, and for a header that holds a line break.
    `headers` must name the body's length.
    """
    cycle: RequestResponseCycle | None = scope.pop(CYCLE, None)  # each knows the other: both would wait for the collector
    if cycle is None or cycle.flow.write_paused or cycle.response_started or cycle.disconnected or scope["method"] == "HEAD":
        return False
    head = [STATUS_LINE[status]]
    for name, value in (*cycle.default_headers, *headers):
        if _BREAKS[0] in value or _BREAKS[1] in value:
            return False
        head += (name, b": ", value, b"\r\n")
    head += (b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n", body)
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    cycle.transport.write(b"".join(head))
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()
    return True
