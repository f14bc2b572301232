"""A marketplace as people meet it: the interface and its pages on a port of their own, the worker beside it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from tests.stories.over_http import Person, Sandbox

from amends.api.serving import server
from amends.gateways.carriers_fake import FakeCarrier
from amends.gateways.payments_fake import FakePayments
from amends.settings import Settings
from amends.store.database import open_pool
from amends.store.tokens import create_token
from amends.worker.pace import Pace
from amends.worker.run import Worker, listen


class Served(Sandbox):
    """A sandbox marketplace under `address`. `settings` are those that it runs with."""

    address: str
    settings: Settings


@asynccontextmanager
async def served(dsn: str, home: Path, **more: Any) -> AsyncIterator[Served]:
    """Serve a database until the block ends."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        port = listening.getsockname()[1]
        known: dict[str, Any] = {
            "home": home,
            "database_url": dsn,
            "rate_limit": 0,
            "secret": "x" * 32,
            "pool": 4,
            "sandbox": True,
        }
        settings = Settings(port=port, **(known | more))
        running = server(settings, fd=listening.fileno())
        serving = asyncio.create_task(running._serve())  # `serve` would take the test run's signals
        while not running.started:
            assert not serving.done(), "the server ended before it began"
            await asyncio.sleep(0.01)
        payments, carrier = FakePayments(), FakeCarrier()
        async with await open_pool(dsn, "amends_worker", min_size=1, max_size=6) as pool:
            worker = Worker(pool, payments, settings, Pace(look_ahead_every=None), carrier=carrier)
            tasks = [asyncio.create_task(worker.run()), asyncio.create_task(listen(dsn, worker))]
            token = await create_token(pool, kind="platform", subject="ops", permissions=("*",), live=not settings.sandbox)
            address = f"http://127.0.0.1:{port}"
            async with httpx.AsyncClient(base_url=address, timeout=120) as client:
                market = Served(client, Person(client, token.text), payments, carrier)
                market.address, market.settings = address, settings
                yield market
            worker.stop()
            await asyncio.gather(*tasks)
        running.should_exit = True
        await serving
