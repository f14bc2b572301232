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
    story: Story,
    version: str,
    *,
    until: str,
    holidays: dict[str, str] | None = None,
    without: tuple[str, ...] = (),
    again: bool = False,
) -> None:
    """A new edition of the American calendar."""
    kept = await story.administrator.fetchval(
        "select body from amends.calendar_version where code = 'us' order by loaded_at desc limit 1"
    )
    body: dict[str, Any] = msgspec.json.decode(kept)
    days = {day: name for day, name in body["holidays"].items() if day not in without} | (holidays or {})
    body |= {"version": version, "confirmed_until": until, "holidays": days}
    async with asyncpg.create_pool(story.dsn, min_size=1, max_size=1, server_settings={"search_path": "amends"}) as pool:
        await publish_calendars(pool, {"us": (calendar_from(body), msgspec.json.encode(body))}, again=again)


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


async def test_no_clock_fires_by_holidays_that_are_out_of_date_whoever_comes_first(story: Story) -> None:
    """Another worker, or one that was away, meets the clock before anybody reckoned it anew."""
    case = await asked(story)
    before = await clock(story)
    await published(story, "announced", until="2027-12-31", holidays={"2027-01-04": "a day of mourning"})
    await story.set_clock(before["due_at"] + timedelta(hours=1))
    await story.fire(case.sold.shop_id, case.id, "review")
    assert await case.events() == ["case_opened", "deadlines_reconsidered"]
    after = await clock(story)
    assert (after["due_at"], after["state"]) == (before["due_at"] + timedelta(days=1), "running")
    await story.until(after["due_at"])
    assert await case.state() != "pending_review"


async def test_a_worker_that_comes_back_late_reckons_before_it_fires(story: Story) -> None:
    case = await asked(story)
    before = await clock(story)
    await published(story, "announced", until="2027-12-31", holidays={"2027-01-04": "a day of mourning"})
    await story.set_clock(before["due_at"] + timedelta(hours=1))
    await story.settle()
    assert await case.state() == "pending_review"
    assert (await clock(story))["due_at"] == before["due_at"] + timedelta(days=1)


async def test_one_that_stood_still_meanwhile_has_the_day_when_it_runs_on(story: Story) -> None:
    case = await asked(story)
    before = await clock(story)
    await case.seller_asks_for("photo_six_view")
    assert (await clock(story))["state"] == "paused"
    await published(story, "announced", until="2027-12-31", holidays={"2027-01-04": "a day of mourning"})
    await story.settle()
    await case.buyer_shows("photo_six_view")
    await story.settle()
    await story.until((await clock(story))["due_at"])
    assert await case.state() == "pending_review"
    await story.until((await clock(story))["due_at"])
    after = await clock(story)
    assert (after["ended"], after["provisional"]) == ("fired", False)
    assert after["due_at"] >= before["due_at"] + timedelta(days=1)


async def test_an_earlier_calendar_counts_again_where_it_is_published_so(story: Story) -> None:
    await published(story, "wrong", until="2026-12-31", holidays={"2026-12-30": "a slip"})
    await published(story, "right", until="2026-12-31")
    await published(story, "wrong", until="2026-12-31", holidays={"2026-12-30": "a slip"})
    assert await promised_by(story) == "right", "what was published before is left alone"
    await published(story, "wrong", until="2026-12-31", holidays={"2026-12-30": "a slip"}, again=True)
    assert await promised_by(story) == "wrong"


async def test_only_calendars_that_something_rests_on_are_kept_at_hand(story: Story) -> None:
    await asked(story)
    for number in range(3):
        await published(story, f"edition {number}", until="2026-12-31")
    assert await promised_by(story) == "edition 2"
    assert {version for version in story.desk.rulebooks.versions if version.startswith("edition")} == {"edition 2"}


async def promised_by(story: Story) -> str:
    """The calendar that a new case's review is reckoned by."""
    await story.set_clock(NEW_YEAR)
    case = await story.open(await story.order("us_shop", "us"), "refund_only", "damaged", proof=["photo_defect"])
    found: str = await story.administrator.fetchval(
        "select calendar from amends.deadline where kind = 'review' and case_id = $1", case.id
    )
    return found
