"""The dashboard before a real browser: a sentence, every figure with what it counted, pictures with their tables, and files that say the same."""

import asyncio
import csv
import io
import itertools
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect
from python_calamine import CalamineWorkbook
from tests.browser.axe import Axe
from tests.browser.conftest import EITHER, Browsing
from tests.browser.served import Served
from tests.browser.test_reviewers_desk import as_person
from tests.stories.over_http import Person

Opened = Callable[..., Awaitable[Page]]
_numbers = itertools.count(1)
PATIENCE_MS = 30_000


class Trade(Person):
    """A seller with a month of trade; `shop` is its id."""

    shop: int


@pytest_asyncio.fixture(scope="module")
async def trade(marketplace: Served) -> Trade:
    """Ten orders of apparel, three asked about: one approved, one rejected, one waiting."""
    name = "wear"
    shop = await marketplace.shop(name, "us")
    made = await marketplace.person("seller", "wear-anna", shop=name)
    seller = Trade(made.client, made.token)
    seller.shop = shop
    tee = [{"reference": "1", "sku": "TEE", "title": "Red tee", "category": "apparel", "price": 2000}]
    orders = [await marketplace.sell(name, f"88{n:03}", "USD", buyer=f"wear-b{n}", lines=tee) for n in range(10)]
    cases = []
    for n in range(3):
        buyer = await marketplace.person("buyer", f"wear-b{n}")
        note = "色差, and the size was wrong size" if n else "色差"
        cases.append(await buyer.ask(orders[n], "refund_only", "not_received", note=note))
    await seller.move(cases[0], "approve")
    await seller.move(cases[1], "reject", ground="delivered_to_address", note="Signed for.",
                      proof=[{"kind": "proof_of_delivery", "text": "signed for by the buyer"}])  # fmt: skip
    await refunded(seller)
    return seller


async def refunded(seller: Trade) -> None:
    """Wait until the worker has paid what was approved, and the figures know it: from here on they stand still."""
    for _ in range(300):
        told = (await seller.get("/v1/insight/overview?days=30"))["figures"]
        if next(figure["value"] for figure in told if figure["figure"] == "refunded_rate") == "10.00":
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the approved refund never reached the figures")


@pytest_asyncio.fixture
async def opened(browsing: Browsing, trade: Trade) -> Opened:
    """The dashboard as its seller sees it."""

    async def go(path: str = "/insight", **more: Any) -> Page:
        page = await browsing(extra_http_headers={"authorization": f"Bearer {trade.token}"}, **more)
        page.set_default_timeout(PATIENCE_MS)
        await page.add_init_script(f"localStorage.setItem('amends.language', '{more.get('language', 'en')}')")
        await page.goto(path)
        await page.locator("h1").first.wait_for()
        return page

    return go


async def figures(page: Page) -> dict[str, str]:
    await page.locator("[data-figure=return_rate]").wait_for()
    found: list[list[str]] = await page.locator("[data-figure]").evaluate_all(
        "all => all.map((one) => [one.dataset.figure, one.querySelector('[data-value]').dataset.value])"
    )
    return dict(found)  # type: ignore[arg-type]


async def drawn_values(page: Page) -> dict[str, str]:
    found: list[list[str]] = await page.locator("[data-figure]").evaluate_all(
        "all => all.map((one) => [one.dataset.figure, one.querySelector('[data-value]').innerText])"
    )
    return dict(found)  # type: ignore[arg-type]


def digits(text: str) -> str:
    """The digits and decimal mark that a reader sees; signs, units and group marks apart."""
    return re.sub(r"[^0-9.]", "", text)


def as_drawn(figure: dict[str, Any]) -> str:
    """A figure's digits as a reader should see them: a percentage as it is, money by its cents, times in hours and minutes."""
    value = figure["value"]
    if value is None:
        return ""
    if figure["unit"] == "minor":
        return f"{abs(int(value)) / 100:.2f}"
    if figure["unit"] == "seconds":
        seconds = int(value)
        return str(seconds) if seconds < 60 else f"{seconds // 3600}{seconds % 3600 // 60}"
    return str(value)


