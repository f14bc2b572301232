"""Sessions: begun by a password, ended by time or hand, worth nothing to other people's pages (reliability of the console's door)."""

import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from tests.api.marketplace import Market, is_problem

from amends.api.door.cookies import BOUND, LOCAL
from amends.api.door.passwords import hashed_now
from amends.store.accounts import add_account, csrf_of, hash_of_session

HERE = "http://127.0.0.1:8000"
PASSWORD = "correct horse battery"
HASH = hashed_now(PASSWORD)
OURS = {"host": "127.0.0.1:8000", "origin": HERE, "sec-fetch-site": "same-origin"}


class Browser:
    """What a browser does with a session: keeps the cookie, sends it along, and says where a page came from."""

    def __init__(self, market: Market, **head: str) -> None:
        self.market, self.cookie, self.csrf = market, "", ""
        self.head = OURS | {name.replace("_", "-"): value for name, value in head.items()}

    async def call(self, method: str, path: str, body: Any = None, **more: str) -> httpx.Response:
        head = self.head | {"x-csrf-token": self.csrf} | {name.replace("_", "-"): value for name, value in more.items()}
        if self.cookie:
            head["cookie"] = f"theme=dark; {LOCAL}={self.cookie}"
        head = {name: value for name, value in head.items() if value}
        answer = await self.market.client.request(method, path, json=body, headers=head)
        self.market.client.cookies.clear()  # several browsers share the client, and each keeps its own
        for line in answer.headers.get_list("set-cookie"):
            self.cookie = line.partition("=")[2].partition(";")[0]
        if "csrf" in (answer.json() if answer.content and answer.is_success else {}):
            self.csrf = answer.json()["csrf"] or self.csrf
        return answer

    async def log_in(self, login: str, password: str = PASSWORD, **more: Any) -> httpx.Response:
        return await self.call("POST", "/v1/sessions", {"login": login, "password": password} | more)


@pytest_asyncio.fixture
async def anna(market: Market) -> AsyncIterator[Browser]:
    """Anna, who is logged in."""
    await account(market, "seller:anna", "Anna@Example.com")
    browser = Browser(market)
    assert (await browser.log_in("anna@example.com")).status_code == 201
    yield browser
    await market.context.pool.execute("delete from amends.login_try")


async def account(market: Market, person: str, login: str) -> None:
    async with market.context.pool.acquire() as connection:
        await add_account(connection, person, login, HASH)


async def age(market: Market, column: str, by: str) -> None:
    """Let time pass for every session."""
    await market.context.pool.execute(f"update amends.session set {column} = {column} - interval '{by}' where ended_at is null")  # noqa: S608 - a test's own words
    market.context.callers.known.clear()


async def test_a_session_is_the_same_caller_as_a_token_and_reaches_every_shop_of_its_person(
    anna: Browser, market: Market
) -> None:
    me = (await anna.call("GET", "/v1/me")).json()
    assert (me["person"], me["kind"]) == ("seller:anna", "seller")
    assert [shop["reference"] for shop in me["shops"]] == ["a"]
    assert me["csrf"] == anna.csrf
    assert me["session"]["idle_minutes"] == 30
    by_token = (await market.call("seller_a", "GET", "/v1/me")).json()
    assert (by_token["permissions"], by_token["csrf"], by_token["session"]) == (me["permissions"], None, None)
    order = market.orders["A1"]
    assert (await anna.call("GET", f"/v1/orders/{order}")).status_code == 200
    is_problem(await anna.call("GET", f"/v1/orders/{market.orders['B1']}"), 404, "not_found")


async def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(market: Market) -> None:
    await account(market, "seller:anna", "anna@example.com")
    body = {"login": "anna@example.com", "password": PASSWORD}
    here = await market.client.post("/v1/sessions", json=body, headers=OURS)
    assert here.headers["set-cookie"].startswith(f"{LOCAL}=")
    far = await market.client.post("/v1/sessions", json=body, headers={"host": "shop.example", "origin": "https://shop.example"})
    assert far.headers["set-cookie"].startswith(f"{BOUND}=")
    assert far.headers["set-cookie"].endswith("; Path=/; HttpOnly; SameSite=Strict; Secure")
    assert here.headers["set-cookie"].endswith("; Path=/; HttpOnly; SameSite=Strict")
    text = far.headers["set-cookie"].partition("=")[2].partition(";")[0]
    kept = await market.context.pool.fetch("select * from amends.session")
    assert not [row for row in kept if text in str(dict(row)) or csrf_of(text) in str(dict(row))]
    assert hash_of_session(text) in [row["hash"] for row in kept]


