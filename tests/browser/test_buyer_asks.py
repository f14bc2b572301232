"""The buyer's page: asking for something, with proof, and being told why not."""

from typing import Any

import pytest
from playwright.async_api import Page, Route, expect
from tests.browser.axe import Axe
from tests.browser.buying import opened, photo, sale
from tests.browser.conftest import OTHER, Browsing
from tests.browser.served import Served
from tests.browser.watching import Watch

EN = {
    "ask": "Send it back and get my money back", "damaged": "damaged on arrival", "taken": "Taken", "send": "Ask for $50.00",
    "review": "The seller is looking at your request.", "agreed": "Agreed. Please send it back.", "carrier": "Who carries it?",
    "number": "Tracking number", "sent": "I have sent it", "way": "Your parcel is on its way back.",
    "paid": "Done: you have your money back.", "step": "Paid back",
}  # fmt: skip
ZH = {
    "ask": "退货退款", "damaged": "送达时损坏", "taken": "已收到", "send": "申请 $50.00", "review": "商家正在审核您的申请。",
    "agreed": "已同意，请寄回商品。", "carrier": "用哪家快递？", "number": "物流单号", "sent": "我已寄出", "way": "您寄回的包裹正在路上。",
    "paid": "已完成，款项已退回给您。", "step": "已退回",
}  # fmt: skip


