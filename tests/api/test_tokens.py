"""Tokens: what is kept, what is checked, and how fast one ends."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.api.marketplace import Market, is_problem
from tests.api.test_sessions import Browser, account

from amends.api.door.callers import OLDEST_S
from amends.store.tokens import hash_of_token, mint, revoke_token, token_id_of


@given(live=st.booleans())
def test_a_token_names_its_place_and_its_id(*, live: bool) -> None:
    made = mint(live=live)
    assert made.text.startswith("amends_live_" if live else "amends_test_")
    assert token_id_of(made.text, live=live) == made.id
    assert token_id_of(made.text, live=not live) is None
    assert hash_of_token(made.text) == made.hash


@given(position=st.integers(12, 77), letter=st.sampled_from("0aZ_-é"))
def test_a_mistyped_token_is_known_without_a_look_at_the_database(position: int, letter: str) -> None:
    text = mint(live=True).text
    wrong = text[:position] + letter + text[position + 1 :]
    assert (token_id_of(wrong, live=True) is None) or wrong == text


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text: str) -> None:
    token_id_of(text, live=True)


async def test_only_a_hash_is_kept(market: Market) -> None:
    kept = await market.context.pool.fetch("select * from token")
    for row in kept:
        for text in market.tokens.values():
            assert text not in str(dict(row))
            assert text.rsplit("_", 1)[1][:43] not in str(dict(row))


async def test_a_revoked_token_is_worth_nothing_at_once(market: Market) -> None:
    body = {"kind": "seller", "subject": "gone", "shops": [market.shops["a"]], "permissions": ["cases.read"]}
    made = (await market.call("platform", "POST", "/v1/tokens", body)).json()
    market.tokens["gone"] = made["token"]
    assert (await market.call("gone", "GET", "/v1/cases")).status_code == 200
    assert (await market.call("seller_a", "DELETE", f"/v1/tokens/{made['id']}")).status_code == 204
    assert (await market.call("gone", "GET", "/v1/cases")).status_code == 401


async def test_a_token_revoked_elsewhere_is_forgotten_as_soon_as_it_is_heard_of(market: Market) -> None:
    body = {"kind": "buyer", "subject": "buyer-9"}
    made = (await market.call("platform", "POST", "/v1/tokens", body)).json()
    market.tokens["nine"] = made["token"]
    assert (await market.call("nine", "GET", "/v1/cases")).status_code == 200
    await revoke_token(market.context.pool, made["id"])
    began = time.monotonic()
    while (await market.call("nine", "GET", "/v1/cases")).status_code == 200:
        assert time.monotonic() - began < OLDEST_S + 3.0


async def test_a_token_past_its_end_says_so(market: Market) -> None:
    body = {"kind": "buyer", "subject": "x", "expires_at": (datetime.now(UTC) - timedelta(seconds=1)).isoformat()}
    made = (await market.call("platform", "POST", "/v1/tokens", body)).json()
    market.tokens["old"] = made["token"]
    answer = await market.call("old", "GET", "/v1/cases")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_expired")


async def test_permissions_are_read_at_use(market: Market) -> None:
    body = {"kind": "seller", "subject": "s", "shops": [market.shops["a"]], "permissions": ["cases.read"]}
    made = (await market.call("platform", "POST", "/v1/tokens", body)).json()
    market.tokens["s"] = made["token"]
    assert (await market.call("s", "GET", "/v1/orders")).status_code == 403
    role = {"role": "custom", "permissions": ["orders.read"]}
    path = f"/v1/shops/{market.shops['a']}/members/s"
    assert (await market.call("seller_a", "PUT", path, role)).status_code == 200
    assert (await market.call("s", "GET", "/v1/cases")).status_code == 403
    assert (await market.call("s", "GET", "/v1/orders")).status_code == 403
    await market.context.pool.execute("update token set permissions = '{orders.read}' where id = $1", made["id"])
    market.context.callers.forget(made["id"])
    assert (await market.call("s", "GET", "/v1/orders")).status_code == 200


@pytest.mark.requirement("P-01", "P-06")
async def test_no_seller_makes_a_seat_of_somebody_who_works_elsewhere_too(market: Market) -> None:
    body = {"kind": "seller", "subject": "bert", "shops": [market.shops["a"]], "permissions": ["*"], "seat": True}
    is_problem(await market.call("seller_a", "POST", "/v1/tokens", body), 403, "seat_of_another")
    is_problem(await market.call("seller_a", "POST", "/v1/tokens", body | {"subject": "nobody-yet"}), 403, "seat_of_another")


@pytest.mark.requirement("P-01", "U-13")
async def test_who_is_logged_in_makes_a_seat_of_their_own(market: Market) -> None:
    await account(market, "seller:anna", "anna")
    browser = Browser(market)
    await browser.log_in("anna")
    body = {"kind": "seller", "subject": "anna", "shops": [market.shops["a"]], "permissions": ["cases.read"], "seat": True}
    assert (await browser.call("POST", "/v1/tokens", body)).status_code == 201
    is_problem(await browser.call("POST", "/v1/tokens", body | {"subject": "stan"}), 403, "seat_of_another")


@pytest.mark.requirement("P-01")
async def test_staff_of_the_platform_make_no_token_that_may_more_than_they_do(market: Market) -> None:
    for name, markets in (("tom", []), ("tina", ["gb"])):
        role = {"role": "reviewer", "permissions": ["tokens.manage", "cases.read"], "markets": markets}
        assert (await market.call("platform", "PUT", f"/v1/platform/members/{name}", role)).status_code == 200
        own = {"kind": "platform", "subject": name, "permissions": ["tokens.manage", "cases.read"]}
        market.tokens[name] = (await market.call("platform", "POST", "/v1/tokens", own)).json()["token"]
    for subject in ("nobody-yet", "ops"):
        body = {"kind": "platform", "subject": subject, "permissions": ["*"]}
        said = is_problem(await market.call("tom", "POST", "/v1/tokens", body), 403, "permission_missing")
        assert said["permission"] == "*"
        narrow = body | {"permissions": ["cases.read"]}
        is_problem(await market.call("tina", "POST", "/v1/tokens", narrow), 404, "market_unknown")
        assert (await market.call("tom", "POST", "/v1/tokens", narrow)).status_code == 201
    own = {"kind": "platform", "subject": "tina", "permissions": ["cases.read"]}
    assert (await market.call("tina", "POST", "/v1/tokens", own)).status_code == 201


async def test_a_seller_sees_and_ends_only_tokens_of_their_own_shops(market: Market) -> None:
    shown = (await market.call("seller_a", "GET", "/v1/tokens")).json()["tokens"]
    assert shown
    assert all(set(token["shops"]) == {market.shops["a"]} for token in shown)
    assert "hash" not in shown[0]
    everybody = (await market.call("platform", "GET", "/v1/tokens")).json()["tokens"]
    bert = next(token for token in everybody if token["subject"] == "bert")
    assert (await market.call("seller_a", "DELETE", f"/v1/tokens/{bert['id']}")).status_code == 404


@pytest.mark.parametrize(
    "body", [{"kind": "seller", "subject": "x"}, {"kind": "seller", "subject": "x", "shops": [1], "permissions": ["magic"]}]
)
async def test_a_token_that_makes_no_sense_is_not_made(market: Market, body: dict[str, object]) -> None:
    answer = await market.call("platform", "POST", "/v1/tokens", body)
    assert answer.status_code == 422
