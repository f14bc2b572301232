"""Before an auction order ships the buyer cannot cancel directly; support or the seller asks, and the seller reviews (E-06)."""

import pytest
from tests.marketplace import SELLER, SUPPORT
from tests.stories.telling import Story


@pytest.mark.requirement("E-06", "T-02", "T-04")
async def test_auction_cancel_reviewed_by_seller(story: Story) -> None:
    card = await story.order(sale_format="live_auction", status="awaiting_shipment")
    direct = await story.ask(card, "cancel", "misbid")
    assert direct.code == "ask_seller_or_support"
    case = await story.open(card, "cancel", "misbid", by=SUPPORT)
    assert case.said.state == "pending_review"
    assert case.said.body["opened_by"] == "support"
    assert case.said.body["deadline_kind"] == "review"
    await case.seller_approves()
    await story.settle()
    assert await case.state() == "completed: refunded"
    assert await case.refunds() == [(5000, "succeeded")]
    assert await story.administrator.fetchval("select status from amends.orders") == "cancelled"


@pytest.mark.requirement("E-06", "R-02")
async def test_the_seller_may_say_no_to_what_is_packed(story: Story) -> None:
    card = await story.order(sale_format="live_auction", status="awaiting_shipment")
    await story.administrator.execute("update amends.parcel set status = 'packed'")
    case = await story.open(card, "cancel", "misbid", by=SUPPORT)
    bare = await case.seller_rejects("packed_awaiting_pickup")
    assert bare.code == "proof_demanded"
    assert "photo_package_seal" in bare.body["any_of"]
    await case.seller_rejects("packed_awaiting_pickup", "photo_package_seal")
    assert await case.state() == "rejected_1"


@pytest.mark.requirement("E-06")
async def test_after_a_private_message_the_seller_enters_it(story: Story) -> None:
    card = await story.order(sale_format="live_auction", status="awaiting_shipment")
    case = await story.open(card, "cancel", "misbid", by=SELLER)
    assert case.said.state == "pending_review"