@pytest.mark.requirement("U-15", "Q-06", "C-13")
async def test_screen_interface_and_file_say_the_same_to_the_digit(opened: Opened, trade: Trade) -> None:
    page = await opened("/insight?days=30")
    shown = await figures(page)
    told = {figure["figure"]: figure["value"] or "" for figure in (await trade.get("/v1/insight/overview?days=30"))["figures"]}
    assert shown == told
    assert shown["initiated_rate"] == "30.00"
    answer = await trade.client.get("/v1/insight/tables/overview?days=30", headers={"authorization": f"Bearer {trade.token}"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["figure"]: row["value"] for row in rows if row["part"] == "now"} == told
    drawn = await drawn_values(page)
    assert drawn.keys() == told.keys()
    assert {name: digits(text) for name, text in drawn.items()} == {
        figure["figure"]: as_drawn(figure) for figure in (await trade.get("/v1/insight/overview?days=30"))["figures"]
    }, "what a reader sees, and not what stands in an attribute"
    for name, form in (("Download CSV", "csv"), ("Excel", "xlsx")):
        link = page.locator(".insight-take").first.get_by_role("link", name=name)
        href = await link.get_attribute("href") or ""
        assert href.startswith("/v1/insight/tables/overview?")
        assert f"form={form}&language=en" in href
        if form == "xlsx":
            book = await trade.client.get(href, headers={"authorization": f"Bearer {trade.token}"})
            header, *cells = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
            found = [dict(zip(header, line, strict=True)) for line in cells]
            excel = {row["figure"]: row["value"] for row in found if row["part"] == "now"}
            assert excel == {name: float(value) if value else "" for name, value in told.items()}


@pytest.mark.requirement("Q-07")
async def test_files_speak_the_language_of_the_reader(opened: Opened, trade: Trade) -> None:
    page = await opened("/insight?days=30", language="zh")
    await figures(page)
    for href in await page.locator(".insight-take a").evaluate_all("all => all.map((one) => one.getAttribute('href'))"):
        assert "language=zh" in href
        answer = await trade.client.get(href, headers={"authorization": f"Bearer {trade.token}"})
        assert answer.status_code == 200, href
    report = await page.get_by_role("link", name="下载", exact=True).get_attribute("href")
    assert "language=zh" in (report or "")


@pytest.mark.requirement("Q-08")
async def test_one_sentence_says_what_changed_in_either_language(opened: Opened, trade: Trade) -> None:
    told = (await trade.get("/v1/insight/overview?days=30"))["sentence"]
    page = await opened()
    await page.get_by_test_id("insight-sentence").wait_for()
    said = await page.get_by_test_id("insight-sentence").inner_text()
    assert said.split(".")[0] == told["en"].split(".")[0]
    assert "12.4" in said
    other = await opened(language="zh")
    await other.get_by_test_id("insight-sentence").wait_for()
    assert "退货率" in await other.get_by_test_id("insight-sentence").inner_text()


@pytest.mark.requirement("Q-06")
async def test_a_figure_leads_to_the_cases_that_it_counted(opened: Opened, trade: Trade) -> None:
    page = await opened("/insight?days=30")
    await page.locator("[data-figure=initiated_rate] button").first.click()
    table = page.get_by_test_id("insight-drill")
    await table.wait_for()
    links = table.get_by_role("link")
    assert await links.count() == 3
    want = {row["case_id"] for row in (await trade.get("/v1/insight/drill?figure=initiated_rate&days=30"))["rows"]}
    got = {(await links.nth(n).get_attribute("href") or "").removeprefix("/cases/") for n in range(3)}
    assert got == want
    await page.get_by_role("link", name="Work on these cases in the list").click()
    await page.wait_for_url("**/cases?tab=all&counted=**")
    await page.get_by_text("Counted in: initiated rate").wait_for()
    rows = page.locator(".grid-body [role=row]")
    await rows.nth(2).wait_for()
    shown = await rows.all_inner_texts()
    orders = {row["order_reference"] for row in (await trade.get("/v1/insight/drill?figure=initiated_rate&days=30"))["rows"]}
    assert len(shown) == len(orders) == 3
    assert all(any(order in text for text in shown) for order in orders)
    await page.get_by_label("Show every case").click()
    await page.wait_for_function("() => !new URLSearchParams(location.search).has('counted')")


@EITHER
@pytest.mark.requirement("Q-06")
async def test_the_platform_reaches_exactly_the_cases_that_a_figure_counted_for_one_shop_and_reads_them(
    marketplace: Served, browsing: Browsing, trade: Trade, axe: Axe, *, language: str, phone: bool
) -> None:
    await marketplace.shop(f"not-{language}", "us")
    other = await marketplace.sell(f"not-{language}", f"99{language}", "USD", buyer="wear-b0")
    buyer = await marketplace.person("buyer", "wear-b0")
    await buyer.ask(other, "refund_only", "not_received")
    officer = await marketplace.person(
        "platform", f"reads-figures-{language}", permissions=["insight.read", "cases.read", "orders.read"]
    )
    drilled = f"/v1/insight/drill?figure=initiated_rate&days=30&shop_id={trade.shop}"
    counted = {row["case_id"] for row in (await officer.get(drilled))["rows"]}
    assert counted == {row["case_id"] for row in (await trade.get("/v1/insight/drill?figure=initiated_rate&days=30"))["rows"]}
    page = await as_person(browsing, officer, language, phone=phone)
    await page.goto(f"/insight?days=30&shop_id={trade.shop}")
    await page.locator("[data-figure=initiated_rate] button").first.click()
    await page.get_by_test_id("insight-drill").wait_for()
    await page.get_by_role("link", name={"en": "List these cases", "zh": "列出这些售后单"}[language]).click()
    await page.wait_for_url("**/insight/cases?counted=**")
    rows = page.get_by_test_id("counted").locator("[data-case]")
    await expect(rows).to_have_count(3)
    assert {await row.get_attribute("data-case") for row in await rows.all()} == counted
    await axe(page)
    await rows.first.click()
    await page.locator(".case-drawer").get_by_text("TEE").first.wait_for()
    await expect(
        page.locator(".case-drawer").get_by_role("button", name={"en": "Approve", "zh": "同意"}[language])
    ).to_have_count(0)
    await page.goto(page.url.split("&open=")[0] + "&state=rejected_1")
    await expect(rows).to_have_count(1)


async def test_every_figure_that_counts_something_leads_on(opened: Opened) -> None:
    page = await opened("/insight?days=30")
    await figures(page)
    cards = page.locator("[data-figure]")
    for n in range(await cards.count()):
        assert await cards.nth(n).get_by_role("button").count() > 0, await cards.nth(n).get_attribute("data-figure")


@pytest.mark.requirement("Q-06")
async def test_the_cloud_and_its_table_hold_the_same_words(opened: Opened, trade: Trade) -> None:
    page = await opened("/insight?days=30")
    table = page.get_by_test_id("insight-words")
    await table.wait_for()
    words = [await row.locator("th, td").all_inner_texts() for row in await table.locator("tbody tr").all()]
    told = (await trade.get("/v1/insight/reasons?days=30"))["cloud"]
    assert [(row[0], row[2].splitlines()[0], row[3]) for row in words] == [
        (w["words"]["en"], str(w["requests"]), f"{w['share']}%") for w in told
    ]
    assert {row[0] for row in words} >= {"colour difference", "size mismatch", "not received"}
    await page.locator(".insight-chart canvas").first.wait_for()


@pytest.mark.requirement("Q-05")
async def test_a_trade_over_its_benchmark_says_so_in_words(opened: Opened) -> None:
    page = await opened("/insight?days=30")
    row = page.get_by_test_id("insight-breakdown").locator("tbody tr").first
    await row.wait_for()
    text = await row.inner_text()
    assert "≤ 12.4%" in text
    assert "over" in text


@pytest.mark.requirement("C-13")
async def test_seven_days_thirty_days_and_any_period_stand_in_the_address(opened: Opened) -> None:
    page = await opened()
    await figures(page)
    await page.get_by_text("Last 7 days", exact=True).click()
    await page.wait_for_url("**/insight?days=7")
    await page.get_by_text("Any period", exact=True).click()
    await page.wait_for_url("**/insight?from=**")
    await page.get_by_label("From").fill("2026-01-01")
    await figures(page)


@pytest.mark.requirement("R-09")
async def test_the_tracking_table_follows_each_rejection(opened: Opened) -> None:
    page = await opened("/insight/rejections?days=30")
    table = page.get_by_test_id("insight-tracking")
    await table.wait_for()
    text = await table.locator("tbody tr").first.inner_text()
    assert "waiting for the buyer" in text
    assert await table.locator("tbody tr").count() == 1


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_screens_can_be_used_by_everybody(opened: Opened, axe: Axe, language: str, scheme: str) -> None:
    page = await opened(color_scheme=scheme, language=language)
    await figures(page)
    await page.locator(".insight-chart canvas").first.wait_for()
    await axe(page, outside=(".head",))
    await page.locator("[data-figure=initiated_rate] button").first.click()
    await page.get_by_test_id("insight-drill").wait_for()
    await axe(page, outside=(".head",))


async def test_on_a_phone_nothing_runs_out_of_the_side(opened: Opened, axe: Axe) -> None:
    for path in ("/insight", "/insight/rejections"):
        page = await opened(path, phone=True)
        await page.locator("h1").wait_for()
        await page.wait_for_timeout(800)
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        await axe(page, outside=(".head",))


async def test_who_may_not_see_figures_is_told_which_right_they_lack(
    browsing: Browsing, marketplace: Served, trade: Trade
) -> None:
    staff = await marketplace.person("seller", f"wear-staff{next(_numbers)}", shop="wear", permissions=["cases.read"])
    page = await browsing(extra_http_headers={"authorization": f"Bearer {staff.token}"})
    await page.goto("/insight")
    await page.get_by_text("insight.read").wait_for()


@pytest.mark.parametrize("width", [768, 1024])
async def test_wide_tables_scroll_by_themselves_in_a_narrow_window(opened: Opened, width: int) -> None:
    page = await opened(viewport={"width": width, "height": 900})
    await expect(page.get_by_test_id("insight-breakdown").get_by_text("apparel").first).to_be_visible()
    for scrolled in ("document.documentElement", "document.querySelector('.content')"):
        wide, there = await page.evaluate(f"[{scrolled}.scrollWidth, {scrolled}.clientWidth]")
        assert wide <= there, f"{scrolled} is {wide} wide in a window of {there}"


async def test_costs_in_several_currencies_are_told_once_one_of_them_is_chosen(opened: Opened) -> None:
    async def two_currencies(route: Route) -> None:
        answer = await route.fetch()
        told = await answer.json()
        cost = next(figure for figure in told["figures"] if figure["unit"] == "minor")
        told["figures"].append(cost | {"currency": "CNY"})
        await route.fulfill(response=answer, json=told)

    page = await opened()
    await figures(page)
    assert await page.locator('[data-figure^="cost_per_case"]').count() > 0
    await page.route(re.compile("/v1/insight/overview"), two_currencies)
    await page.reload()
    await figures(page)
    await expect(page.get_by_text("There are several currencies here")).to_be_visible()
    await expect(page.locator('[data-figure^="cost_per_case"]')).to_have_count(0)
