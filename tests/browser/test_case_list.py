"""The seller's list in a browser: what waits for me, decided by mouse, key and thumb, one by one and many at once."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, Request, Route, expect
from tests.browser.axe import Axe
from tests.browser.buying import photo
from tests.browser.conftest import EITHER, OTHER, Browsing
from tests.browser.selling import Shop, at, decided, enter, shop
from tests.browser.served import Served

ROWS = ".grid-line, .card"


async def three(marketplace: Served) -> tuple[Shop, list[dict[str, Any]]]:
    made = await shop(marketplace)
    return made, [await made.case() for _ in range(3)]


def priced(price: int) -> list[dict[str, Any]]:
    return [{"reference": "1", "sku": "VASE", "title": "Blue vase", "category": "home", "price": price}]


def writes(page: Page) -> list[str]:
    """Every call of the page that is no reading, from now on."""
    found: list[str] = []

    def heard(request: Request) -> None:
        if request.method != "GET" and "/v1/" in request.url:
            found.append(request.url)

    page.on("request", heard)
    return found


@pytest.mark.parametrize(("language", "phone"), [("zh", True), ("en", True), ("en", False)])
@pytest.mark.requirement("U-01", "T-04")
async def test_a_refund_is_decided_in_three_taps_from_the_first_screen(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, *, phone: bool
) -> None:
    made = await shop(marketplace)
    case = await made.case()
    page = await browsing(phone=phone)
    await enter(page.context, made, language=language)
    await at(page, "/")
    await axe(page)
    await page.locator(".card-open, .grid-line").click()  # one
    await (
        page.get_by_test_id("moves").get_by_role("button", name=re.compile(r"50\.00")).first.click()
    )  # two, with the amount in the button
    await expect(page.get_by_test_id("undo")).to_be_visible()
    await expect(page.get_by_test_id("undo")).to_be_hidden(timeout=15_000)
    await decided(made, [case])


async def test_the_first_cases_are_asked_for_before_the_console_is_read_and_only_once(
    marketplace: Served, browsing: Browsing
) -> None:
    made = await shop(marketplace)
    case = await made.case()
    page = await browsing()
    await enter(page.context, made)
    await at(page, "/cases?tab=pending")
    await page.reload()
    await expect(page.locator(ROWS)).to_have_count(1)
    asked = await page.evaluate(
        """() => performance.getEntriesByType("resource").map(({name, startTime}) => [new URL(name).pathname, startTime])"""
    )
    read = await page.evaluate("() => performance.getEntriesByType('navigation')[0].domContentLoadedEventStart")
    for path in ("/v1/me", "/v1/cases"):
        begun = [at for name, at in asked if name == path]
        assert len(begun) == 1, (path, asked)
        assert begun[0] < read, (path, begun, read)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(f"open={case['id']}"))


@OTHER
@pytest.mark.requirement("U-02")
async def test_the_filter_refused_on_delivery_is_an_address_that_can_be_shared(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    made = await shop(marketplace)
    await made.case()
    page = await browsing(phone=phone)
    await enter(page.context, made, language=language)
    await at(page)
    word = "已同意拒签后退款" if language == "zh" else "refund after refusing the parcel agreed"
    state = page.get_by_role("combobox", name="售后状态" if language == "zh" else "State")
    await state.click()
    await state.fill(word[:6])
    await page.locator(".ant-select-item-option", has_text=word).click()
    await page.wait_for_url(re.compile("state=refuse_sign_agreed"))
    await expect(page.get_by_text("没有符合条件的售后单" if language == "zh" else "No case is like this")).to_be_visible()
    await page.reload()
    await expect(page.locator(".ant-select-content", has_text=word)).to_be_visible()


@EITHER
@pytest.mark.requirement("U-03", "T-01", "T-02", "T-03")
async def test_the_list_names_types_and_states_and_has_tabs_with_counts(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, *, phone: bool
) -> None:
    made = await shop(marketplace)
    await made.case("refund_only")
    await made.case("return_refund")
    await made.case("cancel", "no_longer_needed", status="awaiting_shipment")
    await made.case("exchange")
    page = await browsing(phone=phone)
    await enter(page.context, made, language=language)
    await at(page)
    names = {
        "zh": ["仅退款（已收到货）", "退货退款", "发货前取消", "换货", "待商家审核"],
        "en": [
            "refund without return",
            "return and refund",
            "cancellation before shipping",
            "exchange",
        ],
    }
    for name in names[language]:
        await expect(page.locator(ROWS, has_text=name).first).to_be_visible()
    first = page.locator(".tab").first
    await expect(first).to_contain_text("4")
    await page.locator(".tab").nth(1).click()
    await page.wait_for_url(re.compile("tab=pending"))
    await expect(page.locator(ROWS)).to_have_count(4)
    await page.locator(".grid-line .cell-check, .card-check").nth(0).click()
    for act in ("同意", "拒绝", "协商", "拦截") if language == "zh" else ("Approve", "Reject", "Propose", "Intercept"):
        await expect(page.locator(".bulk").get_by_role("button", name=re.compile(act))).to_be_visible()
    await axe(page)


@OTHER
@pytest.mark.requirement("U-03", "T-03")
async def test_many_are_approved_at_once_and_each_is_answered_on_its_own(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    made, cases = await three(marketplace)
    page = await browsing(phone=phone)
    await enter(page.context, made, language=language)
    await at(page)
    await expect(page.locator(ROWS)).to_have_count(3)
    for tick in await page.locator(".grid-head input, .card-check").all():
        await tick.click()
    gone = await made.buyer.move(cases[0], "withdraw")  # meanwhile, unseen by the ticks
    assert gone["state"] == "closed"
    await page.locator(".bulk .ant-btn-primary").click()
    await expect(page.get_by_test_id("undo")).to_be_visible()
    answer = page.get_by_test_id("answer")
    await expect(answer).to_contain_text({"en": "2 approved", "zh": "已同意 2 单"}[language], timeout=20_000)
    await expect(answer).to_contain_text({"en": "1 of 3 were not accepted", "zh": "3 单中有 1 单未成功"}[language])
    await expect(answer).to_contain_text(cases[0]["order_reference"])
    assert {(await made.now(case))["state"] for case in cases[1:]} <= {"refund_approved", "completed"}


async def test_what_is_undone_never_reached_the_server(marketplace: Served, browsing: Browsing) -> None:
    made, cases = await three(marketplace)
    page = await browsing()
    await enter(page.context, made)
    await at(page)
    await expect(page.locator(".grid-line")).to_have_count(3)
    await page.locator(".grid-head input").click()
    sent = writes(page)
    await page.locator(".bulk .ant-btn-primary").click()
    await expect(page.locator(".grid-held")).to_have_count(3)
    await page.get_by_test_id("undo").click()
    await expect(page.locator(".grid-held")).to_have_count(0)
    await page.wait_for_timeout(6500)
    assert [url for url in sent if "moves" in url] == []
    assert {(await made.now(case))["state"] for case in cases} == {"pending_review"}


async def test_the_whole_list_is_worked_by_keyboard(marketplace: Served, browsing: Browsing) -> None:
    made, cases = await three(marketplace)
    page = await browsing()
    await enter(page.context, made)
    await at(page)
    lines = page.locator(".grid-line")
    await expect(lines).to_have_count(3)
    await expect(lines.nth(0)).to_have_class(re.compile("grid-current"))
    await page.keyboard.press("j")
    await page.keyboard.press("J")
    await expect(lines.nth(2)).to_have_class(re.compile("grid-current"))
    await page.keyboard.press("k")
    await page.keyboard.press("x")
    await expect(lines.nth(1)).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Escape")
    await expect(lines.nth(1)).to_have_attribute("aria-selected", "false")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile("open="))
    await expect(page.locator(".case-drawer")).to_be_visible()
    await page.keyboard.press("j")
    await expect(lines.nth(2)).to_have_class(re.compile("grid-current"))
    await page.keyboard.press("Escape")
    await expect(page.locator(".case-drawer")).to_be_hidden()
    await page.keyboard.press("/")
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await page.keyboard.type(cases[1]["order_reference"])
    await expect(lines).to_have_count(1)
    await page.keyboard.press("Enter")
    await page.keyboard.press("r")
    await expect(page.get_by_role("dialog")).to_contain_text("Ground")


async def test_a_question_mark_shows_every_key(marketplace: Served, browsing: Browsing) -> None:
    made = await shop(marketplace)
    page = await browsing()
    await enter(page.context, made)
    await at(page)
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_contain_text("Next case")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_many_are_offered_the_same_share(marketplace: Served, browsing: Browsing) -> None:
    made, cases = await three(marketplace)
    page = await browsing()
    await enter(page.context, made)
    await at(page)
    await expect(page.locator(".grid-line")).to_have_count(3)
    await page.keyboard.press("x")
    await page.keyboard.press("p")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Of the amount asked for").fill("30")
    await dialog.locator(".ant-btn-primary").click()
    await expect(page.get_by_test_id("answer")).to_contain_text("1 proposed", timeout=20_000)
    proposed = [case for case in [await made.now(case) for case in cases] if case["proposals"]]
    assert [case["proposals"][0]["amount"] for case in proposed] == [1500]


@EITHER
@pytest.mark.requirement("T-03", "U-05")
async def test_many_are_rejected_each_on_the_ground_of_its_stage_with_its_own_proof_and_what_lacks_it_stays(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, *, phone: bool
) -> None:
    made = await shop(marketplace)
    asked = [await made.case() for _ in range(2)]
    cancelled = await made.case("cancel", "no_longer_needed", status="awaiting_shipment")
    page = await browsing(phone=phone)
    await enter(page.context, made, language=language)
    await at(page)
    await expect(page.locator(ROWS)).to_have_count(3)
    for tick in await page.locator(".grid-head input, .card-check").all():
        await tick.click()
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    await page.locator(".bulk").get_by_role("button", name=re.compile({"en": "Reject", "zh": "拒绝"}[language])).click()
    dialog = page.get_by_role("dialog")
    word = {"en": "agreed otherwise with the buyer", "zh": "已与买家协商一致"}[language]
    await expect(dialog.locator("[id^=ground-]")).to_have_count(2)
    for group in ("#ground-0", "#ground-1"):
        await dialog.locator(group).click()
        await dialog.locator(group).fill(word)
        await page.locator(".ant-select-item-option:visible", has_text=word).first.click()
    owing = dialog.locator("[data-owes]")
    await expect(owing).to_have_count(3)
    await expect(dialog.locator(".ant-btn-primary")).to_be_disabled()
    for case in (asked[0], cancelled):
        await (
            dialog.locator(f'[data-owes="{case["order_reference"]}"]')
            .get_by_test_id("proof-file")
            .set_input_files(photo(case["id"][-6:]))
        )
        await expect(dialog.locator(f'[data-owes="{case["order_reference"]}"] .demands [data-met="true"]').first).to_be_visible()
    await axe(page)
    await dialog.locator(".ant-btn-primary").click()
    await expect(page.get_by_test_id("answer")).to_contain_text(
        {"en": "2 rejected", "zh": "已拒绝 2 单"}[language], timeout=20_000
    )
    states = [(await made.now(case))["state"] for case in (*asked, cancelled)]
    assert states == ["rejected_1", "pending_review", "rejected_1"]


@OTHER
@pytest.mark.requirement("U-03", "U-16")
async def test_what_time_granted_has_a_tab_of_its_own_and_the_largest_can_stand_first(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    made = await shop(marketplace)
    small, large, middle = [await made.case(lines=priced(price)) for price in (2000, 9000, 4000)]
    page = await browsing(phone=phone)
    await enter(page.context, made, language=language)
    await at(page)
    rows = page.locator(ROWS)
    await expect(rows).to_have_count(3)
    if phone:
        await page.get_by_role("combobox", name="Sort by").click()
        await page.locator(".ant-select-item-option", has_text="largest amount first").click()
    else:
        await page.get_by_role("columnheader", name="金额").get_by_role("button").click()
        await expect(page.get_by_role("columnheader", name="金额")).to_have_attribute("aria-sort", "descending")
    await page.wait_for_url(re.compile("order=amount"))
    for at_row, case in enumerate((large, middle, small)):
        await expect(rows.nth(at_row)).to_contain_text(case["order_reference"])
    await made.main.move(small, "approve")
    await marketplace.later(days=6)
    await page.locator(".tab", has_text={"en": "Auto-approved", "zh": "自动同意"}[language]).click()
    await page.wait_for_url(re.compile("tab=auto"))
    await expect(rows).to_have_count(2)
    await expect(page.locator('.tab[aria-current="true"] .tab-count')).to_have_text("2")
    await expect(page.locator(ROWS, has_text=small["order_reference"])).to_have_count(0)


@OTHER
async def test_amounts_and_hands_narrow_the_list_behind_one_button(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    made = await shop(marketplace)
    for price in (2000, 9000):
        await made.case(lines=priced(price))
    page = await browsing(phone=phone)
    await enter(page.context, made, language=language)
    await at(page)
    await expect(page.locator(ROWS)).to_have_count(2)
    words = {"en": ("More filters", "at least", "Show", "nobody"), "zh": ("更多筛选", "不低于", "筛选", "未分配")}[language]
    await page.get_by_role("button", name=words[0]).click()
    await page.get_by_role("radio", name=words[3]).check()
    await page.get_by_label(words[1]).fill("50")
    await page.get_by_role("button", name=words[2], exact=True).click()
    await page.wait_for_url(re.compile("amount_at_least=5000"))
    await expect(page.locator(ROWS)).to_have_count(1)
    await expect(page.get_by_role("button", name=re.compile(rf"{words[0]} \(2\)"))).to_be_visible()


@pytest.mark.requirement("U-06")
async def test_a_closed_move_is_grey_and_says_why(marketplace: Served, browsing: Browsing) -> None:
    made = await shop(marketplace)
    await made.case()
    page = await browsing()
    await enter(page.context, made, role="viewer")
    await at(page)
    act = page.locator(".row-act").first
    await expect(act).to_have_attribute("aria-disabled", "true")
    assert await act.get_attribute("title")


async def test_a_view_is_kept_shared_and_found_again(marketplace: Served, browsing: Browsing) -> None:
    made = await shop(marketplace)
    await made.case()
    page = await browsing()
    await enter(page.context, made)
    await at(page, "/cases?tab=all&kind=refund_only")
    await page.get_by_role("button", name="Views").click()
    await page.get_by_role("button", name="Save this view").click()
    await page.get_by_label("Name").fill("Only refunds")
    await page.get_by_label("Share it with the shop's members").check()
    await page.get_by_role("dialog").locator(".ant-btn-primary").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()
    other = await browsing()
    await enter(other.context, made)
    await at(other)
    await other.get_by_role("button", name="Views").click()
    await other.get_by_role("button", name=re.compile("Only refunds")).click()
    await other.wait_for_url(re.compile("kind=refund_only"))


@pytest.mark.requirement("U-10")
async def test_a_buyers_message_comes_up_while_one_works(marketplace: Served, browsing: Browsing) -> None:
    made = await shop(marketplace)
    case = await made.case()
    page = await browsing()
    await enter(page.context, made)
    await at(page)
    await page.wait_for_timeout(1500)  # the stream is opened behind the list
    await made.buyer.post(f"/v1/cases/{case['id']}/messages", {"text": "<b>Is it on its way?</b>"})
    notice = page.locator(".ant-notification-notice")
    await expect(notice).to_contain_text("<b>Is it on its way?</b>")
    await notice.click()
    await page.wait_for_url(re.compile(f"/cases/{case['id']}"))


async def test_columns_are_chosen_and_kept(marketplace: Served, browsing: Browsing) -> None:
    made = await shop(marketplace)
    await made.case()
    page = await browsing()
    await enter(page.context, made)
    await at(page)
    await expect(page.get_by_role("columnheader", name="Reason")).to_be_visible()
    await page.get_by_role("button", name="Choose columns").click()
    await page.get_by_role("checkbox", name="Reason").uncheck()
    await page.reload()
    await expect(page.get_by_role("columnheader", name="Amount")).to_be_visible()
    await expect(page.get_by_role("columnheader", name="Reason")).to_be_hidden()


@EITHER
@pytest.mark.requirement("U-17")
async def test_an_outdated_console_is_told_to_reload(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    made = await shop(marketplace)
    page = await browsing(phone=phone)
    await enter(page.context, made, language=language)
    told = {"en": "This console is outdated.", "zh": "页面版本过旧"}[language]

    async def newer(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, json=await answer.json() | {"console": {"least": "99.0.0"}})

    await at(page)
    await expect(page.get_by_text(told)).to_be_hidden()
    await page.route("**/v1/me", newer)
    await at(page)
    await expect(page.get_by_role("alert")).to_contain_text(told)