@pytest.mark.parametrize(
    "from_elsewhere",
    [
        {"origin": "https://evil.example", "sec_fetch_site": "cross-site"},
        {"origin": "https://evil.example", "sec_fetch_site": ""},
        {"origin": "null", "sec_fetch_site": ""},
        {"origin": "", "sec_fetch_site": "same-site"},
        {"origin": "http://127.0.0.1:9999", "sec_fetch_site": ""},
        {"x_csrf_token": ""},
        {"x_csrf_token": "wrong"},
    ],
)
async def test_a_write_that_does_not_come_from_our_own_page_is_refused(anna: Browser, from_elsewhere: dict[str, str]) -> None:
    is_problem(await anna.call("PUT", "/v1/me", {"name": "Mallory"}, **from_elsewhere), 403, "cross_site_refused")
    assert (await anna.call("GET", "/v1/me")).json()["name"] != "Mallory"
    assert (await anna.call("PUT", "/v1/me", {"name": "Anna"})).json()["name"] == "Anna"


async def test_a_form_of_another_site_is_refused_whatever_it_sends(anna: Browser, market: Market) -> None:
    head = {"host": "127.0.0.1:8000", "cookie": f"{LOCAL}={anna.cookie}", "content-type": "text/plain"}
    plain = await market.client.put("/v1/me", content=b'{"name": "Mallory"}', headers=head)
    is_problem(plain, 403, "cross_site_refused")
    head |= {"x-csrf-token": anna.csrf}
    is_problem(await market.client.put("/v1/me", content=b'{"name": "Mallory"}', headers=head), 415, "unsupported_media_type")


async def test_every_write_of_the_interface_asks_a_session_for_its_token(anna: Browser, market: Market) -> None:
    writes = [op for op in market.app.door.operations if op.method not in ("GET", "HEAD") and "seller" in op.who]
    assert len(writes) > 50
    for operation in writes:
        path = "/".join(
            str(uuid4()) if part.startswith("{") and part.endswith("}") else part for part in operation.path.split("/")
        )
        is_problem(await anna.call(operation.method, path, {}, x_csrf_token=""), 403, "cross_site_refused")


async def test_nobody_is_logged_in_by_somebody_elses_page(market: Market) -> None:
    await account(market, "seller:anna", "anna@example.com")
    browser = Browser(market)
    answer = await browser.call(
        "POST", "/v1/sessions", {"login": "anna@example.com", "password": PASSWORD}, origin="https://evil.example"
    )
    is_problem(answer, 403, "cross_site_refused")
    assert browser.cookie == ""


async def test_a_session_that_was_planted_is_worth_nothing_after_logging_in(market: Market, anna: Browser) -> None:
    planted = "x" * 43
    browser = Browser(market)
    browser.cookie = planted
    await browser.log_in("anna@example.com")
    assert browser.cookie != planted
    before = anna.cookie
    await anna.log_in("anna@example.com")
    old = Browser(market)
    old.cookie = before
    is_problem(await old.call("GET", "/v1/me"), 401, "not_signed_in")
    assert (await anna.call("GET", "/v1/me")).status_code == 200


async def test_a_session_ends_when_nobody_uses_it_and_after_twelve_hours_in_any_case(anna: Browser, market: Market) -> None:
    await age(market, "seen_at", "29 minutes")
    assert (await anna.call("GET", "/v1/me")).status_code == 200
    await age(market, "seen_at", "31 minutes")
    is_problem(await anna.call("GET", "/v1/me"), 401, "not_signed_in")
    await anna.log_in("anna@example.com")
    await age(market, "ends_at", "12 hours")
    is_problem(await anna.call("GET", "/v1/me"), 401, "not_signed_in")


