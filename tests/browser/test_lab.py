"""Drafts of rules on the screen: edited with what they would change beside them, approved by a second person, published; read on a phone."""

import asyncio
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from playwright.async_api import Locator, Page, expect
from tests.browser.axe import Axe
from tests.browser.buying import sale
from tests.browser.conftest import Browsing
from tests.browser.served import Served

from amends.api.door.passwords import hashed_now
from amends.store.accounts import add_account
from amends.store.database import open_pool, queries, transaction
from amends.store.members import ensure_member

PASSWORD = "a long way from home"
TRYING_MS = 130_000
SHELL = (".head-name", "button[lang]")
"""The head of every page, which is looked at elsewhere."""


async def person(market: Served, name: str, language: str = "en") -> None:
    """Somebody of the platform with an account."""
    pool = await open_pool(market.settings.database_url or "", "amends_desk", min_size=1, max_size=1)
    async with pool, transaction(pool, []) as connection:
        await connection.execute(queries("ensure_person"), f"platform:{name}", "platform", name, language)
        await ensure_member(connection, f"platform:{name}", [], ["*"], by="administrator")
        await add_account(connection, f"platform:{name}", name, hashed_now(PASSWORD))


async def logged_in(page: Page, name: str) -> Page:
    answer = await page.request.post("/v1/sessions", data={"login": name, "password": PASSWORD})
    assert answer.ok, await answer.text()
    return page


async def begun(page: Page, title: str) -> None:
    """A new draft for the US."""
    await page.goto("/lab")
    await page.get_by_role("button", name="New draft").first.click()
    await page.get_by_role("combobox", name="Market").click()
    await page.keyboard.type("United States")
    await page.keyboard.press("Enter")
    await page.get_by_role("textbox", name="Title").fill(title)
    await page.get_by_role("button", name="Begin").click()
    await expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def beside(page: Page) -> Locator:
    return page.get_by_role("complementary")


async def opened(page: Page, rule: str) -> Locator:
    """A rule as fields, in the place of the table."""
    await page.get_by_role("searchbox").fill(rule)
    await page.get_by_role("button", name=f"Edit {rule}", exact=True).click()
    editor = page.get_by_role("region", name=f"Edit rule {rule}")
    await expect(editor).to_be_visible()
    return editor


async def refused_today(page: Page) -> None:
    """The window of auctions, shortened to a day while what it would change is beheld."""
    editor = await opened(page, "auction_filing_window")
    value = editor.get_by_role("textbox", name="Value")
    await expect(value).to_have_value("14 days")
    await value.fill("1 days")


async def asked_late(market: Served) -> None:
    made = await sale(market)
    proof = [{"kind": "photo_defect", "text": "The corner is bent."}]
    await made.buyer.ask(made.order, "return_refund", "damaged", proof=proof)


async def handed_in(page: Page, effect: str = "") -> None:
    await page.get_by_role("button", name="Hand in").click()
    dialog = page.get_by_role("dialog")
    if effect:
        await dialog.get_by_label("Takes effect").fill(effect)
    await dialog.get_by_role("button", name="Hand in").click()
    await expect(page.get_by_text("Waits for approval")).to_be_visible(timeout=TRYING_MS)


