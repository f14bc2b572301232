"""Webhook endpoints over HTTP: the secret is shown once and kept sealed; messages are tried, listed, and sent again one by one."""

from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from tests.api.marketplace import DAMAGED, Market, is_problem

from amends.api.webhooks import MOST_ENDPOINTS
from amends.store.database import connect


async def endpoint(market: Market) -> dict[str, Any]:
    made = await market.call("seller_a", "POST", "/v1/webhooks", {"url": "https://hooks.example-shop.com/a"})
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


async def kept(market: Market) -> asyncpg.Connection:
    return await connect(market.dsn)


async def test_the_secret_of_an_endpoint_is_shown_once_and_stands_sealed_in_the_database(market: Market) -> None:
    made = await endpoint(market)
    connection = await kept(market)
    try:
        (secret,) = await connection.fetchval("select secrets from amends.webhook_endpoint where id = $1", UUID(made["id"]))
    finally:
        await connection.close()
    assert secret.startswith("sealed:")
    assert made["secret"] not in secret
    assert market.context.sealer.open(secret, f"{market.shops['a']}/{made['id']}") == made["secret"]
    assert made["secret"] not in (await market.call("seller_a", "GET", "/v1/webhooks")).text


async def test_an_endpoint_is_tried_and_the_try_is_listed(market: Market) -> None:
    made = await endpoint(market)
    asked = await market.call("seller_a", "POST", f"/v1/webhooks/{made['id']}/test")
    assert (asked.status_code, asked.json()["sent_at"]) == (202, None)
    listed = (await market.call("seller_a", "GET", f"/v1/webhooks/{made['id']}/tests")).json()["tests"]
    assert [one["id"] for one in listed] == [asked.json()["id"]]
    is_problem(await market.call("seller_b", "POST", f"/v1/webhooks/{made['id']}/test"), 404, "not_found")


async def test_one_message_or_a_span_is_sent_again(market: Market) -> None:
    made = await endpoint(market)
    path = f"/v1/orders/{market.orders['A18']}/cases"
    await market.call(
        "buyer_1", "POST", path, DAMAGED | {"proof": [{"kind": "photo_defect", "text": "x"}]}, idempotency_key="hook"
    )
    here = f"/v1/webhooks/{made['id']}"
    (message, *_) = (await market.call("seller_a", "GET", f"{here}/deliveries")).json()["deliveries"]
    connection = await kept(market)
    try:
        for body, sent in (
            ({"ids": [message["id"]]}, 1),
            ({"ids": [made["id"]]}, 0),
            ({"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}, 0),
            ({"since": "2026-01-01T00:00:00Z"}, 1),
        ):
            await connection.execute(
                "update amends.outbox set state = 'done', done_at = amends.moment() where target = $1", made["id"]
            )
            again = await market.call("seller_a", "POST", f"{here}/replay", body)
            assert (again.status_code, again.json()["replayed"] >= sent, bool(again.json()["replayed"])) == (
                202,
                True,
                bool(sent),
            ), body
    finally:
        await connection.close()
    is_problem(await market.call("seller_a", "POST", f"{here}/replay", {}), 422, "missing_field")


@pytest.mark.parametrize("who", ["seller_b"])
async def test_what_was_sent_to_anothers_endpoint_is_not_there(market: Market, who: str) -> None:
    made = await endpoint(market)
    for path in ("deliveries", "tests"):
        is_problem(await market.call(who, "GET", f"/v1/webhooks/{made['id']}/{path}"), 404, "not_found")


@pytest.mark.requirement("P-08")
async def test_a_shop_has_so_many_endpoints_at_work_and_room_again_once_one_is_removed(market: Market) -> None:
    async def register() -> httpx.Response:
        return await market.call("seller_b", "POST", "/v1/webhooks", {"url": "https://hooks.example-shop.com/b"})

    answers = [await register() for _ in range(MOST_ENDPOINTS + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {201}
    said = answers[-1].json()
    assert (said["code"], said["at_most"]) == ("too_many", MOST_ENDPOINTS)
    assert (await market.call("seller_b", "DELETE", f"/v1/webhooks/{answers[0].json()['id']}")).status_code == 204
    assert (await register()).status_code == 201
