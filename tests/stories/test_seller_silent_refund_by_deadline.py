"""A seller who says nothing agrees: time approves and the money goes back, once (row 2)."""

import pytest
from tests.stories.telling import Story


@pytest.mark.requirement("C-02", "T-05")
async def test_seller_silent_refund_by_deadline(story: Story) -> None:
    sold = await story.order()
    case = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])
    due = await case.due("review")
    await story.until(due)
    assert case.id in await _fired(story, "review")
    assert await case.state() == "completed: refunded"
    assert await case.refunds() == [(5000, "succeeded")]
    assert await case.events() == ["case_opened", "review_expired", "refund_succeeded"]
    assert len(story.payments.calls) == 1


@pytest.mark.requirement("T-04")
async def test_a_seller_who_comes_too_late_is_told_that_time_has_decided(story: Story) -> None:
    sold = await story.order()
    case = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])
    await story.set_clock(await case.due("review"))
    late = await case.seller_rejects("works_as_intended", "video_function")
    assert late.code == "deadline_passed"
    await story.settle()
    assert await case.state() == "completed: refunded"


async def _fired(story: Story, kind: str) -> list[object]:
    rows = await story.administrator.fetch("select case_id from amends.event where fired_kind = $1", kind)
    return [row["case_id"] for row in rows]
