"""Every night all decisions are derived again, by one process, whoever starts it; what does not follow reaches the people who run the place."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.marketplace import Marketplace

from amends.lab.nightly import derive_night
from amends.settings import Settings
from amends.store.database import connect, open_pool, queries
from amends.worker.nights import Nights

NIGHT = date(2026, 11, 26)


async def _attention(dsn: str) -> list[tuple[str, str, object]]:
    connection = await connect(dsn, "amends_reviewer")
    try:
        rows = await connection.fetch(queries("list_attention"), "decision_parked", None, None, None, None, 50, True, None)
    finally:
        await connection.close()
    return [(row["why"], row["detail"]["field"], row["case_id"]) for row in rows]


async def _spoil(market: Marketplace, statement: str) -> None:
    async with market.administrator.transaction():
        await market.administrator.execute("set local session_replication_role = replica")
        await market.administrator.execute(statement)


async def test_what_does_not_follow_waits_for_a_person_until_it_follows_again(marketplace: Marketplace) -> None:
    sold = await marketplace.order(sale_format="live_auction")
    case_id = (await marketplace.ask(sold, "return_refund", "damaged")).case_id
    counted = await derive_night(marketplace.dsn, NIGHT)
    assert counted is not None
    assert (counted.different, counted.equal > 0) == (0, True)
    assert await _attention(marketplace.dsn) == []
    await _spoil(marketplace, "update deadline set rule = 'un' || rule")
    counted = await derive_night(marketplace.dsn, NIGHT + timedelta(days=1))
    assert counted is not None
    assert counted.different > 0
    ((why, field, case),) = await _attention(marketplace.dsn)
    assert (why, field, case) == ("decision_does_not_follow", "deadline.proof.rule", case_id)
    await _spoil(marketplace, "update deadline set rule = substr(rule, 3)")
    await derive_night(marketplace.dsn, NIGHT + timedelta(days=2))
    assert await _attention(marketplace.dsn) == []


async def test_a_night_is_derived_once_whoever_comes(marketplace: Marketplace) -> None:
    ran = await asyncio.gather(*(derive_night(marketplace.dsn, NIGHT) for _ in range(3)))
    assert [each is not None for each in ran].count(True) == 1
    connection = await connect(marketplace.dsn, "amends_reviewer")
    try:
        row = await connection.fetchrow(queries("last_night"))
    finally:
        await connection.close()
    assert (row["night"], row["contradicted"]) == (NIGHT, 0)


@pytest.mark.parametrize(
    ("hour", "now", "night"),
    [
        (18, datetime(2026, 11, 26, 17, 59, tzinfo=UTC), None),
        (18, datetime(2026, 11, 26, 18, 0, tzinfo=UTC), NIGHT),
        (22, datetime(2026, 11, 27, 3, 59, tzinfo=UTC), NIGHT),
        (22, datetime(2026, 11, 27, 4, 0, tzinfo=UTC), None),
        (None, datetime(2026, 11, 26, 18, 0, tzinfo=UTC), None),
    ],
)
def test_a_night_is_six_hours_from_its_hour_on(hour: int | None, now: datetime, night: date | None) -> None:
    nights = Nights(None, Settings(home=Path()), asyncio.Event(), hour)  # type: ignore[arg-type]
    assert nights.night(now) == night


async def test_the_worker_has_the_night_derived_and_only_once(marketplace: Marketplace, tmp_path: Path) -> None:
    sold = await marketplace.order(sale_format="live_auction")
    await marketplace.ask(sold, "return_refund", "damaged")
    settings = Settings(home=tmp_path, database_url=marketplace.dsn)
    async with await open_pool(marketplace.dsn, "amends_worker", min_size=1, max_size=2) as pool:
        nights = Nights(pool, settings, asyncio.Event(), datetime.now(UTC).hour)
        await nights.step()
        assert await pool.fetchrow(queries("last_night")) is None, "not while it has just begun"
        nights.looks_at = 0.0
        await nights.step()
        first = await pool.fetchrow(queries("last_night"))
        assert first["equal"] > 0
        nights.looks_at = 0.0
        await nights.step()
        assert await pool.fetchrow(queries("last_night")) == first
