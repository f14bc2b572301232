"""What a phone fetches before a buyer can read."""

import re
from pathlib import Path

from tests.browser.buying import opened, sale
from tests.browser.conftest import Browsing
from tests.browser.served import Served

MOST = 100 * 1024


def linked(page: Path) -> list[str]:
    return re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.read_text("utf-8"))


def test_the_buyers_page_is_at_most_100_kilobytes_compressed(console: Path) -> None:
    page = console / "buyer.html"
    parts = [page, *(console / name[1:] for name in linked(page))]
    assert any(part.suffix == ".js" for part in parts)
    sizes = {part.name: Path(f"{part}.gz").stat().st_size for part in parts if Path(f"{part}.gz").exists()}
    assert sum(sizes.values()) + sum(part.stat().st_size for part in parts if part.name not in sizes) <= MOST, sizes


async def test_nothing_else_is_fetched_until_something_is_scanned(marketplace: Served, browsing: Browsing) -> None:
    page = await browsing(phone=True)
    fetched: list[str] = []
    page.context.on("request", lambda request: fetched.append(request.url))
    await opened(page, await sale(marketplace))
    await page.locator(".choice").first.wait_for()
    ours = [url for url in fetched if "/assets/" in url]
    allowed = set(linked(Path(marketplace.settings.web) / "buyer.html"))
    assert {url.removeprefix(marketplace.address) for url in ours} <= allowed
