"""Publish the books and calendars of a policies folder: what `amends policy publish` does, and a marketplace's first start."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import msgspec
import yaml

from amends.desk.publishing import Published, publish_books, publish_calendars, short_calendars
from amends.exchange.policies import Policies
from amends.kernel.working_time import Calendar, calendar_from
from amends.store.database import open_pool

FOUNDING_REASON = "first installation: orders placed before it are judged by the rules it begins with"
FOUNDED_BACK = timedelta(days=400)
OF_THE_PAST = {"br": datetime(2016, 1, 1, tzinfo=UTC)}  # the public data set that this market stands for begins here


async def publish_all(
    dsn: str,
    policies: Policies,
    folder: Path,
    *,
    takes_effect_at: datetime | None = None,
    adopted_from: datetime | None = None,
    reason: str = FOUNDING_REASON,
    again: bool = False,
) -> list[Published]:
    """Publish calendars and books; markets without a release are founded, adopted for the past so that known orders can be judged."""
    calendars = read_calendars(folder)
    pool: asyncpg.Pool = await open_pool(dsn, "amends_desk", min_size=1, max_size=2)
    try:
        now = await pool.fetchval("select moment()")
        past = {market: adopted_from or OF_THE_PAST.get(market, now - FOUNDED_BACK) for market in policies.books}
        await publish_calendars(pool, calendars, again=again)
        answers = await publish_books(
            pool, policies.books, takes_effect_at=takes_effect_at, adopted_from=past, reason=reason, again=again
        )
    finally:
        await pool.close()
    short = short_calendars({code: calendar for code, (calendar, _) in calendars.items()}, now.date())
    for until in sorted({until for _, until in short}):
        codes = ", ".join(code for code, end in short if end == until)
        print(f"note: holidays of {codes} are confirmed until {until}; deadlines beyond are provisional", file=sys.stderr)
    return answers


def read_calendars(folder: Path) -> dict[str, tuple[Calendar, bytes]]:
    """The calendars beside the policies, with the body that is kept of each."""
    found = {}
    for path in sorted((folder / "calendars").glob("*.yaml")):
        loaded = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        found[path.stem] = (calendar_from(loaded), msgspec.json.encode(loaded))
    return found
