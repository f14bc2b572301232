"""The buyer's page where things go wrong: a server that is away, a phone that throws the page away, words typed on a slow line, no script at all."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, Page, Route, expect
from tests.browser.buying import opened, photo, sale
from tests.browser.conftest import Browsing
from tests.browser.served import Served
from tests.browser.watching import Watch

AWAY = re.compile(r"status of (5\d\d|429)|ERR_FAILED|ERR_INTERNET")


class Away:
    """A server that answers with one status until it is back."""

    def __init__(self, status: int) -> None:
        self.status, self.back = status, False

    async def __call__(self, route: Route) -> None:
        """Refuse as the server itself would, in JSON."""
        if self.back:
            await route.continue_()
            return
        words = {"zh": "稍后再试", "en": "Busy just now."}
        body = {"code": "overloaded", "status": self.status, "words": words, "next": words}
        await route.fulfill(status=self.status, json=body, headers={"content-type": "application/problem+json"})


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_page_that_met_a_server_that_was_away_goes_on_by_a_tap(
    marketplace: Served, browsing: Browsing, watch: Watch, status: int
) -> None:
    watch.allow(AWAY.pattern)
    made, away = await sale(marketplace), Away(status)
    page = await browsing(phone=True)
    await page.route(re.compile(r"/v1/orders/[^/]+/requests"), away)
    await page.goto(await made.link())
    again = page.get_by_role("button", name="Try again")
    await expect(again).to_be_visible()
    away.back = True
    await again.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Order {made.reference}")


async def half_way(page: Page) -> None:
    """Something is wrong with it, and what."""
    await page.get_by_role("button", name="Send it back and get my money back", exact=True).click()
    await page.get_by_label("damaged on arrival").check()
    await page.get_by_label("In your own words").fill("It cracked <b>on the left</b> 😢 مكسور")


@pytest.mark.requirement("T-06", "E-03")
async def test_a_request_that_could_not_be_judged_says_so_and_is_judged_by_a_tap(
    marketplace: Served, browsing: Browsing, watch: Watch
) -> None:
    watch.allow(AWAY.pattern)
    made, away = await sale(marketplace), Away(503)
    page = await opened(await browsing(phone=True), made)
    await page.route("**/cases:preview", away)
    await half_way(page)
    form = page.locator("main form")
    again = form.get_by_role("button", name="Try again")
    await expect(again).to_be_visible()
    away.back = True
    await again.click()
    await form.locator("input[type=file]").first.set_input_files([photo()])
    await expect(page.locator("[data-verdict=allowed]")).to_be_visible()
    await form.get_by_role("button", name="Ask for $50.00").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("The seller is looking at your request.")
    assert (await made.case())["note"] == "It cracked <b>on the left</b> 😢 مكسور"
    await expect(page.get_by_text("It cracked <b>on the left</b>")).to_be_visible()


async def test_words_outlive_a_page_that_the_phone_threw_away(marketplace: Served, browsing: Browsing) -> None:
    made = await sale(marketplace)
    page = await opened(await browsing(phone=True), made)
    await half_way(page)
    await page.reload()
    await page.get_by_label("damaged on arrival").check()
    await expect(page.get_by_label("In your own words")).to_have_value("It cracked <b>on the left</b> 😢 مكسور")


@pytest.mark.requirement("U-10")
async def test_a_message_goes_once_and_what_is_typed_meanwhile_stays(marketplace: Served, browsing: Browsing) -> None:
    made = await sale(marketplace)
    case = await made.buyer.ask(made.order, "return_refund", "damaged", proof=[{"kind": "photo_defect", "text": "a crack"}])
    page = await opened(await browsing(phone=True), made)
    await page.locator(".rows a").click()

    async def slow(route: Route) -> None:
        await asyncio.sleep(1.5)
        await route.continue_()

    await page.route("**/v1/messages:check", slow)
    await page.route("**/messages", lambda route: slow(route) if route.request.method == "POST" else route.continue_())
    field = page.locator("form:has(textarea)").last
    await field.get_by_role("textbox").fill("Where is it?")
    send = field.get_by_role("button")
    await send.click()
    await expect(send).to_be_disabled()
    await field.get_by_role("textbox").fill("And by when?")
    await expect(page.locator(".talk").get_by_text("Where is it?")).to_be_visible()
    await expect(field.get_by_role("textbox")).to_have_value("And by when?")
    said = (await made.buyer.get(f"/v1/cases/{case['id']}/messages"))["messages"]
    assert [one["text"] for one in said] == ["Where is it?"]


async def test_a_file_that_is_no_picture_is_refused_in_words(marketplace: Served, browsing: Browsing) -> None:
    made = await sale(marketplace)
    page = await opened(await browsing(phone=True), made)
    await half_way(page)
    given, files = page.locator(".given"), page.locator("form input[type=file]").first
    for name, size in (("empty.jpg", 0), ("huge.jpg", 9 * 1024 * 1024 + 1)):
        await files.set_input_files([{"name": name, "mimeType": "image/jpeg", "buffer": b"x" * size}])
        problem = given.get_by_role("alert")
        await expect(problem).to_be_visible()
        await expect(problem).not_to_contain_text("Nobody answered")
        assert len((await problem.inner_text()).strip()) > 10, "a buyer is owed words"
        await given.get_by_role("button", name="Take away").click()
        await expect(given.locator("li")).to_have_count(0)


async def test_without_scripts_the_page_says_what_to_do(marketplace: Served, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False, base_url=marketplace.address)
    page = await context.new_page()
    await page.goto("/buyer")
    for words in ("请在浏览器设置中允许 JavaScript", "Please allow JavaScript"):
        await expect(page.locator("noscript p", has_text=words)).to_be_visible()
    await context.close()