async def test_replay_and_proof_stand_beside_a_rule_while_it_is_typed(browsing: Browsing, marketplace: Served, axe: Axe) -> None:
    await asked_late(marketplace)
    await person(marketplace, "dora")
    page = await logged_in(await browsing(), "dora")
    await begun(page, "While it is typed")
    editor = await opened(page, "auction_filing_window")
    value = editor.get_by_role("textbox", name="Value")
    await value.fill("a while")
    await expect(beside(page).get_by_text("packs/live_auction/eligibility.yaml:").first).to_be_visible(timeout=TRYING_MS)
    await value.fill("1 days")
    await expect(beside(page).get_by_role("cell", name="declined auction_filing_window").first).to_be_visible(timeout=TRYING_MS)
    proof = beside(page).get_by_role("region", name="Proof over every situation")
    await expect(proof.get_by_text("Whenever").first).to_be_visible(timeout=TRYING_MS)
    await expect(proof.get_by_text("days since the sign-for or the delivery scan").first).to_be_visible()
    await expect(proof.get_by_text("A law or promise is broken").first).to_be_visible()
    await expect(proof.get_by_text("For example").first).to_be_visible()
    await expect(editor).to_be_visible()
    case = beside(page).locator(".lab-behind").first
    await axe(page, outside=SHELL)
    await page.reload()
    await expect(page.get_by_role("button", name="Save edits (1)")).to_be_visible()
    await expect(beside(page).get_by_role("cell", name="declined auction_filing_window").first).to_be_visible(timeout=TRYING_MS)
    await case.click()
    await expect(page).to_have_url(re.compile(r"/cases/[0-9a-f-]{36}"))
    await page.go_back()
    await page.get_by_role("button", name="Discard unsaved edits").click()
    await expect(beside(page).get_by_text("no situation is answered otherwise")).to_be_visible(timeout=TRYING_MS)


async def test_a_rule_is_copied_renamed_and_removed_and_git_takes_the_patch(
    browsing: Browsing, marketplace: Served, tmp_path: Path
) -> None:
    await person(marketplace, "ines")
    page = await logged_in(await browsing(), "ines")
    await begun(page, "Copied")
    editor = await opened(page, "auction_filing_window")
    await editor.get_by_role("button", name="Copy as a new rule").click()
    copy = page.get_by_role("region", name="Edit rule auction_filing_window_copy")
    await copy.get_by_label("Name", exact=False).first.fill("auction_of_art")
    await copy.get_by_label("Name", exact=False).first.press("Tab")
    copy = page.get_by_role("region", name="Edit rule auction_of_art")
    await copy.get_by_role("textbox", name="Value").fill("30 days")
    await copy.get_by_role("button", name="Back to the rules").click()
    await page.get_by_role("searchbox").fill("auction_no_exchange")
    await page.get_by_role("button", name="Edit auction_no_exchange").click()
    await page.get_by_role("button", name="Remove the rule").click()
    await expect(page.get_by_text("to be removed")).to_be_visible()
    await page.get_by_role("button", name="Save edits (2)").click()
    await beside(page).get_by_text("Patch", exact=True).click(timeout=TRYING_MS)
    link = beside(page).get_by_role("link", name="Download the patch")
    patch = await page.request.get(str(await link.get_attribute("href")))
    folder = tmp_path / "policies" / "packs" / "live_auction"
    folder.mkdir(parents=True)
    here = Path(__file__).parents[2] / "policies" / "packs" / "live_auction" / "eligibility.yaml"
    (folder / "eligibility.yaml").write_bytes(here.read_bytes())
    await asyncio.to_thread(subprocess.run, ["git", "apply", "-"], cwd=tmp_path, input=await patch.text(), text=True, check=True)
    rules = {rule["id"]: rule for rule in yaml.safe_load((folder / "eligibility.yaml").read_text("utf-8"))}
    assert rules["auction_of_art"]["when"]["parcel.since_delivered"] == {"over": "30 days"}
    assert "auction_no_exchange" not in rules
    await beside(page).get_by_role("button", name="Put back").click()
    await expect(beside(page).get_by_text("Patch", exact=True)).to_have_count(0)


