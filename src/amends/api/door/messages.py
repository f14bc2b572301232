"""What an operation answers: a reply or a problem."""

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = tuple[tuple[bytes, bytes], ...]

JSON = b"application/json"
encode = msgspec.json.encode


class FieldError(msgspec.Struct, frozen=True):
    """Where in a body or query something is wrong, and a code for it; never what stood there."""

    path: str
    code: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal. `code` is a word of `vocabulary/problems.yaml`; what it costs in HTTP is said in `problems.py` alone.

    `told` is a refusal of the desk as its JSON object, to be shown with everything it says.
    """

    code: str
    errors: tuple[FieldError, ...] = ()
    detail: dict[str, Any] = {}
    told: bytes | None = None
    headers: Headers = ()


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A success: JSON bytes, or a stream of another type."""

    done: str = "ok"
    body: bytes = b""
    headers: Headers = ()
    media_type: bytes = JSON
    stream: AsyncIterator[bytes] | None = None


def json_reply(value: Any, *, done: str = "ok", headers: Headers = ()) -> Reply:
    """Any value of ours as a JSON reply."""
    return Reply(done=done, body=encode(value), headers=headers)
