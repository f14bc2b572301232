"""A list of cases: by tab, by whose turn it is, by what somebody types or scans, and under a name that can be shared."""

from typing import Any

import pytest
from tests.api.marketplace import DAMAGED, Market


async def opened(market: Market, order: str, **more: Any) -> dict[str, Any]:
    body = DAMAGED | {"proof": [{"kind": "photo_defect", "text": "bent"}]} | more
    made = await market.call("buyer_1", "POST", f"/v1/orders/{market.orders[order]}/cases", body, idempotency_key=f"l-{order}")
    assert made.status_code == 201, made.text
    case: dict[str, Any] = made.json()
    return case


async def ids(market: Market, who: str, **query: str) -> list[str]:
    answer = await market.call(who, "GET", "/v1/cases?" + "&".join(f"{name}={value}" for name, value in query.items()))
    assert answer.status_code == 200, answer.text
    return [case["id"] for case in answer.json()["cases"]]


@pytest.mark.requirement("U-03")
async def test_tabs_and_turns_hold_what_their_counts_say(market: Market) -> None:
    waiting, answered = await opened(market, "A10"), await opened(market, "A11")
    move = f"/v1/cases/{answered['id']}/moves/approve"
    done = await market.call("seller_a", "POST", move, {}, idempotency_key="l-1", if_match=str(answered["version"]))
    assert done.status_code == 200, done.text
    counts = (await market.call("seller_a", "GET", "/v1/cases:counts")).json()
    for tab, count in counts["tabs"].items():
        assert len(await ids(market, "seller_a", tab=tab, limit="100")) == count, tab
    assert len(await ids(market, "seller_a", owes="me", order="urgent", limit="100")) == counts["mine"]
    assert len(await ids(market, "seller_a", limit="100")) == counts["total"] == sum(counts["states"].values())
    mine = await ids(market, "seller_a", owes="me", order="urgent")
    assert waiting["id"] in mine
    assert answered["id"] not in mine
    assert waiting["id"] in await ids(market, "seller_a", due=waiting["deadline_kind"])
    assert waiting["id"] not in await ids(market, "seller_a", due="ship_back")
    for kind, count in counts["due"].items():
        assert len(await ids(market, "seller_a", due=kind, limit="100")) == count, kind


async def test_a_case_is_found_by_its_beginning_its_order_or_a_number_on_a_parcel(market: Market) -> None:
    case = await opened(market, "A12")
    assert case["id"] in await ids(market, "seller_a", q=case["id"])
    assert case["id"] in await ids(market, "seller_a", q=case["id"][:24], order="urgent")
    assert await ids(market, "seller_a", q=case["order_reference"]) == [case["id"]]
    assert await ids(market, "seller_a", q=case["id"][-8:]) == [case["id"]]
    assert await ids(market, "seller_a", q="nothing-like-it") == []
    tracked = await market.call("seller_a", "GET", f"/v1/orders/{case['order_id']}")
    numbers = [parcel["tracking_number"] for parcel in tracked.json().get("parcels", []) if parcel.get("tracking_number")]
    assert numbers
    for number in numbers:
        assert case["id"] in await ids(market, "seller_a", q=number.lower())
    assert await ids(market, "seller_b", q=case["order_reference"]) == []


async def test_amounts_reasons_and_one_shop_narrow_a_list(market: Market) -> None:
    case = await opened(market, "A13")
    amount = case["amount"]["amount"]
    assert case["id"] in await ids(market, "seller_a", amount_at_least=str(amount), amount_at_most=str(amount))
    assert case["id"] not in await ids(market, "seller_a", amount_at_least=str(amount + 1))
    assert case["id"] in await ids(market, "seller_a", reason=case["reason"], shop_id=str(case["shop_id"]))
    other = await market.call("seller_a", "GET", f"/v1/cases?shop_id={market.shops['b']}")
    assert other.json()["code"] == "not_found"
    unknown = await market.call("seller_a", "GET", "/v1/cases?tab=elsewhere")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_word")


