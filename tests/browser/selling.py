"""What the tests of the seller's screens arrange: a shop with cases, and somebody of it who is logged in."""

import asyncio
import itertools
from typing import Any

from playwright.async_api import BrowserContext, Page
from tests.browser.served import Served
from tests.stories.over_http import Person

PASSWORD = "correct horse battery staple"
PROOF = [{"kind": "photo_defect", "text": "bent"}]
_numbers = itertools.count(1)


class Shop:
    """A shop of a test's own. `main` is its main account, by a token; `buyer` asks."""

    def __init__(self, market: Served, name: str, main: Person, buyer: Person, currency: str) -> None:
        self.market, self.name, self.main, self.buyer, self.currency = market, name, main, buyer, currency
        self.id = market.shops[name]
        self.sold = itertools.count(1)

    async def case(self, kind: str = "refund_only", reason: str = "damaged", **order: Any) -> dict[str, Any]:
        """A request that waits for the seller."""
        n = next(self.sold)
        buyer = f"mei-{self.name}"
        sold = await self.market.sell(self.name, f"{self.id}{n:05}", self.currency, buyer=buyer, **order)
        return await self.buyer.ask(sold, kind, reason, proof=PROOF)

    async def now(self, case: dict[str, Any]) -> dict[str, Any]:
        """The case as it stands."""
        return await self.main.case(case)


async def shop(market: Served, country: str = "us", currency: str = "USD") -> Shop:
    """A shop with nobody in it but its main account."""
    name = f"console{next(_numbers)}"
    await market.shop(name, country)
    main, buyer = await market.person("seller", f"main-{name}", shop=name), await market.person("buyer", f"mei-{name}")
    return Shop(market, name, main, buyer, currency)


async def enter(context: BrowserContext, made: Shop, role: str = "after_sales_manager", language: str = "en") -> str:
    """Join the shop as somebody new; the browser is then logged in. Returns who it is."""
    who = f"ann{next(_numbers)}"
    invited = await made.main.post(f"/v1/shops/{made.id}/invitations", {"subject": who, "role": role})
    joined = await context.request.post(
        "/v1/invitations:join", data={"code": invited["code"], "password": PASSWORD, "login": who, "language": language}
    )
    assert joined.ok, await joined.text()
    return who


async def at(page: Page, path: str = "/cases") -> Page:
    """The page, once its list is drawn."""
    await page.goto(path)
    await page.locator(".grid, .cards, .state").first.wait_for()
    return page


async def decided(made: Shop, cases: list[dict[str, Any]]) -> None:
    """Until each of them is approved, and perhaps paid."""
    for _ in range(60):
        states = {(await made.now(case))["state"] for case in cases}
        if states <= {"refund_approved", "completed"}:
            return
        await asyncio.sleep(0.25)
    raise AssertionError(states)
