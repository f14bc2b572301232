"""Many cases in one go, and a server or a network that does not do what it should."""

import asyncio
from uuid import UUID

import pytest
from playwright.async_api import Page, Route, expect
from tests.browser.axe import Axe
from tests.browser.conftest import EITHER, Browsing
from tests.browser.selling import at, enter, shop
from tests.browser.served import Served
from tests.browser.watching import Watch

from amends.store.database import open_pool, transaction

MANY = 96
MOST_COUNTED = 29
MANY_NOTICES = """insert into notice (shop_id, id, case_id, seq, side, language, word, at)
select $1, gen_random_uuid(), $2, 1000 + n, 'seller', 'en', 'proof_given', now() from generate_series(1, $3) n"""
LONGEST_NOTE = "附上说明" * 50


async def tick_all(page: Page, many: int) -> None:
    """Tick every case of a list that is read in pieces."""
    await page.locator('.grid-head input[type="checkbox"]').check()
    await page.locator(".bulk").get_by_role("button", name=f"Select all {many}").click()
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


@EITHER
@pytest.mark.requirement("U-03")
async def test_all_of_a_list_are_ticked_though_it_was_read_in_part_and_a_piece_that_fails_ticks_nobody(
    marketplace: Served, browsing: Browsing, watch: Watch, axe: Axe, language: str, *, phone: bool
) -> None:
    watch.allow(r"503")
    made = await shop(marketplace)
    for _ in range(11):
        await asyncio.gather(*(made.case() for _ in range(5)))
    page = await browsing(phone=phone)
    await enter(page.context, made, language=language)
    await at(page, "/cases?order=newest&reason=damaged")
    failing = {"much": True}

    async def pieces(route: Route) -> None:
        if failing["much"] and "cursor=" in route.request.url:
            await route.fulfill(status=503, content_type="application/json", body="{}")
        else:
            await route.continue_()

    await page.route("**/v1/cases?*", pieces)
    said = {"en": ("1 selected", "Select all of the list", "55 selected"), "zh": ("已选 1 单", "选择列表中的全部", "已选 55 单")}
    one, every, all_of_them = said[language]
    await page.locator('.grid-line input, .card input[type="checkbox"]').first.click()
    bar = page.locator(".bulk")
    await bar.get_by_role("button", name=every).click()
    await expect(bar.get_by_role("button", name=every)).to_be_visible(timeout=20_000)
    await expect(bar.locator("strong")).to_have_text(one)
    await axe(page)
    failing["much"] = False
    await bar.get_by_role("button", name=every).click()
    await expect(bar.locator("strong")).to_have_text(all_of_them)
    await expect(bar.get_by_role("button", name=every)).to_have_count(0)


@EITHER
@pytest.mark.requirement("U-10")
async def test_the_bell_is_called_by_the_number_that_it_shows(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, *, phone: bool
) -> None:
    made = await shop(marketplace)
    case = await made.case()
    async with (
        await open_pool(marketplace.settings.database_url or "", "amends_desk", min_size=1, max_size=1) as pool,
        transaction(pool, [made.id]) as connection,
    ):
        await connection.execute(MANY_NOTICES, made.id, UUID(case["id"]), MOST_COUNTED + 1)
    page = await browsing(phone=phone)
    await enter(page.context, made, language=language)
    await at(page)
    name = {"en": f"Notices, {MOST_COUNTED}+ unread", "zh": f"通知，{MOST_COUNTED}+ 条未读"}[language]
    await expect(page.get_by_role("button", name=name)).to_have_text(f"{MOST_COUNTED}+")
    await axe(page)


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