async def test_a_view_is_ones_own_until_it_is_shared_and_changed_by_its_owner_alone(market: Market) -> None:
    shop = market.shops["a"]
    await market.call("seller_a", "PUT", f"/v1/shops/{shop}/members/vera", {"role": "after_sales_agent"})
    token = {"kind": "seller", "subject": "vera", "shops": [shop]}
    market.tokens["vera"] = (await market.call("platform", "POST", "/v1/tokens", token)).json()["token"]
    body = {"shop_id": shop, "name": "Refused on delivery", "filter": {"state": "refuse_sign_agreed"}}
    made = (await market.call("seller_a", "POST", "/v1/saved-views", body)).json()
    path = f"/v1/saved-views/{made['id']}"

    async def seen(who: str) -> list[tuple[str, bool]]:
        views = (await market.call(who, "GET", "/v1/saved-views")).json()["views"]
        return [(view["name"], view["own"]) for view in views]

    assert (await seen("seller_a"), await seen("vera")) == ([("Refused on delivery", True)], [])
    del body["shop_id"]
    changed = await market.call("seller_a", "PUT", path, body | {"shared": True})
    assert changed.json()["shared"] is True
    assert await seen("vera") == [("Refused on delivery", False)]
    assert await seen("seller_b") == []
    for call in (market.call("vera", "PUT", path, body), market.call("vera", "DELETE", path)):
        assert (await call).status_code == 404
    assert (await market.call("seller_a", "DELETE", path)).status_code == 204
    assert await seen("seller_a") == []
    strange = {"name": "x", "filter": {}, "shop_id": market.shops["b"]}
    assert (await market.call("seller_a", "POST", "/v1/saved-views", strange)).status_code == 404


@pytest.mark.requirement("U-03")
async def test_the_largest_come_first_page_by_page_and_a_cursor_of_another_order_is_refused(market: Market) -> None:
    for order, amount in (("A16", 1200), ("A17", 3400)):
        (line,) = (await market.call("seller_a", "GET", f"/v1/orders/{market.orders[order]}")).json()["lines"]
        await opened(market, order, lines=[{"line_id": line["id"], "amount": amount}])
    everything, cursor = [], ""
    while True:
        page = (await market.call("seller_a", "GET", f"/v1/cases?order=amount&limit=2{cursor}")).json()
        everything += page["cases"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(everything) > 2
    assert [case["id"] for case in everything] == list(dict.fromkeys(case["id"] for case in everything))
    assert {case["id"] for case in everything} == set(await ids(market, "seller_a", limit="100"))
    sizes = [(case["amount"]["currency"], -case["amount"]["amount"]) for case in everything]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) > 2
    for order in ("newest", "urgent"):
        other = await market.call("seller_a", "GET", f"/v1/cases?order={order}{cursor}")
        assert (other.status_code, other.json()["code"]) == (400, "bad_cursor")


@pytest.mark.requirement("U-16")
async def test_what_a_rule_of_the_shops_own_granted_is_found_and_counted_apart_from_what_people_did(market: Market) -> None:
    async def found(granted_by: str) -> set[str]:
        return set(await ids(market, "seller_a", granted_by=granted_by, limit="100"))

    async def counted() -> int:
        return int((await market.call("seller_a", "GET", "/v1/cases:counts")).json()["granted_by_itself"])

    before = await counted()
    by_hand = await opened(market, "A14")
    move = f"/v1/cases/{by_hand['id']}/moves/approve"
    await market.call("seller_a", "POST", move, {}, idempotency_key="l-hand", if_match=str(by_hand["version"]))
    path = f"/v1/shops/{market.shops['a']}/rules"
    rule = {"name": "all of them", "does": "approve", "kinds": ["refund_only"], "currency": "USD", "amount_at_most": 9_000_000}
    made = await market.call("seller_a", "POST", path, rule)
    assert made.status_code == 201, made.text
    by_rule = await opened(market, "A15")
    assert by_rule["state"] in ("refund_approved", "completed"), by_rule["state"]
    assert (await found("rule")) == (await found("itself")) == {by_rule["id"]}
    assert await found("time") == set()
    assert await counted() == before + 1
    off = await market.call("seller_a", "DELETE", f"{path}/{made.json()['id']}", if_match='"1"')
    assert off.status_code == 200
