"""Members, invitations, providers and the platform's staff over HTTP: what is granted counts from the next request on, and no longer."""

from typing import Any

import httpx
import pytest
from tests.api.marketplace import DAMAGED, Market


async def person(market: Market, name: str, shop: str = "a", role: str = "viewer", **more: Any) -> None:
    """A new member with a seat of their own."""
    path = f"/v1/shops/{market.shops[shop]}/members/{name}"
    assert (await market.call("platform", "PUT", path, {"role": role} | more)).status_code == 200
    body = {"kind": "seller", "subject": name, "shops": [market.shops[shop]], "seat": True}
    made = await market.call("platform", "POST", "/v1/tokens", body)
    market.tokens[name] = made.json()["token"]


async def case_of(market: Market, order: str, buyer: str = "buyer_1") -> dict[str, Any]:
    body = DAMAGED | {"proof": [{"kind": "photo_defect", "text": "The corner is bent."}]}
    answer = await market.call(buyer, "POST", f"/v1/orders/{market.orders[order]}/cases", body, idempotency_key=f"open-{order}")
    assert answer.status_code == 201, answer.text
    opened: dict[str, Any] = answer.json()
    assert opened["state"] == "pending_review"
    return opened


async def approve(market: Market, who: str, case: dict[str, Any], key: str) -> httpx.Response:
    path = f"/v1/cases/{case['id']}/moves/approve"
    return await market.call(who, "POST", path, {}, idempotency_key=key, if_match=f'"{case["version"]}"')


@pytest.mark.requirement("P-01", "P-02")
async def test_a_role_counts_from_the_next_request_on_and_its_end_too(market: Market) -> None:
    await person(market, "rita")
    path = f"/v1/shops/{market.shops['a']}/members/rita"
    assert (await market.call("rita", "GET", "/v1/cases")).status_code == 200
    refused = await market.call("rita", "GET", f"/v1/shops/{market.shops['a']}/members")
    assert (refused.status_code, refused.json()["permission"]) == (403, "members.manage")
    assert (await market.call("seller_a", "PUT", path, {"role": "after_sales_manager"})).status_code == 200
    assert (await market.call("rita", "GET", f"/v1/shops/{market.shops['a']}/members")).status_code == 200
    assert (await market.call("seller_a", "DELETE", path)).status_code == 204
    assert (await market.call("rita", "GET", "/v1/cases")).json()["permission"] == "cases.read"
    assert (await market.call("seller_a", "DELETE", path)).status_code == 404
    held = (await market.call("seller_a", "GET", f"/v1/shops/{market.shops['a']}/members?ended=true")).json()["members"]
    assert [(row["role"], row["ended_why"]) for row in held if row["person"] == "seller:rita"] == [
        ("viewer", "role_changed"),
        ("after_sales_manager", "removed"),
    ]


@pytest.mark.requirement("P-02", "F-03")
async def test_what_is_held_is_asked_at_the_commit_and_not_of_what_a_process_remembers(market: Market) -> None:
    await person(market, "late", role="after_sales_agent")
    case = await case_of(market, "A10")
    assert (await market.call("late", "GET", f"/v1/cases/{case['id']}")).status_code == 200  # the process knows the token now
    async with market.context.pool.acquire() as connection, connection.transaction():
        await connection.execute(f"select set_config('amends.shops', '{market.shops['a']}', true)")
        await connection.execute(
            "update membership set to_at = moment(), ended_by = 'x' where person = 'seller:late' and to_at is null"
        )
    refused = await approve(market, "late", case, "late-1")
    assert (refused.status_code, refused.json()["permission"]) == (403, "cases.handle")


