"""A real browser before a served marketplace. Every page is watched; what it does that no page may do fails its test."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect
from tests.api.conftest import published
from tests.browser.axe import Axe
from tests.browser.building import built
from tests.browser.finding import HOW_TO_GET_ONE, SWITCHES, chromium
from tests.browser.served import Served, served
from tests.browser.watching import Watch
from tests.conftest import copied

from amends.store.embedded import EmbeddedPostgres

__all__ = ["published"]
HERE = Path(__file__).parent
REQUIRED = os.environ.get("AMENDS_BROWSER_TESTS") == "required"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 412, "height": 839},
    "device_scale_factor": 2.625,
    "is_mobile": True,
    "has_touch": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36",
}
# On a slow machine a menu that still opens moves away between the press and the release of a click.
STILL: dict[str, Any] = {"reduced_motion": "reduce"}
LOCALES = {"zh": ("zh-CN", "Asia/Shanghai"), "en": ("en-US", "America/New_York")}
EITHER = pytest.mark.parametrize(("language", "phone"), [("en", False), ("zh", True)], ids=["en desktop", "zh phone"])
OTHER = pytest.mark.parametrize(("language", "phone"), [("zh", False), ("en", True)], ids=["zh desktop", "en phone"])
"""Each language and each device once: what both have in common need not be tried four times."""
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)
Browsing = Callable[..., Awaitable[Page]]


def _ours(item: pytest.Item) -> bool:
    return HERE in item.path.parents


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser these tests are left out, in one line; where they are required, nothing runs at all."""
    mine = [item for item in items if _ours(item)]
    if not mine or chromium() is not None:
        return
    if REQUIRED:
        raise pytest.UsageError(HOW_TO_GET_ONE)
    for item in mine:
        item.add_marker(pytest.mark.skip(reason=HOW_TO_GET_ONE))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where browser tests are required, a skipped one has failed."""
    outcome = yield
    report: pytest.TestReport = outcome.get_result()  # type: ignore[attr-defined]
    if REQUIRED and _ours(item) and report.skipped:
        report.outcome, report.longrepr = "failed", f"skipped, which is no pass here: {report.longrepr}"


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for each process of the run; it can reach nothing but this machine."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=list(SWITCHES))
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def console() -> Path:
    """The folder with the built pages, built anew where their sources changed."""
    return built()


@pytest_asyncio.fixture(scope="session")
async def marketplace(
    postgres: EmbeddedPostgres,
    administrator: asyncpg.Connection,
    published: str,
    console: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Served]:
    """One marketplace for all tests of this process: each takes shops and people of its own names, and time only goes on."""
    async with copied(postgres, administrator, published) as dsn, served(dsn, tmp_path_factory.mktemp("home")) as market:
        yield market


@pytest.fixture
def language() -> str:
    """The browser's language; `@pytest.mark.parametrize("language", ["zh", "en"])` gives a test both."""
    return "en"


@pytest.fixture
def watch(marketplace: Served) -> Watch:
    """Everything that this test's pages do; looked at in the end."""
    return Watch((marketplace.address,))


@pytest_asyncio.fixture
async def browsing(browser: Browser, marketplace: Served, watch: Watch, language: str) -> AsyncIterator[Browsing]:
    """Opens pages, each in a profile of its own: `await browsing(phone=True, color_scheme="dark")`."""
    contexts = []

    async def page(*, phone: bool = False, language: str = language, **more: Any) -> Page:
        locale, zone = LOCALES[language]
        known = (
            (PHONE if phone else DESKTOP)
            | STILL
            | {"locale": locale, "timezone_id": zone, "base_url": marketplace.address}
            | more
        )
        context = await browser.new_context(**known)
        context.set_default_timeout(PATIENCE_MS)
        watch.on(context)
        contexts.append(context)
        return await context.new_page()

    yield page
    for context in contexts:
        await context.close()
    watch.check()


@pytest_asyncio.fixture
async def console_page(browsing: Browsing) -> Page:
    """A page at 1440 by 900."""
    return await browsing()


@pytest_asyncio.fixture
async def phone_page(browsing: Browsing) -> Page:
    """A page as a phone shows it."""
    return await browsing(phone=True)


@pytest.fixture(scope="session")
def axe(console: Path) -> Axe:
    """`await axe(page)` fails for what somebody with a screen reader or weak eyes could not use."""
    return Axe()
