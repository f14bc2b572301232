"""A worker that ends lets go of everybody that it called."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from tests.marketplace import Marketplace

from amends.gateways.notices import Notice, Taken
from amends.gateways.payments_fake import FakePayments
from amends.settings import ROOT, Settings
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
