"""The buyer's page that a phone threw away half way: everything is as it was, is sent once, and is then forgotten. And papers as proof."""

import asyncio
import re
from io import BytesIO

import pikepdf
import pytest
from playwright.async_api import Page, Route, expect
from tests.browser.axe import Axe
from tests.browser.buying import Sale, opened, photo, sale
from tests.browser.conftest import EITHER, Browsing
from tests.browser.served import Served
from tests.browser.watching import Watch

CRACK = [{"kind": "photo_defect", "text": "a crack from rim to foot"}]
EN = {
    "ask": "Send it back and get my money back", "damaged": "damaged on arrival", "note": "In your own words", "taken": "Taken",
    "send": "Ask for $50.00", "review": "The seller is looking at your request.", "lost": "We do not have this file",
    "owed": "Please show what happened.", "begun": "You had begun this", "escalate": "Ask the platform to decide",
    "talk": "Your message", "say": "Send", "open": "Open Proof", "none": "None of them", "all": "All of them",
}  # fmt: skip
ZH = {
    "ask": "退货退款", "damaged": "送达时损坏", "note": "用您自己的话说", "taken": "已收到", "send": "申请 $50.00",
    "review": "商家正在审核您的申请。", "lost": "我们没有收到这个文件", "owed": "请提供凭证。", "begun": "您之前填写过", "escalate": "申请平台裁定",
    "talk": "您的消息", "say": "发送", "open": "打开凭证", "none": "全不选", "all": "全选",
}  # fmt: skip


def lines(n: int) -> list[dict[str, object]]:
    """So many pieces of 50.00."""
    return [
        {"reference": str(i), "sku": f"V{i}", "title": f"Vase {i}", "category": "home", "price": 5000} for i in range(1, n + 1)
    ]


def paper() -> bytes:
    """A report of one page."""
    out = BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(out)
    return out.getvalue()


