"""Proof on a line that hangs: its progress is told, it can be stopped, it is given up in the end, and nothing is sent without it by mistake."""

import pytest
from playwright.async_api import Locator, Page, expect
from tests.browser.buying import opened, photo, sale
from tests.browser.casework import at_case, desk, start
from tests.browser.conftest import EITHER, Browsing
from tests.browser.lines import line
from tests.browser.served import Served
from tests.browser.test_buyer_asks import EN, ZH

PROOF = r"/evidence\?kind="
GIVEN_UP_MS = 130_000


async def handing_in(page: Page, *names: str) -> Locator:
    """The form of a piece of proof, with files chosen."""
    form = await start(page, "submit_evidence")
    await form.get_by_test_id("proof-file").set_input_files([photo(name) for name in names])
    return form


@pytest.mark.requirement("T-03")
@EITHER
async def test_a_file_that_hangs_is_given_up_said_to_be_and_goes_out_by_a_press(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    again = {"en": "Try again", "zh": "重试"}[language]
    shop = await desk(marketplace)
    page = await at_case(browsing, shop.seller, await shop.ask(), phone=phone)
    proof = await line(page, PROOF, "silent")
    await page.clock.install()
    form = await handing_in(page, "crack")
    await expect(form.get_by_role("progressbar")).to_be_visible()
    await page.clock.run_for(GIVEN_UP_MS)
    await expect(form.get_by_role("button", name=again)).to_be_visible()
    await expect(form.get_by_role("progressbar")).to_have_count(0)
    proof.state = "good"
    await form.get_by_role("button", name=again).click()
    await expect(form.locator(".proof-row .proof-name")).to_have_text("crack.jpg")
    await expect(form.get_by_role("alert")).to_have_count(0)


@pytest.mark.requirement("T-03")
@EITHER
async def test_a_file_on_its_way_holds_its_form_until_it_is_there_or_stopped(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    stop, waits = {"en": ("Stop sending", "A file is on its way"), "zh": ("取消上传", "文件正在上传")}[language]
    shop = await desk(marketplace)
    page = await at_case(browsing, shop.seller, await shop.ask(), phone=phone)
    form = await handing_in(page, "first")
    await expect(form.get_by_role("button", name="移除" if language == "zh" else "Remove")).to_be_visible()
    confirm = page.get_by_test_id("confirm-move")
    await expect(confirm).to_be_enabled()
    await line(page, PROOF, "silent")
    await form.get_by_test_id("proof-file").set_input_files([photo("second"), photo("third")])
    await expect(form.get_by_role("progressbar")).to_have_count(2)
    await expect(confirm).to_be_disabled()
    await expect(page.get_by_text(waits)).to_be_visible()
    await form.get_by_role("button", name=f"{stop} third.jpg").click()
    await form.get_by_role("button", name=f"{stop} second.jpg").click()
    await expect(form.get_by_role("progressbar")).to_have_count(0)
    await expect(form.get_by_role("alert")).to_have_count(0)
    await expect(confirm).to_be_enabled()


@pytest.mark.requirement("T-06", "E-05")
@EITHER
async def test_a_buyers_file_that_hangs_is_given_up_and_goes_out_by_a_tap(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    said = {"en": EN, "zh": ZH}[language]
    made = await sale(marketplace)
    page = await browsing(phone=phone)
    await page.clock.install()
    await opened(page, made)
    await page.get_by_role("button", name=said["ask"], exact=True).click()
    await page.get_by_label(said["damaged"]).check()
    proof = await line(page, PROOF, "silent")
    await page.locator("form input[type=file]").first.set_input_files([photo()])
    await expect(page.locator(".given progress")).to_be_visible()
    await page.clock.run_for(GIVEN_UP_MS)
    await expect(page.locator(".given progress")).to_have_count(0)
    proof.state = "good"
    await page.locator(".given").get_by_role("button", name={"en": "Try again", "zh": "重试"}[language]).click()
    await expect(page.locator(".given").get_by_text(said["taken"])).to_be_visible()
