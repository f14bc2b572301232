"""The shop's settings, the rule lab and the operations desk on a bad line: what is typed stays, and what may have been done is shown as it stands."""

import re

import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import EITHER, Browsing
from tests.browser.entering import enter
from tests.browser.lines import line
from tests.browser.served import Served
from tests.browser.test_lab import begun, logged_in, opened, person
from tests.browser.test_operations_desk import OPERATOR
from tests.browser.test_reviewers_desk import as_person
from tests.browser.test_shop_screens import owner
from tests.browser.watching import Watch

CUT = r"ERR_FAILED|status of 50\d|ERR_INTERNET_DISCONNECTED"


async def back_on_line(page: Page) -> None:
    """The network goes and comes back after a while: whatever is shown is asked for anew."""
    await page.clock.fast_forward(301_000)
    await page.context.set_offline(True)
    await page.context.set_offline(False)


@pytest.mark.requirement("U-11")
async def test_what_is_typed_in_a_form_stays_while_the_server_can_answer_nothing(
    marketplace: Served, browsing: Browsing, watch: Watch
) -> None:
    watch.allow(CUT)
    await owner(marketplace, "staying")
    page = await browsing()
    await page.clock.install()
    await enter(page, "staying")
    await page.goto("/shop/replies")
    first = page.get_by_label("English").first
    await first.fill("We look into it.")
    seat = await line(page, "/v1/me$", "away", "GET")
    replies = await line(page, "/quick-replies$", "away", "GET")
    async with page.expect_response(re.compile("/quick-replies")), page.expect_response(re.compile("/v1/me")):
        await back_on_line(page)
    await page.clock.run_for(1000)
    await expect(first).to_have_value("We look into it.")
    assert seat.keys
    assert replies.keys


@pytest.mark.requirement("U-15")
@EITHER
async def test_an_address_whose_answer_was_lost_is_in_the_list_and_its_form_says_to_look(
    marketplace: Served, browsing: Browsing, watch: Watch, language: str, *, phone: bool
) -> None:
    watch.allow(CUT)
    en, name, page = language == "en", f"unheard_{language}", await browsing(phone=phone)
    await owner(marketplace, name, language)
    await enter(page, name)
    await page.goto("/shop/addresses")
    await page.get_by_role("button", name="Add" if en else "新增").click()
    for field, value in {"name": "Dock 4", "line": "1 Main Street", "city": "Hudson", "postcode": "12534"}.items():
        await page.locator(f"#{field}").fill(value)
    await line(page, "/v1/return-addresses$", "deaf")
    await page.get_by_role("button", name="Save" if en else "保存").click()
    await expect(page.get_by_role("alert")).to_contain_text("See whether the list has it" if en else "请先看列表中是否已有")
    await expect(page.locator(".rows").get_by_text("Dock 4")).to_have_count(1)
    await page.locator(".ant-modal-wrap").click(position={"x": 5, "y": 5})
    await expect(page.locator("#line")).to_have_value("1 Main Street")


async def test_a_draft_that_was_saved_and_given_up_unheard_is_shown_as_it_stands(
    marketplace: Served, browsing: Browsing, watch: Watch
) -> None:
    watch.allow(CUT)
    await person(marketplace, "dora-line")
    page = await logged_in(await browsing(), "dora-line")
    await begun(page, "On a bad line")
    editor = await opened(page, "auction_no_exchange")
    await editor.get_by_role("button", name="Remove the rule").click()
    save = page.get_by_role("button", name="Save edits (1)")
    draft = await line(page, r"/v1/lab/drafts/[^/]+$", "deaf", "PATCH")
    async with page.expect_event("requestfailed", lambda request: request.method == "PATCH"):
        await save.click()
    draft.state = "good"
    await expect(page.locator(".lab-moves .ant-btn-loading")).to_have_count(0)  # a button that is still busy takes no press
    await save.click()
    await expect(save).to_have_count(0)
    await expect(page.get_by_role("alert")).to_have_count(0)
    drop = await line(page, "/drop$", "deaf")
    await page.get_by_role("button", name="Drop").click()
    await page.get_by_role("tooltip").get_by_role("button", name="Drop").click()
    await expect(page.locator(".lab-head").get_by_text("Dropped")).to_be_visible()
    await expect(page.get_by_role("alert")).to_have_count(0)
    assert len(drop.keys) == 1


@pytest.mark.requirement("T-05")
async def test_an_outage_is_declared_once_and_over_once_on_a_line_that_gives_no_answer(
    marketplace: Served, browsing: Browsing, watch: Watch
) -> None:
    watch.allow(CUT)
    page = await as_person(browsing, await marketplace.person("platform", "ops-cut", permissions=OPERATOR))
    await page.goto("/operations/outages")
    what = page.get_by_role("textbox", name="What happened")
    await what.fill("cut at three in the morning")
    await page.reload()
    await expect(what).to_have_value("cut at three in the morning")
    told = await line(page, r"/v1/outages(/\d+/end)?$", "deaf")
    declare = page.get_by_role("form").get_by_role("button", name="Declare an outage")
    async with page.expect_event("requestfailed", lambda request: "/v1/outages" in request.url):
        await declare.click()
    told.state = "good"
    item = page.get_by_role("listitem").filter(has_text="cut at three in the morning")
    await expect(item).to_have_count(1)
    await expect(page.locator(".ant-message").get_by_text("Declared")).to_be_visible()
    told.state = "deaf"
    async with page.expect_event("requestfailed", lambda request: "/end" in request.url):
        await item.get_by_role("button", name="It is over").click()
    told.state = "good"
    await expect(item.get_by_role("button", name="It is over")).to_have_count(0)
    await expect(page.get_by_role("alert")).to_have_count(0)
    outages = (await marketplace.platform.get("/v1/outages"))["outages"]
    assert len([one for one in outages if one["why"] == "cut at three in the morning"]) == 1


@pytest.mark.requirement("P-08")
async def test_a_secret_that_is_shown_once_stays_until_somebody_has_it(marketplace: Served, browsing: Browsing) -> None:
    await owner(marketplace, "secretive")
    page = await browsing()
    await enter(page, "secretive")
    await page.goto("/shop/connections")
    await page.get_by_role("button", name="Add").first.click()
    await page.locator("#url").fill("https://hooks.example.com/amends")
    await page.get_by_role("button", name="Save").click()
    secret = page.locator(".once code")
    await expect(secret).to_contain_text("whsec_")
    await page.keyboard.press("Escape")
    await page.locator(".ant-modal-wrap").last.click(position={"x": 5, "y": 5})
    await page.wait_for_timeout(500)
    await expect(secret).to_be_visible()
    await page.get_by_role("button", name="I have kept it").click()
    await expect(secret).to_have_count(0)
