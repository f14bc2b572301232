"""What the rules lay on the seller of an auction stands beside the case where a person decides, with its source, and on the buyer's page."""

import pytest
from playwright.async_api import expect
from tests.browser.axe import Axe
from tests.browser.buying import opened as buyers_page
from tests.browser.buying import sale
from tests.browser.casework import at_case, desk, part
from tests.browser.conftest import EITHER, Browsing
from tests.browser.served import Served
from tests.browser.test_reviewers_desk import as_person, disputed, reviewer

SOURCE = "TikTok Shop's final-sale rule for live auctions, 2026-06-28"
PACKED = {"en": "Pack safely and tamper-evidently", "zh": "须使用安全且具防拆特性的包装"}
STATED = {"en": "its real condition, its flaws and its traces of use", "zh": "须如实说明新旧程度、实际状况、瑕疵与使用痕迹"}
OWED = {"en": "What the seller must do with this order", "zh": "本单商家应做到"}


@pytest.mark.requirement("V-13", "V-14", "V-15")
@EITHER
async def test_a_seller_sees_what_an_auction_lays_on_them_beside_the_case(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, *, phone: bool
) -> None:
    shop = await desk(marketplace, sale_format="live_auction")
    page = await at_case(browsing, shop.seller, await shop.ask("return_refund"), phone=phone)
    duties = await part(page, "duties", "evidence")
    for said in (PACKED[language], STATED[language], SOURCE, "live_auction/duty_tamper_proof"):
        await expect(duties).to_contain_text(said)
    await axe(page)


async def test_an_ordinary_order_lays_nothing_on_its_seller(marketplace: Served, browsing: Browsing) -> None:
    shop = await desk(marketplace)
    page = await at_case(browsing, shop.seller, await shop.ask())
    await page.locator('[data-part="money"]').wait_for()
    await expect(page.locator('[data-part="duties"]')).to_have_count(0)
    assert (await shop.buyer.get(f"/v1/orders/{shop.order}"))["duties"] == []


@pytest.mark.requirement("V-13", "V-14", "V-15")
@EITHER
async def test_a_buyer_reads_what_the_seller_must_do_with_the_order_and_beside_the_request(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, *, phone: bool
) -> None:
    made = await sale(marketplace)
    page = await buyers_page(await browsing(phone=phone), made)
    await page.get_by_text(OWED[language]).click()
    await expect(page.locator("[data-part=owed]")).to_contain_text(STATED[language])
    assert (await page.locator("[data-part=owed]").inner_text()).count(SOURCE) == 1, "said once for all of them"
    await axe(page)
    await made.buyer.ask(made.order, "return_refund", "damaged", proof=[{"kind": "photo_defect", "text": "a crack"}])
    await page.locator(".rows a").click()
    await page.get_by_text(OWED[language]).click()
    await expect(page.locator("[data-part=owed]")).to_contain_text(PACKED[language])


@pytest.mark.requirement("V-13", "V-14", "V-15")
async def test_a_reviewer_rules_with_the_sellers_duties_in_sight(marketplace: Served, browsing: Browsing) -> None:
    case = await disputed(marketplace, "rvduty", 5000, sale_format="live_auction")
    page = await as_person(browsing, await reviewer(marketplace, "first-duty"))
    await page.goto(f"/reviews/{case['id']}")
    duties = page.get_by_role("region", name="What the seller owes with this order")
    await expect(duties).to_contain_text(PACKED["en"])
    await expect(duties.get_by_role("link", name="duty_tamper_proof")).to_have_attribute(
        "href", "/policies/us/rules/duty_tamper_proof"
    )