async def test_logging_out_ends_it_on_the_next_request_and_everywhere_means_everywhere(anna: Browser, market: Market) -> None:
    phone = Browser(market, user_agent="a phone")
    await phone.log_in("anna@example.com")
    shown = (await anna.call("GET", "/v1/sessions")).json()["sessions"]
    assert {one["agent"] for one in shown if one["current"]} != {"a phone"}
    assert "a phone" in {one["agent"] for one in shown}
    kept = anna.cookie
    assert (await anna.call("DELETE", "/v1/sessions/current")).status_code == 204
    assert anna.cookie == ""
    anna.cookie = kept
    is_problem(await anna.call("GET", "/v1/me"), 401, "not_signed_in")
    assert (await phone.call("GET", "/v1/me")).status_code == 200
    tablet = Browser(market)
    await tablet.log_in("anna@example.com")
    mine = tablet.cookie
    assert (await tablet.call("POST", "/v1/sessions:end-all")).status_code == 204
    tablet.cookie = mine
    for browser in (phone, tablet):
        is_problem(await browser.call("GET", "/v1/me"), 401, "not_signed_in")


async def test_one_of_my_sessions_can_be_ended_and_somebody_elses_is_not_there(anna: Browser, market: Market) -> None:
    await account(market, "seller:bert", "bert")
    bert = Browser(market)
    await bert.log_in("bert")
    (his,) = (await bert.call("GET", "/v1/sessions")).json()["sessions"]
    is_problem(await anna.call("DELETE", f"/v1/sessions/{his['id']}"), 404, "not_found")
    assert (await bert.call("GET", "/v1/me")).status_code == 200
    phone = Browser(market)
    await phone.log_in("anna@example.com")
    theirs = next(one for one in (await phone.call("GET", "/v1/sessions")).json()["sessions"] if one["current"])
    assert (await anna.call("DELETE", f"/v1/sessions/{theirs['id']}")).status_code == 204
    is_problem(await phone.call("GET", "/v1/me"), 401, "not_signed_in")


async def test_a_wrong_password_and_an_unknown_name_are_told_alike(anna: Browser, market: Market) -> None:
    answers = [await Browser(market).log_in(name, "wrong password") for name in ("anna@example.com", "nobody@example.com")]
    first, second = ({k: v for k, v in is_problem(a, 401, "login_failed").items() if k != "request_id"} for a in answers)
    assert first == second
    least = []
    for name in ("anna@example.com", "nobody2@example.com"):
        taken = []
        for _ in range(3):  # a busy machine is slow now and then, not always
            began = time.perf_counter()
            await Browser(market).log_in(name, "wrong password")
            taken.append(time.perf_counter() - began)
        least.append(min(taken))
    assert max(least) < 10 * min(least)


@pytest.mark.parametrize("name", ["anna@example.com", "nobody3@example.com"])
async def test_after_five_tries_it_is_closed_for_a_while_even_to_the_right_password(
    anna: Browser, market: Market, name: str
) -> None:
    for _ in range(5):
        is_problem(await Browser(market).log_in(name, "wrong password"), 401, "login_failed")
    closed = await Browser(market).log_in(name)
    is_problem(closed, 429, "login_too_often")
    assert 1 <= int(closed.headers["retry-after"]) <= 60
    await market.context.pool.execute("update amends.login_try set closed_until = closed_until - interval '1 minute'")
    assert (await Browser(market).log_in(name)).status_code == (201 if name.startswith("anna") else 401)


async def test_a_right_that_was_taken_away_is_gone_on_the_next_request(anna: Browser, market: Market) -> None:
    await account(market, "seller:stan", "stan")
    stan = Browser(market)
    await stan.log_in("stan")
    assert (await stan.call("GET", "/v1/cases")).status_code == 200
    assert (await market.call("seller_a", "DELETE", f"/v1/shops/{market.shops['a']}/members/stan")).status_code == 204
    assert is_problem(await stan.call("GET", "/v1/cases"), 403, "permission_missing")["permission"] == "cases.read"


