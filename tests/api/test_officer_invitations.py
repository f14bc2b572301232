"""Staff of the platform are invited: a code that works once, for one person, and is worth no more than whoever gave it may still give."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from tests.api.marketplace import Market, is_problem
from tests.api.test_sessions import HERE, PASSWORD, Browser, account

from amends.store.tokens import create_token

REVIEWER = {"role": "reviewer", "markets": ["us"]}


async def offered(market: Market, subject: str, by: str = "platform", **more: Any) -> httpx.Response:
    return await market.call(by, "POST", "/v1/platform/invitations", {"subject": subject} | REVIEWER | more)


async def code_for(market: Market, subject: str, **more: Any) -> str:
    made = await offered(market, subject, **more)
    assert made.status_code == 201, made.text
    return str(made.json()["code"])


async def join(market: Market, code: str, **more: Any) -> tuple[Browser, httpx.Response]:
    browser = Browser(market, origin=HERE)
    return browser, await browser.call("POST", "/v1/invitations:join", {"code": code, "password": PASSWORD} | more)


async def listed(market: Market, subject: str) -> dict[str, Any]:
    page = (await market.call("platform", "GET", "/v1/platform/invitations")).json()["invitations"]
    found: dict[str, Any] = next(one for one in page if one["person"] == f"platform:{subject}")
    return found


async def officer(market: Market, subject: str, permissions: tuple[str, ...], markets: list[str]) -> None:
    """Somebody of the platform with a token of their own."""
    body = {"role": "custom", "permissions": permissions, "markets": markets}
    put = await market.call("platform", "PUT", f"/v1/platform/members/{subject}", body)
    assert put.status_code == 200, put.text
    made = await create_token(market.context.pool, kind="platform", subject=subject, shops=(), permissions=permissions, live=True)
    market.tokens[subject] = made.text


@pytest.mark.requirement("P-01", "P-02")
async def test_somebody_invited_to_the_platform_sets_a_password_and_holds_exactly_what_was_offered(market: Market) -> None:
    code = await code_for(market, "Rita@Example.com", name="Rita")
    browser = Browser(market, origin=HERE)
    seen = (await browser.call("POST", "/v1/invitations:look", {"code": code})).json()
    assert (seen["shop"], seen["markets"], seen["role"], seen["name"]) == (None, ["us"], "reviewer", "Rita")
    assert (seen["login"], seen["has_account"]) == ("rita@example.com", False)
    browser, joined = await join(market, code, language="zh")
    assert joined.status_code == 201, joined.text
    me = (await browser.call("GET", "/v1/me")).json()
    assert (me["kind"], me["name"], me["language"], me["shops"]) == ("platform", "Rita", "zh", [])
    held = next(
        one
        for one in (await market.call("platform", "GET", "/v1/platform/members")).json()["members"]
        if one["person"] == "platform:Rita@Example.com"
    )
    assert (held["role"], held["markets"], held["granted_by"]) == ("reviewer", ["us"], "platform:ops")
    assert sorted(held["permissions"]) == sorted(seen["permissions"])
    assert (await browser.call("GET", "/v1/review_lanes")).status_code == 200
    is_problem(await browser.call("GET", "/v1/platform/members"), 403, "permission_missing")
    assert (await listed(market, "Rita@Example.com"))["accepted_at"] is not None
    assert "code" not in await listed(market, "Rita@Example.com")
    _, again = await join(market, code)
    is_problem(again, 404, "invitation_unknown")
    assert (await Browser(market).log_in("rita@example.com")).status_code == 201


@pytest.mark.requirement("P-02")
async def test_an_invitation_to_the_platform_is_taken_back_and_lapses(market: Market) -> None:
    code = await code_for(market, "late")
    made = (await listed(market, "late"))["id"]
    assert (await market.call("platform", "DELETE", f"/v1/platform/invitations/{made}")).status_code == 204
    is_problem(await market.call("platform", "DELETE", f"/v1/platform/invitations/{made}"), 404, "not_found")
    is_problem((await join(market, code))[1], 404, "invitation_unknown")
    code = await code_for(market, "later")
    is_problem((await join(market, code[:-1] + ("A" if code[-1] != "A" else "B")))[1], 404, "invitation_unknown")
    standing = await listed(market, "later")
    stands = datetime.fromisoformat(standing["expires_at"]) - datetime.fromisoformat(standing["invited_at"])
    assert timedelta(days=7) <= stands < timedelta(days=7, seconds=1)
    owner = await asyncpg.connect(market.dsn)
    await owner.execute("update amends.platform_invitation set expires_at = now() where id = $1", standing["id"])
    await owner.close()
    is_problem(await Browser(market).call("POST", "/v1/invitations:look", {"code": code}), 404, "invitation_unknown")
    is_problem((await join(market, code))[1], 404, "invitation_unknown")


@pytest.mark.requirement("P-02")
async def test_nobody_invites_to_more_than_they_hold_nor_takes_such_an_offer_back(market: Market) -> None:
    await officer(market, "uma", ("members.manage", "cases.read"), ["us"])
    less = {"role": "custom", "permissions": ["cases.read"]}
    assert (await offered(market, "one", "uma", **less)).status_code == 201
    over = await offered(market, "two", "uma", role="custom", permissions=["cases.read", "disputes.rule"])
    is_problem(over, 403, "permission_missing")
    is_problem(await offered(market, "three", "uma", **less, markets=["gb"]), 404, "market_unknown")
    is_problem(await offered(market, "four", "uma", **less, markets=[]), 404, "market_unknown")
    is_problem(await offered(market, "five", "platform", markets=["xx"]), 404, "market_unknown")
    is_problem(await offered(market, "six", "platform", role="warehouse_king"), 422, "unknown_word")
    await code_for(market, "seven")
    above = (await listed(market, "seven"))["id"]
    is_problem(await market.call("uma", "DELETE", f"/v1/platform/invitations/{above}"), 403, "permission_missing")
    for who in ("seller_a", "buyer_1"):
        is_problem(await offered(market, "eight", who), 403, "permission_missing")


@pytest.mark.requirement("P-02")
async def test_who_left_the_platform_leaves_no_door_open(market: Market) -> None:
    await officer(market, "vic", ("members.manage", "cases.read"), [])
    code = await code_for(market, "friend", by="vic", role="custom", permissions=["cases.read"], markets=[])
    assert (await Browser(market).call("POST", "/v1/invitations:look", {"code": code})).status_code == 200
    assert (await market.call("platform", "DELETE", "/v1/platform/members/vic")).status_code == 204
    is_problem(await Browser(market).call("POST", "/v1/invitations:look", {"code": code}), 404, "invitation_unknown")
    is_problem((await join(market, code))[1], 404, "invitation_unknown")


@pytest.mark.requirement("P-01")
async def test_who_has_an_account_accepts_as_who_they_are_and_nobody_else_can(market: Market) -> None:
    await officer(market, "wes", ("cases.read",), [])
    await account(market, "platform:wes", "wes")
    code = await code_for(market, "wes")
    is_problem((await join(market, code))[1], 409, "account_exists")
    await account(market, "seller:stan", "stan")
    other, browser = Browser(market), Browser(market)
    await other.log_in("stan")
    is_problem(await other.call("POST", "/v1/invitations:accept", {"code": code}), 404, "invitation_unknown")
    await browser.log_in("wes")
    accepted = await browser.call("POST", "/v1/invitations:accept", {"code": code})
    assert accepted.status_code == 200, accepted.text
    assert (accepted.json()["shop_id"], accepted.json()["role"], accepted.json()["markets"]) == (None, "reviewer", ["us"])
    is_problem(await browser.call("POST", "/v1/invitations:accept", {"code": code}), 404, "invitation_unknown")


async def test_of_two_who_use_a_code_at_once_one_is_let_in(market: Market) -> None:
    code = await code_for(market, "twin")
    answers = await asyncio.gather(*(join(market, code, login=f"twin{n}") for n in range(2)))
    codes = [answer.status_code for _, answer in answers]
    assert codes.count(201) == 1
    assert set(codes) <= {201, 404, 409}
