"""Webhooks: in order for each case and endpoint, tried for 76 hours, every try written down, sent anew on demand."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest
import pytest_asyncio
from tests.marketplace import Marketplace, Sold

from amends.actions.commands import Approve
from amends.gateways.payments_fake import FakePayments
from amends.gateways.sealing import sealer_of
from amends.gateways.webhooks import Delivered, Delivery, Disabled, Failed
from amends.settings import ROOT, Settings
from amends.store.database import open_pool
from amends.store.doctor import examine, lines, sick
from amends.worker.messages import AFTER, Messages, replay, reseal
from amends.worker.outbox import Lane
from amends.worker.pace import Pace
from amends.worker.run import Worker

KEY = "k1:" + "A" * 43 + "="
SETTINGS = Settings(home=ROOT, sealing_keys=(KEY,))
SEALER = sealer_of(ROOT, (KEY,))


class Receiver:
    """Stands in for `webhooks.send`."""

    def __init__(self) -> None:
        self.answer: Delivery = Delivered(status=200)
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.signed_with: list[Any] = []

    async def __call__(
        self,
        url: str,  # noqa: ARG002 - as above
        secrets: Any,
        message_id: str,
        body: bytes,
        *,
        sent_at: datetime,  # noqa: ARG002
        allow_loopback: bool,  # noqa: ARG002
        total_s: float,  # noqa: ARG002
    ) -> Delivery:
        self.heard.append((message_id, msgspec.json.decode(body)))
        self.signed_with.append(secrets)
        return self.answer


@pytest_asyncio.fixture
async def pool(marketplace: Marketplace) -> AsyncIterator[asyncpg.Pool]:
    async with await open_pool(marketplace.dsn, "amends_worker", min_size=1, max_size=6) as opened:
        yield opened


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def lane(pool: asyncpg.Pool, receiver: Receiver) -> Lane:
    messages = Messages(pool, sealer=SEALER, allow_loopback=True, total_s=1, send=receiver)
    return Lane(pool, {"webhook": messages.carry_out}, room=8, lease=timedelta(seconds=60))


async def subscribed(market: Marketplace) -> UUID:
    shop, endpoint = await market.shop(), uuid4()
    await market.administrator.execute(
        "insert into amends.webhook_endpoint (shop_id, id, url, secrets) values ($1, $2, 'https://x.example/', array['s'])",
        shop,
        endpoint,
    )
    return endpoint


async def approved(market: Marketplace) -> tuple[Sold, UUID]:
    sold = await market.order()
    case = (await market.ask(sold, "refund_only", "damaged", proof=["photo_defect"])).case_id
    await market.do((sold.shop_id, case), Approve)
    return sold, case


async def states(market: Marketplace) -> list[str]:
    rows = await market.administrator.fetch("select state from amends.outbox where effect = 'webhook' order by seq")
    return [row["state"] for row in rows]


async def test_each_event_is_heard_once_in_order_with_ids_and_public_fields(
    marketplace: Marketplace, lane: Lane, receiver: Receiver
) -> None:
    await subscribed(marketplace)
    sold, case = await approved(marketplace)
    await lane.drain()
    assert [body["type"] for _, body in receiver.heard] == ["case.opened", "case.approved"]
    data = receiver.heard[0][1]["data"]
    assert data["case_id"] == str(case)
    assert data["order_reference"] == sold.told.reference
    assert "mei" not in str(receiver.heard)
    assert await states(marketplace) == ["done", "done"]
    await lane.drain()
    assert len(receiver.heard) == 2


async def test_a_later_event_waits_for_the_earlier_one_of_its_case(
    marketplace: Marketplace, lane: Lane, receiver: Receiver
) -> None:
    await subscribed(marketplace)
    await approved(marketplace)
    receiver.answer = Failed(code="answered_otherwise", status=500)
    await lane.drain()
    assert [body["type"] for _, body in receiver.heard] == ["case.opened"]
    due = await marketplace.administrator.fetch(
        "select due_at > amends.moment() as later from amends.outbox where effect = 'webhook'"
    )
    assert [row["later"] for row in due] == [True, True]
    receiver.answer = Delivered(status=204)
    await marketplace.set_clock(await marketplace.now() + timedelta(seconds=6))
    await lane.drain()
    assert [body["type"] for _, body in receiver.heard] == ["case.opened", "case.opened", "case.approved"]
    assert receiver.heard[0][0] == receiver.heard[1][0]


async def test_a_message_is_tried_ten_times_in_76_hours_then_dead_and_can_be_sent_anew(
    marketplace: Marketplace, pool: asyncpg.Pool, lane: Lane, receiver: Receiver
) -> None:
    endpoint = await subscribed(marketplace)
    sold = await marketplace.order()
    await marketplace.ask(sold, "refund_only", "damaged", proof=["photo_defect"])
    receiver.answer = Failed(code="answered_otherwise", status=503)
    for pause in (timedelta(), *AFTER):
        await marketplace.set_clock(await marketplace.now() + pause)
        await lane.drain()
    assert len(receiver.heard) == 10
    assert sum(AFTER, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
    assert await states(marketplace) == ["dead"]
    tries = await marketplace.administrator.fetch("select attempt, problem from amends.delivery order by attempt")
    assert [tuple(row) for row in tries] == [(n, "answered_otherwise") for n in range(1, 11)]
    assert (
        await marketplace.administrator.fetchval("select last_answer from amends.outbox where state = 'dead'")
        == "answered_otherwise 503"
    )
    assert await marketplace.administrator.fetchval("select disabled_why from amends.webhook_endpoint") == "silent_for_76_hours"
    await marketplace.administrator.execute("update amends.webhook_endpoint set disabled_at = null where id = $1", endpoint)
    receiver.answer = Delivered(status=200)
    message = await marketplace.administrator.fetchval("select id from amends.outbox where effect = 'webhook'")
    assert await replay(pool, sold.shop_id, [message]) == 1
    await lane.drain()
    assert await states(marketplace) == ["done"]
    assert await marketplace.administrator.fetchval("select max(attempt) from amends.delivery") == 11


async def test_an_endpoint_that_answers_410_is_disabled_and_gets_nothing_more(
    marketplace: Marketplace, lane: Lane, receiver: Receiver
) -> None:
    await subscribed(marketplace)
    await approved(marketplace)
    receiver.answer = Disabled()
    await lane.drain()
    assert len(receiver.heard) == 1
    assert await states(marketplace) == ["dead", "dead"]
    assert await marketplace.administrator.fetchval("select disabled_why from amends.webhook_endpoint") == "gone"


async def test_messages_and_money_leave_a_healthy_database(marketplace: Marketplace, pool: asyncpg.Pool, lane: Lane) -> None:
    await subscribed(marketplace)
    await approved(marketplace)
    worker, provider = Worker(pool, FakePayments(), SETTINGS, Pace()), FakePayments()
    worker.messages = lane
    await worker.drain()
    assert set(await states(marketplace)) == {"done"}
    findings = await examine(marketplace.dsn)
    assert not sick(findings), "\n".join(lines(sick(findings)))
    assert provider.calls == []


async def test_a_sealed_secret_signs_as_the_secret_that_it_is(
    marketplace: Marketplace, pool: asyncpg.Pool, receiver: Receiver
) -> None:
    shop = await marketplace.shop()
    endpoint = uuid4()
    sealed = SEALER.seal("whsec_the_secret", f"{shop}/{endpoint}")
    await marketplace.administrator.execute(
        "insert into amends.webhook_endpoint (shop_id, id, url, secrets) values ($1, $2, 'https://a.example', $3)",
        shop,
        endpoint,
        [sealed],
    )
    sold = await marketplace.order()
    await marketplace.ask(sold, "refund_only", "damaged", proof=["photo_defect"])
    messages = Messages(pool, sealer=SEALER, allow_loopback=True, total_s=1, send=receiver)
    await Lane(pool, {"webhook": messages.carry_out}, room=4, lease=timedelta(minutes=1)).drain()
    assert receiver.signed_with == [["whsec_the_secret"]]


async def test_secrets_are_sealed_anew_under_a_new_key(marketplace: Marketplace, pool: asyncpg.Pool) -> None:
    shop = await marketplace.shop()
    old, plain = uuid4(), uuid4()
    for endpoint, secret in ((old, SEALER.seal("whsec_1", f"{shop}/{old}")), (plain, "whsec_2")):
        await marketplace.administrator.execute(
            "insert into amends.webhook_endpoint (shop_id, id, url, secrets) values ($1, $2, 'https://a.example', $3)",
            shop,
            endpoint,
            [secret],
        )
    newer = sealer_of(ROOT, ("k2:" + "B" * 42 + "A=", KEY))
    assert [await reseal(pool, newer), await reseal(pool, newer)] == [2, 0]
    rows = await marketplace.administrator.fetch("select id, secrets from amends.webhook_endpoint")
    kept = {row["id"]: row["secrets"][0] for row in rows}
    assert all(secret.startswith("sealed:k2:") for secret in kept.values())
    assert [newer.open(kept[e], f"{shop}/{e}") for e in (old, plain)] == ["whsec_1", "whsec_2"]


async def test_a_test_message_is_sent_once_and_what_was_answered_is_kept(
    marketplace: Marketplace, pool: asyncpg.Pool, receiver: Receiver
) -> None:
    shop, endpoint, message = await marketplace.shop(), uuid4(), uuid4()
    await marketplace.administrator.execute(
        "insert into amends.webhook_endpoint (shop_id, id, url, secrets) values ($1, $2, 'https://a.example', '{whsec_1}')",
        shop,
        endpoint,
    )
    await marketplace.administrator.execute(
        "insert into amends.test_message (shop_id, id, endpoint_id, asked_at) values ($1, $2, $3, amends.moment())",
        shop,
        message,
        endpoint,
    )
    receiver.answer = Failed(code="refused", status=500)
    messages = Messages(pool, sealer=SEALER, allow_loopback=True, total_s=1, send=receiver)
    assert [await messages.send_tests(), await messages.send_tests()] == [1, 0]
    ((name, said),) = receiver.heard
    assert (name, said["type"], said["data"]["shop_id"]) == (f"msg_{message.hex}", "webhook.test", shop)
    row = await marketplace.administrator.fetchrow("select status, problem, sent_at from amends.test_message")
    assert (row["status"], row["problem"], row["sent_at"] is not None) == (500, "refused", True)
