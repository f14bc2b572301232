"""Policy in a browser: every rule with its source, as of any day; a situation tried and its verdict read; links that lead to a rule (P-07)."""

import json
from urllib.parse import quote

from msgspec.structs import replace
from playwright.async_api import expect
from tests.browser.axe import Axe
from tests.browser.conftest import EITHER, Browsing
from tests.browser.served import Served
from tests.browser.test_reviewers_desk import as_person

from amends.desk.publishing import publish_books
from amends.exchange.policies import read_policies
from amends.store.database import open_pool

READER = ["policies.read"]
FACTS = {"request.kind": "return_refund", "request.reason": "misbid", "request.by": "buyer", "order.status": "delivered",
         "parcel.since_delivered": 3, "order.sale_format": "live_auction"}  # fmt: skip
WORDS = {
    "en": {"try": "Judge it", "no": "Declined", "yes": "Allowed", "says": "A live-auction item is a final sale", "sold": "how the item was sold",
           "shelf": "product card", "date": "As of", "none": "No rule fits"},
    "zh": {"try": "判定", "no": "不可以", "yes": "可以", "says": "直播拍卖商品为最终销售", "sold": "销售形式", "shelf": "商品卡（货架）", "date": "查看日期",
           "none": "没有符合的规则"},
}  # fmt: skip


@EITHER
async def test_rules_are_read_as_of_a_day_and_found_by_requirement(
    marketplace: Served, browsing: Browsing, axe: Axe, *, language: str, phone: bool
) -> None:
    said = WORDS[language]
    page = await as_person(
        browsing, await marketplace.person("platform", f"reads-{language}", permissions=READER), language, phone=phone
    )
    await page.goto("/policies/us?search=E-01")
    rule = page.locator("#final_sale")
    await expect(rule.locator(".rule-says")).to_contain_text(said["says"])
    await expect(rule.get_by_text("TikTok Shop's final-sale rule for live auctions, 2026-06-28")).to_be_visible()
    await axe(page, outside=(".head",))
    await page.get_by_label(said["date"]).fill("2026-06-27")
    await expect(rule).to_have_count(0)  # a rule of 28 June says nothing the day before
    await page.get_by_label(said["date"]).fill("2026-06-29")
    await expect(rule).to_have_count(1)
    await rule.get_by_role("link", name="final_sale").click()
    await expect(page.get_by_role("heading", name="final_sale")).to_be_visible()
    await expect(page.locator(".example").first).to_be_visible()
    await axe(page, outside=(".head",))


@EITHER
async def test_a_situation_is_tried_and_changed_until_it_passes(
    marketplace: Served, browsing: Browsing, axe: Axe, *, language: str, phone: bool
) -> None:
    said = WORDS[language]
    page = await as_person(
        browsing, await marketplace.person("platform", f"tries-{language}", permissions=READER), language, phone=phone
    )
    await page.goto(f"/policies/us/try?topic=eligibility&facts={quote(json.dumps(FACTS))}")
    cases = len((await marketplace.platform.get("/v1/cases", limit="100"))["cases"])
    answer = page.get_by_role("region", name=said["try"])
    await expect(answer.get_by_text(said["no"], exact=True)).to_be_visible()
    await expect(answer.get_by_text(said["says"]).first).to_be_visible()
    await axe(page, outside=(".head",))
    await page.get_by_role("combobox", name=said["sold"]).click()
    await page.get_by_title(said["shelf"], exact=True).locator("visible=true").last.click()
    await page.get_by_role("button", name=said["try"]).click()
    await expect(answer.get_by_text(said["yes"], exact=True)).to_be_visible()
    assert len((await marketplace.platform.get("/v1/cases", limit="100"))["cases"]) == cases


async def test_a_link_leads_to_one_rule_and_text_of_rules_is_only_text(marketplace: Served, browsing: Browsing) -> None:
    page = await as_person(browsing, await marketplace.person("platform", "links", permissions=READER))
    await page.goto("/policies/us/deadlines#us_review")
    chosen = page.locator("[aria-current=true].rule")
    await expect(chosen).to_have_count(1)
    await expect(chosen).to_be_in_viewport()
    await page.goto("/policies/us?search=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    await expect(page.get_by_text("No rule fits")).to_be_visible()


async def test_two_releases_are_compared_rule_by_rule(marketplace: Served, browsing: Browsing, axe: Axe) -> None:
    book = read_policies().books["eu"]
    gone, *rest = book.rules["notices"]
    fresh = replace(book, rules=book.rules | {"notices": tuple(rest)})
    async with await open_pool(marketplace.settings.database_url or "", "amends_desk", min_size=1, max_size=1) as pool:
        await publish_books(pool, {"eu": fresh})
    page = await as_person(browsing, await marketplace.person("platform", "compares", permissions=READER))
    await page.goto("/policies/eu/releases")
    change = page.get_by_role("region", name=gone.id, exact=True)
    await expect(change).to_have_attribute("data-change", "removed")
    await expect(change.locator(".rule-says")).to_have_text(gone.says.en)
    await expect(page.locator("[data-change]")).to_have_count(1)
    await axe(page, outside=(".head",))
