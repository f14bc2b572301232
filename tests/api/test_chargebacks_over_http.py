"""Chargebacks over HTTP: the platform's word, the bank's signed message, and what each side may see and do."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.api.marketplace import Market, is_problem
from tests.api.test_signals import SECRET

from amends.gateways.signatures import sign_message


@pytest.fixture(scope="module")
def settings_more() -> dict[str, Any]:
    return {"inbound": {"usps": (SECRET,), "bank": (SECRET,)}}


async def payment_of(market: Market, reference: str) -> str:
    return str(await market.context.reviewers.fetchval("select id from payment where order_id = $1", market.orders[reference]))


async def told(market: Market, reference: str, key: str, **more: Any) -> httpx.Response:
    body = {
        "payment": await payment_of(market, reference), "source": "bank", "reference": f"cb-{reference}", "state": "open",
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
