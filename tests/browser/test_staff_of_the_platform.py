"""Who works for the platform: granted a role, narrowed to markets, ended; by its administrator, and by nobody else."""

import pytest
from playwright.async_api import Page, expect
from tests.browser.axe import Axe
from tests.browser.casework import SCRIPT
from tests.browser.conftest import EITHER, Browsing
from tests.browser.served import Served
from tests.browser.test_reviewers_desk import as_person

WORDS = {
    "en": {"add": "Add somebody", "role": "refund operator", "market": "United Kingdom", "save": "Save", "remove": "Remove", "yes": "Yes",
           "ended": "Show what has ended", "over": "ended", "change": "Change", "all": "all markets"},
    "zh": {"add": "新增人员", "role": "退款专员", "market": "英国", "save": "保存", "remove": "移除", "yes": "确定",
           "ended": "显示已结束的", "over": "已结束", "change": "修改", "all": "所有市场"},
}  # fmt: skip


@EITHER
@pytest.mark.requirement("P-01", "P-02")
async def test_somebody_is_given_a_role_in_one_market_and_loses_it_at_once(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, *, phone: bool
) -> None:
    said, name = WORDS[language], f"omar-{language}"
    admin = await marketplace.person("platform", f"admin-{language}", permissions=("*",))
    page = await as_person(browsing, admin, language, phone=phone)
    await page.goto("/staff")
    await page.get_by_role("button", name=said["add"]).click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("#subject").fill(name)
    await dialog.locator("#name").fill(SCRIPT)
    await dialog.locator("#role").click()
    await page.locator(".ant-select-item-option:visible", has_text=said["role"]).click()
    await dialog.locator("#markets").click()
    await dialog.locator("#markets").fill(said["market"])
    await page.get_by_title(said["market"], exact=True).click()
    await dialog.locator("#name").click()
    await axe(page)
    await dialog.get_by_role("button", name=said["save"]).click()
    await expect(dialog).to_be_hidden()
    row = page.locator(".rows > li", has_text=name)
    await expect(row).to_contain_text(SCRIPT)
    await expect(row).to_contain_text(said["role"])
    await expect(row).to_contain_text(said["market"])
    await axe(page)
    (held,) = [
        one for one in (await admin.get("/v1/platform/members?limit=100"))["members"] if one["person"] == f"platform:{name}"
    ]
    assert (held["role"], held["markets"]) == ("refund_operator", ["gb"])
    await row.get_by_role("button", name=said["remove"]).click()
    await page.get_by_role("button", name=said["yes"], exact=True).click()
    await expect(row).to_have_count(0)
    await page.get_by_role("checkbox", name=said["ended"]).check()
    await expect(row).to_contain_text(said["over"])


INVITING = {
    "en": {"invite": "Invite somebody", "role": "reviewer", "market": "United Kingdom", "kept": "I have kept it", "offer": "The platform invites you",
           "join": "Join", "open": "not yet accepted", "accepted": "accepted", "back": "Take back", "gone": "taken back"},
    "zh": {"invite": "邀请人员", "role": "平台审核", "market": "英国", "kept": "我已保存", "offer": "平台邀请您成为工作人员",
           "join": "加入", "open": "待接受", "accepted": "已接受", "back": "撤回", "gone": "已撤回"},
}  # fmt: skip


@EITHER
@pytest.mark.requirement("P-01", "P-02")
async def test_somebody_is_invited_sets_a_password_and_works_and_the_link_is_good_for_nobody_else(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, *, phone: bool
) -> None:
    said, name = INVITING[language], f"rita-{language}"
    admin = await marketplace.person("platform", f"inviter-{language}", permissions=("*",))
    page = await as_person(browsing, admin, language, phone=phone)
    await page.goto("/staff")
    await page.get_by_role("button", name=said["invite"]).click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("#subject").fill(name)
    await dialog.locator("#name").fill(SCRIPT)
    await dialog.locator("#role").click()
    await page.get_by_title(said["role"], exact=True).click()
    await dialog.locator("#markets").click()
    await dialog.locator("#markets").fill(said["market"])
    await page.get_by_title(said["market"], exact=True).click()
    await dialog.locator("#name").click()
    await dialog.get_by_role("button", name=said["invite"]).click()
    shown = page.get_by_role("dialog").locator("code")
    await expect(shown).to_contain_text("/join#code=platform.")
    await axe(page)
    link = str(await shown.text_content())
    await page.get_by_role("dialog").get_by_role("button", name=said["kept"]).click()
    row = page.locator(".rows > li", has_text=name)
    await expect(row).to_contain_text(said["open"])
    await expect(row).to_contain_text(SCRIPT)

    await _joins(await browsing(language=language, phone=phone), link[link.index("/join") :], name, axe, language)
    await page.reload()
    await expect(page.locator(".rows > li", has_text=name).filter(has_text=said["accepted"])).to_be_visible()
    (held,) = [
        one for one in (await admin.get("/v1/platform/members?limit=100"))["members"] if one["person"] == f"platform:{name}"
    ]
    assert (held["role"], held["markets"], held["granted_by"]) == ("reviewer", ["gb"], f"platform:inviter-{language}")


async def _joins(fresh: Page, link: str, name: str, axe: Axe, language: str) -> None:
    """Somebody with the link, who was nobody here before, sets a password and reads the lanes."""
    said = INVITING[language]
    await fresh.add_init_script(f"localStorage.setItem('amends.language', '{language}')")
    await fresh.goto(link)
    await expect(fresh.get_by_text(said["offer"])).to_be_visible()
    card = fresh.locator(".entrance-card")
    await expect(card).to_contain_text(said["role"])
    await expect(card).to_contain_text(said["market"])
    await expect(fresh.locator("#login")).to_have_value(name)
    await fresh.locator("#password").fill("a long enough password")
    await axe(fresh)
    await fresh.get_by_role("button", name=said["join"], exact=True).click()
    await fresh.wait_for_url(lambda url: "/join" not in url)
    await fresh.goto("/reviews")
    await expect(fresh.locator('[data-lane="independent"]').first).to_be_visible()


async def test_an_invitation_to_the_platform_is_taken_back_on_the_screen_and_opens_nothing_then(
    marketplace: Served, browsing: Browsing
) -> None:
    admin = await marketplace.person("platform", "takes-back", permissions=("*",))
    made = await admin.post("/v1/platform/invitations", {"subject": "nora", "role": "refund_operator"})
    page = await as_person(browsing, admin)
    await page.goto("/staff")
    row = page.locator(".rows > li", has_text="nora")
    await row.get_by_role("button", name="Take back").click()
    await expect(row).to_contain_text("taken back")
    looked = await marketplace.client.post("/v1/invitations:look", json={"code": made["code"]})
    assert (looked.status_code, looked.json()["code"]) == (404, "invitation_unknown")


async def test_whoever_does_not_manage_members_sees_no_such_screen(marketplace: Served, browsing: Browsing) -> None:
    page = await as_person(
        browsing, await marketplace.person("platform", "no-admin", permissions=("cases.read", "disputes.rule"))
    )
    await page.goto("/staff")
    await expect(page.get_by_text("You are not allowed to do this")).to_be_visible()
    await expect(page.locator(".nav-entry", has_text="Staff")).to_have_count(0)
