"""The buyer's page on a bad line: what is under way is said, nothing counts twice, and what is shown is true when the line is back."""

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect
from tests.browser.axe import Axe
from tests.browser.buying import Sale, opened, sale
from tests.browser.conftest import EITHER, Browsing
from tests.browser.lines import line
from tests.browser.served import Served
from tests.browser.watching import Watch

CRACK = [{"kind": "photo_defect", "text": "a crack from rim to foot"}]
CUT = r"ERR_FAILED|status of 50\d"
MOVES, READS = r"/v1/cases/[^/]+/moves/", r"/v1/(cases|orders|evidence)/"
EN = {
    "agreed": "Agreed. Please send it back.", "sending": "Sending …", "slow": "The line is slow", "back": "Your parcel is on its way back.",
    "nobody": "Nobody answered", "opening": "Opening …",
}  # fmt: skip
ZH = {
    "agreed": "已同意，请寄回商品。", "sending": "正在提交……", "slow": "网络较慢", "back": "您寄回的包裹正在路上。", "nobody": "没有收到回应", "opening": "正在打开",
}  # fmt: skip


async def headed(page: Page, text: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(text)


async def agreed(made: Sale, page: Page) -> None:
    """The seller agrees, and the buyer has the carrier and the number written down."""
    case = await made.buyer.ask(made.order, "return_refund", "damaged", proof=CRACK)
    await made.seller.move(case, "approve")
    await opened(page, made)
    await page.locator(".rows a").click()
    await page.locator("select").select_option("other")
    await page.locator("input.figures").fill("ab 1234 5678")


@pytest.mark.requirement("T-06", "L-07")
@EITHER
async def test_a_number_on_its_way_is_said_to_be_keeps_the_focus_and_is_sent_once(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, *, phone: bool
) -> None:
    said = EN if language == "en" else ZH
    made = await sale(marketplace)
    page = await browsing(phone=phone)
    await agreed(made, page)
    moves = await line(page, MOVES, "silent")
    send = page.locator("form:has(select) button[type=submit]")
    await send.dblclick()
    await expect(send).to_have_text(said["sending"])
    await expect(send).to_be_focused()
    await expect(page.locator("[role=status]", has_text=said["slow"])).to_be_visible()
    await axe(page)
    await page.keyboard.press("Enter")
    moves.let_go.set()
    await headed(page, said["back"])
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert len(moves.keys) == 1


@pytest.mark.requirement("T-06", "L-07")
@EITHER
async def test_where_the_answer_is_lost_the_page_shows_how_it_stands_by_itself_when_the_line_is_back(
    marketplace: Served, browsing: Browsing, watch: Watch, language: str, *, phone: bool
) -> None:
    watch.allow(CUT)
    said = EN if language == "en" else ZH
    made = await sale(marketplace)
    page = await browsing(phone=phone)
    stream = await line(page, "/v1/stream", "cut", "GET")
    await agreed(made, page)
    moves, reads = await line(page, MOVES, "deaf"), await line(page, READS, "cut", "GET")
    await page.locator("form:has(select) button[type=submit]").click()
    await expect(page.get_by_role("alert").first).to_contain_text(said["nobody"])
    await expect(page.locator("input.figures")).to_have_value("ab 1234 5678")
    assert len(set(moves.keys)) == 1
    for each in (stream, moves, reads):
        each.state = "good"
    await headed(page, said["back"])
    assert (await made.case())["state"] == "return_in_transit"


@pytest.mark.requirement("N-07", "T-06")
async def test_a_second_offer_is_declined_though_nobody_heard_how_the_first_was_answered(
    marketplace: Served, browsing: Browsing, watch: Watch
) -> None:
    watch.allow(CUT)
    promised = await marketplace.now() - timedelta(days=4)
    made = await sale(marketplace, "cn", "CNY", sale_format=None, promised_at=promised.isoformat())
    case = await made.buyer.ask(made.order, "refund_only", "damaged", proof=CRACK)
    page = await opened(await browsing(phone=True), made)
    await page.locator(".rows a").click()
    moves = await line(page, MOVES, "deaf")
    decline = page.get_by_role("button", name="No, keep my request")
    async with page.expect_event("requestfailed", lambda request: len(moves.keys) == 4 and "/moves/" in request.url):
        await decline.click()
    moves.state = "good"
    await headed(page, "The seller is looking at your request.")
    await made.seller.move(await made.seller.case(case), "propose", what="change", amount=3000)
    await decline.click()
    await headed(page, "The seller is looking at your request.")
    assert [one["state"] for one in (await made.case())["proposals"]] == ["declined", "declined"]


async def test_lists_that_the_line_kept_away_come_by_themselves(marketplace: Served, browsing: Browsing, watch: Watch) -> None:
    watch.allow(CUT)
    made = await sale(marketplace)
    case = await made.buyer.ask(made.order, "return_refund", "damaged", proof=CRACK)
    await made.seller.move(case, "approve")
    page = await browsing(phone=True)
    words = await line(page, "/v1/vocabulary/", "empty", "GET")
    await opened(page, made)
    await page.locator(".rows a").click()
    await expect(page.locator("select option")).to_have_count(1)
    await page.wait_for_timeout(5500)  # until it has given up for now
    words.state = "good"
    await page.locator("select").select_option("other")
    await expect(page.locator(".lines")).to_contain_text("$50.00")


async def test_the_same_words_said_anew_are_another_message(marketplace: Served, browsing: Browsing, watch: Watch) -> None:
    watch.allow(CUT)
    made = await sale(marketplace)
    case = await made.buyer.ask(made.order, "return_refund", "damaged", proof=CRACK)
    page = await opened(await browsing(phone=True), made)
    await page.locator(".rows a").click()
    talk = await line(page, "/messages$", "deaf")
    field = page.get_by_label("Your message")
    send = page.locator("form:has(textarea)").last.get_by_role("button")
    await field.fill("Any news?")
    await send.click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.locator(".talk .mine")).to_have_count(1)
    talk.state = "good"
    await field.fill("")
    await field.fill("Any news?")
    await send.click()
    await expect(page.locator(".talk .mine")).to_have_count(2)
    await expect(field).to_be_focused()
    assert len((await made.buyer.get(f"/v1/cases/{case['id']}/messages"))["messages"]) == 2


@EITHER
async def test_a_page_whose_program_does_not_arrive_says_so(
    marketplace: Served, browsing: Browsing, watch: Watch, language: str, *, phone: bool
) -> None:
    watch.allow(CUT)
    said = EN if language == "en" else ZH
    made = await sale(marketplace)
    page = await browsing(phone=phone)
    assets = await line(page, r"/assets/.*\.js", "empty", "GET")
    await page.goto(await made.link())
    await expect(page.get_by_text(said["opening"])).to_be_visible()
    assets.state = "good"
    await page.reload()
    await page.locator(".choices").wait_for()
    await expect(page.get_by_text(said["opening"])).to_have_count(0)
