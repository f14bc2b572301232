"""Who asks to be forgotten, and what must be kept all the same, over HTTP."""

import pytest
from tests.api.marketplace import Market, is_problem


async def test_the_platform_asks_for_an_erasure_once_and_sees_what_became_of_it(market: Market) -> None:
    body = {"buyer": "nobody-we-know", "why": "asked by letter"}
    asked = [await market.call("platform", "POST", "/v1/erasures", body) for _ in range(2)]
    assert [one.status_code for one in asked] == [202, 202]
    assert asked[0].json()["id"] == asked[1].json()["id"]
    listed = (await market.call("platform", "GET", "/v1/erasures?state=waiting")).json()["erasures"]
    assert [one["why"] for one in listed if one["id"] == asked[0].json()["id"]] == ["asked by letter"]
    assert "nobody-we-know" not in str(listed)


@pytest.mark.parametrize("who", ["seller_a", "buyer_1", "carrier"])
async def test_nobody_else_may(market: Market, who: str) -> None:
    body = {"buyer": "buyer-1", "why": "x"}
    is_problem(await market.call(who, "POST", "/v1/erasures", body), 403, "permission_missing")
    is_problem(await market.call(who, "POST", "/v1/legal-holds", body), 403, "permission_missing")


async def test_a_hold_is_placed_and_lifted_once(market: Market) -> None:
    made = await market.call("platform", "POST", "/v1/legal-holds", {"buyer": "buyer-2", "why": "a court asks"})
    assert (made.status_code, made.json()["until"]) == (201, None)
    path = f"/v1/legal-holds/{made.json()['id']}"
    assert (await market.call("platform", "DELETE", path)).status_code == 204
    is_problem(await market.call("platform", "DELETE", path), 404, "not_found")
