"""Finished effects move away after 90 days, and a sandbox's provider lives on the sandbox's clock."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import msgspec
import pytest
import pytest_asyncio
from tests.marketplace import Marketplace

from amends.actions.commands import Approve
from amends.gateways.payments_fake import FakePayments
from amends.gateways.sandbox_behaviour import Provider
from amends.gateways.sandbox_ledger import Ledger
from amends.gateways.sandbox_provider import Connection, Flush
from amends.settings import ROOT, Settings
from amends.store.database import open_pool
from amends.store.doctor import examine, lines, sick
from amends.worker.janitor import sweep
from amends.worker.pace import Pace
from amends.worker.run import Worker
from amends.worker.sandbox import SharedOffset


@pytest_asyncio.fixture
async def pool(marketplace: Marketplace) -> AsyncIterator[asyncpg.Pool]:
    async with await open_pool(marketplace.dsn, "amends_worker", min_size=1, max_size=6) as opened:
        yield opened


async def test_finished_effects_move_away_after_90_days_and_the_doctor_does_not_miss_them(
    marketplace: Marketplace, pool: asyncpg.Pool
) -> None:
    sold = await marketplace.order()
    case = (await marketplace.ask(sold, "refund_only", "damaged", proof=["photo_defect"])).case_id
    await marketplace.do((sold.shop_id, case), Approve)
    await Worker(pool, FakePayments(), Settings(home=ROOT), Pace()).drain()
    assert await sweep(pool) == 0
    await marketplace.set_clock(await marketplace.now() + timedelta(days=91))
    before = await marketplace.count("outbox")
    assert await sweep(pool) == before > 0
    assert await marketplace.count("outbox") == 0
    findings = await examine(marketplace.dsn)
    assert not sick(findings), "\n".join(lines(sick(findings)))


@pytest_asyncio.fixture
async def provider(tmp_path: Path) -> AsyncIterator[tuple[Provider, str]]:
    ledger = Ledger(tmp_path / "provider")
    behaviour, flush = Provider(ledger), Flush(ledger)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(behaviour, flush, control=True), "127.0.0.1", 0)
    yield behaviour, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    ledger.close()


async def test_a_sandboxs_provider_is_told_the_offset_of_the_clock(
    marketplace: Marketplace, pool: asyncpg.Pool, provider: tuple[Provider, str]
) -> None:
    behaviour, url = provider
    settings = msgspec.structs.replace(Settings(home=ROOT), sandbox=True, provider_url=url)
    worker = Worker(pool, FakePayments(), settings, Pace())
    await marketplace.administrator.execute("update amends.clock set offset_by = '3 days'")
    await worker.share_clock()
    assert behaviour.offset == timedelta(days=3)


async def test_a_provider_that_is_away_is_told_at_the_next_turn() -> None:
    offset = SharedOffset("http://127.0.0.1:1")
    assert not await offset.share(5.0)
    assert offset.told is None


@pytest.mark.parametrize("seconds", [0.0, 60.0])
async def test_the_offset_is_told_once(provider: tuple[Provider, str], seconds: float) -> None:
    behaviour, url = provider
    offset = SharedOffset(url)
    assert await offset.share(seconds)
    behaviour.offset = timedelta(days=1)
    assert await offset.share(seconds)
    assert behaviour.offset == timedelta(days=1)
