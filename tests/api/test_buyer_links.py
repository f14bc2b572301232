"""A host marketplace lets its buyer in by a link: to one order and nothing else, or to all of theirs; for a while."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.api.marketplace import DAMAGED, Market, is_problem

from amends.api.door.operation import OF_ONE_ORDER
from amends.api.table import OPERATIONS

SPARE = "00000000-0000-7000-8000-000000000000"


async def link(market: Market, **body: Any) -> dict[str, Any]:
    answer = await market.call("platform", "POST", "/v1/buyer-links", body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    market.tokens["link"] = made["token"]
    return made


async def test_a_link_to_one_order_opens_that_order_and_no_other(market: Market) -> None:
    mine, other = market.orders["A10"], market.orders["A11"]
    made = await link(market, order_id=mine)
    assert made["url"] == f"/buyer#order={mine}&token={made['token']}"
    assert datetime.fromisoformat(made["expires_at"]) - datetime.now(UTC) < timedelta(minutes=61)

    asked = await market.call("link", "POST", f"/v1/orders/{mine}/cases", DAMAGED, idempotency_key="l1")
    assert asked.status_code == 201, asked.text
    case = asked.json()["id"]
    assert (await market.call("link", "GET", f"/v1/cases/{case}")).json()["order_id"] == mine
    assert (await market.call("link", "GET", f"/v1/orders/{mine}/requests")).status_code == 200

    theirs = await market.call("buyer_1", "POST", f"/v1/orders/{other}/cases", DAMAGED, idempotency_key="l2")
    is_problem(await market.call("link", "GET", f"/v1/orders/{other}"), 404, "not_found")
    is_problem(await market.call("link", "GET", f"/v1/cases/{theirs.json()['id']}"), 404, "not_found")
    is_problem(
        await market.call("link", "POST", f"/v1/orders/{other}/cases", DAMAGED | {"kind": "return_refund"}, idempotency_key="l3"),
        404,
        "not_found",
    )


async def test_a_link_to_one_order_lists_nothing_and_shows_the_proof_of_that_order_alone(market: Market) -> None:
    await link(market, order_id=market.orders["A12"])
    for path in ("/v1/orders", "/v1/cases", "/v1/refunds", "/v1/notices", "/v1/disputes"):
        is_problem(await market.call("link", "GET", path), 403, "permission_missing")
    case = (
        await market.call("buyer_1", "POST", f"/v1/orders/{market.orders['A13']}/cases", DAMAGED, idempotency_key="p1")
    ).json()
    told = {"proof": [{"kind": "text_statement", "channel": "platform_messages", "text": "It broke."}]}
    given = await market.call("buyer_1", "POST", f"/v1/cases/{case['id']}/moves/submit_evidence", told, idempotency_key="p2",
                              if_match=f'"{case["version"]}"')  # fmt: skip
    assert given.status_code == 200, given.text
    proof = (await market.call("buyer_1", "GET", f"/v1/evidence?order_id={market.orders['A13']}")).json()["evidence"]
    assert proof
    asked = (await market.call("link", "GET", f"/v1/evidence?order_id={market.orders['A13']}")).json()
    assert asked["evidence"] == []
    is_problem(await market.call("link", "GET", f"/v1/evidence/{proof[0]['id']}"), 404, "not_found")


@pytest.mark.parametrize("operation", sorted(op.id for op in OPERATIONS if "buyer" in op.who and op.id not in OF_ONE_ORDER))
async def test_every_other_operation_is_closed_to_a_link_to_one_order(market: Market, operation: str) -> None:
    await link(market, order_id=market.orders["A14"])
    op = next(op for op in OPERATIONS if op.id == operation)
    path = op.path
    for name in [part.split("}")[0] for part in path.split("{")[1:]]:
        path = path.replace(f"{{{name}}}", SPARE)
    is_problem(await market.call("link", op.method, path, {} if op.method != "GET" else None), 403, "permission_missing")


async def test_a_link_to_a_buyer_opens_all_their_orders_and_nobody_elses(market: Market) -> None:
    made = await link(market, buyer="buyer-2", minutes=5)
    assert made["url"] == f"/buyer#token={made['token']}"
    seen = (await market.call("link", "GET", "/v1/orders")).json()["orders"]
    assert {order["reference"] for order in seen} == {"A2", "B1"}
    is_problem(await market.call("link", "GET", f"/v1/orders/{market.orders['A1']}"), 404, "not_found")


async def test_a_link_is_made_by_the_platform_for_one_thing_and_can_be_ended(market: Market) -> None:
    order = market.orders["A15"]
    is_problem(await market.call("seller_a", "POST", "/v1/buyer-links", {"order_id": order}), 403, "permission_missing")
    is_problem(await market.call("buyer_1", "POST", "/v1/buyer-links", {"order_id": order}), 403, "permission_missing")
    is_problem(await market.call("platform", "POST", "/v1/buyer-links", {}), 422, "missing_field")
    is_problem(await market.call("platform", "POST", "/v1/buyer-links", {"order_id": order, "buyer": "x"}), 422, "missing_field")
    is_problem(await market.call("platform", "POST", "/v1/buyer-links", {"order_id": SPARE}), 404, "not_found")
    is_problem(
        await market.call("platform", "POST", "/v1/buyer-links", {"buyer": "x", "minutes": 10_081}), 422, "value_not_allowed"
    )
    made = await link(market, order_id=order)
    assert (await market.call("link", "GET", f"/v1/orders/{order}")).status_code == 200
    assert (await market.call("platform", "DELETE", f"/v1/tokens/{made['id']}")).status_code == 204
    is_problem(await market.call("link", "GET", f"/v1/orders/{order}"), 401, "not_signed_in")


@pytest.mark.requirement("U-14", "E-01", "E-07")
async def test_what_may_be_asked_comes_with_what_the_buyer_is_to_be_shown(market: Market) -> None:
    told = (await market.call("buyer_1", "GET", f"/v1/orders/{market.orders['A16']}/requests")).json()["notices"]
    assert {"final_sale", "bid_with_confidence"} <= {notice["notice"] for notice in told}
    assert next(notice for notice in told if notice["notice"] == "final_sale")["words"] == {"zh": "最终销售", "en": "final sale"}
