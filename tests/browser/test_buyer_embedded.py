"""The buyer's page inside a marketplace's own page, from another origin, by one script tag."""

import base64
import functools
import hashlib
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from tests.browser.buying import Sale, sale
from tests.browser.conftest import DESKTOP, PATIENCE_MS
from tests.browser.finding import ROOT
from tests.browser.served import Served, served
from tests.browser.watching import Watch
from tests.conftest import copied

from amends.store.embedded import EmbeddedPostgres

EXAMPLE = ROOT / "docs/howto/order-page-example.html"


class Quiet(SimpleHTTPRequestHandler):
    """A marketplace's web server; it speaks of nothing."""

    def log_message(self, *_: object) -> None:  # type: ignore[override]
        """Nobody listens."""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A marketplace's own server: its folder and its origin."""
    folder = tmp_path_factory.mktemp("host")
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest_asyncio.fixture(scope="module")
async def hosted(
    postgres: EmbeddedPostgres,
    administrator: asyncpg.Connection,
    published: str,
    console: Path,
    host: tuple[Path, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Served]:
    """A marketplace whose buyer's page may be framed by that one."""
    home = tmp_path_factory.mktemp("home")
    async with copied(postgres, administrator, published) as dsn, served(dsn, home, hosts=(host[1],)) as market:
        yield market


@pytest_asyncio.fixture
async def page(browser: Browser, hosted: Served, host: tuple[Path, str]) -> AsyncIterator[Page]:
    watch = Watch((hosted.address, host[1]))
    context = await browser.new_context(**DESKTOP, locale="en-US")
    context.set_default_timeout(PATIENCE_MS)
    watch.on(context)
    yield await context.new_page()
    await context.close()
    watch.check()


async def order_page(hosted: Served, host: tuple[Path, str], made: Sale) -> str:
    """The example of the documents, filled in as a marketplace's server would."""
    link = await hosted.platform.post("/v1/buyer-links", {"order_id": made.order})
    text = EXAMPLE.read_text("utf-8")
    for written, real in (
        ("https://after-sales.example.com", hosted.address),
        ("ORDER-ID", made.order),
        ("TOKEN", link["token"]),
    ):
        assert written in text
        text = text.replace(written, real)
    (host[0] / f"{made.reference}.html").write_text(text, "utf-8")
    return f"{host[1]}/{made.reference}.html"


async def test_one_script_tag_puts_it_on_an_order_page_and_tells_that_page_what_became(
    hosted: Served, host: tuple[Path, str], page: Page
) -> None:
    made = await sale(hosted)
    await page.goto(await order_page(hosted, host, made))
    frame = page.frame_locator("amends-after-sales iframe")
    await expect(frame.get_by_role("heading", level=1)).to_have_text(f"Order {made.reference}")
    await page.wait_for_function("() => document.querySelector('amends-after-sales iframe').offsetHeight > 500")
    inner = "document.querySelector('amends-after-sales iframe').offsetHeight"
    before = await page.evaluate(inner)
    await page.evaluate("addEventListener('amends-case', (event) => { window.became = event.detail })")
    case = await made.buyer.ask(made.order, "return_refund", "damaged", proof=[{"kind": "photo_defect", "text": "a crack"}])
    await frame.locator(".rows a").click()
    await expect(frame.get_by_role("heading", level=1)).to_have_text("The seller is looking at your request.")
    await page.wait_for_function("() => window.became")
    assert await page.evaluate("window.became") == {"case_id": case["id"], "state": "pending_review"}
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.wait_for_function(f"() => {inner} !== {before}")


async def test_a_page_that_is_not_named_may_not_frame_it(marketplace: Served, host: tuple[Path, str], browser: Browser) -> None:
    made = await sale(marketplace)
    context = await browser.new_context(**DESKTOP)
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await page.goto(await order_page(marketplace, host, made))
    await page.wait_for_timeout(1500)
    assert await page.frame_locator("amends-after-sales iframe").locator("#root").count() == 0
    assert any("frame-ancestors" in text for text in said), said
    await context.close()


async def test_messages_of_strangers_change_nothing(hosted: Served, host: tuple[Path, str], page: Page) -> None:
    made = await sale(hosted)
    await page.goto(await order_page(hosted, host, made))
    await page.wait_for_function("() => document.querySelector('amends-after-sales iframe').offsetHeight > 500")
    await page.evaluate("postMessage({from: 'amends', kind: 'height', height: 5}, '*')")
    await page.wait_for_timeout(300)
    assert await page.evaluate("document.querySelector('amends-after-sales iframe').offsetHeight") > 500


HOSTILE = """<style>
* { all: unset !important }
iframe, amends-after-sales iframe { display: none !important; height: 20px !important; max-height: 10px !important; opacity: 0 !important }
button { display: none !important }
</style>"""


async def test_a_strict_page_whose_sheet_hides_everything_still_shows_it_whole(
    hosted: Served, host: tuple[Path, str], page: Page
) -> None:
    made = await sale(hosted)
    await order_page(hosted, host, made)
    file = host[0] / f"{made.reference}.html"
    policy = f"default-src 'none'; script-src {hosted.address}; frame-src {hosted.address}; style-src 'sha256-{digest(HOSTILE)}'"
    head = f'<!doctype html><meta http-equiv="content-security-policy" content="{policy}">'
    token = (await hosted.platform.post("/v1/buyer-links", {"order_id": made.order}))["token"]
    tag = f'<script src="{hosted.address}/embed.js"></script><amends-after-sales order="{made.order}" token="{token}"></amends-after-sales>'
    assert f"{hosted.address}/embed.js" in file.read_text("utf-8")
    file.write_text(head + HOSTILE + tag, "utf-8")
    await page.goto(f"{host[1]}/{made.reference}.html")
    frame = page.frame_locator("amends-after-sales iframe")
    await expect(frame.get_by_role("heading", level=1)).to_have_text(f"Order {made.reference}")
    await expect(frame.get_by_role("button", name="Send it back and get my money back", exact=True)).to_be_visible()
    await page.wait_for_function("() => document.querySelector('amends-after-sales iframe').offsetHeight > 500")
    shown = "(it) => [getComputedStyle(it).opacity, it.offsetWidth >= innerWidth - 20]"
    assert await page.locator("amends-after-sales iframe").evaluate(shown) == ["1", True]


def digest(style: str) -> str:
    """What a page's policy calls its own sheet."""
    inside = style.removeprefix("<style>").removesuffix("</style>")
    return base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
