"""What the tests of the buyer's page arrange: a shop, an order, and the page as its buyer opens it."""

import itertools
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw
from playwright.async_api import Page
from tests.browser.served import Served
from tests.stories.over_http import Person

_numbers = itertools.count(1)


class Sale:
    """One order of a shop of its own, its buyer and its seller."""

    def __init__(self, market: Served, order: str, buyer: Person, seller: Person, name: str, reference: str) -> None:
        self.market, self.order, self.buyer, self.seller = market, order, buyer, seller
        self.name, self.reference = name, reference

    async def link(self) -> str:
        """The address that the host marketplace gives the buyer for this order."""
        made = await self.market.platform.post("/v1/buyer-links", {"order_id": self.order})
        return str(made["url"])

    async def cases(self) -> list[Any]:
        """The buyer's cases as the interface tells them."""
        found: list[Any] = (await self.buyer.get("/v1/cases"))["cases"]
        return found

    async def case(self) -> Any:
        """The one case."""
        (found,) = await self.cases()
        return found


async def sale(market: Served, country: str = "us", currency: str = "USD", **more: Any) -> Sale:
    """Something sold by a shop of its own to a buyer of its own; a delivered auction, unless told otherwise."""
    n = next(_numbers)
    name, reference = f"shop{n}", f"77{n:05}"
    await market.shop(name, country, **more.pop("shop", {}))
    buyer, seller = await market.person("buyer", f"mei{n}"), await market.person("seller", f"anna{n}", shop=name)
    told = {"sale_format": "live_auction", "buyer": f"mei{n}"} | more
    order = await market.sell(name, reference, currency, **told)
    return Sale(market, order, buyer, seller, name, reference)


async def opened(page: Page, made: Sale) -> Page:
    """The buyer's page at this order."""
    await page.goto(await made.link())
    await page.get_by_role("heading", level=1).wait_for()
    return page


def photo(text: str = "crack") -> dict[str, Any]:
    """A sharp picture with a text of its own, as a camera would give it."""
    image = Image.effect_noise((900, 700), 90).convert("RGB")
    pen = ImageDraw.Draw(image)
    for n in range(0, 900, 30):
        pen.line((n, 0, 900 - n, 700), fill=(20, 20, 20) if n % 60 else (240, 240, 240), width=5)
    pen.text((40, 40), text, fill=(255, 0, 0))
    out = BytesIO()
    image.save(out, "JPEG", quality=88)
    return {"name": f"{text}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
