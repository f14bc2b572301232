"""Many cases in one go, and a server or a network that does not do what it should."""

import asyncio

import pytest
from playwright.async_api import Page, Route, expect
from tests.browser.conftest import Browsing
from tests.browser.selling import at, enter, shop
from tests.browser.served import Served
from tests.browser.watching import Watch

MANY = 96
LONGEST_NOTE = "附上说明" * 50


async def tick_all(page: Page, many: int) -> None:
    """Tick every case of a list that is read in pieces."""
    box = page.locator('.grid-head input[type="checkbox"]')
    await page.locator(".grid").evaluate("each => each.scrollTo(0, each.scrollHeight)")
    await expect(page.locator(".grid")).to_have_attribute("aria-rowcount", str(many + 1))
    await expect(page.locator(".grid-more")).to_have_count(0)
    await box.check()
    await expect(page.locator(".bulk strong")).to_have_text(f"{many} selected")


async def leave(page: Page) -> None:
    """Close the page, be asked, and stay."""
    asked = page.wait_for_event("dialog")
    closing = asyncio.ensure_future(page.close(run_before_unload=True))
    await (await asked).dismiss()
    await closing


@pytest.mark.requirement("U-03")
async def test_a_batch_that_is_too_heavy_to_outlive_its_page_is_sent_all_the_same_and_asks_before_it_is_left(
    marketplace: Served, browsing: Browsing
) -> None:
    made = await shop(marketplace)
    cases = [await made.case()]
    for _ in range(0, MANY - 1, 5):
        cases += await asyncio.gather(*(made.case() for _ in range(5)))
    page = await browsing()
    calls: list[str] = []
    page.on("request", lambda request: calls.append(request.url))
    await enter(page.context, made)
    await at(page)
    await tick_all(page, len(cases))
    await page.locator(".bulk").get_by_role("button", name="Reject").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator(".ant-select").first.click()
    await page.keyboard.type("another ground")
    await page.keyboard.press("Enter")
    await dialog.locator("#note").fill(LONGEST_NOTE)
    await made.main.move(cases[3], "approve")
    await dialog.get_by_role("button", name="Reject").dblclick()
    await expect(page.get_by_test_id("undo")).to_be_visible()
    await leave(page)
    answer = page.get_by_test_id("answer")
    await expect(answer).to_have_count(1)
    await expect(answer).to_contain_text(f"{len(cases) - 1} ")
    await expect(answer.locator("li")).to_have_count(1)
    assert not [url for url in calls if "offline-actions" in url], "it went as if there were no network"
    assert (await made.now(cases[0]))["state"] == "rejected_1"


@pytest.mark.parametrize("body", ["", "<h1>502 Bad Gateway</h1>"], ids=["empty", "a page"])
async def test_a_gateway_that_fails_is_never_taken_for_an_answer(
    marketplace: Served, browsing: Browsing, watch: Watch, body: str
) -> None:
    watch.allow(r"502")
    made = await shop(marketplace)
    page = await browsing()
    await enter(page.context, made, "main_account")

    async def failing(route: Route) -> None:
        if route.request.method in {"PUT", "POST"}:
            await route.fulfill(status=502, content_type="text/html", body=body)
        else:
            await route.continue_()

    await page.route("**/quick-replies", failing)
    await page.goto("/shop/replies")
    await page.get_by_role("button", name="Fill with the usual ones").click()
    save = page.get_by_role("button", name="Save").first
    await save.click()
    await expect(page.get_by_role("alert").filter(has_text="did not answer").first).to_be_visible()
    await expect(page.get_by_text("Saved", exact=True)).to_have_count(0)
    await page.unroute("**/quick-replies")
    await save.click()
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
