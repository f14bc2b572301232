"""Terms over HTTP, for anybody and for one order; and what would open a request or a case that waits."""

from datetime import datetime, timedelta
from typing import Any

from tests.api.marketplace import Market, is_problem


async def test_anybody_reads_the_terms_in_force_as_a_page_as_json_and_as_schema_org(market: Market) -> None:
    told = await market.call(None, "GET", "/v1/policies/us/terms")
    assert told.status_code == 200, told.text
    terms = told.json()
    auction = [
        row
        for row in terms["terms"]
        if row["sale_formats"] == ["live_auction"] and row["kind"] == "return_refund" and row["open"]
    ]
    assert {row["days"] for row in auction} == {14}
    assert terms["schema_org"][0]["@type"] == "MerchantReturnPolicy"
    assert terms["schema_org"][0]["merchantReturnDays"] == 30
    for language, words in (("zh", "签收后 30 天内"), ("en", "30 days after delivery")):
        page = await market.client.get(f"/terms/us?language={language}")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert words in page.text
    preferred = await market.client.get("/terms/us", headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert preferred.headers["content-language"] == "zh"


async def test_a_market_that_does_not_exist_has_no_terms(market: Market) -> None:
    is_problem(await market.call(None, "GET", "/v1/policies/atlantis/terms"), 404, "market_unknown")
    is_problem(await market.client.get("/terms/atlantis"), 404, "market_unknown")


async def test_an_order_has_its_terms_with_days_computed_and_only_for_those_who_may_see_it(market: Market) -> None:
    place = f"/v1/orders/{market.orders['A1']}/terms"
    seen = await market.call("buyer_1", "GET", place)
    assert seen.status_code == 200, seen.text
    told = seen.json()
    rows = [row for group in told["groups"] for row in group["terms"]]
    open_now = [row for row in rows if row["open"] and row["last_day"]]
    assert open_now
    for row in open_now:
        before = datetime.fromisoformat(row["before"])
        assert datetime.fromisoformat(told["server_now"]) < before
        assert row["last_day"] < before.date().isoformat() or before.hour
    is_problem(await market.call("buyer_2", "GET", place), 404, "not_found")
    is_problem(await market.call("seller_b", "GET", place), 404, "not_found")


async def asked(market: Market, reference: str, **body: Any) -> dict[str, Any]:
    answer = await market.call(
        "buyer_1", "POST", f"/v1/orders/{market.orders[reference]}/cases:ways", {"kind": "return_refund"} | body
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_request_that_is_declined_is_told_everything_that_would_open_it(market: Market) -> None:
    kinds = {"cancel": "better_price", "refund_in_transit": "damaged"}
    for kind, reason in kinds.items():
        told = await asked(market, "A1", kind=kind, reason=reason)
        if told["verdict"] != "declined":
            continue
        assert told["reasons"]
        assert told["ways"]
        assert all(1 <= len(way["changes"]) + bool(way.get("from_day")) <= 2 for way in told["ways"])
        for way in told["ways"]:
            body = {"kind": way["kind"], "reason": reason}
            for change in way["changes"]:
                if change["fact"] == "request.reason":
                    body["reason"] = change["to"][0]
                elif change["fact"] == "request.reason_group":
                    groups = (await market.call(None, "GET", "/v1/vocabulary/reasons")).json()["words"]
                    body["reason"] = next(word["word"] for word in groups if word["traits"]["group"] == change["to"][0])
            preview = await market.call(
                "buyer_1", "POST", f"/v1/orders/{market.orders['A1']}/cases:preview", body | {"note": "…"}
            )
            assert preview.json()["verdict"]["kind"] in ("allowed", "needs"), (way, preview.text)


async def test_a_case_that_waits_for_proof_says_which_and_until_when(market: Market) -> None:
    order = market.orders["A11"]
    body = {"kind": "refund_only", "reason": "damaged"}
    opened = await market.call("buyer_1", "POST", f"/v1/orders/{order}/cases", body, idempotency_key="ways-1")
    assert opened.status_code == 201, opened.text
    case = opened.json()
    assert case["state"] == "awaiting_proof"
    seen = await market.call("buyer_1", "GET", f"/v1/cases/{case['id']}/ways")
    assert seen.status_code == 200, seen.text
    told = seen.json()
    assert [way["changes"] for way in told["ways"]] == [[]]
    assert "photo_defect" in told["ways"][0]["proof"][0]["any_of"]
    assert [each["clock"] for each in told["waiting"]] == ["proof"]
    due = datetime.fromisoformat(told["waiting"][0]["due_at"])
    assert timedelta(hours=47) < due - datetime.fromisoformat(told["server_now"]) <= timedelta(hours=48)
    is_problem(await market.call("buyer_2", "GET", f"/v1/cases/{case['id']}/ways"), 404, "not_found")


async def known(market: Market) -> list[tuple[str, int]]:
    return [(case["id"], case["version"]) for case in (await market.call("seller_a", "GET", "/v1/cases")).json()["cases"]]


async def test_asking_what_would_open_a_request_makes_none(market: Market) -> None:
    before = await known(market)
    await asked(market, "A1", kind="return_refund", reason="damaged")
    assert await known(market) == before
    bad = await market.call(
        "buyer_1", "POST", f"/v1/orders/{market.orders['A1']}/cases:ways", {"kind": "return_refund", "reason": "nonsense"}
    )
    assert bad.status_code >= 400
