"""Logging in as people do it, on a desktop and on a phone, in both languages; and what other people's pages cannot do with it."""

import http.server
import re
import threading
from collections.abc import Iterator
from typing import Any

import msgspec
import pyotp
import pytest
from playwright.async_api import Page, expect
from tests.browser.axe import Axe
from tests.browser.conftest import Browsing
from tests.browser.entering import PASSWORD, account, enter, type_in
from tests.browser.served import Served
from tests.browser.watching import Watch

WORDS: dict[str, dict[str, str]] = {
    "en": {"title": "Log in", "wrong": "The login or the password is not right.", "out": "Sign out", "me": "My account"},
    "zh": {"title": "登录", "wrong": "登录名或密码不正确", "out": "退出登录", "me": "我的账号"},
}


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_seller_logs_in_by_keyboard_is_told_when_it_is_wrong_and_logs_out(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str, *, phone: bool
) -> None:
    words = WORDS[language]
    name = f"door_{language}_{phone}".lower()
    shop = await marketplace.shop(name, "us")
    await marketplace.platform.call("PUT", f"/v1/shops/{shop}/members/{name}", {"role": "main_account", "permissions": ["*"]})
    await account(marketplace, f"seller:{name}", language=language)
    page = await browsing(phone=phone)
    await page.goto("/account")
    await expect(page.get_by_role("heading", name=words["title"], level=1)).to_be_visible()
    await axe(page)
    await type_in(page, name, "a wrong long word")
    await expect(page.get_by_text(words["wrong"])).to_be_visible()
    await page.locator("#login").fill(name)
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=words["me"], level=1)).to_be_visible()
    await axe(page)
    await page.get_by_role("button", name=words["me"]).click()
    await page.get_by_text(words["out"], exact=True).click()
    await expect(page.get_by_role("heading", name=words["title"], level=1)).to_be_visible()
    await page.goto("/account")
    await expect(page.get_by_role("heading", name=words["title"], level=1)).to_be_visible()


async def test_a_second_factor_is_put_in_force_and_asked_for_at_the_door(
    marketplace: Served, console_page: Page, axe: Axe, watch: Watch
) -> None:
    await account(marketplace, "platform:factor")
    page = console_page
    await enter(page, "factor")
    await page.goto("/account")
    await page.get_by_role("button", name="Turn it on").click()
    secret = (await page.locator(".factor-secret").inner_text()).strip()
    await expect(page.get_by_alt_text("The second factor as a QR code")).to_be_visible()
    await page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    await page.get_by_role("button", name="Put it in force").click()
    await expect(page.locator(".recovery li")).to_have_count(10)
    await axe(page)
    code = await page.locator(".recovery li").first.inner_text()
    await page.get_by_role("button", name="I have kept them").click()
    await page.context.clear_cookies()
    await page.goto("/account")
    await type_in(page, "factor")
    await page.get_by_label("Code, or a recovery code").fill(code)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="My account")).to_be_visible()


@pytest.mark.requirement("P-01")
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_an_invitation_is_made_sent_as_a_link_and_accepted_on_a_phone(
    marketplace: Served, browsing: Browsing, axe: Axe, language: str
) -> None:
    owner = f"inviter_{language}"
    shop = await marketplace.shop(owner, "us")
    await marketplace.platform.call("PUT", f"/v1/shops/{shop}/members/{owner}", {"role": "main_account", "permissions": ["*"]})
    page = await browsing()
    await enter(page, await account(marketplace, f"seller:{owner}", language=language))
    await page.goto("/shop/team")
    await page.get_by_role("button", name={"en": "Invite somebody", "zh": "邀请成员"}[language]).click()
    await page.locator("#subject").fill(f"helper-{language}@example.com")
    await page.locator("#role").click()
    await page.get_by_title({"en": "after-sales agent", "zh": "售后客服"}[language]).click()
    await page.get_by_role("dialog").get_by_role("button", name={"en": "Invite somebody", "zh": "邀请成员"}[language]).click()
    link = await page.locator(".once code").inner_text()
    phone = await browsing(phone=True)
    await phone.goto(link)
    await expect(phone.get_by_text({"en": "after-sales agent", "zh": "售后客服"}[language])).to_be_visible()
    await axe(phone)
    await phone.locator("#name").fill("<img src=x onerror=alert(1)>")
    await phone.locator("#password").fill(PASSWORD)
    await phone.keyboard.press("Enter")
    await phone.wait_for_url(re.compile(r"/(cases.*)?$"))
    await page.reload()
    await expect(page.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()


ROLES = {
    "reviewer": ("platform", "reviewer", "/account"),
    "senior": ("platform", "senior_reviewer", "/account"),
    "operations": ("platform", "refund_operator", "/account"),
}


@pytest.mark.parametrize("name", list(ROLES))
async def test_staff_of_the_platform_log_in_and_see_their_own_screens_alone(
    marketplace: Served, console_page: Page, name: str
) -> None:
    kind, role, path = ROLES[name]
    await marketplace.platform.call("PUT", f"/v1/platform/members/door_{name}", {"role": role})
    await enter(console_page, await account(marketplace, f"{kind}:door_{name}"))
    await console_page.goto(path)
    await expect(console_page.get_by_role("heading", name="My account")).to_be_visible()
    await console_page.goto("/shop")
    await expect(console_page.get_by_text("You are not allowed to do this")).to_be_visible()


async def test_one_click_is_offered_by_a_demo_and_by_nothing_else(marketplace: Served, console_page: Page) -> None:
    await console_page.goto("/login")
    await expect(console_page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    await expect(console_page.locator(".people-one")).to_have_count(0)


EVIL = """<!doctype html><body><script>
fetch("{to}/v1/me", {{method: "PUT", credentials: "include", mode: "no-cors", headers: {{"content-type": "text/plain"}},
  body: '{{"name":"Mallory"}}'}}).catch(() => 0).finally(() => document.title = "sent")
</script><form method="post" action="{to}/v1/sessions:end-all" enctype="text/plain"><input name='{{"a":"' value='"}}'></form></body>"""


@pytest.fixture
def evil(marketplace: Served) -> Iterator[str]:
    """Somebody else's page, on another port of the same machine: the same site, and another origin."""

    class Evil(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(EVIL.format(to=marketplace.address).encode())

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Evil) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


async def test_another_page_writes_nothing_with_the_session_of_somebody_who_is_logged_in(
    marketplace: Served, console_page: Page, evil: str, watch: Watch
) -> None:
    watch.origins = (*watch.origins, evil)
    watch.allow("Failed to load resource|CORS|net::ERR|Not allowed|Content Security Policy")
    name = await account(marketplace, "platform:victim")
    await enter(console_page, name)
    await console_page.goto(evil)
    await expect(console_page).to_have_title("sent")
    await console_page.evaluate("setTimeout(() => document.forms[0].submit())")
    await console_page.wait_for_url("**/v1/sessions:end-all")
    assert "cross_site_refused" in await console_page.content()
    seat = msgspec.json.decode(await (await console_page.request.get("/v1/me")).body())
    assert (seat["person"], seat["name"]) == ("platform:victim", "")


async def test_nobody_can_put_the_console_into_a_frame(marketplace: Served, console_page: Page, watch: Watch) -> None:
    watch.allow("frame|Frame|X-Frame|Content Security Policy|ERR_BLOCKED")
    await console_page.goto("/login")
    shown = await console_page.evaluate("""() => new Promise(done => { const f = document.createElement('iframe'); f.src = '/login';
        f.onload = () => { try { done(!!f.contentDocument?.querySelector('form')) } catch { done(false) } }; document.body.append(f) })""")
    assert shown is False
