"""Shop and team: what a seller sets for their shop, on a desktop and on a phone, in both languages."""

import pytest
from playwright.async_api import Page, expect
from tests.browser.axe import Axe
from tests.browser.casework import desk, opened, part
from tests.browser.conftest import EITHER, OTHER, Browsing
from tests.browser.entering import PASSWORD, account, enter
from tests.browser.served import Served

SCRIPT = "<script>document.title='owned'</script>"


async def owner(market: Served, name: str, language: str = "en") -> int:
    """The main account of a shop of the same name, which is made where there is none."""
    shop = market.shops.get(name) or await market.shop(name, "us")
    await market.platform.call("PUT", f"/v1/shops/{shop}/members/{name}", {"role": "main_account", "permissions": ["*"]})
    await account(market, f"seller:{name}", language=language)
    return shop


PARTS = {
    "team": {"en": "Members", "zh": "成员"},
    "replies": {"en": "Quick replies (5)", "zh": "快捷回复（5 条）"},
    "addresses": {"en": "Return addresses", "zh": "退货地址"},
    "rules": {"en": "The shop's own rules", "zh": "本店规则"},
    "connections": {"en": "Webhooks", "zh": "回调地址"},
    "notices": {"en": "Notices of what comes near", "zh": "时限与日报提醒"},
    "standing": {"en": "Before the shop may work", "zh": "开通条件"},
}


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_part_of_shop_and_team_is_shown_and_can_be_used_by_everybody(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, *, phone: bool
) -> None:
    await owner(marketplace, "parts", language)
    page = await browsing(phone=phone, color_scheme="dark" if phone else "light")
    await enter(page, "parts")
    for each, title in PARTS.items():
        await page.goto(f"/shop/{each}")
        await expect(page.get_by_role("heading", name=title[language], level=2)).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), each
        await axe(page)


@pytest.mark.requirement("P-02")
async def test_who_lacks_a_permission_reads_its_name_and_may_once_it_is_granted(marketplace: Served, console_page: Page) -> None:
    shop = await owner(marketplace, "granting")
    path = f"/v1/shops/{shop}/members/tim"
    await marketplace.platform.call("PUT", path, {"role": "custom", "permissions": ["cases.read", "orders.read"]})
    await enter(console_page, await account(marketplace, "seller:tim"))
    await console_page.goto("/shop")
    first_that_is_theirs = console_page.get_by_role("heading", name=PARTS["replies"]["en"], level=2)
    await expect(first_that_is_theirs).to_be_visible()
    await console_page.goto("/shop/team")
    await expect(console_page.get_by_text("members.manage")).to_be_visible()
    await console_page.goto("/shop/addresses")
    button = console_page.get_by_role("button", name="Add")
    await expect(button).to_be_disabled()
    await button.locator("..").hover()
    await expect(console_page.get_by_role("tooltip")).to_contain_text("handle cases")
    await marketplace.platform.call("PUT", path, {"role": "custom", "permissions": ["cases.read", "orders.read", "cases.handle"]})
    await console_page.reload()
    await expect(button).to_be_enabled()


@pytest.mark.requirement("U-11")
async def test_five_replies_are_filled_changed_and_kept(marketplace: Served, console_page: Page) -> None:
    await owner(marketplace, "replying")
    await enter(console_page, "replying")
    await console_page.goto("/shop/replies")
    await expect(console_page.get_by_text("Reply 5")).to_be_visible()
    await console_page.get_by_role("button", name="Fill with the usual ones").click()
    first = console_page.get_by_label("English").first
    await first.fill(SCRIPT)
    await console_page.get_by_role("button", name="Save").click()
    await expect(console_page.get_by_text("Saved")).to_be_visible()
    await console_page.reload()
    await expect(console_page.get_by_label("English").first).to_have_value(SCRIPT)
    await expect(console_page.get_by_label("Chinese").nth(4)).not_to_have_value("")
    assert await console_page.title() != "owned"


