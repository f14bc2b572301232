"""Drafts of rules on the screen: edited with what they would change beside them, approved by a second person, published; read on a phone."""

import pytest
from playwright.async_api import Page, expect
from tests.browser.axe import Axe
from tests.browser.buying import sale
from tests.browser.conftest import Browsing
from tests.browser.served import Served

from amends.api.passwords import hashed_now
from amends.store.accounts import add_account
from amends.store.database import open_pool, queries, transaction
from amends.store.members import ensure_member

PASSWORD = "a long way from home"
TRYING_MS = 60_000
SHELL = (".head-name", "button[lang]")
"""The head of every page, which is looked at elsewhere."""


async def person(market: Served, name: str, language: str = "en") -> None:
    """Somebody of the platform with an account."""
    pool = await open_pool(market.settings.database_url or "", "amends_desk", min_size=1, max_size=1)
    async with pool, transaction(pool, []) as connection:
        await connection.execute(queries("ensure_person"), f"platform:{name}", "platform", name, language)
        await ensure_member(connection, f"platform:{name}", [], ["*"], by="administrator")
        await add_account(connection, f"platform:{name}", name, hashed_now(PASSWORD))


async def logged_in(page: Page, name: str) -> Page:
    answer = await page.request.post("/v1/sessions", data={"login": name, "password": PASSWORD})
    assert answer.ok, await answer.text()
    return page


async def begun(page: Page, title: str) -> None:
    """A new draft for the US."""
    await page.goto("/lab")
    await page.get_by_role("button", name="New draft").first.click()
    await page.get_by_role("combobox", name="Market").click()
    await page.keyboard.type("United States")
    await page.keyboard.press("Enter")
    await page.get_by_role("textbox", name="Title").fill(title)
    await page.get_by_role("button", name="Begin").click()
    await expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


async def shortened(page: Page, days: str) -> None:
    """The window of auctions, edited in place."""
    await page.get_by_role("searchbox").fill("auction_filing_window")
    await page.get_by_role("button", name="Edit auction_filing_window").click()
    drawer = page.get_by_role("dialog")
    value = drawer.get_by_role("textbox", name="Value")
    await expect(value).to_have_value("14 days")
    await value.fill(days)
    await drawer.get_by_role("button", name="Take it").click()


async def test_a_rule_is_edited_tried_handed_in_approved_by_another_and_published(
    browsing: Browsing, marketplace: Served, axe: Axe
) -> None:
    made = await sale(marketplace)
    proof = [{"kind": "photo_defect", "text": "The corner is bent."}]
    await made.buyer.ask(made.order, "return_refund", "damaged", proof=proof)
    for name in ("dora", "emil"):
        await person(marketplace, name)
    page, other = await logged_in(await browsing(), "dora"), await logged_in(await browsing(), "emil")
    await begun(page, "One day")
    await shortened(page, "a while")
    beside = page.get_by_role("complementary")
    await expect(beside.get_by_text("packs/live_auction/eligibility.yaml:")).to_be_visible(timeout=TRYING_MS)
    await page.get_by_role("button", name="Edit auction_filing_window").click()
    await page.get_by_role("dialog").get_by_role("textbox", name="Value").fill("1 days")
    await page.get_by_role("dialog").get_by_role("button", name="Take it").click()
    await expect(beside.get_by_text("would come out otherwise")).to_be_visible(timeout=TRYING_MS)
    await expect(beside.get_by_role("cell", name="declined auction_filing_window").first).to_be_visible()
    await axe(page, outside=SHELL)
    await page.get_by_role("button", name="Save edits").click()
    await expect(page.get_by_text("{over: 1 days}")).to_have_count(1)
    await page.get_by_role("button", name="Hand in").click()
    await page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    await expect(page.get_by_text("Waits for approval")).to_be_visible(timeout=TRYING_MS)
    await expect(page.get_by_role("button", name="Approve")).to_be_disabled()
    await other.goto(page.url)
    await other.get_by_role("button", name="Approve").click()
    await other.get_by_role("button", name="Publish").click()
    await expect(other.get_by_text("Published", exact=True)).to_be_visible()
    await expect(other.get_by_role("listitem").filter(has_text="approved")).to_contain_text("emil")


@pytest.mark.parametrize("language", ["zh"])
async def test_a_phone_reads_drafts_and_edits_none(phone_page: Page, console_page: Page, marketplace: Served, axe: Axe) -> None:
    await person(marketplace, "frida", "zh")
    draft = await marketplace.platform.post("/v1/lab/drafts", {"market": "us", "title": "缩短期限"})
    await logged_in(phone_page, "frida")
    await phone_page.goto(f"/lab/{draft['id']}")
    await expect(phone_page.get_by_role("heading", level=1, name="缩短期限")).to_be_visible()
    await expect(phone_page.get_by_text("手机上只能查看")).to_be_visible()
    assert await phone_page.get_by_role("button", name="修改", exact=False).filter(has_text="修改").count() == 0
    assert await phone_page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await axe(phone_page, outside=SHELL)
    await logged_in(console_page, "frida")
    await console_page.goto("/lab")
    await expect(console_page.get_by_role("link", name="缩短期限")).to_be_visible()
    await axe(console_page, outside=SHELL)
