"""An operator's work in a browser: a refund that failed is paid again, a stray scan is settled, an outage is declared and ended (T-05)."""

import pytest
from playwright.async_api import expect
from tests.browser.axe import Axe
from tests.browser.conftest import EITHER, Browsing
from tests.browser.served import Served
from tests.browser.test_reviewers_desk import as_person
from tests.stories.over_http import Body

OPERATOR = [
    "orders.read",
    "cases.read",
    "refunds.handle",
    "attention.read",
    "attention.handle",
    "outages.manage",
    "policies.read",
]
WORDS = {
    "en": {"again": "Refund $50.00 again", "settle": "Say how it was settled", "not needed": "It needs nothing", "note": "Note",
           "declare": "Declare an outage", "what": "What happened (for your own people)", "over": "It is over", "whom": "Whom it excused",
           "excused": "time given back"},
    "zh": {"again": "重新退款 $50.00", "settle": "标记处理结果", "not needed": "无需处理", "note": "备注", "declare": "登记故障",
           "what": "发生了什么（内部可见）", "over": "故障已结束", "whom": "补回了谁的时限", "excused": "时限已补回"},
}  # fmt: skip


@EITHER
@pytest.mark.requirement("T-05")
async def test_a_failed_refund_is_paid_again_with_the_amount_in_the_button(
    marketplace: Served, browsing: Browsing, axe: Axe, *, language: str, phone: bool
) -> None:
    said, name = WORDS[language], f"op{language}"
    await marketplace.shop(name, "us")
    order = await marketplace.sell(name, f"{name}-1", "USD", buyer=f"buyer-{name}")
    buyer, seller = (
        await marketplace.person("buyer", f"buyer-{name}"),
        await marketplace.person("seller", f"seller-{name}", shop=name),
    )
    marketplace.payments.next_calls.append("fail")
    case = await buyer.ask(order, "refund_only", "damaged", proof=[{"kind": "photo_defect", "text": "a crack"}])
    await seller.move(case, "approve")
    await marketplace.later(minutes=1)
    assert (await marketplace.platform.case(case))["state"] == "refund_failed"
    page = await as_person(
        browsing, await marketplace.person("platform", f"ops-{name}", permissions=OPERATOR), language, phone=phone
    )
    await page.goto("/operations?kind=refund_failed")
    item = page.get_by_role("listitem").filter(has_text=name.title())
    await axe(page, outside=(".head",))
    await item.get_by_role("button", name=said["again"]).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name=said["again"]).click()
    await expect(item).to_have_count(0)
    await marketplace.later(minutes=1)
    assert (await marketplace.platform.case(case))["state"] == "completed"


@EITHER
@pytest.mark.requirement("T-05")
async def test_a_scan_of_nobodys_parcel_is_settled_by_name(
    marketplace: Served, browsing: Browsing, *, language: str, phone: bool
) -> None:
    said, name = WORDS[language], f"stray-{language}"
    scan = {"source": "usps", "event_id": name, "tracking_number": f"NOBODYS{language}", "status": "delivered",
            "occurred_at": (await marketplace.now()).isoformat()}  # fmt: skip
    await marketplace.platform.post("/v1/scans", {"scans": [scan]})
    page = await as_person(
        browsing, await marketplace.person("platform", f"ops-{name}", permissions=OPERATOR), language, phone=phone
    )
    await page.goto("/operations?kind=signal_parked")
    item = page.get_by_role("listitem").filter(has_text=name)
    await item.get_by_role("button", name=said["settle"]).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("radio", name=said["not needed"]).check()
    await dialog.get_by_role("textbox", name=said["note"]).fill("a test label")
    await dialog.get_by_role("button", name=said["settle"]).click()
    await expect(item).to_have_count(0)
    waiting = (await marketplace.platform.get("/v1/attention", kind="signal_parked"))["waiting"]
    assert name not in [one["detail"]["event_id"] for one in waiting]


@EITHER
@pytest.mark.requirement("T-05")
async def test_an_outage_is_declared_ended_and_shows_whom_it_excused(
    marketplace: Served, browsing: Browsing, axe: Axe, *, language: str, phone: bool
) -> None:
    said, name = WORDS[language], f"out{language}"
    await marketplace.shop(name, "us")
    order = await marketplace.sell(name, f"{name}-1", "USD", buyer=f"buyer-{name}")
    buyer = await marketplace.person("buyer", f"buyer-{name}")
    case = await buyer.ask(order, "refund_only", "damaged", proof=[{"kind": "photo_defect", "text": "a crack"}])
    due = next(d["due_at"] for d in (await marketplace.platform.case(case))["deadlines"] if d["kind"] == "review")
    page = await as_person(
        browsing, await marketplace.person("platform", f"ops-{name}", permissions=OPERATOR), language, phone=phone
    )
    await page.goto("/operations/outages")
    await page.get_by_role("textbox", name=said["what"]).fill(f"a cut cable {name}")
    await page.get_by_role("form").get_by_role("button", name=said["declare"]).click()
    item = page.get_by_role("listitem").filter(has_text=f"a cut cable {name}")
    await expect(item).to_be_visible()
    await marketplace.later(minutes=30)
    await item.get_by_role("button", name=said["over"]).click()
    await marketplace.later(seconds=5)
    await expect(item.get_by_text(said["excused"], exact=True)).to_be_visible(timeout=20_000)
    await item.get_by_role("button", name=said["whom"]).click()
    await expect(item.get_by_role("link", name=name.title())).to_be_visible()
    await axe(page, outside=(".head",))
    later = next(d["due_at"] for d in (await marketplace.platform.case(case))["deadlines"] if d["kind"] == "review")
    assert later > due