@pytest.mark.requirement("U-13", "P-06")
async def test_one_seat_reaches_several_shops_and_in_each_only_what_is_held_there(market: Market) -> None:
    await person(market, "multi", "a", "after_sales_agent")
    in_a, in_b = await case_of(market, "A11"), await case_of(market, "B1", "buyer_2")
    path = f"/v1/shops/{market.shops['b']}/invitations"
    code = (await market.call("seller_b", "POST", path, {"subject": "multi", "role": "viewer"})).json()["code"]
    assert (await market.call("multi", "GET", f"/v1/cases/{in_b['id']}")).status_code == 404
    assert (await market.call("staff_a", "POST", "/v1/invitations:accept", {"code": code})).status_code == 404  # not theirs
    assert (await market.call("multi", "POST", "/v1/invitations:accept", {"code": code})).status_code == 200
    assert (await market.call("multi", "POST", "/v1/invitations:accept", {"code": code})).status_code == 404  # once
    seat = (await market.call("multi", "GET", "/v1/me")).json()
    assert {shop["shop_id"]: shop["role"] for shop in seat["shops"]} == {
        market.shops["a"]: "after_sales_agent",
        market.shops["b"]: "viewer",
    }
    shown = {c["id"]: c["moves"] for c in (await market.call("multi", "GET", "/v1/cases?limit=100")).json()["cases"]}
    grey = {move["move"]: move.get("permission") for move in shown[in_b["id"]]}
    assert grey["approve"] == "cases.handle"
    assert {m["move"]: m["open"] for m in shown[in_a["id"]]}["approve"]
    refused = await approve(market, "multi", in_b, "multi-b")
    assert (refused.status_code, refused.json()["permission"]) == (403, "cases.handle")
    assert (await approve(market, "multi", in_a, "multi-a")).status_code == 200
    there = await market.client.post(
        f"/v1/orders/{market.orders['B1']}/evidence?kind=photo_defect",
        content=b"x",
        headers=market.auth("multi", content_type="image/jpeg"),
    )
    assert (there.status_code, there.json()["permission"]) == (403, "evidence.write")


@pytest.mark.requirement("P-01", "P-06")
async def test_a_provider_works_under_a_grant_that_the_shop_ends_at_once(market: Market) -> None:
    shop = f"/v1/shops/{market.shops['a']}"
    unknown = await market.call("seller_a", "PUT", f"{shop}/members/pia", {"role": "provider_manager", "provider": "helpers"})
    assert unknown.json()["code"] == "provider_unknown"
    most = ["insight.read", "orders.read", "cases.read", "cases.handle", "members.manage"]
    assert (await market.call("seller_a", "PUT", f"{shop}/providers/helpers", {"name": "Helpers", "permissions": most})).json()[
        "members"
    ] == 0
    over = await market.call("seller_a", "PUT", f"{shop}/members/pia", {"role": "provider_manager", "provider": "helpers"})
    assert (over.json()["code"], over.json()["permission"]) == ("provider_holds_less", "cases.open")
    await person(market, "pia", role="provider_manager", permissions=most, provider="helpers")
    agent = {"role": "provider_agent", "permissions": ["cases.read", "cases.handle"]}
    made = await market.call("pia", "PUT", f"{shop}/members/pat", agent)  # her own colleague, through the same provider
    assert made.json()["provider"] == "helpers"
    assert (await market.call("pia", "PUT", f"{shop}/members/stan", agent)).status_code == 404  # the shop's own staff
    assert (
        await market.call("pia", "PUT", f"{shop}/providers/helpers", {"name": "H", "permissions": ["cases.read"]})
    ).status_code == 403
    body = {"kind": "seller", "subject": "pat", "shops": [market.shops["a"]], "seat": True}
    market.tokens["pat"] = (await market.call("platform", "POST", "/v1/tokens", body)).json()["token"]
    assert (await market.call("pat", "GET", "/v1/cases")).status_code == 200
    assert (await market.call("seller_a", "DELETE", f"{shop}/providers/helpers")).status_code == 204
    for who in ("pia", "pat"):
        assert (await market.call(who, "GET", "/v1/cases")).status_code == 403


