"""Receivers that hang, or ask to be left alone: whoever answers gets its messages in time all the same."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio
from tests.marketplace import Marketplace

from amends.gateways.sealing import sealer_of
from amends.gateways.webhooks import Delivered, Delivery, Failed
from amends.settings import ROOT
from amends.store.database import open_pool
from amends.worker import targets
from amends.worker.messages import Messages
from amends.worker.outbox import Lane

ROOM = 8
ANSWERS = "https://answers.example/"


class Receivers:
    """Stands in for `webhooks.send`: one address answers, the others hang until they are let go."""

    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()
        self.hanging: Counter[str] = Counter()
        self.let_go = asyncio.Event()
        self.otherwise: Delivery = Failed(code="timeout")

    async def __call__(
        self,
        url: str,
        secrets: Any,  # noqa: ARG002 - as above
        message_id: str,  # noqa: ARG002
        body: bytes,  # noqa: ARG002
        *,
        sent_at: datetime,  # noqa: ARG002
        allow_loopback: bool,  # noqa: ARG002
        total_s: float,  # noqa: ARG002
    ) -> Delivery:
        self.heard[url] += 1
        if url == ANSWERS:
            return Delivered(status=200)
        self.hanging[url] += 1
        await self.let_go.wait()
        self.hanging[url] -= 1
        return self.otherwise


@pytest_asyncio.fixture
async def pool(marketplace: Marketplace) -> AsyncIterator[asyncpg.Pool]:
    async with await open_pool(marketplace.dsn, "amends_worker", min_size=1, max_size=6) as opened:
        yield opened


@pytest.fixture
def receivers() -> Receivers:
    return Receivers()


@pytest.fixture
def lane(pool: asyncpg.Pool, receivers: Receivers) -> Lane:
    sealer = sealer_of(ROOT, ("k1:" + "A" * 43 + "=",))
    messages = Messages(pool, sealer=sealer, allow_loopback=True, total_s=1, send=receivers)
    return Lane(pool, {"webhook": messages.carry_out}, room=ROOM, lease=timedelta(seconds=60), shared=True)


async def subscribed(market: Marketplace, url: str, shop: str = "anna") -> str:
    shop_id, endpoint = await market.shop(shop), uuid4()
    await market.administrator.execute(
        "insert into amends.webhook_endpoint (shop_id, id, url, secrets) values ($1, $2, $3, array['s'])", shop_id, endpoint, url
    )
    return str(endpoint)


async def asked(market: Marketplace, number: int, shop: str = "anna") -> None:
    """So many cases, each with its first event."""
    for _ in range(number):
        assert (await market.ask(await market.order(shop), "refund_only", "damaged", proof=["photo_defect"])).code is None


async def stepped(lane: Lane, times: int) -> None:
    for _ in range(times):
        await lane.step()
        await asyncio.sleep(0)
        if lane.under_way:
            await asyncio.wait(lane.under_way, timeout=0.02)


@pytest.mark.requirement("P-08")
async def test_one_endpoint_that_hangs_with_much_owed_to_it_holds_up_nobody_elses_messages(
    marketplace: Marketplace, lane: Lane, receivers: Receivers
) -> None:
    await subscribed(marketplace, "https://hangs.example/")
    await asked(marketplace, 2 * ROOM)
    await subscribed(marketplace, ANSWERS, shop="bert")
    await asked(marketplace, 3, shop="bert")
    await stepped(lane, 6)
    assert (receivers.heard[ANSWERS], receivers.hanging["https://hangs.example/"]) == (3, 1)
    receivers.let_go.set()
    await lane.stop(1)


async def test_an_endpoint_that_answers_has_a_quarter_of_the_room_and_no_more_when_it_hangs_at_last(
    marketplace: Marketplace, lane: Lane, receivers: Receivers
) -> None:
    endpoint = await subscribed(marketplace, "https://hangs.example/")
    lane.targets.quick = {endpoint}
    await asked(marketplace, 2 * ROOM)
    await stepped(lane, 6)
    assert receivers.hanging["https://hangs.example/"] == lane.targets.most == ROOM // 4
    receivers.let_go.set()
    await lane.stop(1)


@pytest.mark.requirement("P-08")
async def test_forty_nine_endpoints_that_hang_do_not_keep_the_fiftieth_waiting(
    marketplace: Marketplace, lane: Lane, receivers: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    hung = [await subscribed(marketplace, f"https://hangs-{n}.example/") for n in range(49)]
    await subscribed(marketplace, ANSWERS)
    shop = await marketplace.shop()
    lane.targets.slow = dict.fromkeys(hung, shop)
    await asked(marketplace, 2)
    await stepped(lane, 6)
    assert receivers.heard[ANSWERS] == 2
    assert (receivers.hanging.total(), max(receivers.hanging.values())) == (ROOM // 2, 1)
    monkeypatch.setattr(targets, "SLOW_S", 60.0)
    receivers.let_go.set()
    await stepped(lane, 3)
    assert len(lane.targets.slow) < len(hung)
    await lane.stop(1)


async def test_who_was_slow_to_answer_is_remembered_and_who_answers_soon_is_not(
    marketplace: Marketplace, lane: Lane, receivers: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await subscribed(marketplace, "https://hangs.example/")
    receivers.let_go.set()
    monkeypatch.setattr(targets, "SLOW_S", 0.0)
    await asked(marketplace, 1)
    await lane.drain()
    assert lane.targets.slow == {endpoint: await marketplace.shop()}
    monkeypatch.setattr(targets, "SLOW_S", 60.0)
    await asked(marketplace, 1)
    await lane.drain()
    assert lane.targets.slow == {}


async def test_a_worker_that_starts_knows_who_hung_before_it(
    marketplace: Marketplace, pool: asyncpg.Pool, lane: Lane, receivers: Receivers
) -> None:
    endpoint = await subscribed(marketplace, "https://hangs.example/")
    receivers.let_go.set()
    await asked(marketplace, 1)
    await lane.drain()
    after = Lane(pool, lane.carriers, room=ROOM, lease=lane.lease, shared=True)
    await after.step()
    assert after.targets.slow == {endpoint: await marketplace.shop()}


async def test_a_receiver_that_asks_for_a_pause_is_left_alone_and_tried_when_it_is_over(
    marketplace: Marketplace, lane: Lane, receivers: Receivers
) -> None:
    endpoint, pause = await subscribed(marketplace, "https://busy.example/"), timedelta(hours=1)
    receivers.otherwise = Failed(code="answered_otherwise", status=429, rest=pause)
    receivers.let_go.set()
    await asked(marketplace, 1)
    await lane.drain()
    await asked(marketplace, 1)
    await lane.drain()
    assert receivers.heard["https://busy.example/"] == 1
    row = await marketplace.administrator.fetchrow(
        "select due_at - amends.moment() as left_, state, target from amends.outbox where effect = 'webhook' and attempts = 1"
    )
    assert (row["state"], UUID(row["target"])) == ("pending", UUID(endpoint))
    assert pause - timedelta(minutes=1) < row["left_"] <= pause
