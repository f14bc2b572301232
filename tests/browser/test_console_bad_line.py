"""The seller's console on a bad line: what went out is said to be out, counts once, and is told as it stands when the line is back."""

import re

import pytest
from playwright.async_api import Page, expect
from tests.browser import selling
from tests.browser.buying import photo
from tests.browser.casework import at_case, desk, start
from tests.browser.conftest import EITHER, Browsing
from tests.browser.lines import Line, line
from tests.browser.served import Served
from tests.browser.test_operations_desk import OPERATOR, failed
from tests.browser.test_reviewers_desk import as_person, disputed, reviewer
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


@pytest.mark.requirement("U-10")
async def test_what_is_typed_to_the_buyer_outlives_a_reload_and_another_case_and_is_said_once(
    marketplace: Served, browsing: Browsing, watch: Watch
) -> None:
    watch.allow(CUT)
    shop = await desk(marketplace)
    case = await shop.ask()
    page = await at_case(browsing, shop.seller, case)
    field = page.locator(".marked-text")
    await field.fill("We look into it.")
    await page.goto("/cases")
    await page.goto(f"/cases/{case['id']}")
    await expect(field).to_have_value("We look into it.")
    look = await line(page, "/v1/messages:check", "silent")
    await field.press("Control+Enter")
    await field.press("Control+Enter")
    await field.press("End")
    await field.type(" And by tomorrow.")
    look.let_go.set()
    await expect(page.locator(".said-text")).to_have_text("We look into it.")
    await expect(field).to_have_value("We look into it. And by tomorrow.")
    assert len((await shop.seller.get(f"/v1/cases/{case['id']}/messages"))["messages"]) == 1


@pytest.mark.requirement("U-10")
async def test_a_message_whose_answer_was_lost_is_said_once_after_a_reload_too(
    marketplace: Served, browsing: Browsing, watch: Watch
) -> None:
    watch.allow(CUT)
    shop = await desk(marketplace)
    case = await shop.ask()
    page = await at_case(browsing, shop.seller, case)
    talk = await line(page, "/messages$", "deaf")
    await page.locator(".marked-text").fill("We look into it.")
    await page.get_by_test_id("send").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    talk.state = "good"
    await page.reload()
    await page.get_by_test_id("send").click()
    await expect(page.locator(".marked-text")).to_have_value("")
    assert once(talk)
    assert len((await shop.seller.get(f"/v1/cases/{case['id']}/messages"))["messages"]) == 1


@EITHER
async def test_a_form_that_was_begun_outlives_a_reload(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    shop = await desk(marketplace)
    case = await shop.ask()
    page = await at_case(browsing, shop.seller, case, phone=phone)
    form = await start(page, "propose")
    await form.locator("textarea").last.fill("Keep it, and take 30.")
    await page.reload()
    await page.locator(f'[data-case="{case["id"]}"]').wait_for()
    form = await start(page, "propose")
    await expect(form.locator("textarea").last).to_have_value("Keep it, and take 30.")


@pytest.mark.requirement("T-03")
async def test_proof_that_a_gateway_did_not_pass_on_is_said_and_goes_out_by_a_tap(
    marketplace: Served, browsing: Browsing, watch: Watch
) -> None:
    watch.allow(CUT)
    shop = await desk(marketplace)
    case = await shop.ask()
    page = await at_case(browsing, shop.seller, case)
    proof = await line(page, r"/evidence\?kind=", "empty")
    form = await start(page, "submit_evidence")
    await form.get_by_test_id("proof-file").set_input_files([photo()])
    again = form.get_by_role("button", name="Try again")
    await expect(again).to_be_visible()
    proof.state = "good"
    await again.click()
    await expect(form.locator(".proof-row")).to_have_count(1)
    await expect(form.locator(".proof-row .proof-name")).to_have_text("crack.jpg")
    await expect(form.get_by_role("alert")).to_have_count(0)


@pytest.mark.requirement("T-05")
async def test_a_ruling_whose_answer_was_lost_is_made_once_and_said_to_be(
    marketplace: Served, browsing: Browsing, watch: Watch
) -> None:
    watch.allow(CUT)
    case = await disputed(marketplace, "rvdeaf", 5000)
    first = await reviewer(marketplace, "first-deaf")
    await first.move(case, "claim_review")
    page = await as_person(browsing, first)
    await page.goto("/reviews?lane=usual")
    await page.get_by_role("listitem").filter(has_text="rvdeaf-1").get_by_role("link").first.click()
    form = page.get_by_role("form")
    await form.get_by_role("radio").first.check()
    await form.get_by_role("radio", name="seller", exact=True).check()
    await form.locator("#ruling-rationale").fill("The crack is old.")
    rules = await line(page, "/moves/rule", "deaf")
    async with page.expect_event("requestfailed", lambda request: "/moves/rule" in request.url):
        await form.get_by_role("button", name="Refund").click()
    rules.state = "good"
    await expect(page.get_by_role("alert")).to_have_count(0)
    await expect(page.locator("#ruling-rationale")).to_have_count(0)
    assert len(rules.keys) > 1
    assert once(rules)
    assert len((await first.get(f"/v1/cases/{case['id']}/dispute"))["rulings"]) == 1


@pytest.mark.requirement("T-05")
async def test_a_refund_that_is_paid_again_on_a_bad_line_is_ordered_once_and_said_to_be(
    marketplace: Served, browsing: Browsing, watch: Watch
) -> None:
    watch.allow(CUT)
    case = await failed(marketplace, "opdeaf")
    page = await as_person(browsing, await marketplace.person("platform", "ops-deaf", permissions=OPERATOR))
    await page.goto("/operations?kind=refund_failed")
    item = page.get_by_role("listitem").filter(has_text="Opdeaf")
    await item.get_by_role("button", name="Refund $50.00 again").click()
    orders = await line(page, "/moves/retry_refund", "deaf")
    async with page.expect_event("requestfailed", lambda request: "/moves/retry_refund" in request.url):
        await page.get_by_role("dialog").get_by_role("button", name="Refund $50.00 again").click()
    orders.state = "good"
    await expect(page.locator(".ant-message").get_by_text("Done")).to_be_visible()
    assert once(orders)
    await marketplace.later(minutes=1)
    assert (await marketplace.platform.case(case))["state"] == "completed"


@EITHER
async def test_a_console_whose_program_does_not_arrive_says_so(
    marketplace: Served, browsing: Browsing, watch: Watch, language: str, *, phone: bool
) -> None:
    watch.allow(CUT)
    page = await browsing(phone=phone)
    assets = await line(page, r"/assets/.*\.js", "empty", "GET")
    await page.goto("/login")
    opening = page.get_by_text({"en": "Opening …", "zh": "正在打开"}[language])
    await expect(opening).to_be_visible()
    assets.state = "good"
    await page.reload()
    await page.locator("#login").wait_for()
    await expect(opening).to_have_count(0)
