"""Where reviewers meet each other, the buyer and a printer: nothing that somebody wrote is lost, and the page says what happened."""

from pathlib import Path

import pytest
from pikepdf import Pdf
from playwright.async_api import Page, expect
from tests.browser.conftest import Browsing
from tests.browser.served import Served
from tests.browser.test_reviewers_desk import as_person, disputed, reviewer, unclear

REASONS = "The crack is old; the packing film shows another item. " * 3


async def writing(page: Page, case_id: str) -> None:
    """Open a dispute and write reasons, as far as the button."""
    await page.goto(f"/reviews/{case_id}")
    await page.get_by_role("button", name="Claim", exact=True).click()
    await page.locator("#ruling-rationale").fill(REASONS)
    await page.keyboard.press("Tab")


@pytest.mark.requirement("T-05")
async def test_reasons_outlive_a_reload_and_a_look_elsewhere_until_they_are_sent(marketplace: Served, browsing: Browsing) -> None:
    case = await disputed(marketplace, "rvkept", 5000)
    page = await as_person(browsing, await reviewer(marketplace, "keeps"))
    await writing(page, case["id"])
    await page.get_by_role("radio", name="for the seller").check()
    await page.get_by_role("radio", name="buyer", exact=True).check()
    await page.reload()
    await expect(page.locator("#ruling-rationale")).to_have_value(REASONS)
    await page.goto("/rechecks")
    await page.goto(f"/reviews/{case['id']}")
    await expect(page.get_by_role("radio", name="for the seller")).to_be_checked()
    await expect(page.locator("#ruling-rationale")).to_have_value(REASONS)
    await page.get_by_role("form").get_by_role("button", name="Rule", exact=True).click()
    await expect(page.get_by_text("The ruling stands")).to_be_visible()
    await expect(page.get_by_text("The reasons you wrote were not sent")).to_have_count(0)
    kept = await page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('amends.ruling'))")
    assert kept == []


@pytest.mark.requirement("T-05", "U-10")
async def test_a_buyer_who_takes_it_back_while_a_reviewer_writes_takes_no_words_away(
    marketplace: Served, browsing: Browsing
) -> None:
    case = await disputed(marketplace, "rvback", 5000)
    page = await as_person(browsing, await reviewer(marketplace, "meets"))
    async with page.expect_response("**/v1/stream**"):
        await writing(page, case["id"])
    buyer = await marketplace.person("buyer", "buyer-rvback")
    await buyer.move(case, "cancel_dispute")
    await expect(page.get_by_role("status").get_by_text("dispute cancelled")).to_be_visible()
    left = page.get_by_role("region", name="The reasons you wrote were not sent")
    await expect(left.get_by_text(REASONS.strip())).to_be_visible()
    await left.get_by_role("button", name="Drop them").click()
    await expect(left).to_have_count(0)


@pytest.mark.requirement("N-08", "T-05")
async def test_who_agrees_too_late_is_told_that_it_did_not_count(marketplace: Served, browsing: Browsing) -> None:
    case = await disputed(marketplace, "rvlate")
    first, second = await reviewer(marketplace, "rvlate-1"), await reviewer(marketplace, "rvlate-2")
    third = await reviewer(marketplace, "rvlate-3")
    await first.move(case, "claim_review")
    await first.move(case, "rule", ruling="buyer", liability="seller", rationale=REASONS)
    page = await as_person(browsing, second)
    await page.route("**/v1/stream**", lambda route: route.fulfill(status=204))
    await page.goto(f"/reviews/{case['id']}")
    agree = page.get_by_role("button", name="Agree and refund $600.00")
    await expect(agree).to_be_enabled()
    await third.move(case, "confirm_ruling", agree=False)
    await agree.click()
    await expect(agree).to_have_count(0)
    await expect(page.locator(".dispute-aside .notice-problem")).to_be_visible()


async def test_a_ruled_dispute_is_printed_whole_and_alone(marketplace: Served, browsing: Browsing, tmp_path: Path) -> None:
    case = await disputed(marketplace, "rvprint", 5000)
    rules = await reviewer(marketplace, "prints")
    await rules.move(case, "claim_review")
    await rules.move(case, "rule", ruling="seller", liability="buyer", rationale=REASONS * 20)
    page = await as_person(browsing, rules, color_scheme="dark")
    await page.goto(f"/reviews/{case['id']}")
    await expect(page.get_by_text("packed whole")).to_be_visible()
    await expect(page.locator(".timeline li").first).to_be_visible()
    paper = tmp_path / "dispute.pdf"
    await page.pdf(path=paper, format="A4")
    with Pdf.open(paper) as read:
        assert len(read.pages) >= 2
    await page.emulate_media(media="print")
    for around in (".head", ".nav", ".claim", "form.ruling"):
        for one in await page.locator(around).all():
            await expect(one).to_be_hidden()
    for whole in (page.get_by_text("packed whole"), page.locator(".ruling-why"), page.locator(".timeline")):
        await expect(whole).to_be_visible()
    inside = await page.locator(".content").evaluate(
        "(it) => [it.clientHeight >= it.scrollHeight, getComputedStyle(it).overflowY]"
    )
    assert inside == [True, "visible"], "what scrolls on the screen is cut off on paper"
    ink = await page.locator(".page-title").evaluate("(it) => getComputedStyle(it).color")
    assert max(int(part) for part in ink.removeprefix("rgb(").removesuffix(")").split(",")) < 100, "light ink on white paper"


@pytest.mark.parametrize("width", [768, 1024])
async def test_a_recheck_is_decided_in_a_narrow_window(marketplace: Served, browsing: Browsing, width: int) -> None:
    case = await unclear(marketplace, f"rcnarrow{width}", width)
    page = await as_person(browsing, await reviewer(marketplace, f"narrow{width}"), viewport={"width": width, "height": 900})
    await page.goto("/rechecks")
    await page.get_by_role("button").filter(has_text=f"rcnarrow{width}-1").click()
    detail = page.get_by_role("region", name=f"rcnarrow{width}-1")
    choices = detail.locator(".decide .ant-select")
    await expect(choices).to_have_count(2)
    for choice in await choices.all():
        box = await choice.bounding_box()
        assert box is not None
        assert box["width"] >= 200, f"nobody can read what they choose in {box['width']} pixels"
    await detail.get_by_role("button", name="Admit", exact=True).click()
    await expect(page.get_by_text("Admitted")).to_be_visible()
    assert (await marketplace.platform.case(case))["state"] == "pending_review"
