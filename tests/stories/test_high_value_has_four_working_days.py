"""In the United States a seller has two working days, four above USD 100.00 of what is asked for (C-02)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.stories.telling import Story

from amends.domain.facts.told import ToldLine

WEDNESDAY = datetime(2026, 11, 25, 15, tzinfo=UTC)
"""10:00 in New York, the day before Thanksgiving."""


async def _review(story: Story, cents: int) -> datetime:
    sold = await story.order(lines=(ToldLine(reference="1", category="collectibles", price=cents),))
    case = await story.open(sold, "return_refund", "damaged")
    assert await case.state() == "pending_review"
    return await case.due("review")


@pytest.mark.requirement("C-02")
async def test_high_value_has_four_working_days(story: Story) -> None:
    await story.set_clock(WEDNESDAY)
    at_the_line, above = await _review(story, 100_00), await _review(story, 100_01)
    new_york = ZoneInfo("America/New_York")
    assert at_the_line == datetime(2026, 12, 1, tzinfo=new_york), "the end of Monday: Thursday is a holiday, then a weekend"
    assert above == datetime(2026, 12, 3, tzinfo=new_york)


@pytest.mark.requirement("C-02")
async def test_it_is_the_request_that_counts_not_the_order(story: Story) -> None:
    await story.set_clock(WEDNESDAY)
    plain = await _review(story, 50_00)
    sold = await story.order(lines=(ToldLine(reference="1", quantity=4, price=400_00),))
    part = await story.open(sold, "return_refund", "damaged", amount=99_00)
    assert (await part.due("review") - plain).total_seconds() < 60


@pytest.mark.requirement("C-02")
async def test_silence_for_four_working_days_approves(story: Story) -> None:
    sold = await story.order(lines=(ToldLine(reference="1", price=100_01),))
    case = await story.open(sold, "return_refund", "damaged")
    due = await case.due("review")
    await story.until(due - timedelta(minutes=1))
    assert await case.state() == "pending_review"
    await story.until(due)
    assert await case.state() == "awaiting_buyer_ship"
    assert (await case.events())[:2] == ["case_opened", "review_expired"]
