"""The buyer's page: offers, the parcel at the door, a no and the platform, talking, and withdrawing without an account."""

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect
from tests.browser.axe import Axe
from tests.browser.buying import Sale, opened, photo, sale
from tests.browser.conftest import Browsing
from tests.browser.served import Served

CRACK = [{"kind": "photo_defect", "text": "a crack from rim to foot"}]
DRESS = [{"reference": "1", "sku": "D", "title": "连衣裙", "category": "apparel", "price": 8900}]


async def headed(page: Page, text: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(text)


async def offered(market: Served, page: Page) -> Sale:
    """A vase came a day late and broken; the platform proposes a return instead of a plain refund (source 002)."""
    promised = await market.now() - timedelta(days=4)
    made = await sale(market, "cn", "CNY", sale_format=None, promised_at=promised.isoformat())
    case = await made.buyer.ask(made.order, "refund_only", "damaged", proof=CRACK)
    assert case["state"] == "negotiating", case["state"]
    await opened(page, made)
    await page.locator(".rows a").click()
    return made


@pytest.mark.requirement("N-01", "N-04", "N-07", "T-06")
@pytest.mark.parametrize(("language", "device"), [("zh", "phone"), ("en", "desktop")])
async def test_an_offer_says_what_why_and_until_when_and_is_accepted(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, device: str
) -> None:
    page = await browsing(phone=device == "phone")
    made = await offered(marketplace, page)
    zh = language == "zh"
    await headed(page, "有一个新的方案等您答复。" if zh else "You have been offered something else.")
    offer = page.locator("[data-offer=change]")
    await expect(offer).to_contain_text("退货退款：¥50.00" if zh else "return and refund: ¥50.00")
    await expect(offer).to_contain_text("运费由商家承担" if zh else "the seller pays")
    await expect(offer.get_by_role("timer")).to_contain_text("11小时" if zh else "11 hours")
    await expect(offer).to_contain_text("您没有任何损失" if zh else "You lose nothing")
    await axe(page)
    await offer.get_by_role("button", name="接受" if zh else "Accept", exact=True).click()
    await headed(page, "已同意，请寄回商品。" if zh else "Agreed. Please send it back.")
    assert (await made.case())["kind"] == "return_refund"


@pytest.mark.requirement("N-07", "T-06")
async def test_an_offer_that_is_declined_leaves_the_request_as_it_was(marketplace: Served, browsing: Browsing) -> None:
    page = await browsing(phone=True)
    made = await offered(marketplace, page)
    await page.get_by_role("button", name="No, keep my request").click()
    await headed(page, "The seller is looking at your request.")
    case = await made.case()
    assert (case["kind"], case["proposals"][0]["state"]) == ("refund_only", "declined")


@pytest.mark.requirement("L-04", "E-12", "T-06")
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_parcel_is_refused_at_the_door(marketplace: Served, browsing: Browsing, axe: Axe, language: str) -> None:
    zh = language == "zh"
    promised = await marketplace.now() + timedelta(days=3)
    made = await sale(
        marketplace, "cn", "CNY", sale_format=None, shop={"cross_border": False, "duty_free_hainan": False}, lines=DRESS,
        promised_at=promised.isoformat(), delivered_ago=timedelta(), status="in_transit", carrier="zto",
    )  # fmt: skip
    page = await opened(await browsing(phone=True), made)
    await page.get_by_role("button", name="没收到货，仅退款" if zh else "My money back: it has not arrived").click()
    await page.get_by_label("未收到货" if zh else "not received").check()
    await page.get_by_role("button", name="申请 ¥89.00" if zh else "Ask for ¥89.00").click()
    await headed(page, "已同意：请拒收包裹，款项会退回给您。" if zh else "Agreed: refuse the parcel, and your money comes back.")
    notice = page.locator("[data-notice=refuse_at_the_door]")
    await expect(notice).to_contain_text("让快递员把包裹带回" if zh else "ask the courier to take it back")
    await axe(page)
    await marketplace.scan(made.name, f"9400{made.reference:0>18}", "refused", "zto")
    await marketplace.until((await made.case())["deadline_at"])
    await marketplace.later(minutes=1)
    await headed(page, "已完成，款项已退回给您。" if zh else "Done: you have your money back.")


@pytest.mark.requirement("T-06", "N-08")
async def test_a_no_is_explained_taken_to_the_platform_and_ruled_on(marketplace: Served, browsing: Browsing, axe: Axe) -> None:
    made = await sale(marketplace, sale_format=None)
    case = await made.buyer.ask(made.order, "refund_only", "defective", proof=CRACK)
    proof = [{"kind": "video_function", "text": "it plays"}]
    await made.seller.move(case, "reject", ground="works_as_intended", note="It was whole when it left.", proof=proof)
    page = await opened(await browsing(phone=True), made)
    await page.locator(".rows a").click()
    await headed(page, "The seller has said no.")
    await expect(page.get_by_text("It was whole when it left.")).to_be_visible()
    await expect(page.get_by_text("being looked at")).to_have_count(0)  # what is written is not looked at as a file is
    await axe(page)
    await page.get_by_role("button", name="Ask the platform to decide").click()
    await page.locator("form.move input[type=file]").first.set_input_files([photo("rim")])
    await expect(page.locator("form.move .given").get_by_text("Taken")).to_be_visible()
    await page.locator("form.move").get_by_label("In your own words").fill("The crack runs through.")
    await axe(page)
    await page.locator("form.move").get_by_role("button", name="Send", exact=True).click()
    await headed(page, "A person of the platform decides.")

    await marketplace.platform.move(case, "claim_review")
    await marketplace.platform.move(case, "rule", ruling="buyer", liability="seller", rationale="The photo shows the crack.")
    await headed(page, "Done: you have your money back.")
    await expect(page.get_by_text("The photo shows the crack.")).to_be_visible()


async def test_proof_that_is_owed_is_given_by_when_it_is_owed(marketplace: Served, browsing: Browsing) -> None:
    made = await sale(marketplace)
    await made.buyer.ask(made.order, "return_refund", "damaged")
    page = await opened(await browsing(phone=True), made)
    await page.locator(".rows a").click()
    await headed(page, "Please show what happened.")
    await expect(page.locator(".next-up.you")).to_contain_text("1 day 23 hours left")
    form = page.locator("form.move")
    await form.get_by_label("What does it show?").select_option("chat_in_app")
    await form.get_by_label("What was said or happened").fill("I wrote to the seller at once that it is broken.")
    await form.get_by_role("button", name="Send", exact=True).click()
    await headed(page, "The seller is looking at your request.")


@pytest.mark.requirement("U-06")
async def test_a_request_is_taken_back_and_what_is_closed_says_why(marketplace: Served, browsing: Browsing) -> None:
    made = await sale(marketplace)
    await made.buyer.ask(made.order, "return_refund", "damaged", proof=CRACK)
    page = await opened(await browsing(), made)
    await page.locator(".rows a").click()
    await page.get_by_text("What you cannot do now, and why").click()
    await expect(page.locator("dl div", has_text="Ask the platform to decide").locator(".why").first).not_to_be_empty()
    await page.get_by_role("button", name="Take my request back").click()
    await page.get_by_role("button", name="Yes", exact=True).click()
    await headed(page, "This request has ended.")


@pytest.mark.requirement("U-10", "U-12")
async def test_the_conversation_is_live_and_looks_at_words_before_they_are_sent(marketplace: Served, browsing: Browsing) -> None:
    made = await sale(marketplace)
    case = await made.buyer.ask(made.order, "return_refund", "damaged", proof=CRACK)
    page = await opened(await browsing(phone=True), made)
    await page.locator(".rows a").click()
    await page.get_by_label("Your message").fill("Please add me on WhatsApp")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("Chats from outside do not count as proof")
    await page.get_by_label("Your message").fill("When will you answer?")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".talk .mine")).to_contain_text("When will you answer?")
    await made.seller.post(f"/v1/cases/{case['id']}/messages", {"text": "Today."})
    await expect(page.locator(".talk li").last).to_contain_text("Today.")