@OTHER
@pytest.mark.requirement("U-15")
async def test_a_return_address_is_added_and_removed(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    name, page = f"addressed_{language}", await browsing(phone=phone)
    await owner(marketplace, name, language)
    await enter(page, name)
    await page.goto("/shop/addresses")
    await page.get_by_role("button", name={"en": "Add", "zh": "新增"}[language]).click()
    for field, value in {"name": SCRIPT, "line": "1 Main Street", "city": "Hudson", "postcode": "12534"}.items():
        await page.locator(f"#{field}").fill(value)
    await page.get_by_role("button", name={"en": "Save", "zh": "保存"}[language]).click()
    await expect(page.get_by_text(SCRIPT)).to_be_visible()
    await page.get_by_role("button", name={"en": "Remove", "zh": "移除"}[language]).click()
    await page.get_by_role("button", name={"en": "Yes", "zh": "确定"}[language]).click()
    await expect(page.get_by_text({"en": "No return addresses yet", "zh": "还没有退货地址"}[language])).to_be_visible()


@pytest.mark.requirement("U-16")
async def test_an_own_rule_is_made_warned_of_when_wide_and_switched_off(marketplace: Served, console_page: Page) -> None:
    await owner(marketplace, "ruling")
    await enter(console_page, "ruling")
    await console_page.goto("/shop/rules")
    await expect(console_page.get_by_text("always on").first).to_be_visible()
    await console_page.get_by_role("button", name="Add").click()
    dialog = console_page.get_by_role("dialog")
    await dialog.get_by_label("Name of the rule").fill("Small ones")
    await expect(dialog.get_by_text("No limit of amount, reason or times")).to_be_visible()
    await dialog.get_by_label("Amount up to (USD)").fill("20.00")
    await expect(dialog.get_by_text("No limit of amount, reason or times")).to_have_count(0)
    await dialog.get_by_role("button", name="Save").click()
    await expect(console_page.get_by_text("up to $20.00")).to_be_visible()
    switch = console_page.get_by_role("switch", name="In force: Small ones")
    await expect(switch).to_be_checked()
    await switch.click()
    await expect(switch).not_to_be_checked()


async def test_a_token_is_asked_twice_when_time_has_passed_and_its_secret_shown_once(
    marketplace: Served, console_page: Page
) -> None:
    import asyncpg

    await owner(marketplace, "tokening")
    await enter(console_page, "tokening")
    connection: asyncpg.Connection = await asyncpg.connect(marketplace.settings.database_url)
    await connection.execute(
        "update amends.session set confirmed_at = confirmed_at - interval '11 minutes' where person = 'seller:tokening'"
    )
    await connection.close()
    await console_page.wait_for_timeout(1100)  # what a process knows of a session is a second old at most
    await console_page.goto("/shop/connections")
    await console_page.get_by_role("button", name="Add").nth(1).click()
    await console_page.get_by_label("What for").fill("warehouse")
    await console_page.get_by_role("button", name="Save").click()
    asked = console_page.get_by_role("dialog", name="Please prove once more that it is you")
    await asked.get_by_label("Password").fill(PASSWORD)
    await asked.get_by_role("button", name="Confirm").click()
    secret = await console_page.locator(".once code").inner_text()
    assert secret.startswith("amends_test_")
    await console_page.get_by_role("button", name="I have kept it").click()
    await console_page.reload()
    await expect(console_page.get_by_text("warehouse")).to_be_visible()
    assert secret not in await console_page.content()


async def test_a_webhook_is_added_its_secret_shown_once_and_its_deliveries_looked_at(
    marketplace: Served, console_page: Page
) -> None:
    await owner(marketplace, "hooking")
    await enter(console_page, "hooking")
    await console_page.goto("/shop/connections")
    await console_page.get_by_role("button", name="Add").first.click()
    await console_page.get_by_label("Address (https)").fill("https://hooks.example.com/amends")
    await console_page.get_by_role("button", name="Save").click()
    assert (await console_page.locator(".once code").inner_text()).startswith("whsec_")
    await console_page.get_by_role("button", name="I have kept it").click()
    await console_page.get_by_role("button", name="Deliveries").click()
    await expect(console_page.get_by_text("Nothing was sent yet")).to_be_visible()


@EITHER
async def test_events_of_a_webhook_stand_in_words_beside_their_type_where_they_are_chosen_listed_and_sent(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, *, phone: bool
) -> None:
    made = await desk(marketplace)
    word = {"en": ("request made", "Deliveries"), "zh": ("提交售后申请", "投递记录")}[language]
    hook = {"url": "https://hooks.example.com/words", "topics": ["case.opened"], "shop_id": marketplace.shops[made.shop]}
    await made.seller.post("/v1/webhooks", hook)
    await made.ask()
    page = await opened(browsing, made.seller, phone=phone)
    await page.goto("/shop/connections")
    row = page.locator(".rows > li", has_text="hooks.example.com/words")
    await expect(row).to_contain_text(f"{word[0]} case.opened")
    await row.get_by_role("button", name=word[1]).click()
    await expect(page.locator(".ant-drawer .rows > li").first).to_contain_text(f"{word[0]} case.opened")
    await axe(page)


@EITHER
@pytest.mark.requirement("U-11")
async def test_a_macro_replies_and_makes_a_move_that_was_told_beforehand(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, *, phone: bool
) -> None:
    made = await desk(marketplace)
    case = await made.ask()
    page = await opened(browsing, made.seller, phone=phone)
    await page.goto("/shop/replies")
    word = {"en": ("Add", "Name", "propose something else", "What is offered", "return and refund", "Save"),
            "zh": ("新增", "名称", "提出协商方案", "协商方案", "退货退款", "保存")}[language]  # fmt: skip
    await page.get_by_role("button", name=word[0]).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label(word[1]).fill(SCRIPT)
    await dialog.locator("#move").click()
    await page.locator(".ant-select-item-option:visible", has_text=word[2]).first.click()
    await dialog.locator("#offer").click()
    await page.locator(".ant-select-item-option:visible", has_text=word[4]).first.click()
    await dialog.locator("#zh").fill("请寄回商品，收到后退款。")
    await dialog.locator("#en").fill("Please send it back, then you are refunded.")
    await axe(page)
    await dialog.get_by_role("button", name=word[5]).click()
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_text(SCRIPT)).to_be_visible()
    await page.goto(f"/cases/{case['id']}")
    await page.locator(f'[data-case="{case["id"]}"]').wait_for()
    talk = await part(page, "talk", "talk")
    for undone in (True, False):
        await talk.get_by_test_id("macros").click()
        await page.get_by_role("menuitem", name=SCRIPT).click()
        undo = page.get_by_test_id("undo")
        await (undo.click() if undone else expect(undo).to_be_visible())
    assert (await made.seller.case(case))["proposals"] == []
    await expect(talk.locator('.said-row[data-side="seller"]')).to_have_count(1)
    (proposal,) = (await made.seller.case(case))["proposals"]
    assert (proposal["what"], proposal["kind"]) == ("change", "return_refund")


@pytest.mark.requirement("P-06", "U-13")
async def test_somebody_with_two_shops_changes_between_them_without_logging_out(marketplace: Served, console_page: Page) -> None:
    await owner(marketplace, "first_shop")
    second = await marketplace.shop("second_shop", "gb")
    await marketplace.platform.call("PUT", f"/v1/shops/{second}/members/first_shop", {"role": "viewer"})
    await enter(console_page, "first_shop")
    await console_page.goto("/shop/team")
    await console_page.get_by_role("combobox", name="Shop").first.click()
    await console_page.get_by_title("Second_Shop").click()
    await expect(console_page.get_by_role("heading", name="Second_Shop")).to_be_visible()
    await expect(console_page.get_by_text("members.manage")).to_be_visible()
