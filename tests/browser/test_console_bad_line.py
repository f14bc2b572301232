"""The seller's console on a bad line: what went out is said to be out, counts once, and is told as it stands when the line is back."""

import re

import pytest
from playwright.async_api import Page, expect
from tests.browser import selling
from tests.browser.casework import at_case, desk
from tests.browser.conftest import EITHER, Browsing
from tests.browser.lines import Line, line
from tests.browser.served import Served
from tests.browser.watching import Watch

CUT = r"ERR_FAILED|status of 50\d"
ONE, MANY, LATE = r"/v1/cases/[^/]+/moves/", "/v1/moves:batch", "/v1/offline-actions:sync"
SAID = {
    "en": {"waiting": "1 waiting to be sent", "back": "Take it back", "going": "on its way", "maybe": "It may count already"},
    "zh": {"waiting": "1 个决定待发送", "back": "收回", "going": "正在提交", "maybe": "可能已经生效"},
}


async def approved(page: Page) -> None:
    """Nothing need be filled in; the seconds of grace go by."""
    await page.locator('[data-move="approve"]').first.click()


def once(*lines: Line) -> bool:
    """All that went out went under one key."""
    return len({key for each in lines for key in each.keys}) == 1


@pytest.mark.requirement("U-09", "T-04")
@EITHER
async def test_an_approval_whose_answer_was_lost_counts_once_and_is_nobody_elses(
    marketplace: Served, browsing: Browsing, watch: Watch, language: str, *, phone: bool
) -> None:
    watch.allow(CUT)
    said = SAID[language]
    shop = await desk(marketplace)
    case = await shop.ask()
    page = await at_case(browsing, shop.seller, case, phone=phone)
    one, late = await line(page, ONE, "deaf"), await line(page, LATE)
    await approved(page)
    waiting = page.get_by_test_id("waiting")
    await expect(waiting).to_contain_text(said["maybe"])
    await expect(waiting.get_by_role("button", name=said["back"])).to_have_count(0)
    one.state = "good"
    await expect(waiting).to_have_count(0)
    await expect(page.locator(".outbox-count")).to_have_count(0)
    assert once(one)
    assert late.keys == []
    assert (await shop.seller.events(case)).count("approved") == 1


@pytest.mark.requirement("U-03", "U-09")
async def test_many_that_were_approved_unheard_count_once_each(marketplace: Served, browsing: Browsing, watch: Watch) -> None:
    watch.allow(CUT)
    made = await selling.shop(marketplace)
    cases = [await made.case() for _ in range(2)]
    page = await browsing()
    await selling.enter(page.context, made)
    await selling.at(page)
    many, one, late = await line(page, MANY, "deaf"), await line(page, ONE, "deaf"), await line(page, LATE)
    await page.locator(".grid-line").first.wait_for()
    await page.get_by_role("checkbox").first.check()
    await page.locator(".bulk").get_by_role("button", name=re.compile("Approve|Refund")).click()
    await selling.decided(made, cases)
    await expect(page.get_by_role("button", name="2 waiting to be sent")).to_be_visible()
    many.state = one.state = "good"
    await expect(page.locator(".outbox-count")).to_have_count(0)
    assert once(many)
    assert late.keys == []
    assert [(await made.main.events(case)).count("approved") for case in cases] == [1, 1]


@pytest.mark.requirement("U-09")
async def test_what_never_arrived_is_told_with_the_decision_that_stands(
    marketplace: Served, browsing: Browsing, watch: Watch
) -> None:
    watch.allow(CUT)
    shop = await desk(marketplace)
    case = await shop.ask()
    page = await at_case(browsing, shop.seller, case)
    one = await line(page, ONE, "cut")
    await approved(page)
    await page.get_by_test_id("waiting").wait_for()
    await shop.seller.move(case, "reject", ground="other", note="Not as the picture shows.")
    one.state = "good"
    await page.get_by_role("button", name="1 need your attention").click()
    await expect(page.locator("[data-result=rejected_conflict] .outbox-stands")).to_contain_text("rejected (seller)")


@EITHER
async def test_a_decision_is_said_to_be_on_its_way_until_it_is_answered(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    shop = await desk(marketplace)
    case = await shop.ask()
    page = await at_case(browsing, shop.seller, case, phone=phone)
    one = await line(page, ONE, "silent")
    await approved(page)
    await expect(page.locator(".hold-tray")).to_contain_text(SAID[language]["going"])
    await expect(page.get_by_test_id("undo")).to_have_count(0)
    one.let_go.set()
    await expect(page.locator(".hold-tray")).to_have_count(0)
    assert len(one.keys) == 1


@pytest.mark.requirement("U-10")
async def test_what_a_colleague_decided_while_nothing_was_heard_is_shown_when_the_stream_is_back(
    marketplace: Served, browsing: Browsing, watch: Watch
) -> None:
    watch.allow(CUT)
    shop = await desk(marketplace)
    case = await shop.ask()
    page = await browsing(extra_http_headers={"authorization": f"Bearer {shop.seller.token}"})
    stream = await line(page, r"/v1/stream", "empty", "GET")
    await page.goto(f"/cases/{case['id']}")
    await page.locator(f'[data-case="{case["id"]}"]').wait_for()
    await shop.seller.move(case, "reject", ground="other", note="Not as the picture shows.")
    stream.state = "good"
    await expect(page.locator('.moves [data-move="reject"]')).to_have_attribute("aria-disabled", "true")


async def test_a_case_that_could_not_be_read_is_read_by_itself_when_the_server_is_back(
    marketplace: Served, browsing: Browsing, watch: Watch
) -> None:
    watch.allow(CUT)
    shop = await desk(marketplace)
    case = await shop.ask()
    page = await browsing(extra_http_headers={"authorization": f"Bearer {shop.seller.token}"})
    reads = await line(page, rf"/v1/cases/{case['id']}", "empty", "GET")
    await page.goto(f"/cases/{case['id']}")
    await page.locator(".state-failed").first.wait_for()
    reads.state = "good"
    await page.locator(f'[data-case="{case["id"]}"]').wait_for(timeout=30_000)
