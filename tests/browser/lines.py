"""A bad line between a page and the server."""

import asyncio
import re
from typing import Any

from playwright.async_api import Page, Route

AWAY = {
    "type": "about:blank", "title": "database_away", "status": 503, "code": "database_away", "request_id": "r", "errors": [],
    "words": {"zh": "暂时无法处理", "en": "Not possible just now."}, "next": {"zh": "请稍后再试。", "en": "Try again in a moment."},
}  # fmt: skip


class Line:
    """What becomes of the calls that match, from now on. `keys` are the idempotency keys of those that went out.

    `good` lets them through; `cut` lets nothing out; `deaf` lets them out and no answer back; `silent` answers nothing until it is let go;
    a gateway's `empty` failure stands before a server that is away; `away` is what a server says that cannot reach its database.
    """

    def __init__(self, where: str, method: str = "POST") -> None:
        self.where, self.method, self.state = re.compile(where), method, "good"
        self.keys: list[str] = []
        self.let_go = asyncio.Event()

    async def on(self, page: Page) -> "Line":
        """Lay it before a page."""
        await page.context.route(self.where, self._pass)
        return self

    async def _pass(self, route: Route) -> Any:
        if route.request.method != self.method:
            return await route.fallback()
        self.keys.append(route.request.headers.get("idempotency-key", ""))
        if self.state == "cut":
            return await route.abort("failed")
        if self.state == "empty":
            return await route.fulfill(status=502, body="")
        if self.state == "away":
            return await route.fulfill(status=503, json=AWAY)
        if self.state == "deaf":
            await route.fetch()
            return await route.abort("failed")
        if self.state == "silent":
            await self.let_go.wait()
        return await route.continue_()


async def line(page: Page, where: str, state: str = "good", method: str = "POST") -> Line:
    """A line on which these calls meet this from the start."""
    made = await Line(where, method).on(page)
    made.state = state
    return made
