"""A claim without its proof waits for it; clear proof brings it to the seller with the whole time for review (rows 29 and 30)."""

from datetime import timedelta

import pytest
from tests.stories.telling import Story


@pytest.mark.requirement("E-05", "V-17")
async def test_clear_proof_after_awaiting_proof(story: Story) -> None:
    sold = await story.order(sale_format="live_auction")
    case = await story.open(sold, "return_refund", "damaged")
    assert case.said.state == "awaiting_proof"
    await story.later(hours=47)
    await case.buyer_shows("photo_defect")
    assert await case.state() == "pending_review"
    assert await case.events() == ["case_opened", "proof_given"] or (await case.events())[-1] == "proof_given"
    assert await case.due("review") - await story.now() > timedelta(hours=40)


@pytest.mark.requirement("E-05", "C-01")
async def test_waiting_for_proof_costs_nobody_their_window(story: Story) -> None:
    sold = await story.order(sale_format="live_auction", delivered_ago=timedelta(days=14))
    case = await story.open(sold, "return_refund", "damaged")
    await story.later(hours=40)
    await case.buyer_shows("photo_defect")
    assert await case.state() == "pending_review"


@pytest.mark.requirement("T-03")
async def test_a_seller_asks_once_for_more_and_the_review_waits(story: Story) -> None:
    sold = await story.order()
    case = await story.open(sold, "return_refund", "damaged")
    await case.seller_asks_for("photo_defect")
    assert (await case.seller_asks_for("photo_defect")).code == "proof_already_asked"
    await story.later(hours=25)
    assert await case.state() == "pending_review"
    assert "proof_expired" in await case.events()
    assert await case.due("review") > await story.now()
