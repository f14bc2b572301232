"""What a key says that does nothing."""

import pytest
from playwright.async_api import expect
from tests.browser.conftest import Browsing
from tests.browser.selling import at, enter, shop
from tests.browser.served import Served


@pytest.mark.requirement("U-06")
async def test_a_key_for_a_closed_move_says_why(marketplace: Served, browsing: Browsing) -> None:
    made = await shop(marketplace)
    case = await made.case()
    await made.main.move(case, "propose", what="change", amount=100)
    page = await browsing()
    await enter(page.context, made)
    await at(page, "/cases?tab=all")
    row = page.locator(f"#row-{case['id']}")
    closed = row.get_by_role("button", name="Reject")
    await expect(closed).to_have_attribute("aria-disabled", "true")
    await page.keyboard.press("r")
    await expect(page.locator(".ant-message")).to_contain_text(str(await closed.get_attribute("title")))
