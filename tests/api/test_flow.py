"""The main road over HTTP: ask, see, decide, read it all again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.api.marketplace import DAMAGED, Market, is_problem

TEXT = [{"kind": "photo_defect"}]


async def opened(market: Market, reference: str, **more: Any) -> dict[str, Any]:
    path = f"/v1/orders/{market.orders[reference]}/cases"
    answer = await market.call("buyer_1", "POST", path, DAMAGED | more, idempotency_key=f"open-{reference}")
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def move(market: Market, who: str, case: dict[str, Any], name: str, body: dict[str, Any], key: str) -> httpx.Response:
    path = f"/v1/cases/{case['id']}/moves/{name}"
    return await market.call(who, "POST", path, body, idempotency_key=key, if_match=f'"{case["version"]}"')


@pytest.mark.requirement("E-01", "E-02", "E-03")
async def test_what_may_be_asked_of_an_auction_and_why_not(market: Market) -> None:
    answer = (await market.call("buyer_1", "GET", f"/v1/orders/{market.orders['A1']}/requests")).json()
    kinds = {kind["kind"]: kind for kind in answer["requests"]}
    assert not kinds["cancel"]["open"]
    assert "kind_not_open_in_status" in kinds["cancel"]["codes"]
    reasons = {reason["reason"]: reason for reason in kinds["return_refund"]["reasons"]}
    assert (reasons["better_price"]["verdict"], reasons["better_price"]["codes"]) == ("declined", ["final_sale"])
    assert reasons["damaged"]["verdict"] in ("needs", "allowed")
    assert reasons["damaged"]["needs"]
    assert set(kinds["exchange"]["words"]) == {"zh", "en"}


async def test_a_preview_answers_200_and_leaves_no_trace(market: Market) -> None:
    path = f"/v1/orders/{market.orders['A2']}/cases:preview"
    counted = "select (select count(*) from attempt), (select count(*) from cases), (select count(*) from idempotency)"
    before = tuple(await market.context.reviewers.fetchrow(counted))
    declined = await market.call("buyer_2", "POST", path, {"kind": "return_refund", "reason": "better_price"})
    assert (declined.status_code, declined.json()["verdict"]["kind"]) == (200, "declined")
    assert declined.json()["verdict"]["ways"]
    needing = await market.call("buyer_2", "POST", path, DAMAGED)
    assert (needing.status_code, needing.json()["verdict"]["kind"]) == (200, "needs")
    assert needing.json()["amount"] == needing.json()["most"] == {"amount": 5000, "currency": "USD"}
    assert tuple(await market.context.reviewers.fetchrow(counted)) == before


async def test_a_refused_attempt_keeps_its_reasons_and_names_itself(market: Market) -> None:
    path = f"/v1/orders/{market.orders['A2']}/cases"
    answer = await market.call("buyer_2", "POST", path, {"kind": "return_refund", "reason": "better_price"}, idempotency_key="r")
    said = is_problem(answer, 409, "final_sale")
    assert said["verdict"]["reasons"][0]["file"] == "policies/packs/live_auction/eligibility.yaml"
    attempt = await market.context.reviewers.fetchrow("select code, reasons from attempt where id = $1", said["request_id"])
    assert attempt["code"] == "final_sale"


async def test_one_case_looks_the_same_when_it_is_answered_and_when_it_is_read(market: Market) -> None:
    case = await opened(market, "A10")
    read = await market.call("buyer_1", "GET", f"/v1/cases/{case['id']}")
    again = read.json()
    for side in (case, again):
        side.pop("server_now")
    assert again == case
    assert read.headers["etag"] == f'"{case["version"]}"'
    assert {"deadline_at", "deadline_kind", "version", "moves"} <= set(again)
    assert all({"move", "open"} <= set(each) for each in again["moves"])


@pytest.mark.requirement("U-06")
async def test_each_side_sees_its_own_moves(market: Market) -> None:
    case = await opened(market, "A11")
    by = {
        who: (await market.call(who, "GET", f"/v1/cases/{case['id']}/moves")).json()["moves"]
        for who in ("buyer_1", "seller_a", "staff_a")
    }
    buyers = {each["move"]: each for each in by["buyer_1"]}
    assert buyers["withdraw"]["open"]
    assert buyers["submit_evidence"]["open"]
    staff = {each["move"]: each for each in by["staff_a"]}
    assert staff["approve"]["permission"] == "cases.handle"
    assert not {each["move"]: each for each in by["seller_a"]}["approve"]["open"]


@pytest.mark.requirement("T-07")
async def test_what_happened_can_be_read_by_case_and_by_shop(market: Market) -> None:
    case = await opened(market, "A12")
    done = (await move(market, "buyer_1", case, "withdraw", {}, "w12")).json()
    assert done["state"] == "closed"
    events = (await market.call("seller_a", "GET", f"/v1/cases/{case['id']}/events")).json()["events"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["to_state"] == "closed"
    feed: list[dict[str, Any]] = []
    cursor = 0
    while page := (await market.call("seller_a", "GET", f"/v1/events?after_cursor={cursor}&limit=3")).json():
        if not page["events"]:
            break
        feed += page["events"]
        cursor = page["next_cursor"]
    assert [event["cursor"] for event in feed] == list(range(1, len(feed) + 1))
    assert [e["seq"] for e in feed if e["case_id"] == case["id"]] == [event["seq"] for event in events]


async def test_pages_follow_each_other_without_a_gap_or_a_double(market: Market) -> None:
    for n in range(14, 20):
        await opened(market, f"A{n}")
    whole = [case["id"] for case in (await market.call("seller_a", "GET", "/v1/cases?limit=100")).json()["cases"]]
    for order in ("newest", "urgent"):
        seen: list[str] = []
        cursor = ""
        while True:
            page = (await market.call("seller_a", "GET", f"/v1/cases?order={order}&limit=2{cursor}")).json()
            seen += [case["id"] for case in page["cases"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert len(seen) == len(set(seen))
        assert set(seen) <= set(whole)
        if order == "newest":
            assert seen == whole
    orders: list[str] = []
    cursor = ""
    while True:
        page = (await market.call("seller_a", "GET", f"/v1/orders?limit=7{cursor}")).json()
        orders += [order["reference"] for order in page["orders"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(orders) == len(set(orders)) == 32


async def test_cases_are_narrowed_by_what_is_asked(market: Market) -> None:
    later = (datetime.now(UTC) + timedelta(days=30)).isoformat().replace("+", "%2B")
    earlier = (datetime.now(UTC) - timedelta(days=30)).isoformat().replace("+", "%2B")
    everything = len((await market.call("seller_a", "GET", "/v1/cases?limit=100")).json()["cases"])
    for query, expected in (
        ("state=closed", lambda case: case["state"] == "closed"),
        ("kind=exchange", lambda _: False),
        ("market=gb", lambda _: False),
        (f"updated_since={later}", lambda _: False),
        (f"deadline_before={earlier}", lambda _: False),
        (f"order_id={market.orders['A10']}", lambda case: case["order_reference"] == "A10"),
    ):
        found = (await market.call("seller_a", "GET", f"/v1/cases?limit=100&{query}")).json()["cases"]
        assert all(expected(case) for case in found), query
        assert len(found) < everything
    assert len((await market.call("seller_a", "GET", "/v1/orders?reference=A10")).json()["orders"]) == 1
    assert (await market.call("seller_a", "GET", "/v1/orders?purchase=nothing")).json()["orders"] == []


@pytest.mark.requirement("T-03")
async def test_a_batch_answers_row_by_row_and_again_the_same(market: Market) -> None:
    cases = [await opened(market, f"A{n}") for n in range(30, 34)]
    rows: list[dict[str, Any]] = [
        {"id": str(n), "case_id": case["id"], "move": "withdraw", "version": case["version"]} for n, case in enumerate(cases)
    ]
    rows[1]["version"] = 99
    rows[2]["move"] = "sorcery"
    rows[3]["body"] = {"unknown": 1}
    answers = [
        await market.call("buyer_1", "POST", "/v1/moves:batch", {"moves": rows}, idempotency_key="batch") for _ in range(2)
    ]
    first = answers[0].json()["rows"]
    assert [row["status"] for row in first] == [200, 412, 422, 422]
    assert first[0]["case"]["state"] == "closed"
    assert first[1]["problem"]["code"] == "stale_version"
    assert first[3]["problem"]["errors"] == [{"path": "unknown", "code": "unknown_field"}]
    again = answers[1].json()["rows"]
    assert again[0]["replayed"]
    assert again[0]["case"] == first[0]["case"]


async def test_a_batch_names_each_row_once(market: Market) -> None:
    row = {"id": "x", "case_id": market.orders["A1"], "move": "approve", "version": 1}
    answer = await market.call("seller_a", "POST", "/v1/moves:batch", {"moves": [row, row]}, idempotency_key="twice")
    is_problem(answer, 422, "value_not_allowed", "moves")


async def test_orders_are_taken_row_by_row_and_twice_with_no_effect(market: Market) -> None:
    order = {"shop": "a", "reference": "N1", "buyer": "n", "currency": "USD", "status": "delivered",
             "placed_at": "2026-11-01T00:00:00Z", "lines": [{"reference": "1", "price": 100}],
             "payments": [{"sequence": 1, "method": "card", "amount": 100}]}  # fmt: skip
    other = order | {"shop": "nowhere"}
    results = [
        [
            row["result"]
            for row in (await market.call("platform", "POST", "/v1/orders", {"orders": [order, other]})).json()["orders"]
        ]
        for _ in range(2)
    ]
    assert results == [["created", "refused"], ["same", "refused"]]


async def test_shops_are_taken_by_the_platform_alone(market: Market) -> None:
    shop = {"reference": "c", "name": "Shop c", "market": "us", "seller": "c"}
    assert (await market.call("platform", "POST", "/v1/shops", {"shops": [shop]})).status_code == 200
    is_problem(await market.call("seller_a", "POST", "/v1/shops", {"shops": [shop]}), 403, "permission_missing")
    is_problem(await market.call("platform", "POST", "/v1/shops", {"shops": [shop | {"market": "xx"}]}), 404, "market_unknown")
    mine = (await market.call("seller_a", "GET", "/v1/shops")).json()["shops"]
    assert [shop["reference"] for shop in mine] == ["a"]


async def test_shops_are_found_by_a_part_of_their_name_or_reference_among_ones_own(market: Market) -> None:
    async def found(who: str, q: str) -> list[str]:
        answer = await market.call(who, "GET", "/v1/shops?q=" + q)
        return [shop["reference"] for shop in answer.json()["shops"]]

    vase = {"reference": "jdz-7", "name": "Blue 100% Vase", "market": "us", "seller": "c"}
    assert (await market.call("platform", "POST", "/v1/shops", {"shops": [vase]})).status_code == 200
    assert await found("platform", "100%25 va") == await found("platform", "JDZ") == ["jdz-7"]
    assert await found("platform", "_") == [], "a letter like any other"
    assert await found("seller_a", "vase") == []


@pytest.mark.requirement("P-07")
async def test_the_rules_of_any_day_can_be_read_with_their_sources(market: Market) -> None:
    now = (await market.call("buyer_1", "GET", "/v1/policies/us")).json()
    assert all(rule["source"] for rule in now["rules"])
    assert "final_sale" in {rule["id"] for rule in now["rules"]}
    then = (await market.call("buyer_1", "GET", "/v1/policies/us?as_of=2026-06-01")).json()
    assert "final_sale" not in {rule["id"] for rule in then["rules"]}
    assert then["as_of"] == "2026-06-01T04:00:00Z"
    releases = (await market.call("buyer_1", "GET", "/v1/policies/us/releases")).json()["releases"]
    assert releases[0]["hash"] == now["release"]["hash"]
    assert releases[0]["founding"]
    is_problem(await market.call("buyer_1", "GET", "/v1/policies/us?as_of=1999-01-01"), 404, "not_found")
    is_problem(await market.call("buyer_1", "GET", "/v1/policies/us?as_of=tomorrow"), 422, "bad_moment", "as_of")
    is_problem(await market.call("buyer_1", "GET", "/v1/policies/xx"), 404, "market_unknown")
    is_problem(await market.call("buyer_1", "GET", "/v1/policies/xx/releases"), 404, "market_unknown")


async def test_the_words_can_be_read_by_everybody(market: Market) -> None:
    problems = (await market.client.get("/v1/problems")).json()["problems"]
    found = {problem["code"]: problem for problem in problems}
    assert found["final_sale"]["status"] == 409
    assert (await market.client.get("/v1/vocabulary/reasons")).json()["words"]
    is_problem(await market.client.get("/v1/vocabulary/nothing"), 404, "not_found")


async def test_an_endpoint_is_registered_shown_and_removed(market: Market) -> None:
    made = (
        await market.call(
            "seller_a", "POST", "/v1/webhooks", {"url": "https://hooks.shop.com/x", "topics": ["case.proof_demanded"]}
        )
    ).json()
    assert made["secret"].startswith("whsec_")
    shown = (await market.call("seller_a", "GET", "/v1/webhooks")).text
    assert made["id"] in shown
    assert made["secret"] not in shown
    await opened(market, "A34")
    sent = (await market.call("seller_a", "GET", f"/v1/webhooks/{made['id']}/deliveries")).json()["deliveries"]
    assert [(delivery["state"], delivery["event"]) for delivery in sent] == [("pending", "proof_demanded")]
    replayed = await market.call("seller_a", "POST", f"/v1/webhooks/{made['id']}/replay", {"since": "2026-01-01T00:00:00Z"})
    assert (replayed.status_code, replayed.json()["replayed"]) == (202, 0)
    assert (await market.call("seller_a", "DELETE", f"/v1/webhooks/{made['id']}")).status_code == 204
    for url in (
        "http://hooks.shop.com/x",
        "https://127.0.0.1/x",
        "https://user@shop.com/",
        "https://shop.com:22/",
        "https://localhost/",
        "ftp://x.com/",
    ):
        is_problem(await market.call("seller_a", "POST", "/v1/webhooks", {"url": url}), 422, "webhook_target_refused", "url")
    is_problem(
        await market.call("seller_a", "POST", "/v1/webhooks", {"url": "https://hooks.shop.com/x", "topics": ["magic"]}),
        422,
        "unknown_word",
    )


async def test_the_process_says_that_it_lives_and_counts_what_it_did(market: Market) -> None:
    assert (await market.client.get("/health")).json() == {"status": "ok"}
    assert (await market.client.get("/ready")).json() == {"status": "ok"}
    counted = (await market.client.get("/metrics")).text
    assert 'amends_requests_total{operation="open_case",status="201"}' in counted
    assert "amends_batch_commands_count" in counted


async def test_outside_a_sandbox_there_is_no_clock_to_move(market: Market) -> None:
    is_problem(await market.call("platform", "POST", "/v1/sandbox/clock", {"advance_seconds": 1}), 404, "only_in_sandbox")
