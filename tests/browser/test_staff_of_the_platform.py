"""Who works for the platform: granted a role, narrowed to markets, ended; by its administrator, and by nobody else."""

import pytest
from playwright.async_api import expect
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


async def test_whoever_does_not_manage_members_sees_no_such_screen(marketplace: Served, browsing: Browsing) -> None:
    page = await as_person(
        browsing, await marketplace.person("platform", "no-admin", permissions=("cases.read", "disputes.rule"))
    )
    await page.goto("/staff")
    await expect(page.get_by_text("You are not allowed to do this")).to_be_visible()
    await expect(page.locator(".nav-entry", has_text="Staff")).to_have_count(0)
