"""A published marketplace and a client in front of the application, one for each file of tests."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
from tests.api.marketplace import Market, fill
from tests.conftest import copied

from amends.api.app import create_app
from amends.cli.publishing import publish_all
from amends.exchange.policies import policies_folder, read_policies
from amends.settings import Settings
from amends.store.embedded import EmbeddedPostgres


@pytest_asyncio.fixture(scope="session")
async def published(postgres: EmbeddedPostgres, administrator: asyncpg.Connection, template: str) -> str:
    """A template database with every market's policy published; one for each process of the run."""
    name = f"published_{os.getpid()}"
    if await administrator.fetchval("select exists (select from pg_database where datname = $1)", name):
        return name  # another folder of tests shares this fixture
    await administrator.execute(f"create database {name} template {template}")
    folder = policies_folder()
    await publish_all(postgres.dsn_of(name), read_policies(folder), folder)
    await administrator.execute(f"alter database {name} allow_connections false")
    return name


@pytest.fixture(scope="module")
def settings_more() -> dict[str, Any]:
    """What a file of tests sets otherwise."""
    return {}


@pytest_asyncio.fixture(scope="module")
async def market(
    postgres: EmbeddedPostgres,
    administrator: asyncpg.Connection,
    published: str,
    tmp_path_factory: pytest.TempPathFactory,
    settings_more: dict[str, Any],
) -> AsyncIterator[Market]:
    """A running application over a database of this file's own."""
    async with copied(postgres, administrator, published) as dsn:
        home: Path = tmp_path_factory.mktemp("home")
        known: dict[str, Any] = {"home": home, "database_url": dsn, "rate_limit": 0, "secret": "x" * 32, "pool": 4}
        app = create_app(Settings(**(known | settings_more)))
        await app.start()
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://amends.test") as client:
            market = Market(app=app, client=client, context=app.context, tokens={}, orders={}, shops={}, dsn=dsn)
            await fill(market)
            yield market
        await app.stop()
