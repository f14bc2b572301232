"""What the tests of the case page arrange: a shop with a case in it, and the page as its seller or the platform opens it."""

import itertools
from typing import Any

from playwright.async_api import Locator, Page
from tests.browser.buying import photo
from tests.browser.conftest import Browsing
from tests.browser.served import Served
from tests.stories.over_http import Body, Person

_numbers = itertools.count(1)
SCRIPT = "<img src=x onerror=\"document.title='broken in'\"><script>document.title='broken in'</script>"
"""What somebody types who wants it to run."""


class Desk:
    """A shop of its own with one order, its buyer and its seller."""

    def __init__(self, market: Served, shop: str, order: str, buyer: Person, seller: Person) -> None:
        self.market, self.shop, self.order, self.buyer, self.seller = market, shop, order, buyer, seller

    async def ask(self, kind: str = "refund_only", reason: str = "damaged", **more: Any) -> Body:
        """A case of the buyer with a proof that counts."""
        proof = [{"kind": "photo_defect", "text": "cracked"}] if reason == "damaged" else []
        return await self.buyer.ask(self.order, kind, reason, **({"proof": proof} | more))

    async def upload(self, who: Person, name: str) -> str:
        """A picture of somebody's; its id."""
        headers = {"authorization": f"Bearer {who.token}", "content-type": "image/jpeg"}
        path = f"/v1/orders/{self.order}/evidence?kind=photo_defect"
        answer = await self.market.client.post(path, content=photo(name)["buffer"], headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def show(self, who: Person, case: Body, name: str) -> None:
        """Somebody hands in a picture."""
        await who.move(case, "submit_evidence", proof=[{"kind": "photo_defect", "upload_id": await self.upload(who, name)}])

    async def say(self, who: Person, case: Body, text: str) -> None:
        """Somebody says something."""
        await who.post(f"/v1/cases/{case['id']}/messages", {"text": text})


async def desk(market: Served, country: str = "us", currency: str = "USD", **more: Any) -> Desk:
    """A shop, an order of 50.00 that was delivered, its buyer and its seller."""
    n = next(_numbers)
    shop = f"desk{n}"
    await market.shop(shop, country, **more.pop("told_shop", {}))
    buyer, seller = await market.person("buyer", f"lin{n}"), await market.person("seller", f"kim{n}", shop=shop)
    order = await market.sell(shop, f"88{n:05}", currency, **({"buyer": f"lin{n}"} | more))
    return Desk(market, shop, order, buyer, seller)


async def opened(browsing: Browsing, who: Person, **more: Any) -> Page:
    """A page on which somebody is known by a token of theirs, in the browser's language and not in the one that they keep."""
    page = await browsing(extra_http_headers={"authorization": f"Bearer {who.token}"}, **more)
    await page.add_init_script("localStorage.setItem('amends.language', navigator.language.startsWith('zh') ? 'zh' : 'en')")
    return page


async def at_case(browsing: Browsing, who: Person, case: Body, **more: Any) -> Page:
    """The page of a case, opened by somebody with a token of theirs."""
    page = await opened(browsing, who, **more)
    await page.goto(f"/cases/{case['id']}")
    await page.locator(f'[data-case="{case["id"]}"]').wait_for()
    return page


async def part(page: Page, name: str, tab: str) -> Locator:
    """A part of the case; where it stands in a tab, the tab is opened first."""
    found = page.locator(f'[data-part="{name}"]')
    tabs = page.locator(".case-tabs")
    if await tabs.count():
        await tabs.locator(f'[data-node-key="{tab}"]').click()
    await found.wait_for()
    return found


async def start(page: Page, move: str) -> Locator:
    """Open the form of a move, wherever its button is."""
    button = page.locator(f'.moves [data-move="{move}"], .moves-phone [data-move="{move}"]')
    if await button.count() == 0:
        await page.get_by_test_id("all-moves").click()
        button = page.locator(f'.moves-list [data-move="{move}"]')
    await button.first.click()
    form = page.locator(f'.form[data-move="{move}"]')
    await form.wait_for()
    return form
