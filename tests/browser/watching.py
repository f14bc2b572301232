"""What no page of ours may ever do, watched on every page of every test: ask strangers for anything, or fail in silence."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request

REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
"""Chromium writes a line for every refusal; the page shows it as words, and that is what tests look at."""


class Watch:
    """Collects what went wrong. `allow(pattern)` names messages that a test brings about on purpose, such as a network that is cut."""

    def __init__(self, origins: tuple[str, ...]) -> None:
        self.origins = origins
        self.found: list[str] = []
        self.allowed: list[re.Pattern[str]] = [REFUSED]

    def allow(self, pattern: str) -> None:
        """Messages that match are meant by this test."""
        self.allowed.append(re.compile(pattern))

    def on(self, context: BrowserContext) -> None:
        """Look at everything that this context's pages and service workers do."""
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self._note(f"not caught: {error.error}"))

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and f"{parts.scheme}://{parts.netloc}" not in self.origins:
            self._note(f"a request to a stranger: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._note(f"console {message.type}: {message.text}")

    def _note(self, what: str) -> None:
        self.found.append(what)

    def check(self) -> None:
        """Fail for what was found and not allowed."""
        wrong = [what for what in self.found if not any(pattern.search(what) for pattern in self.allowed)]
        assert not wrong, "\n".join(wrong)


Opened = Callable[..., Page]
