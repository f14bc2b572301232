"""Webhook endpoints over HTTP: the secret is shown once and kept sealed; messages are tried, listed, and sent again one by one."""

from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from tests.api.marketplace import DAMAGED, Market, is_problem

from amends.api.exchange.webhooks import MOST_ENDPOINTS, MOST_SECRETS
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


@pytest.mark.requirement("P-08")
async def test_a_new_secret_signs_beside_those_before_it_for_a_day_and_then_alone(market: Market) -> None:
    made = await endpoint(market)
    path, shop = f"/v1/webhooks/{made['id']}/secret", market.shops["a"]
    is_problem(await market.call("seller_b", "POST", path), 404, "not_found")
    connection = await kept(market)

    async def signing() -> list[str]:
        found = await connection.fetchval(
            "select amends.signing_secrets(secrets, rotated_at) from amends.webhook_endpoint where id = $1", UUID(made["id"])
        )
        return [market.context.sealer.open(secret, f"{shop}/{made['id']}") for secret in found]

    try:
        given = [(await market.call("seller_a", "POST", path)).json()["secret"] for _ in range(2)]
        assert await signing() == [given[1], given[0], made["secret"]]
        await connection.execute("update amends.webhook_endpoint set rotated_at = rotated_at - interval '25 hours'")
        assert await signing() == [given[1]]
        newest = (await market.call("seller_a", "POST", path)).json()["secret"]
        assert await signing() == [newest, given[1]]
        for _ in range(MOST_SECRETS - 2):
            assert (await market.call("seller_a", "POST", path)).status_code == 200
        is_problem(await market.call("seller_a", "POST", path), 409, "too_many")
        assert given[1] in await signing()
    finally:
        await connection.close()


@pytest.mark.requirement("P-08")
async def test_an_endpoint_that_was_switched_off_is_switched_on_again_and_one_that_was_removed_stays_away(market: Market) -> None:
    made = await endpoint(market)
    here = f"/v1/webhooks/{made['id']}"
    connection = await kept(market)
    try:
        await connection.execute(
            "update amends.webhook_endpoint set disabled_at = now(), disabled_why = 'silent_for_76_hours' where id = $1",
            UUID(made["id"]),
        )
    finally:
        await connection.close()
    again = {"since": "2026-01-01T00:00:00Z"}
    is_problem(await market.call("seller_a", "POST", f"{here}/replay", again), 409, "endpoint_disabled")
    for _ in range(2):
        enabled = await market.call("seller_a", "POST", f"{here}/enable")
        assert (enabled.status_code, enabled.json()["disabled_at"]) == (200, None)
    assert (await market.call("seller_a", "POST", f"{here}/replay", again)).status_code == 202
    assert (await market.call("seller_a", "DELETE", here)).status_code == 204
    for path in ("enable", "secret"):
        is_problem(await market.call("seller_a", "POST", f"{here}/{path}"), 409, "endpoint_removed")
    is_problem(await market.call("seller_a", "POST", f"{here}/replay", again), 409, "endpoint_removed")


@pytest.mark.parametrize(("why", "shown"), [("removed", False), ("gone", False), ("silent_for_76_hours", True)])
async def test_what_an_endpoint_no_longer_wants_waits_for_nobody(market: Market, why: str, *, shown: bool) -> None:
    made = await endpoint(market)
    order = {"removed": "A19", "gone": "A20"}.get(why, "A21")
    path = f"/v1/orders/{market.orders[order]}/cases"
    proof = {"proof": [{"kind": "photo_defect", "text": "x"}]}
    await market.call("buyer_1", "POST", path, DAMAGED | proof, idempotency_key=f"dead-{why}")
    connection = await kept(market)
    try:
        await connection.execute(
            "update amends.outbox set state = 'dead', done_at = amends.moment() where target = $1", made["id"]
        )
        await connection.execute(
            "update amends.webhook_endpoint set disabled_at = amends.moment(), disabled_why = $2 where id = $1",
            UUID(made["id"]),
            why,
        )
    finally:
        await connection.close()
    waiting = (await market.call("platform", "GET", "/v1/attention?kind=dead_letter&limit=100")).json()["waiting"]
    assert bool([row for row in waiting if row["detail"]["target"] == made["id"]]) == shown


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