async def headed(page: Page, text: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(text)


async def asks(page: Page, said: dict[str, str]) -> None:
    """From the order's page to the button that sends."""
    await page.get_by_role("button", name=said["ask"], exact=True).click()
    await page.get_by_label(said["damaged"]).check()
    await page.locator("form input[type=file]").first.set_input_files([photo()])
    await expect(page.locator(".given").get_by_text(said["taken"])).to_be_visible()
    await expect(page.locator("[data-verdict=allowed]")).to_be_visible()


@pytest.mark.requirement("T-06", "E-03", "E-05", "T-01")
@pytest.mark.parametrize(("language", "device"), [("en", "phone"), ("zh", "desktop")])
async def test_a_broken_vase_is_shown_sent_back_and_paid(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, device: str
) -> None:
    said = EN if language == "en" else ZH
    made = await sale(marketplace)
    page = await opened(await browsing(phone=device == "phone"), made)
    await axe(page)
    await asks(page, said)
    await axe(page)
    await page.get_by_role("button", name=said["send"]).click()
    await headed(page, said["review"])

    case = await made.case()
    assert (case["kind"], case["reason"], case["state"]) == ("return_refund", "damaged", "pending_review")
    await made.seller.move(case, "approve")
    await headed(page, said["agreed"])
    await axe(page)
    await page.get_by_label(said["carrier"]).select_option("other")
    await page.get_by_label(said["number"]).fill("back 0001 " + made.reference)
    await page.get_by_role("button", name=said["sent"], exact=True).click()
    await headed(page, said["way"])

    await marketplace.scan(made.name, f"BACK0001{made.reference}", "delivered", "other")
    await made.seller.move(case, "approve")
    await headed(page, said["paid"])
    await expect(page.locator(".money[data-status=succeeded] [aria-current=step]")).to_contain_text(said["step"])
    await axe(page)


@pytest.mark.requirement("U-14", "U-06", "E-01", "E-02", "E-03", "E-07")
@OTHER
async def test_a_change_of_mind_hears_why_not_and_what_would_pass(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, *, phone: bool
) -> None:
    page = await opened(await browsing(phone=phone), await sale(marketplace))
    for notice, words in (
        ("final_sale", ("final sale", "最终销售")),
        ("bid_with_confidence", ("bid with confidence", "放心拍卖")),
    ):
        await expect(page.locator(f"[data-notice={notice}]")).to_contain_text(words[language == "zh"])
    await page.get_by_text("What cannot be asked for now, and why" if language == "en" else "现在不能申请的，以及原因").click()
    await expect(
        page.locator("dl div", has_text="Exchange it" if language == "en" else "换货").locator(".why").first
    ).not_to_be_empty()

    await page.get_by_role("button", name=(EN if language == "en" else ZH)["ask"], exact=True).click()
    await page.get_by_text("Not for this order" if language == "en" else "本单不适用").click()
    await page.get_by_label("found a better price" if language == "en" else "找到更优惠的价格").check()
    verdict = page.locator("[data-verdict=declined]")
    await expect(verdict).to_contain_text("A live-auction item is a final sale" if language == "en" else "直播拍卖商品为最终销售")
    await axe(page)
    road = verdict.locator(".ways li", has_text="photo of the fault" if language == "en" else "问题部位照片").first
    await road.get_by_role("button").click()
    await expect(page.locator("form .proof")).to_be_visible()
    assert await page.locator("input[name=reason]:checked").count() == 1


async def test_the_token_stands_in_no_address_that_a_server_sees(marketplace: Served, browsing: Browsing) -> None:
    made = await sale(marketplace)
    page = await browsing(phone=True)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    link = await made.link()
    token = link.split("token=")[1]
    await page.goto(link)
    await asks(page, EN)
    assert len(asked) > 5
    assert not [url for url in asked if token in url.split("#")[0]]
    assert token not in page.url
    await page.reload()
    await page.locator("fieldset").first.wait_for()


async def test_a_bad_network_loses_nothing_and_sends_once(marketplace: Served, browsing: Browsing, watch: Watch) -> None:
    watch.allow("ERR_FAILED")
    made = await sale(marketplace)
    page = await opened(await browsing(phone=True), made)
    await asks(page, EN)
    lost = 0

    async def lose_the_answer(route: Route) -> None:
        nonlocal lost
        lost += 1
        await route.fetch()  # it arrives, and nobody hears so
        await route.abort("failed")

    await page.route("**/v1/orders/*/cases", lose_the_answer)
    await page.get_by_role("button", name=EN["send"]).click()
    await expect(page.get_by_role("alert")).to_contain_text("Nothing is lost", timeout=20_000)
    assert lost > 1, "it was tried again by itself"
    await page.unroute("**/v1/orders/*/cases")
    await page.get_by_role("button", name=EN["send"]).click()
    await headed(page, EN["review"])
    assert len(await made.cases()) == 1


async def test_what_a_stranger_wrote_is_shown_as_text(marketplace: Served, browsing: Browsing) -> None:
    evil = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>{{7*7}}'
    lines: list[dict[str, Any]] = [{"reference": "1", "sku": "V", "title": evil, "category": "home", "price": 5000}]
    made = await sale(marketplace, lines=lines)
    page = await opened(await browsing(phone=True), made)
    await expect(page.get_by_text(evil).first).to_be_visible()
    case = await made.buyer.ask(made.order, "return_refund", "damaged", note=evil)
    await made.seller.post(f"/v1/cases/{case['id']}/messages", {"text": evil})
    await page.reload()
    await page.locator(".rows a").first.click()
    await expect(page.locator("blockquote").first).to_have_text(evil)
    await expect(page.locator(".talk").get_by_text(evil)).to_be_visible()
    assert await page.evaluate("window.broken") is None


async def test_somebody_elses_order_and_an_ended_link_say_so(marketplace: Served, browsing: Browsing) -> None:
    mine, theirs = await sale(marketplace), await sale(marketplace)
    page = await opened(await browsing(phone=True), mine)
    await page.goto(f"/buyer/orders/{theirs.order}")
    await expect(page.get_by_role("alert")).to_have_text("This is not there, or it is not yours.")
    case = await theirs.buyer.ask(theirs.order, "return_refund", "damaged")
    await page.goto(f"/buyer/cases/{case['id']}")
    await expect(page.get_by_role("alert")).to_have_text("This is not there, or it is not yours.")
    await page.goto("/buyer#token=amends_test_0000000000000000_00000000000000000000000000000000000000000000000000&order=x")
    await page.reload()
    await expect(page.get_by_role("alert")).to_contain_text("This link has ended.")
    other = await browsing(phone=True)
    await other.goto("/buyer")
    await headed(other, "This page opens from your order at the marketplace.")


async def test_a_link_to_all_orders_lists_them_and_the_language_can_be_switched(marketplace: Served, browsing: Browsing) -> None:
    made = await sale(marketplace)
    link = await marketplace.platform.post("/v1/buyer-links", {"buyer": made.name.replace("shop", "mei")})
    page = await browsing()
    await page.goto(link["url"])
    await headed(page, "Your orders")
    await page.get_by_role("link", name=f"Order {made.reference}").click()
    await headed(page, f"Order {made.reference}")
    await page.get_by_role("button", name="中文").click()
    await headed(page, f"订单 {made.reference}")
    await page.reload()
    await headed(page, f"订单 {made.reference}")
    assert await page.locator("html").get_attribute("lang") == "zh-CN"


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_it_fits_a_small_phone_and_darkness(marketplace: Served, browsing: Browsing, axe: Axe, language: str) -> None:
    title = "A very long title of a hand-painted porcelain vase, Jingdezhen, blue and white, 42 cm 手绘青花瓷花瓶景德镇高温釉下彩"
    lines = [
        {"reference": str(n), "sku": "V", "title": title, "category": "home", "quantity": 3, "price": 123_456_700} for n in (1, 2)
    ]
    made = await sale(marketplace, lines=lines)
    page = await browsing(phone=True, viewport={"width": 320, "height": 640}, color_scheme="dark", reduced_motion="reduce")
    await opened(page, made)
    wide = "document.documentElement.scrollWidth - window.innerWidth"
    assert await page.evaluate(wide) <= 0
    await axe(page)
    await page.locator(".choice").last.click()
    await page.locator("input[name=reason]").nth(3).check()
    await expect(page.locator("form .units").first).to_be_visible()
    assert await page.evaluate(wide) <= 0
    small = "[...document.querySelectorAll('button, summary, a, .file, select')].filter((e) => e.offsetHeight > 0 && e.offsetHeight < 44).length"
    assert await page.evaluate(small) == 0, "a thumb is wide"
    await axe(page)


@pytest.mark.parametrize(("language", "device"), [("en", "phone"), ("zh", "desktop")])
async def test_what_all_of_it_is_follows_the_pieces_while_a_part_is_asked_for(
    marketplace: Served, browsing: Browsing, language: str, device: str
) -> None:
    pieces = [{"reference": "1", "sku": "V", "title": "Vase", "category": "home", "price": 15000, "quantity": 3}]
    page = await opened(await browsing(phone=device == "phone"), await sale(marketplace, sale_format=None, lines=pieces))
    zh = language == "zh"
    whole, sends = ("全部：", "申请 ") if zh else ("All of it: ", "Ask for ")
    await page.get_by_role("button", name="仅退款，不寄回" if zh else "My money back, without sending anything").click()
    await page.get_by_label("送达时损坏" if zh else "damaged on arrival").check()
    await expect(page.get_by_label(f"{whole}$150.00")).to_be_checked()
    await page.get_by_label("一部分" if zh else "A part of it").check()
    field = page.locator("input[inputmode=decimal]")
    await field.fill("120")
    await expect(page.get_by_role("button", name=f"{sends}$120.00")).to_be_enabled()
    await page.get_by_role("button", name="减一件" if zh else "One less").click()
    await expect(page.get_by_label(f"{whole}$100.00")).to_be_visible()
    await expect(page.locator(".careful")).to_contain_text("$100.00")
    await expect(page.locator("form button.main")).to_be_disabled()
    await field.fill("80")
    await expect(page.locator(".careful")).to_have_count(0)
    await expect(page.get_by_role("button", name=f"{sends}$80.00")).to_be_enabled()