async def test_a_reviewer_without_the_permission_sees_no_screen_of_operators(marketplace: Served, browsing: Browsing) -> None:
    only = await marketplace.person("platform", "no-ops", permissions=["policies.read"])
    page = await as_person(browsing, only)
    await page.goto("/operations")
    await expect(page.get_by_text("You are not allowed to do this")).to_be_visible()
    await expect(page.get_by_role("link", name="Operations")).to_have_count(0)


async def test_a_link_to_a_part_that_is_not_ones_own_says_so(marketplace: Served, browsing: Browsing) -> None:
    page = await as_person(browsing, await marketplace.person("platform", "no-outages", permissions=["attention.read"]))
    await page.goto("/operations/outages")
    await expect(page.get_by_text("You are not allowed to do this")).to_be_visible()


async def failed(market: Served, name: str) -> Body:
    """A refund of 50.00 that the provider would not pay."""
    await market.shop(name, "us")
    order = await market.sell(name, f"{name}-1", "USD", buyer=f"buyer-{name}")
    buyer, seller = await market.person("buyer", f"buyer-{name}"), await market.person("seller", f"seller-{name}", shop=name)
    market.payments.next_calls.append("fail")
    case = await buyer.ask(order, "refund_only", "damaged", proof=[{"kind": "photo_defect", "text": "a crack"}])
    await seller.move(case, "approve")
    await market.later(minutes=1)
    return case


@pytest.mark.requirement("T-05")
async def test_a_hurried_hand_pays_once_and_reads_that_it_did(marketplace: Served, browsing: Browsing) -> None:
    case = await failed(marketplace, "ophurry")
    page = await as_person(browsing, await marketplace.person("platform", "ops-hurry", permissions=OPERATOR))
    orders: list[str] = []
    page.on("request", lambda request: orders.append(request.url) if request.url.endswith("/retry_refund") else None)
    await page.goto("/operations?kind=refund_failed")
    item = page.get_by_role("listitem").filter(has_text="Ophurry")
    await item.get_by_role("button", name="Refund $50.00 again").dblclick()
    await page.get_by_role("dialog").get_by_role("button", name="Refund $50.00 again").dblclick()
    await expect(page.locator(".ant-message").get_by_text("Done")).to_be_visible()
    await expect(item).to_have_count(0)
    assert len(orders) == 1
    await marketplace.later(minutes=1)
    assert (await marketplace.platform.case(case))["state"] == "completed"


@pytest.mark.requirement("T-05")
async def test_a_zoomed_desk_begins_at_its_top_and_its_buttons_are_pressed_by_keys(
    marketplace: Served, browsing: Browsing
) -> None:
    await failed(marketplace, "opzoom")
    person = await marketplace.person("platform", "ops-zoom", permissions=OPERATOR)
    page = await as_person(browsing, person, viewport={"width": 720, "height": 450})
    await page.goto("/operations?kind=refund_failed")
    item = page.get_by_role("listitem").filter(has_text="Opzoom")
    give_up = item.get_by_role("button", name="Give this refund up")
    await expect(give_up).to_be_enabled()
    assert await page.locator(".content").evaluate("(it) => it.scrollTop") == 0, "a list that is opened begins at its top"
    await item.get_by_role("button", name="Refund $50.00 again").focus()
    await page.keyboard.press("Tab")
    await expect(give_up).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(give_up).to_be_focused()


@EITHER
@pytest.mark.requirement("C-03")
async def test_a_live_session_is_flagged_for_a_shop_that_is_found_by_its_name(
    marketplace: Served, browsing: Browsing, axe: Axe, *, language: str, phone: bool
) -> None:
    name, zh = f"stage{language}", language == "zh"
    await marketplace.shop(name, "us")
    await marketplace.sell(name, f"{name}-1", "USD", buyer=f"buyer-{name}")
    page = await as_person(
        browsing,
        await marketplace.person("platform", f"ops-{name}", permissions=[*OPERATOR, "cases.recheck"]),
        language,
        phone=phone,
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/v1/shops?" in request.url and "q=" in request.url else None)
    await page.goto("/operations/lanes")
    shop = page.get_by_role("combobox", name="店铺" if zh else "Shop")
    await shop.press_sequentially("nobody is called so")
    await expect(page.get_by_text("没有匹配的店铺" if zh else "No shop is called so")).to_be_visible()
    assert len(asked) < 4, "a typing hand is waited for"
    await shop.fill(name.upper())
    await page.get_by_title(name.title()).click()
    await page.get_by_role("textbox", name="直播间" if zh else "Room").fill(f"room {name}")
    await page.get_by_role("textbox", name="订单号" if zh else "Order references").fill(f"{name}-1")
    await expect(page.get_by_role("form").get_by_text(f"{name.title()} · {name}")).to_be_visible()
    await axe(page, outside=(".head",))
    await page.get_by_role("button", name="送入通道" if zh else "Send to the lane").click()
    await expect(page.get_by_role("listitem").filter(has_text=f"room {name}")).to_contain_text(name.title())
