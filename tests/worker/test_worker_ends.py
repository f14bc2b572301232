"""A worker that runs does all that it is there for, and one that ends lets go of everybody that it called."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from tests.marketplace import MONDAY, Marketplace

from amends.gateways.notices import Notice, Taken
from amends.gateways.payments_fake import FakePayments
from amends.gateways.signatures import secret_of
from amends.kernel.ids import new_id
from amends.settings import ROOT, Settings
from amends.store.database import queries
from amends.worker.pace import Pace
from amends.worker.run import Worker, run

TOLD = Notice(key="notice-1", to="shop@example.com", subject="Deadline near", text="until 18:00")


@pytest_asyncio.fixture
async def service() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A marketplace's own service that takes every notice and keeps the connection; the event is set when the caller lets go of it."""
    left = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
                writer.write(b"HTTP/1.1 202 x\r\ncontent-length: 0\r\n\r\n")
        left.set()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/told", left
    server.close()


async def test_a_worker_that_ends_lets_go_of_the_service_that_carries_its_notices(
    marketplace: Marketplace, service: tuple[str, asyncio.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, left = service

    async def told_once(worker: Worker) -> None:
        assert worker.notices is not None
        assert await worker.notices.carry(TOLD) == Taken()
        assert not left.is_set()

    monkeypatch.setattr(Worker, "run", told_once)
    settings = Settings(home=ROOT, database_url=marketplace.dsn, notices_url=address)
    await run(settings, gateway=FakePayments())
    await asyncio.wait_for(left.wait(), 5)


async def _until(say: asyncpg.Connection, question: str) -> None:
    async with asyncio.timeout(20):
        while True:
            if await say.fetchval(question):
                return
            await asyncio.sleep(0.05)


@pytest.mark.requirement("P-08")
async def test_a_running_worker_tries_endpoints_and_forgets_buyers(marketplace: Marketplace, tmp_path: Path) -> None:
    """What only a drain does is done in demos and tests, and never for anybody."""
    sold, endpoint, say = await marketplace.order(), new_id(MONDAY), marketplace.administrator
    await say.execute(
        "insert into amends.webhook_endpoint (shop_id, id, url, secrets) values ($1, $2, 'https://a.invalid', $3)",
        sold.shop_id, endpoint, [secret_of(b"s" * 32)],
    )  # fmt: skip
    for _ in range(3):
        await say.execute(
            "insert into amends.test_message (shop_id, id, endpoint_id, asked_at) values ($1, gen_random_uuid(), $2, amends.moment())",
            sold.shop_id, endpoint,
        )  # fmt: skip
    await say.execute(queries("ask_erasure"), new_id(MONDAY), sold.told.buyer, "asked", "platform:dana")
    settings = Settings(home=tmp_path, database_url=marketplace.dsn)
    working = asyncio.create_task(run(settings, gateway=FakePayments(), pace=Pace(poll_s=0.05, look_ahead_every=None)))
    try:
        await _until(say, "select not exists (select from amends.test_message where sent_at is null)")
        await _until(say, "select state = 'done' from amends.erasure")
    finally:
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working
    assert (await say.fetchval("select buyer from amends.orders")).startswith("erased-")
    assert await say.fetchval("select count(*) from amends.test_message where problem is not null") == 3
