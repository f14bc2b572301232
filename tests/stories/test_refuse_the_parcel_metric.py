"""The metric clock of a refund without a return stands still while the refusal is agreed, and runs on once the parcel is settled (C-09)."""

from datetime import timedelta

import pytest
from tests.stories.telling import Case, Story
from tests.stories.test_refuse_the_parcel import OUT, asked


async def intervals(story: Story, case: Case) -> list[tuple[timedelta, bool]]:
    """How long each interval lasted so far, to the minute, and whether it still runs."""
    rows = await story.administrator.fetch(
        "select coalesce(ended_at, amends.moment()) - started_at as took, ended_at is null as runs"
        " from amends.metric_interval where case_id = $1 order by started_seq",
        case.id,
    )
    return [(timedelta(minutes=round(row["took"] / timedelta(minutes=1))), row["runs"]) for row in rows]


@pytest.mark.requirement("C-09")
async def test_it_runs_from_the_sign_for_to_the_refund_and_not_while_the_refusal_was_agreed(story: Story) -> None:
    case = await asked(story)
    assert await intervals(story, case) == [(timedelta(), False)], "agreed at once: it stands still"
    await story.later(hours=20)
    await case.carrier_says("delivered", OUT)
    assert await intervals(story, case) == [(timedelta(), False), (timedelta(), True)]
    due = await case.due("refuse_sign")
    settled = await story.now()
    await story.until(due)
    await story.settle()
    assert await case.state() == "completed: refunded"
    first, second = await intervals(story, case)
    assert first == (timedelta(), False)
    assert not second[1]
    assert abs(second[0] - (due - settled)) < timedelta(minutes=5)


@pytest.mark.requirement("C-09")
async def test_the_carriers_trouble_keeps_it_standing_still(story: Story) -> None:
    case = await asked(story)
    await story.later(hours=20)
    await case.carrier_says("exception", OUT)
    assert await intervals(story, case) == [(timedelta(), False)]
