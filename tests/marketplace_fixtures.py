"""Fixtures that stories and tests of the desk share: a database with every market's policy published, copied for each test."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest_asyncio
from tests.conftest import copied
from tests.marketplace import MONDAY, Marketplace

from amends.cli.place import a_desk
from amends.cli.publishing import publish_all
from amends.exchange.policies import policies_folder, read_policies
from amends.store.database import connect
from amends.store.embedded import EmbeddedPostgres

ADOPTED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest_asyncio.fixture(scope="session")
async def marketplace_template(postgres: EmbeddedPostgres, administrator: asyncpg.Connection, template: str) -> str:
    """Published once for each process of the run, however many folders of tests share this fixture."""
    name = f"marketplace_{os.getpid()}"
    if await administrator.fetchval("select exists (select from pg_database where datname = $1)", name):
        return name
    await administrator.execute(f"create database {name} template {template}")
    folder = policies_folder()
    await publish_all(postgres.dsn_of(name), read_policies(folder), folder, adopted_from=ADOPTED)
    await administrator.execute(f"alter database {name} allow_connections false")
    return name


@pytest_asyncio.fixture
async def marketplace(
    postgres: EmbeddedPostgres, administrator: asyncpg.Connection, marketplace_template: str
) -> AsyncIterator[Marketplace]:
    """A marketplace of the test's own, whose clock stands on a Monday morning."""
    async with copied(postgres, administrator, marketplace_template) as dsn:
        connection = await connect(dsn)
        try:
            async with a_desk(dsn) as desk:
                market = Marketplace(dsn, desk, connection)
                await market.set_clock(MONDAY)
                yield market
        finally:
            await connection.close()
