"""The console without a network: what waits can be read and decided, and each decision is sent once when the network is back (U-09)."""

import re
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect
from tests.browser.axe import Axe
from tests.browser.conftest import EITHER, Browsing
from tests.browser.selling import Shop, at, decided, enter, shop
from tests.browser.served import Served
from tests.browser.watching import Watch

ROWS = ".grid-line, .card"
CUT = r"net::ERR_INTERNET_DISCONNECTED|Failed to load resource|net::ERR_FAILED"


async def installed(page: Page) -> None:
    """Until the service worker has everything that the console needs."""
    await page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    await page.wait_for_function(
        "async () => (await indexedDB.databases()).some((one) => one.name === 'amends')"
        " && (await caches.keys()).some((name) => name.includes('precache'))"
    )


def syncs(context: BrowserContext) -> list[Any]:
    """The decisions that were sent, from now on."""
    sent: list[Any] = []
    context.on("request", lambda request: sent.extend(request.post_data_json["actions"]) if ":sync" in request.url else None)
    return sent


async def ready(
    marketplace: Served, browsing: Browsing, watch: Watch, count: int, *, language: str = "en", phone: bool = False
) -> tuple[Shop, list[dict[str, Any]], Page]:
    watch.allow(CUT)
    made = await shop(marketplace)
    cases = [await made.case() for _ in range(count)]
    page = await browsing(phone=phone)
    await enter(page.context, made, language=language)
    await at(page)
    await expect(page.locator(ROWS)).to_have_count(count)
    await installed(page)
    return made, cases, page


async def decide(page: Page, at_row: int = 0) -> None:
    await page.locator(ROWS).nth(at_row).locator(".row-act").first.click()
    await expect(page.get_by_test_id("undo")).to_be_visible()
    await expect(page.get_by_test_id("undo")).to_be_hidden(timeout=15_000)


@EITHER
@pytest.mark.requirement("U-09")
async def test_decisions_without_a_network_outlive_a_reload_and_are_sent_once(
    marketplace: Served, browsing: Browsing, watch: Watch, axe: Axe, language: str, *, phone: bool
) -> None:
    made, cases, page = await ready(marketplace, browsing, watch, 2, language=language, phone=phone)
    waiting = page.get_by_role("button", name=re.compile({"en": "2 waiting to be sent", "zh": "2 个决定待发送"}[language]))
    sent = syncs(page.context)
    await page.context.set_offline(True)
    await page.reload()
    await expect(page.locator(ROWS)).to_have_count(2)
    await decide(page)
    await decide(page, 1)
    await expect(waiting).to_be_visible()
    await axe(page)
    await page.reload()
    await expect(waiting).to_be_visible()
    await expect(page.locator(ROWS, has_text={"en": "sent when online", "zh": "联网后发送"}[language])).to_have_count(2)
    assert sent == []
    await page.context.set_offline(False)
    await decided(made, cases)
    await expect(waiting).to_be_hidden()
    assert len(sent) == 2
    assert all({"version", "device_at", "id"} <= set(action) for action in sent)


@pytest.mark.requirement("U-09")
async def test_two_tabs_that_are_closed_lose_nothing_and_send_nothing_twice(
    marketplace: Served, browsing: Browsing, watch: Watch
) -> None:
    made, cases, page = await ready(marketplace, browsing, watch, 2)
    context = page.context
    sent = syncs(context)
    await context.set_offline(True)
    second = await context.new_page()
    await at(second)
    await decide(page)
    await expect(second.get_by_role("button", name="1 waiting to be sent")).to_be_visible()
    await decide(second, 1)
    await page.close()
    await second.close()
    third = await context.new_page()
    fourth = await context.new_page()
    await at(third)
    await at(fourth)
    await expect(third.get_by_role("button", name="2 waiting to be sent")).to_be_visible()
    await context.set_offline(False)
    await decided(made, cases)
    await third.wait_for_timeout(500)
    assert sorted(action["case_id"] for action in sent) == sorted(case["id"] for case in cases)


@pytest.mark.requirement("U-09")
async def test_what_somebody_else_decided_meanwhile_is_gathered_with_the_decision_that_stands(
    marketplace: Served, browsing: Browsing, watch: Watch
) -> None:
    made, cases, page = await ready(marketplace, browsing, watch, 1)
    await page.context.set_offline(True)
    await decide(page)
    await made.main.move(cases[0], "reject", ground="other", note="Not as the picture shows.")
    await page.context.set_offline(False)
    attention = page.get_by_role("button", name="1 need your attention")
    await expect(attention).to_be_visible(timeout=15_000)
    await attention.click()
    item = page.locator("[data-result=rejected_conflict]")
    await expect(item).to_contain_text(cases[0]["order_reference"])
    await expect(item.locator(".outbox-stands")).to_contain_text("rejected (seller)")
    await item.get_by_role("button", name="Got it").click()
    await expect(item).to_be_hidden()
    assert (await made.now(cases[0]))["state"] == "rejected_1"


@pytest.mark.requirement("U-09")
async def test_what_time_decided_meanwhile_is_told_as_late(marketplace: Served, browsing: Browsing, watch: Watch) -> None:
    _made, cases, page = await ready(marketplace, browsing, watch, 1)
    await page.context.set_offline(True)
    await decide(page)
    await marketplace.until(cases[0]["deadline_at"])
    await marketplace.later(minutes=1)
    await page.context.set_offline(False)
    await page.get_by_role("button", name="1 need your attention").click(timeout=15_000)
    await expect(page.locator("[data-result=rejected_late]")).to_contain_text("Time has decided")


async def test_whoever_signs_out_leaves_nothing_on_the_device(marketplace: Served, browsing: Browsing, watch: Watch) -> None:
    _made, _cases, page = await ready(marketplace, browsing, watch, 1)
    await page.wait_for_function(
        """() => new Promise((resolve) => { const open = indexedDB.open('amends'); open.onsuccess = () => {
        const count = open.result.transaction('cases').objectStore('cases').count();
        count.onsuccess = () => resolve(count.result > 0); } })"""
    )
    await page.get_by_role("button", name="My account").click()
    await page.get_by_text("Sign out", exact=True).click()
    await page.wait_for_url(re.compile("/login"))
    left = await page.evaluate(
        """() => new Promise((resolve) => { const open = indexedDB.open('amends'); open.onsuccess = () => {
        const read = open.result.transaction(['cases', 'outbox', 'seats']); const found = [];
        for (const name of ['cases', 'outbox', 'seats']) { const count = read.objectStore(name).count(); count.onsuccess = () => found.push(count.result); }
        read.oncomplete = () => resolve(found); } })"""
    )
    assert left == [0, 0, 0]


@pytest.mark.parametrize("away", [False, True], ids=["at work", "without a network"])
async def test_a_session_that_ended_leads_to_the_door_and_asks_the_server_no_more(
    marketplace: Served, browsing: Browsing, watch: Watch, *, away: bool
) -> None:
    watch.allow("401")
    made, [case], page = await ready(marketplace, browsing, watch, 1)
    if away:
        await page.context.set_offline(True)
        await decide(page)
        await page.reload()
        await expect(page.locator(ROWS)).to_have_count(1)
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status == 401 else None)
    await page.context.clear_cookies()
    await page.context.set_offline(False)
    if not away:
        await page.locator(f"#row-{case['id']}").click()
    await page.wait_for_url("**/login?back=**")
    assert len(refused) < 30, f"{len(refused)} refusals"
    assert (await made.now(case))["state"] == "pending_review"