async def test_a_second_person_approves_it_takes_effect_later_and_the_old_one_comes_back(
    browsing: Browsing, marketplace: Served
) -> None:
    await asked_late(marketplace)
    for name in ("hans", "emil"):
        await person(marketplace, name)
    page, other = await logged_in(await browsing(), "hans"), await logged_in(await browsing(), "emil")
    await begun(page, "One day")
    await refused_today(page)
    await page.get_by_role("button", name="Save edits (1)").click()
    await expect(page.get_by_role("button", name="Save edits", exact=False)).to_have_count(0)
    await handed_in(page, "2031-01-01T09:00")
    await expect(page.get_by_role("button", name="Approve")).to_be_disabled()
    await other.goto(page.url)
    await expect(beside(other).get_by_role("cell", name="declined auction_filing_window").first).to_be_visible(timeout=TRYING_MS)
    await other.get_by_role("button", name="Approve").click()
    await other.get_by_role("button", name="Publish").click()
    await expect(other.get_by_text("Published", exact=True)).to_be_visible()
    await expect(other.get_by_role("listitem").filter(has_text="approved")).to_contain_text("emil")
    await expect(other.locator(".lab-head").filter(has_text="2031").first).to_be_visible()
    releases = (await marketplace.platform.get("/v1/policies/us/releases"))["releases"]
    standing = (await marketplace.platform.get("/v1/policies/us"))["release"]["hash"]
    assert standing != next(each["hash"] for each in releases if each["takes_effect_at"].startswith("2031"))
    coming = next(each["hash"] for each in releases if each["takes_effect_at"].startswith("2031"))
    back = await marketplace.platform.post("/v1/lab/drafts", {"market": "us", "title": "The other one", "rolls_back_to": coming})
    await page.goto(f"/lab/{back['id']}")
    await expect(page.get_by_role("link", name=coming[:12])).to_be_visible(timeout=TRYING_MS)
    await expect(beside(page).get_by_role("cell", name="declined auction_filing_window").first).to_be_visible(timeout=TRYING_MS)
    await expect(beside(page).get_by_text("Whenever").first).to_be_visible(timeout=TRYING_MS)
    await expect(page.get_by_role("button", name="Edit ", exact=False)).to_have_count(0)


async def test_the_decisions_of_a_case_are_derived_again_with_a_button_by_the_platform_alone(
    browsing: Browsing, marketplace: Served, axe: Axe
) -> None:
    made = await sale(marketplace)
    case = await made.buyer.ask(made.order, "return_refund", "damaged", proof=[{"kind": "photo_defect", "text": "Bent."}])
    await person(marketplace, "nora")
    page = await logged_in(await browsing(), "nora")
    await page.goto(f"/cases/{case['id']}")
    part = page.get_by_role("region", name="Derived again")
    await part.get_by_role("button", name="Derive again").click()
    await expect(part.get_by_role("status").get_by_text("equal to the last field")).to_be_visible()
    verdict = part.get_by_role("listitem").filter(has_text="verdict")
    await expect(verdict).to_have_attribute("data-result", "equal")
    await verdict.get_by_text("The facts it rested on").click()
    await expect(verdict.get_by_text("reason of the request", exact=True)).to_be_visible()
    await axe(page, outside=SHELL)


@pytest.mark.parametrize("language", ["zh"])
async def test_a_phone_reads_drafts_and_edits_none(phone_page: Page, console_page: Page, marketplace: Served, axe: Axe) -> None:
    await person(marketplace, "frida", "zh")
    draft = await marketplace.platform.post("/v1/lab/drafts", {"market": "us", "title": "缩短期限"})
    await logged_in(phone_page, "frida")
    await phone_page.goto(f"/lab/{draft['id']}")
    await expect(phone_page.get_by_role("heading", level=1, name="缩短期限")).to_be_visible()
    await expect(phone_page.get_by_text("手机上只能查看")).to_be_visible()
    assert await phone_page.get_by_role("button", name="修改", exact=False).filter(has_text="修改").count() == 0
    assert await phone_page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await axe(phone_page, outside=SHELL)
    await logged_in(console_page, "frida")
    await console_page.goto("/lab")
    await expect(console_page.get_by_role("link", name="缩短期限")).to_be_visible()
    await axe(console_page, outside=SHELL)


async def test_who_may_begin_no_draft_is_not_told_to(browsing: Browsing, marketplace: Served) -> None:
    reader = await marketplace.person("platform", "reads-only", permissions=["policies.read"])
    page = await browsing(extra_http_headers={"authorization": f"Bearer {reader.token}"})
    await page.route(re.compile(r"/v1/lab/drafts\?"), lambda route: route.fulfill(json={"drafts": []}))
    await page.goto("/lab")
    await expect(page.get_by_text("No drafts yet")).to_be_visible()
    await expect(page.locator(".state-text")).not_to_be_visible()
