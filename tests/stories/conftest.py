"""Stories run on a real database of their own; each ends with a look at its health."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from tests.marketplace import Marketplace
from tests.marketplace_fixtures import marketplace, marketplace_template
from tests.stories.telling import Story

from amends.gateways.carriers_fake import FakeCarrier
from amends.gateways.payments_fake import FakePayments
from amends.settings import Settings
from amends.store.database import open_pool
from amends.worker.pace import Pace
from amends.worker.run import Worker

__all__ = ["marketplace", "marketplace_template"]


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
