"""How somebody becomes somebody here: invited to a shop, with a second factor where they want one; and one click, in a demo alone."""

import json
import time
from typing import Any

import pyotp
import pytest
from tests.api.marketplace import Market, is_problem
from tests.api.test_sessions import HASH, HERE, PASSWORD, Browser, account

from amends.store.accounts import add_account


async def invited(market: Market, subject: str, role: str = "viewer") -> str:
    shop = market.shops["a"]
    made = await market.call("seller_a", "POST", f"/v1/shops/{shop}/invitations", {"subject": subject, "role": role})
    assert made.status_code == 201, made.text
    return str(made.json()["code"])


@pytest.mark.requirement("P-01")
async def test_an_invitation_is_accepted_by_setting_a_password_and_no_token_is_needed(market: Market) -> None:
    code, browser = await invited(market, "Neu@Example.com"), Browser(market)
    seen = (await browser.call("POST", "/v1/invitations:look", {"code": code})).json()
    assert (seen["shop"], seen["role"], seen["has_account"], seen["login"]) == ("Shop a", "viewer", False, "neu@example.com")
    weak = await browser.call("POST", "/v1/invitations:join", {"code": code, "password": "neu@example.com"})
    is_problem(weak, 422, "password_too_weak")
    body = {"code": code, "password": PASSWORD, "name": "Neu", "language": "zh"}
    assert (await browser.call("POST", "/v1/invitations:join", body)).status_code == 201
    me = (await browser.call("GET", "/v1/me")).json()
    assert (me["name"], me["language"], [shop["shop_id"] for shop in me["shops"]]) == ("Neu", "zh", [market.shops["a"]])
    assert (await Browser(market).log_in("neu@example.com")).status_code == 201
    for path in ("look", "join"):
        is_problem(
            await browser.call("POST", f"/v1/invitations:{path}", body if path == "join" else {"code": code}),
            404,
            "invitation_unknown",
        )


@pytest.mark.requirement("U-13")
async def test_who_has_an_account_logs_in_and_has_one_shop_more_without_logging_out(market: Market) -> None:
    await account(market, "seller:bert", "bert")
    code, browser = await invited(market, "bert"), Browser(market)
    await browser.log_in("bert")
    assert len((await browser.call("GET", "/v1/me")).json()["shops"]) == 1
    is_problem(
        await Browser(market).call("POST", "/v1/invitations:join", {"code": code, "password": PASSWORD}), 409, "account_exists"
    )
    other = Browser(market)
    await account(market, "seller:stan", "stan")
    await other.log_in("stan")
    is_problem(await other.call("POST", "/v1/invitations:accept", {"code": code}), 404, "invitation_unknown")
    assert (await browser.call("POST", "/v1/invitations:accept", {"code": code})).status_code == 200
    assert {shop["reference"] for shop in (await browser.call("GET", "/v1/me")).json()["shops"]} == {"a", "b"}


@pytest.mark.requirement("P-01", "P-06")
async def test_nobody_becomes_somebody_else_by_inviting_them(market: Market) -> None:
    """Dora keeps shop b with a token and never set a password; whoever invites her to shop a holds the code."""
    dora = {"kind": "seller", "subject": "dora", "shops": [market.shops["b"]], "permissions": ["*"]}
    market.tokens["dora"] = (await market.call("platform", "POST", "/v1/tokens", dora)).json()["token"]
    code, browser = await invited(market, "dora", "main_account"), Browser(market)
    body = {"code": code, "password": PASSWORD, "login": "not-dora"}
    is_problem(await browser.call("POST", "/v1/invitations:join", body), 409, "account_exists")
    assert (await market.call("dora", "POST", "/v1/invitations:accept", {"code": code})).status_code == 200
    held = f"/v1/shops/{market.shops['a']}/members/emil"
    assert (await market.call("seller_a", "PUT", held, {"role": "after_sales_manager"})).status_code == 200
    less = await invited(market, "emil", "viewer")
    body = {"code": less, "password": PASSWORD, "login": "not-emil"}
    is_problem(await browser.call("POST", "/v1/invitations:join", body), 409, "account_exists")
    assert (await market.call("seller_a", "PUT", held, {"role": "viewer"})).status_code == 200
    assert (await browser.call("POST", "/v1/invitations:join", body)).status_code == 201, "it gives what they hold"


async def test_a_login_that_somebody_has_is_not_given_twice_and_the_invitation_stands(market: Market) -> None:
    await account(market, "seller:bert", "bert")
    code = await invited(market, "fresh")
    body = {"code": code, "password": PASSWORD, "login": "BERT"}
    is_problem(await Browser(market).call("POST", "/v1/invitations:join", body), 409, "login_taken")
    assert (await Browser(market).call("POST", "/v1/invitations:join", body | {"login": "fresh"})).status_code == 201


@pytest.mark.parametrize("code", ["1.x", "x", "999999999999999999.y", "1.", "0"])
async def test_a_code_that_nobody_gave_is_unknown(market: Market, code: str) -> None:
    is_problem(await Browser(market).call("POST", "/v1/invitations:look", {"code": code}), 404, "invitation_unknown")
    is_problem(
        await Browser(market).call("POST", "/v1/invitations:join", {"code": code, "password": PASSWORD}),
        404,
        "invitation_unknown",
    )
    page = {"origin": "https://evil.example"}
    is_problem(
        await Browser(market, **page).call("POST", "/v1/invitations:join", {"code": code, "password": PASSWORD}),
        403,
        "cross_site_refused",
    )


