"""The lab is tested on real databases: one marketplace for each test, or the demo, filled once."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest_asyncio
from tests.conftest import copied
from tests.marketplace_fixtures import marketplace, marketplace_template

from amends.cli.children import Children, free_port
from amends.cli.demo import fill
from amends.settings import Settings
from amends.store.embedded import EmbeddedPostgres

__all__ = ["marketplace", "marketplace_template"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(
    postgres: EmbeddedPostgres, administrator: asyncpg.Connection, marketplace_template: str, tmp_path_factory: object
) -> AsyncIterator[str]:
    """The demo marketplace; its address."""
    home = Path(tmp_path_factory.mktemp("demo"))  # type: ignore[attr-defined]
    children, port = Children(home / "logs"), free_port()
    url = f"http://127.0.0.1:{port}"
    async with copied(postgres, administrator, marketplace_template) as dsn:
        try:
            children.start(
                "provider", ["amends.gateways.sandbox_provider", "--port", str(port), "--home", str(home / "paid")], {}
            )
            children.wait_for("provider", f"{url}/health")
            await fill(dsn, Settings(home=home, database_url=dsn, provider_url=url), lambda _: None)
        finally:
            children.stop()
        yield dsn
