"""Figures are tested on real databases, copied as the process copies them."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import pytest_asyncio
from tests.api.conftest import market, published, settings_more
from tests.marketplace import Marketplace
from tests.marketplace_fixtures import marketplace, marketplace_template

from amends.store.columns.copying import open_copy, refresh

__all__ = ["market", "marketplace", "marketplace_template", "published", "settings_more"]


class Copied:
    """A copy of one database, refreshed by hand."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self.dsn, self.folder = dsn, folder
        self.db: duckdb.DuckDBPyConnection = open_copy(folder / "columns.duckdb")

    async def refresh(self, words: Any = lambda _: []) -> datetime:
        return await refresh(self.dsn, self.db, words, self.folder)

    def count(self, table: str) -> int:
        return int(self.db.execute(f"select count(*) from kept.{table}").fetchall()[0][0])  # noqa: S608 - our own tables


@pytest_asyncio.fixture
async def copy(marketplace: Marketplace, tmp_path: Path) -> AsyncIterator[Copied]:
    made = Copied(marketplace.dsn, tmp_path)
    yield made
    made.db.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of nothing, to be filled by a test."""
    db = open_copy(tmp_path / "columns.duckdb")
    yield db
    db.close()
