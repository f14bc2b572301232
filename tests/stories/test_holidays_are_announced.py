"""Holidays that were unknown when a deadline was promised are announced: it becomes later by them and firm, never earlier (failure mode 8)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest
from tests.stories.telling import Case, Story

from amends.desk.publishing import publish_calendars
from amends.domain.facts.told import ToldLine
from amends.kernel.working_time import calendar_from
from amends.lab.rederive import derive_cases

NEW_YEAR = datetime(2026, 12, 29, 15, tzinfo=UTC)


async def published(
    story: Story, version: str, *, until: str, holidays: dict[str, str] | None = None, without: tuple[str, ...] = ()
) -> None:
    """A new edition of the American calendar."""
    kept = await story.administrator.fetchval(
        "select body from amends.calendar_version where code = 'us' order by loaded_at desc limit 1"
    )
    body: dict[str, Any] = msgspec.json.decode(kept)
    days = {day: name for day, name in body["holidays"].items() if day not in without} | (holidays or {})
    body |= {"version": version, "confirmed_until": until, "holidays": days}
    async with asyncpg.create_pool(story.dsn, min_size=1, max_size=1, server_settings={"search_path": "amends"}) as pool:
        await publish_calendars(pool, {"us": (calendar_from(body), msgspec.json.encode(body))})


async def asked(story: Story) -> Case:
    """A case whose review takes four working days from the 29th of December, over holidays that nobody has announced yet."""
    await published(story, "draft", until="2026-12-31")
    await story.set_clock(NEW_YEAR)
    vase = ToldLine(reference="1", sku="VASE", title="Blue vase", category="home", price=20_000)
    return await story.open(await story.order("us_shop", "us", lines=(vase,)), "refund_only", "damaged", proof=["photo_defect"])


async def clock(story: Story) -> asyncpg.Record:
    found: asyncpg.Record = await story.administrator.fetchrow("select * from amends.deadline where kind = 'review'")
    return found


async def test_a_promise_beyond_the_known_holidays_becomes_later_and_firm(story: Story) -> None:
    case = await asked(story)
    before = await clock(story)
    assert (before["provisional"], before["calendar"]) == (True, "draft")
    await published(story, "announced", until="2027-12-31", holidays={"2027-01-04": "a day of mourning"})
    await story.settle()
    after = await clock(story)
    assert after["due_at"] == before["due_at"] + timedelta(days=1)
    assert (after["provisional"], after["calendar"]) == (False, "announced")
    assert await case.events() == ["case_opened", "deadlines_reconsidered"]
    await story.settle()
    assert await case.events() == ["case_opened", "deadlines_reconsidered"], "once"
    async with story.administrator.transaction():
        decisions = [each async for found in derive_cases(story.administrator) for each in found.decisions]
    assert {each.result for each in decisions} == {"equal"}, "and it follows again from what is kept"
    await story.until(before["due_at"])
    assert await case.state() == "pending_review"
    await story.until(after["due_at"])
    assert await case.state() != "pending_review"


async def test_a_holiday_that_falls_away_takes_no_day_from_anybody(story: Story) -> None:
    await asked(story)
    before = await clock(story)
    await published(story, "announced", until="2027-12-31", without=("2027-01-01",))
    await story.settle()
    after = await clock(story)
    assert after["due_at"] == before["due_at"], "later is allowed, earlier never"
    assert (after["provisional"], after["calendar"]) == (False, "draft"), "firm, and still reckoned by the older one"


async def test_one_that_stays_beyond_what_is_known_waits_for_the_next_calendar(story: Story) -> None:
    case = await asked(story)
    before = await clock(story)
    await published(story, "another", until="2027-01-01")
    await story.settle()
    assert await clock(story) == before
    await published(story, "announced", until="2027-12-31")
    await story.settle()
    assert (await clock(story))["provisional"] is False
    assert await case.events() == ["case_opened", "deadlines_reconsidered"]


async def test_what_an_outage_gave_back_stays_on_top(story: Story) -> None:
    await asked(story)
    now = await story.now()
    await story.administrator.execute(
        "insert into amends.outage (from_at, to_at, why) values ($1, $2, 'a cut cable')",
        now - timedelta(hours=1),
        now + timedelta(hours=3),
    )
    before = await clock(story)
    await story.set_clock(now + timedelta(hours=4))
    await story.settle()
    given = (await clock(story))["due_at"] - before["due_at"]
    assert given >= timedelta(hours=2)
    await published(story, "announced", until="2027-12-31", holidays={"2027-01-04": "a day of mourning"})
    await story.settle()
    assert (await clock(story))["due_at"] == before["due_at"] + given + timedelta(days=1)


@pytest.mark.parametrize("fault", ["earlier", "another calendar"])
async def test_the_doctor_sees_a_promise_that_was_moved_otherwise(story: Story, fault: str) -> None:
    from amends.store.doctor import examine

    await asked(story)
    await published(story, "announced", until="2027-12-31", holidays={"2027-01-04": "a day of mourning"})
    await story.settle()
    kept = await clock(story)
    due, calendar = (kept["due_at"] - timedelta(days=1), kept["calendar"]) if fault == "earlier" else (kept["due_at"], "draft")
    await story.administrator.execute(
        "update amends.deadline set due_at = $1, calendar = $2 where kind = 'review'", due, calendar
    )
    assert next(f.count for f in await examine(story.dsn) if f.name == "D08") == 1
    await story.administrator.execute(
        "update amends.deadline set due_at = $1, calendar = $2 where kind = 'review'", kept["due_at"], kept["calendar"]
    )
