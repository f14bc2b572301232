"""Stories run on a real database of their own; each ends with a look at its health."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest_asyncio
from tests.api.conftest import published
from tests.conftest import copied
from tests.marketplace import Marketplace
from tests.marketplace_fixtures import marketplace, marketplace_template
from tests.stories.over_http import Person, Sandbox
from tests.stories.telling import Story

from amends.api.app import create_app
from amends.desk.verify import verify_all
from amends.gateways.carriers_fake import FakeCarrier
from amends.gateways.payments_fake import FakePayments
from amends.settings import Settings
from amends.store.database import open_pool
from amends.store.doctor import examine, lines, sick
from amends.store.embedded import EmbeddedPostgres
from amends.store.tokens import create_token
from amends.worker.pace import Pace
from amends.worker.run import Worker, listen

__all__ = ["marketplace", "marketplace_template", "published"]


@pytest_asyncio.fixture
async def story(marketplace: Marketplace, tmp_path: Path) -> AsyncIterator[Story]:
    """A story, checked at its end."""
    payments, carrier = FakePayments(), FakeCarrier()
    settings = Settings(home=tmp_path, database_url=marketplace.dsn)
    async with await open_pool(marketplace.dsn, "amends_worker", min_size=1, max_size=8) as pool:
        told = Story(
            marketplace.dsn,
            marketplace.desk,
            marketplace.administrator,
            Worker(pool, payments, settings, Pace(), carrier=carrier),
            payments,
            carrier,
        )
        yield told
        await told.check()


@pytest_asyncio.fixture
async def sandbox(
    postgres: EmbeddedPostgres, administrator: asyncpg.Connection, published: str, tmp_path: Path
) -> AsyncIterator[Sandbox]:
    """An empty sandbox marketplace behind HTTP with its worker, checked at its end."""
    async with copied(postgres, administrator, published) as dsn:
        settings = Settings(home=tmp_path, database_url=dsn, rate_limit=0, secret="x" * 32, pool=4, sandbox=True)
        app, payments, carrier = create_app(settings), FakePayments(), FakeCarrier()
        await app.start()
        async with await open_pool(dsn, "amends_worker", min_size=1, max_size=6) as pool:
            asked_for = Pace(look_ahead_every=None)  # alarms run in real time: a story that tells of them asks for them
            worker = Worker(pool, payments, settings, asked_for, carrier=carrier)
            tasks = [asyncio.create_task(worker.run()), asyncio.create_task(listen(dsn, worker))]
            token = await create_token(app.context.pool, kind="platform", subject="ops", permissions=("*",), live=False)
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url="http://amends.test") as client:
                yield Sandbox(client, Person(client, token.text), payments, carrier)
            worker.stop()
            await asyncio.gather(*tasks)
        await app.stop()
        findings = await examine(dsn, provider={key: done.amount for key, done in payments.executions.items()})
        assert not sick(findings), "\n".join(lines(findings))
        assert not (await verify_all(dsn)).broken
