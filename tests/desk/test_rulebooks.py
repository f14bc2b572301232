"""What a desk knows of the published rules is whole at every moment, whoever else is loading."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
from tests.marketplace import Marketplace

from amends.cli.place import a_desk
from amends.cli.publishing import publish_all
from amends.desk.rulebooks import Rulebooks
from amends.exchange.policies import policies_folder, read_policies


class Watched:
    """A connection that looks at the rulebooks whenever they ask it for something."""

    def __init__(self, connection: asyncpg.Connection, rulebooks: Rulebooks) -> None:
        self.connection, self.rulebooks = connection, rulebooks
        self.seen: list[tuple[int, int]] = []

    async def fetch(self, *asked: Any) -> Any:
        return await self.connection.fetch(*asked)

    async def fetchval(self, *asked: Any) -> Any:
        self.seen.append((self.rulebooks.epoch, len(self.rulebooks.money)))
        return await self.connection.fetchval(*asked)


async def test_rules_count_as_loaded_once_all_of_them_are(marketplace: Marketplace) -> None:
    rulebooks = Rulebooks()
    async with marketplace.desk.pool.acquire() as connection:
        watched: Any = Watched(connection, rulebooks)
        await rulebooks.refresh(watched)
    assert len(watched.seen) > len(rulebooks.releases)
    assert set(watched.seen) == {(-1, 0)}, "who came in between would have gone on with the half of it"
    assert rulebooks.proposing
    assert rulebooks.money.keys() == rulebooks.releases.keys()


async def test_rules_that_end_on_a_day_count_until_then(marketplace: Marketplace, tmp_path: Path) -> None:
    """A release that stops proposing is published ahead; who starts meanwhile still counts what the rules in force weigh (P-07)."""
    folder = shutil.copytree(policies_folder(), tmp_path / "policies")
    book = folder / "markets/cn/market.yaml"
    book.write_text(
        book.read_text("utf-8").replace("proactive_negotiation, ", "").replace(", proactive_negotiation", ""), "utf-8"
    )
    begins = await marketplace.now() + timedelta(days=10)
    published = await publish_all(marketplace.dsn, read_policies(folder), folder, takes_effect_at=begins)
    assert {answer.market for answer in published if not answer.same} == {"cn"}
    for moment, proposes in ((begins - timedelta(hours=1), True), (begins + timedelta(hours=1), False)):
        await marketplace.set_clock(moment)
        async with a_desk(marketplace.dsn) as desk:
            assert ("cn" in desk.rulebooks.proposing) is proposes
