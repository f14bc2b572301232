"""Goods that came back are inspected, and what is owed for them is sent, on a bad line: what is filled in stays, and it counts once."""

from typing import Any

import pytest
from playwright.async_api import expect
from tests.browser.casework import Desk, at_case, desk, start
from tests.browser.conftest import EITHER, Browsing
from tests.browser.lines import line
from tests.browser.served import Served
from tests.browser.watching import Watch
from tests.stories.over_http import Body

CUT = r"ERR_FAILED|status of 50\d"
TWO = [{"reference": "1", "sku": "CUP", "title": "Cup", "category": "home", "price": 8000, "quantity": 2}]


async def came_back(shop: Desk, kind: str, **more: Any) -> Body:
    """A case whose goods are with the seller again."""
    case = await shop.ask(kind, **more)
    await shop.seller.move(case, "approve")
    number = f"94001118992231974{shop.order[-5:]}".upper()
    await shop.buyer.move(case, "ship_return", carrier="usps", tracking_number=number)
    for status in ("in_transit", "delivered"):
        await shop.market.scan(shop.shop, number, status)
    return case


@pytest.mark.requirement("T-04", "U-09")
@EITHER
async def test_a_partial_acceptance_outlives_a_server_that_is_away_and_a_reload_and_counts_once(
    marketplace: Served, browsing: Browsing, watch: Watch, language: str, *, phone: bool
) -> None:
    watch.allow(CUT)
    shop = await desk(marketplace, lines=TWO)
    case = await came_back(shop, "return_refund")
    share = case["lines"][0]["amount"] // 2 - 1250
    page = await at_case(browsing, shop.seller, case, phone=phone)
    moves = await line(page, "/moves/inspect_return", "away")
    form = await start(page, "inspect_return")
    accepted, deducted = form.locator(".inspect-fields input").nth(0), form.locator(".inspect-fields input").nth(1)
    await deducted.fill("12,50")
    await accepted.fill("0")
    await expect(form.locator(".form-says")).to_contain_text("$0.00")
    await expect(page.get_by_test_id("confirm-move")).to_contain_text("$0.00")
    await accepted.fill("1")
    await expect(form.locator(".form-says")).to_contain_text(f"${share / 100:.2f}")
    await form.locator('.ground:has(input[value="other"])').click()
    await form.locator("textarea").first.fill("One has a scratch, one is another cup.")
    await page.get_by_test_id("confirm-move").click()
    await expect(form.get_by_role("alert")).to_be_visible()
    await page.reload()
    await page.locator(f'[data-case="{case["id"]}"]').wait_for()
    await start(page, "inspect_return")
    await expect(deducted).to_have_value("12,50")
    moves.state = "deaf"
    await page.get_by_test_id("confirm-move").click()
    await page.get_by_test_id("waiting").wait_for()
    moves.state = "good"
    await expect(page.get_by_test_id("waiting")).to_have_count(0)
    line_now = (await shop.seller.case(case))["lines"][0]
    assert (line_now["accepted"], line_now["refused"], line_now["deducted"]) == (1, 1, 1250)
    assert (await shop.seller.events(case)).count("return_accepted") <= 1


@pytest.mark.requirement("T-01", "U-09")
async def test_a_replacement_whose_answer_was_lost_is_sent_once(marketplace: Served, browsing: Browsing, watch: Watch) -> None:
    watch.allow(CUT)
    shop = await desk(marketplace)
    case = await came_back(shop, "exchange")
    await shop.seller.move(case, "approve")
    page = await at_case(browsing, shop.seller, case)
    moves = await line(page, "/moves/ship_replacement", "deaf")
    form = await start(page, "ship_replacement")
    await form.locator(".ant-select input").first.fill("USPS")
    await page.keyboard.press("Enter")
    await form.locator(".number-line input").first.fill("9400111899223190000001")
    await page.reload()
    await page.locator(f'[data-case="{case["id"]}"]').wait_for()
    form = await start(page, "ship_replacement")
    await expect(form.locator(".number-line input").first).to_have_value("9400111899223190000001")
    await page.get_by_test_id("confirm-move").dblclick()
    await page.get_by_test_id("waiting").wait_for()
    moves.state = "good"
    await expect(page.get_by_test_id("waiting")).to_have_count(0)
    assert (await shop.seller.events(case)).count("replacement_shipped") == 1
    assert len(set(moves.keys)) == 1
