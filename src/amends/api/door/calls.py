"""One call of an operation, as its handler sees it."""

from collections.abc import Awaitable, Callable
from typing import Any

from amends.api.door.callers import Caller
from amends.api.door.context import Context
from amends.api.door.messages import Problem, Receive, Reply, Scope


class Request:
    """One call, already allowed: who asks, what for, and the decoded body and query."""

    __slots__ = ("body", "caller", "context", "key", "params", "query", "receive", "request_id", "scope", "version")

    def __init__(self, scope: Scope, receive: Receive, context: Context, params: dict[str, str], request_id: str) -> None:
        self.scope = scope
        self.receive = receive
        self.context = context
        self.params = params
        self.request_id = request_id
        self.caller: Caller = None  # type: ignore[assignment]  # set before any handler sees it
        self.body: Any = None
        self.query: Any = None
        self.key: str = ""
        self.version: int = 0

    def header(self, name: bytes) -> bytes | None:
        """The first header of that lower-case name."""
        for known, value in self.scope["headers"]:
            if known == name:
                found: bytes = value
                return found
        return None


Handler = Callable[[Request], Awaitable[Reply | Problem]]