async def test_a_person_who_was_disabled_is_out_at_once_and_stays_out(anna: Browser, market: Market) -> None:
    await account(market, "platform:ops", "ops")
    ops = Browser(market)
    await ops.log_in("ops")
    await market.context.pool.execute("update amends.person set disabled_at = clock_timestamp() where id = 'platform:ops'")
    market.context.callers.forget("person:platform:ops")
    is_problem(await ops.call("GET", "/v1/me"), 401, "not_signed_in")
    is_problem(await Browser(market).log_in("ops"), 401, "login_failed")
    await market.context.pool.execute("update amends.person set disabled_at = null where id = 'platform:ops'")


async def test_tokens_and_large_grants_are_asked_twice(anna: Browser, market: Market) -> None:
    shop = market.shops["a"]
    token = {"kind": "seller", "subject": "anna", "shops": [shop], "permissions": ["cases.read"]}
    assert (await anna.call("POST", "/v1/tokens", token)).status_code == 201
    await age(market, "confirmed_at", "11 minutes")
    for method, path, body in (
        ("POST", "/v1/tokens", token),
        ("PUT", f"/v1/shops/{shop}/members/new", {"role": "main_account"}),
        ("POST", f"/v1/shops/{shop}/invitations", {"subject": "new", "role": "after_sales_manager"}),
        ("PUT", f"/v1/shops/{shop}/providers/helper", {"name": "Helper", "permissions": ["members.manage"]}),
        ("POST", "/v1/me/second-factor", None),
    ):
        is_problem(await anna.call(method, path, body), 403, "confirm_needed")
    assert (await anna.call("PUT", f"/v1/shops/{shop}/members/new", {"role": "viewer"})).status_code == 200
    is_problem(await anna.call("POST", "/v1/sessions:confirm", {"password": "wrong password"}), 401, "login_failed")
    before = anna.cookie
    assert (await anna.call("POST", "/v1/sessions:confirm", {"password": PASSWORD})).status_code == 200
    assert anna.cookie != before
    assert (await anna.call("POST", "/v1/tokens", token)).status_code == 201
    anna.cookie = before
    is_problem(await anna.call("GET", "/v1/me"), 401, "not_signed_in")
    assert (await market.call("seller_a", "POST", "/v1/tokens", token)).status_code == 201


async def test_a_changed_password_ends_every_other_session(anna: Browser, market: Market) -> None:
    phone = Browser(market)
    await phone.log_in("anna@example.com")
    change = {"old": PASSWORD, "new": "a better password still"}
    is_problem(await anna.call("PUT", "/v1/me/password", {"old": PASSWORD, "new": "short"}), 422, "password_too_weak")
    is_problem(await anna.call("PUT", "/v1/me/password", change | {"old": "wrong password"}), 401, "login_failed")
    before = anna.cookie
    assert (await anna.call("PUT", "/v1/me/password", change)).status_code == 200
    assert (await anna.call("GET", "/v1/me")).status_code == 200
    assert anna.cookie != before
    is_problem(await phone.call("GET", "/v1/me"), 401, "not_signed_in")
    is_problem(await phone.log_in("anna@example.com"), 401, "login_failed")
    assert (await phone.log_in("anna@example.com", "a better password still")).status_code == 201
    await market.context.pool.execute("update amends.account set password = $1 where person = 'seller:anna'", HASH)


async def test_sessions_are_for_people_and_a_token_has_none(market: Market) -> None:
    is_problem(await market.call("seller_a", "POST", "/v1/sessions:confirm", {"password": "x"}), 403, "session_needed")
    is_problem(await market.call("seller_a", "POST", "/v1/me/second-factor"), 403, "session_needed")
    body = {"old": PASSWORD, "new": "a better password still"}
    is_problem(await market.call("seller_a", "PUT", "/v1/me/password", body), 403, "session_needed")


@pytest.mark.parametrize("cookie", ["", "x", "x" * 43, "é" * 43, "a b", f"{LOCAL}", "=" * 99])
async def test_any_cookie_gets_an_answer(market: Market, cookie: str) -> None:
    head = {b"host": b"127.0.0.1", b"cookie": f"{LOCAL}={cookie}".encode("latin-1")}
    is_problem(await market.client.get("/v1/me", headers=list(head.items())), 401, "not_signed_in")  # type: ignore[arg-type]
