"""Chargebacks over HTTP: the platform's word, the bank's signed message, and what each side may see and do."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.api.marketplace import Market, is_problem, told_order
from tests.api.test_signals import SECRET

from amends.desk.orders import take_orders
from amends.domain.facts.told import ToldLine, ToldPayment
from amends.gateways.signatures import sign_message


@pytest.fixture(scope="module")
def settings_more() -> dict[str, Any]:
    return {"inbound": {"usps": (SECRET,), "bank": (SECRET,)}}


async def payment_of(market: Market, reference: str) -> str:
    return str(await market.context.reviewers.fetchval("select id from payment where order_id = $1", market.orders[reference]))


async def told(market: Market, order: str, key: str, **more: Any) -> httpx.Response:
    body = {
        "payment": await payment_of(market, order), "source": "bank", "reference": f"cb-{order}", "state": "open",
        "amount": 5000, "currency": "USD", "reason": "fraudulent",
    }  # fmt: skip
    return await market.call("platform", "POST", "/v1/chargebacks", body | more, idempotency_key=key)


async def test_the_platform_tells_of_a_chargeback_once_and_its_shop_sees_it(market: Market) -> None:
    due = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    assert (await told(market, "A1", "k1", respond_by=due)).json() == {"result": "recorded"}
    assert (await told(market, "A1", "k1", respond_by=due)).json() == {"result": "known"}
    assert (await told(market, "A1", "k2")).json() == {"result": "known"}
    mine = (await market.call("seller_a", "GET", "/v1/chargebacks?state=open")).json()["chargebacks"]
    assert [(c["reference"], c["held"], c["amount"], c["currency"]) for c in mine] == [("cb-A1", 5000, 5000, "USD")]
    assert (await market.call("seller_b", "GET", "/v1/chargebacks")).json()["chargebacks"] == []
    is_problem(await market.call("seller_a", "POST", "/v1/chargebacks", {}, idempotency_key="x"), 403, "permission_missing")
    answer = f"/v1/chargebacks/{mine[0]['id']}/answer"
    is_problem(await market.call("seller_b", "POST", answer, {}, idempotency_key="a1"), 404, "not_found")
    assert (await market.call("seller_a", "POST", answer, {}, idempotency_key="a2")).json() == {"result": "recorded"}
    override = f"/v1/chargebacks/{mine[0]['id']}/override"
    assert (await market.call("platform", "POST", override, {"why": "agreed"}, idempotency_key="o1")).json() == {
        "result": "recorded"
    }


async def test_what_cannot_be_is_refused_with_its_code(market: Market) -> None:
    is_problem(await told(market, "A2", "k3", payment="nobody"), 409, "payment_missing")
    is_problem(await told(market, "A2", "k4", currency="EUR"), 422, "currency_differs")
    is_problem(await told(market, "A2", "k5", state="maybe"), 422, "value_not_allowed")
    assert (await told(market, "A2", "k6", state="won")).json() == {"result": "recorded"}
    is_problem(await told(market, "A2", "k7", state="lost"), 409, "move_not_open")


async def test_a_charge_that_paid_several_orders_is_charged_back_for_all_of_them(market: Market) -> None:
    """One checkout, two shops, three orders, one charge of 120.00: the bank knows nothing of orders."""
    paid = {"A-x": ("a", 5000), "A-y": ("a", 3000), "B-z": ("b", 4000)}
    orders = [
        told_order(shop, name, "buyer-1", lines=(ToldLine(reference="1", price=amount),),
                   payments=(ToldPayment(sequence=1, method="card", amount=amount, provider_reference="one-charge"),))
        for name, (shop, amount) in paid.items()
    ]  # fmt: skip
    market.orders |= {taken.reference: str(taken.order_id) for taken in await take_orders(market.context.desk, orders)}
    part = is_problem(await told(market, "A-x", "m0", payment="one-charge", amount=4000), 409, "payment_ambiguous")
    assert sorted(part["payments"]) == sorted([await payment_of(market, name) for name in paid])

    async def held() -> list[tuple[str, int, int]]:
        return [tuple(row) for row in await market.context.reviewers.fetch(
            "select state, amount, held from chargeback where reference like 'whole#%' order by amount")]  # fmt: skip

    whole = {"payment": "one-charge", "amount": 12000, "reference": "whole"}
    for key, result in (("m1", "recorded"), ("m1", "known"), ("m2", "known")):
        assert (await told(market, "A-x", key, **whole)).json() == {"result": result}
        assert await held() == [("open", 3000, 3000), ("open", 4000, 4000), ("open", 5000, 5000)]
    assert (await told(market, "A-x", "m3", **whole, state="won")).json() == {"result": "recorded"}
    assert await held() == [("won", 3000, 0), ("won", 4000, 0), ("won", 5000, 0)]


async def signed(market: Market, source: str, data: Any, message_id: str) -> httpx.Response:
    body = json.dumps({"type": "payment.charged_back", "data": data}).encode()
    head = sign_message([SECRET], message_id, datetime.now(UTC), body) | {"content-type": "application/json"}
    return await market.client.post(f"/v1/inbound/{source}", content=body, headers=head)


async def test_a_bank_says_so_itself_and_a_carrier_says_nothing_of_money(market: Market) -> None:
    data = {"payment": await payment_of(market, "B1"), "reference": "n-1", "state": "open", "amount": 100, "currency": "USD"}
    assert (await signed(market, "bank", data, "m1")).json() == {"result": "recorded"}
    assert (await signed(market, "bank", data, "m2")).json() == {"result": "known"}
    assert (await signed(market, "usps", data, "m3")).json() == {"result": "parked", "code": "permission_missing"}
    assert (await signed(market, "bank", data | {"payment": "lost"}, "m4")).json() == {
        "result": "parked",
        "code": "payment_missing",
    }
    assert (await signed(market, "bank", 5, "m5")).json()["result"] == "parked"
