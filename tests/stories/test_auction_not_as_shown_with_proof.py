"""Final sale is not "no after-sales": an item that is not what the stream showed comes back, with proof (E-03, E-04, E-05, V-16)."""

from datetime import timedelta

import pytest
from tests.stories.telling import RETURN, Story


@pytest.mark.requirement("E-03", "E-05", "T-02", "V-16", "Q-10")
async def test_auction_not_as_shown_with_proof(story: Story) -> None:
    card = await story.order(sale_format="live_auction", delivered_ago=timedelta(days=13))
    case = await story.open(card, "return_refund", "not_as_described", proof=["live_recording", "photo_defect"])
    assert case.said.state == "pending_review"
    await case.seller_approves()
    assert await case.state() == "awaiting_buyer_ship"
    await case.buyer_ships_back()
    await story.later(days=2)
    await case.carrier_says("delivered", RETURN)
    await case.seller_inspects(accepted=1)
    await story.settle()
    assert await case.state() == "completed: refunded"
    assert await case.refunds() == [(5000, "succeeded")]
    legs = await story.administrator.fetch("select account, amount from amends.posting")
    assert sum(leg["amount"] for leg in legs) == 0
    assert any(abs(leg["amount"]) == 400 for leg in legs), "the commission goes back with the refund"


@pytest.mark.requirement("E-05")
async def test_without_proof_the_claim_waits_for_it(story: Story) -> None:
    card = await story.order(sale_format="live_auction")
    case = await story.open(card, "return_refund", "not_as_described")
    assert case.said.state == "awaiting_proof"
    assert case.said.body["deadline_kind"] == "proof"
    await story.later(hours=49)
    assert await case.state() == "closed: expired"
    assert (await story.open(card, "return_refund", "not_as_described", proof=["photo_defect"])).said.state == "pending_review"


@pytest.mark.requirement("E-04", "C-01")
async def test_the_window_closes_after_fourteen_days(story: Story) -> None:
    card = await story.order(sale_format="live_auction", delivered_ago=timedelta(days=15))
    assert (await story.ask(card, "return_refund", "not_as_described", proof=["photo_defect"])).code == "window_closed"