@pytest.mark.requirement("E-19", "U-16")
@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_guest_withdraws_and_keeps_a_receipt(marketplace: Served, browsing: Browsing, axe: Axe, language: str) -> None:
    zh = language == "zh"
    made = await sale(marketplace, "gb", "GBP")
    link = (await marketplace.platform.post(f"/v1/orders/{made.order}/guest-links", {}))["page"]
    page = await browsing(phone=True)
    await page.goto(link)
    await axe(page)
    await page.get_by_role("button", name="撤回并退回 £50.00" if zh else "Withdraw and get £50.00 back").click()
    await headed(page, "您已撤回。" if zh else "You have withdrawn.")
    await page.get_by_label("用哪家快递？" if zh else "Who carries it?").select_option("other")
    await page.get_by_label("物流单号" if zh else "Tracking number").fill(f"GUEST{made.reference}")
    await page.get_by_role("button", name="我已寄出" if zh else "I have sent it").click()
    await expect(page.get_by_label("物流单号" if zh else "Tracking number")).to_have_count(0)
    assert (await made.case())["state"] == "return_in_transit"
    await page.reload()
    await headed(page, "您已撤回。" if zh else "You have withdrawn.")


@pytest.mark.requirement("E-19")
async def test_where_the_law_lets_a_buyer_withdraw_it_is_a_road_of_its_own(marketplace: Served, browsing: Browsing) -> None:
    made = await sale(marketplace, "gb", "GBP")
    page = await opened(await browsing(phone=True), made)
    await page.get_by_role("button", name="Withdraw from this purchase").click()
    await page.get_by_role("button", name="Ask for £50.00").click()
    await headed(page, "Agreed. Please send it back.")
    assert (await made.case())["reason"] == "withdrawal"