@pytest.mark.requirement("P-01")
async def test_staff_of_the_platform_act_in_their_markets_and_nowhere_else(market: Market) -> None:
    case = await case_of(market, "A12")
    for name, markets in (("vera", ["gb"]), ("uma", ["us"])):
        path = f"/v1/platform/members/{name}"
        made = await market.call("platform", "PUT", path, {"role": "reviewer", "markets": markets})
        assert made.status_code == 200, made.text
        body = {"kind": "platform", "subject": name}
        market.tokens[name] = (await market.call("platform", "POST", "/v1/tokens", body)).json()["token"]
    assert (await market.call("uma", "GET", f"/v1/cases/{case['id']}")).status_code == 200
    assert (await market.call("vera", "GET", f"/v1/cases/{case['id']}")).status_code == 404
    assert (await market.call("vera", "GET", "/v1/cases")).json()["cases"] == []
    assert (await market.call("uma", "GET", "/v1/cases")).json()["cases"]
    assert (await market.call("vera", "GET", f"/v1/shops/{market.shops['a']}/onboarding")).status_code == 404
    assert (await market.call("vera", "PUT", "/v1/platform/members/vera", {"role": "platform_admin"})).status_code == 403
    assert (await market.call("platform", "DELETE", "/v1/platform/members/uma")).status_code == 204
    assert (await market.call("uma", "GET", "/v1/cases")).status_code == 403


async def test_a_shop_that_is_told_again_keeps_its_market_and_what_is_left_out(market: Market) -> None:
    told = {"reference": "again", "name": "First", "market": "us", "seller": "old", "cross_border": True, "local": False}
    assert (await market.call("platform", "POST", "/v1/shops", {"shops": [told]})).status_code == 200
    less = {"reference": "again", "name": "Second", "market": "us", "seller": "new", "local": True}
    assert (await market.call("platform", "POST", "/v1/shops", {"shops": [less]})).status_code == 200
    elsewhere = await market.call("platform", "POST", "/v1/shops", {"shops": [less, less | {"market": "gb"}]})
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (409, "shop_market_stands")
    assert elsewhere.json()["errors"] == [{"path": "shops[1].market", "code": "shop_market_stands"}]
    (shop,) = (await market.call("platform", "GET", "/v1/shops?q=again")).json()["shops"]
    assert shop | {"id": 0} == told | less | {"id": 0, "duty_free_hainan": None}


@pytest.mark.requirement("P-06")
async def test_no_shop_renames_somebody_who_works_for_another_too(market: Market) -> None:
    for shop, name in (("a", "Nina"), ("b", "Platform Support")):
        path = f"/v1/shops/{market.shops[shop]}/members/nina"
        assert (await market.call(f"seller_{shop}", "PUT", path, {"role": "viewer", "name": name})).status_code == 200
        members = (await market.call("seller_a", "GET", f"/v1/shops/{market.shops['a']}/members")).json()["members"]
        assert [m["name"] for m in members if m["person"] == "seller:nina"] == ["Nina"]


