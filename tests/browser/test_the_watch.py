"""The watch over every page: what no page may do fails the test that opened it."""

import pytest
from playwright.async_api import Error
from tests.browser.conftest import Browsing
from tests.browser.served import Served
from tests.browser.watching import Watch

STRANGER = "http://amends-stranger.invalid/pixel.png"


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (f"new Image().src = '{STRANGER}'", "a request to a stranger"),
        ("setTimeout(() => { throw new Error('thrown') })", "not caught"),
        ("void Promise.reject(new Error('rejected'))", "not caught"),
        ("console.error('said')", "console error: said"),
    ],
)
async def test_a_page_that_asks_strangers_or_fails_in_silence_is_found(
    browsing: Browsing, watch: Watch, what: str, said: str
) -> None:
    page = await browsing()
    await page.goto("/health")
    await page.evaluate(f"() => {{ {what} }}")
    await page.wait_for_timeout(200)
    assert any(said in found for found in watch.found), watch.found
    with pytest.raises(AssertionError):
        watch.check()
    watch.found.clear()


async def test_a_browser_of_a_test_reaches_nothing_but_this_machine(browsing: Browsing, watch: Watch) -> None:
    page = await browsing()
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        await page.goto("http://example.com/")
    watch.found.clear()


async def test_what_is_served_is_a_marketplace_with_its_worker(marketplace: Served, browsing: Browsing) -> None:
    page = await browsing(phone=True)
    await page.goto("/ready")
    assert (await marketplace.platform.get("/v1/me"))["kind"] == "platform"
    await marketplace.later(hours=1)