async def with_second_factor(market: Market, name: str) -> tuple[Browser, pyotp.TOTP, list[str]]:
    await market.context.pool.execute(
        "insert into amends.person (id, kind, joined_at) values ($1, 'seller', now()) on conflict do nothing", f"seller:{name}"
    )
    await account(market, f"seller:{name}", name)
    browser = Browser(market)
    await browser.log_in(name)
    begun = (await browser.call("POST", "/v1/me/second-factor")).json()
    assert begun["picture"].startswith("data:image/svg+xml")
    assert begun["secret"] in begun["uri"]
    totp = pyotp.TOTP(begun["secret"])
    is_problem(await browser.call("POST", "/v1/me/second-factor:confirm", {"code": "000000"}), 401, "code_wrong")
    codes = (await browser.call("POST", "/v1/me/second-factor:confirm", {"code": totp.at(int(time.time()) - 30)})).json()["codes"]
    return browser, totp, codes


async def test_with_a_second_factor_the_password_alone_opens_nothing_and_a_code_works_once(market: Market) -> None:
    browser, totp, codes = await with_second_factor(market, "tess")
    kept = await market.context.pool.fetchrow("select * from amends.account where person = 'seller:tess'")
    assert totp.secret not in str(dict(kept))
    assert (await browser.call("GET", "/v1/me")).json()["session"]["second_factor"] is True
    is_problem(await Browser(market).log_in("tess"), 401, "second_factor_needed")
    is_problem(await Browser(market).log_in("tess", "wrong password", code=totp.now()), 401, "login_failed")
    now = totp.now()
    assert (await Browser(market).log_in("tess", code=now)).status_code == 201
    is_problem(await Browser(market).log_in("tess", code=now), 401, "code_wrong")
    assert (await Browser(market).log_in("tess", code=codes[0].upper())).status_code == 201
    is_problem(await Browser(market).log_in("tess", code=codes[0]), 401, "code_wrong")
    fresh = (await browser.call("POST", "/v1/me/second-factor:recovery-codes")).json()["codes"]
    is_problem(await Browser(market).log_in("tess", code=codes[1]), 401, "code_wrong")
    assert (await Browser(market).log_in("tess", code=fresh[1])).status_code == 201
    assert (await browser.call("DELETE", "/v1/me/second-factor")).status_code == 204
    assert (await Browser(market).log_in("tess")).status_code == 201


async def test_guesses_at_a_code_are_counted_however_often_it_is_asked_for_between(market: Market) -> None:
    await with_second_factor(market, "gina")
    seen = []
    for _ in range(8):
        seen += [
            (await Browser(market).log_in("gina", code="000000")).json()["code"],
            (await Browser(market).log_in("gina")).json()["code"],
        ]
    assert seen.count("code_wrong") == 5
    assert seen[-1] == "login_too_often"


async def demo_people(market: Market) -> None:
    async with market.context.pool.acquire() as connection:
        await add_account(connection, "seller:anna", "anna.demo", HASH, demo=True)
        await add_account(connection, "seller:bert", "bert", HASH)
    people = [
        {"person": "buyer:buyer-1", "name": "buyer", "kind": "buyer", "says": {"zh": "买家", "en": "a buyer"}, "token": "T"}
    ]
    market.context.settings.home.mkdir(exist_ok=True)
    (market.context.settings.home / "demo-tokens.json").write_text(json.dumps({"people": people}))


async def one_click(market: Market, person: str = "seller:anna", **head: str) -> Any:
    return await Browser(market, **head).call("POST", "/v1/demo/sessions", {"person": person})


async def test_one_click_exists_while_a_demo_runs_and_never_otherwise(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    await demo_people(market)
    is_problem(await one_click(market), 404, "only_in_demo")
    is_problem(await Browser(market).call("GET", "/v1/demo/people"), 404, "only_in_demo")
    import msgspec

    before = market.context.settings
    for otherwise in ({"host": "0.0.0.0"}, {"host": "192.168.1.7"}):  # noqa: S104 - refused
        market.context.settings = msgspec.structs.replace(before, demo=True, **otherwise)
        is_problem(await one_click(market), 404, "only_in_demo")
    market.context.settings = msgspec.structs.replace(before, demo=True)
    is_problem(await one_click(market, host="rebound.example:8000", origin="http://rebound.example:8000"), 404, "only_in_demo")
    is_problem(await one_click(market, origin="https://evil.example"), 404, "only_in_demo")
    is_problem(await one_click(market, "seller:bert"), 404, "not_found")
    is_problem(await one_click(market, "platform:ops"), 404, "not_found")
    assert (await one_click(market, origin=HERE)).status_code == 201
    shown = (await Browser(market).call("GET", "/v1/demo/people")).json()["people"]
    assert [(one["person"], one["link"] is not None) for one in shown] == [("seller:anna", False), ("buyer:buyer-1", True)]
    market.context.settings = before


def test_the_environment_alone_makes_no_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    from amends.settings import from_environment

    assert from_environment({"AMENDS_DEMO": "1"}).demo is False