async def headed(page: Page, text: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(text)


async def half_way(page: Page, said: dict[str, str]) -> None:
    """One of two vases, why, in words and with a photo."""
    await page.get_by_role("button", name=said["ask"]).click()
    await page.get_by_label(said["damaged"]).check()
    await page.get_by_label("Vase 2").uncheck()
    await page.get_by_label(said["note"]).fill("裂了 😢 مكسور")
    await page.locator("form input[type=file]").first.set_input_files([photo()])
    await expect(page.locator(".given").get_by_text(said["taken"])).to_be_visible()


@pytest.mark.requirement("T-06", "E-03")
@EITHER
async def test_a_page_that_was_thrown_away_comes_back_as_it_was_and_forgets_what_was_sent(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, *, phone: bool
) -> None:
    said = EN if language == "en" else ZH
    made = await sale(marketplace, lines=lines(2))
    page = await opened(await browsing(phone=phone), made)
    await half_way(page, said)
    await page.reload()
    await expect(page.get_by_label(said["damaged"])).to_be_checked()
    await expect(page.get_by_label("Vase 1")).to_be_checked()
    await expect(page.get_by_label("Vase 2")).not_to_be_checked()
    await expect(page.get_by_label(said["note"])).to_have_value("裂了 😢 مكسور")
    await expect(page.locator(".given").get_by_text(said["taken"])).to_be_visible()
    await page.wait_for_function("() => document.querySelector('.given img')?.naturalWidth > 0")
    await axe(page)

    await page.goto(await made.link())
    await page.get_by_role("button", name=said["begun"]).click()
    await page.get_by_role("button", name=said["send"]).click()
    await headed(page, said["review"])
    case = await made.case()
    assert (len(case["lines"]), case["note"]) == (1, "裂了 😢 مكسور")
    proof = (await made.buyer.get(f"/v1/evidence?order_id={made.order}"))["evidence"]
    assert [piece["case_id"] for piece in proof] == [case["id"]]

    await page.goto(await made.link())
    await expect(page.get_by_role("button", name=said["ask"])).to_be_visible()
    await expect(page.get_by_text(said["begun"])).to_have_count(0)


@EITHER
async def test_a_file_that_the_server_has_no_longer_is_named_and_holds_nothing_up(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    said = EN if language == "en" else ZH
    made = await sale(marketplace, lines=lines(2))
    page = await opened(await browsing(phone=phone), made)
    await half_way(page, said)

    async def gone(route: Route) -> None:
        words = {"zh": "没有找到", "en": "It is not there."}
        await route.fulfill(status=404, json={"code": "not_found", "status": 404, "words": words, "next": words})

    await page.route("**/v1/evidence/*", gone)
    await page.reload()
    await expect(page.locator(".given")).to_contain_text(said["lost"])
    await page.get_by_role("button", name=said["send"]).click()
    await headed(page, said["owed"])


@pytest.mark.requirement("U-10")
@EITHER
async def test_a_message_whose_answer_was_lost_with_its_page_is_said_once(
    marketplace: Served, browsing: Browsing, watch: Watch, language: str, *, phone: bool
) -> None:
    watch.allow("ERR_FAILED")
    said = EN if language == "en" else ZH
    made = await sale(marketplace)
    case = await made.buyer.ask(made.order, "return_refund", "damaged", proof=CRACK)
    page = await opened(await browsing(phone=phone), made)
    await page.locator(".rows a").click()

    async def lose_the_answer(route: Route) -> None:
        if route.request.method == "POST":
            await route.fetch()
            await route.abort("failed")
        else:
            await route.continue_()

    await page.route("**/messages", lose_the_answer)
    await page.get_by_label(said["talk"]).fill("Is it there? 😢")
    await page.get_by_role("button", name=said["say"], exact=True).click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.unroute("**/messages")
    await page.reload()
    await expect(page.get_by_label(said["talk"])).to_have_value("Is it there? 😢")
    await page.get_by_role("button", name=said["say"], exact=True).click()
    await expect(page.get_by_label(said["talk"])).to_have_value("")
    assert len((await made.buyer.get(f"/v1/cases/{case['id']}/messages"))["messages"]) == 1


async def refused_on_paper(made: Sale) -> None:
    """The seller says no, and a report says why."""
    case = await made.buyer.ask(made.order, "refund_only", "defective", proof=CRACK)
    head = {"authorization": f"Bearer {made.seller.token}", "content-type": "application/pdf"}
    where = f"/v1/orders/{made.order}/evidence?kind=inspection_report"
    taken = await made.seller.client.post(where, content=paper(), headers=head)
    assert taken.status_code == 201, taken.text
    proof = [{"kind": "video_function", "text": "it plays"}, {"kind": "inspection_report", "upload_id": taken.json()["id"]}]
    await made.seller.move(case, "reject", ground="works_as_intended", note="A workshop looked at it.", proof=proof)


@pytest.mark.requirement("T-06", "N-08")
@EITHER
async def test_a_paper_of_the_other_side_is_opened_by_keyboard_and_ones_own_stands_by_its_name(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, *, phone: bool
) -> None:
    said = EN if language == "en" else ZH
    made = await sale(marketplace, sale_format=None)
    await refused_on_paper(made)
    page = await opened(await browsing(phone=phone), made)
    await page.locator(".rows a").click()
    link = page.get_by_role("button", name=said["open"])
    await expect(link).to_be_visible()
    await axe(page)
    await link.focus()
    async with page.expect_download() as download:
        await page.keyboard.press("Enter")
    assert (await (await download.value).path()).read_bytes().startswith(b"%PDF-")

    await page.get_by_role("button", name=said["escalate"]).click()
    form = page.locator("form.move")
    await form.locator("select").select_option("inspection_report")
    mine = {"name": "my report.pdf", "mimeType": "application/pdf", "buffer": paper() + b"\n"}
    await form.locator("input[type=file]").last.set_input_files([mine])
    await expect(form.locator(".given").get_by_text(said["taken"])).to_be_visible()
    await page.reload()
    await expect(form.locator(".given")).to_contain_text("my report.pdf")
    await expect(form.locator(".given").get_by_text(said["taken"])).to_be_visible()


@EITHER
async def test_of_thirty_pieces_one_is_chosen_with_two_taps(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    said = EN if language == "en" else ZH
    page = await opened(await browsing(phone=phone), await sale(marketplace, lines=lines(30)))
    await page.get_by_role("button", name=said["ask"]).click()
    await page.get_by_label(said["damaged"]).check()
    await page.get_by_role("button", name=said["none"]).click()
    await page.get_by_label("Vase 17").check()
    await expect(page.get_by_role("button", name=said["send"])).to_be_enabled()
    await page.get_by_role("button", name=said["all"]).click()
    await expect(page.locator("form .units input:checked")).to_have_count(30)


@EITHER
@pytest.mark.parametrize(
    ("country", "currency", "good", "bad", "shown"),
    [("vn", "VND", "1250", "12.50", "1,250"), ("us", "USD", "12.50", "12.505", "12.50")],
)
async def test_a_part_is_asked_for_with_the_decimals_of_its_currency(
    marketplace: Served,
    browsing: Browsing,
    country: str,
    currency: str,
    good: str,
    bad: str,
    shown: str,
    language: str,
    *,
    phone: bool,
) -> None:
    page = await opened(await browsing(phone=phone), await sale(marketplace, country, currency, sale_format=None))
    zh = language == "zh"
    await page.get_by_role("button", name="仅退款，不寄回" if zh else "My money back, without sending anything").click()
    await page.get_by_label("送达时损坏" if zh else "damaged on arrival").check()
    await page.get_by_label("一部分" if zh else "A part of it").check()
    field = page.locator("input[inputmode=decimal]")
    await field.fill(bad)
    await expect(page.locator(".careful")).to_contain_text(good)
    await field.fill(good)
    await expect(page.locator(".careful")).to_have_count(0)
    await page.reload()
    await expect(field).to_have_value(good)
    await expect(page.get_by_role("button", name=shown)).to_be_enabled()


GAP = """(element) => {
  const parts = [...element.getClientRects()]
  const [left, right] = [Math.min(...parts.map((one) => one.left)), Math.max(...parts.map((one) => one.right))]
  return right - left - parts.reduce((sum, one) => sum + one.width, 0)
}"""
"""Pixels between the parts into which other words have torn these."""


@EITHER
async def test_arabic_beside_figures_and_words_reorders_nothing(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    arabic = "مزهرية زرقاء 7"
    pieces = [{"reference": "1", "sku": "V", "title": arabic, "category": "home", "price": 5000, "quantity": 2}]
    made = await sale(marketplace, lines=pieces)
    page = await opened(await browsing(phone=phone), made)
    count = page.locator(".lines .quiet")
    assert await count.evaluate(GAP) < 1, "how many stands in one place"
    case = await made.buyer.ask(made.order, "return_refund", "damaged", proof=CRACK, note=f"{arabic} ...")
    await made.seller.post(f"/v1/cases/{case['id']}/messages", {"text": f"{arabic} ..."})
    await page.reload()
    await page.locator(".rows a").click()
    await expect(page.locator(".talk p").first).to_have_css("direction", "rtl")
    await expect(page.locator("blockquote").first).to_have_css("direction", "rtl")
    assert await count.first.evaluate(GAP) < 1


@pytest.mark.requirement("U-10")
@EITHER
async def test_what_was_just_said_stands_there_before_a_slow_line_has_read_it_back(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    said = EN if language == "en" else ZH
    made = await sale(marketplace)
    await made.buyer.ask(made.order, "return_refund", "damaged", proof=CRACK)
    page = await opened(await browsing(phone=phone), made)
    await page.locator(".rows a").click()
    await expect(page.locator(".talk li")).to_have_count(1)
    heard = asyncio.Event()

    async def held(route: Route) -> None:
        if route.request.method == "GET":
            await heard.wait()
        await route.continue_()

    await page.route("**/messages**", held)
    await page.get_by_label(said["talk"]).fill("Is it there?")
    await page.get_by_role("button", name=said["say"], exact=True).click()
    await expect(page.get_by_label(said["talk"])).to_have_value("")
    await expect(page.locator(".talk .mine")).to_have_text(re.compile("Is it there"))
    heard.set()
    await expect(page.locator(".talk .mine time")).to_have_count(1)
    await expect(page.locator(".talk li")).to_have_count(1)