@pytest.mark.requirement("P-01")
async def test_staff_of_one_market_see_and_change_nothing_of_another(market: Market) -> None:
    shop = market.shops["a"]
    for name, markets in (("gina", ["gb"]), ("ulla", ["us"])):
        role = {"role": "platform_admin", "markets": markets}
        assert (await market.call("platform", "PUT", f"/v1/platform/members/{name}", role)).status_code == 200
        market.tokens[name] = (await market.call("platform", "POST", "/v1/tokens", {"kind": "platform", "subject": name})).json()[
            "token"
        ]
    scan = {"source": "usps", "event_id": "far", "tracking_number": "NOBODYS", "status": "delivered",
            "occurred_at": "2026-01-01T00:00:00Z", "shop_id": shop}  # fmt: skip
    assert (await market.call("platform", "POST", "/v1/scans", {"scans": [scan]})).json()["scans"][0]["result"] == "parked"
    (parked,) = (await market.call("ulla", "GET", f"/v1/attention?shop_id={shop}&kind=signal_parked")).json()["waiting"]
    order = {"shop": "a", "reference": "FAR", "buyer": "x", "currency": "USD", "status": "unpaid", "placed_at": "2026-01-01T00:00:00Z",
             "lines": [{"reference": "1", "price": 1}]}  # fmt: skip
    assert (await market.call("gina", "GET", f"/v1/attention?shop_id={shop}")).json()["waiting"] == []
    assert (await market.call("gina", "GET", "/v1/shops")).json()["shops"] == []
    for path in (f"/v1/events?shop_id={shop}", f"/v1/disputes/figures?shop_id={shop}"):
        assert (await market.call("gina", "GET", path)).status_code == 404
        assert (await market.call("ulla", "GET", path)).status_code == 200
    settle = f"/v1/attention/parked/{parked['id']}/settle"
    assert (await market.call("gina", "POST", settle, {"how": "not_needed"}, idempotency_key="settle")).status_code == 404
    told = (await market.call("gina", "POST", "/v1/orders", {"orders": [order]})).json()["orders"]
    assert told[0]["problems"] == ["unknown_shop"]
    mine = {"reference": "far", "name": "Far", "market": "us", "seller": "x"}
    assert (await market.call("gina", "POST", "/v1/shops", {"shops": [mine]})).json()["code"] == "market_unknown"
    assert (await market.call("ulla", "POST", settle, {"how": "not_needed"}, idempotency_key="settle")).status_code == 204


async def test_nobody_grants_what_they_do_not_hold_nor_changes_who_holds_more(market: Market) -> None:
    await person(market, "mona", role="after_sales_manager")
    shop = f"/v1/shops/{market.shops['a']}"
    refused = await market.call("mona", "PUT", f"{shop}/members/new", {"role": "main_account"})
    assert (refused.status_code, refused.json()["permission"]) == (403, "*")
    refused = await market.call("mona", "DELETE", f"{shop}/members/anna")
    assert (refused.status_code, refused.json()["permission"]) == (403, "*")
    body = {"kind": "seller", "subject": "stan", "shops": [market.shops["a"]], "permissions": ["cases.handle"]}
    refused = await market.call("seller_a", "POST", "/v1/tokens", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "member_holds_less")


@pytest.mark.requirement("P-03", "F-06", "U-17")
async def test_what_a_shop_still_lacks_is_listed_with_a_reason_and_a_next_step_for_each_point(market: Market) -> None:
    path = f"/v1/shops/{market.shops['b']}/onboarding"
    points = {p["check"]: p for p in (await market.call("seller_b", "GET", path)).json()["points"]}
    assert points["business_licence"]["reason"] == "check_not_looked_at"
    assert points["main_account_bound"]["state"] == "met"
    assert points["quick_replies"]["next"]["zh"]
    words = ("identity_verified", "business_licence", "legal_person_id", "bank_account", "site_opened", "first_listing")
    found = {"found": dict.fromkeys(words, True) | {"same_phone": False, "mainland_china": False}}
    assert (await market.call("seller_b", "PUT", path, found)).status_code == 403
    told = (await market.call("platform", "PUT", path, found)).json()
    assert [(p["check"], p["reason"]) for p in told["points"] if p["state"] == "open"] == [
        ("same_phone", "check_not_met"),
        ("quick_replies", "check_not_met"),
    ]
    assert {p["check"] for p in told["points"] if p["state"] == "does_not_apply"} >= {"cross_border_licence", "payment_licence"}
    seen = (await market.call("seller_b", "GET", f"{path}?client=app&version=28.4.9")).json()
    assert [r["code"] for r in seen["entry_hidden_by"]] == ["console_outdated", "check_not_met", "check_not_met"]
    assert (
        await market.call("platform", "PUT", path, {"found": {"quick_replies": True}})
    ).status_code == 422  # it is counted, not told
