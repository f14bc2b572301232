"""Cash that nobody collected needs no payment back; cash that was collected goes where the buyer says (docs/glossary.md)."""

from datetime import timedelta

import pytest
from tests.stories.telling import Story

from amends.domain.facts.told import ToldPayment

COD = (ToldPayment(sequence=1, method="cash_on_delivery", amount=5000, captured=0),)
COLLECTED = (ToldPayment(sequence=1, method="cash_on_delivery", amount=5000),)


@pytest.mark.requirement("T-02")
async def test_cash_on_delivery_never_collected(story: Story) -> None:
    sold = await story.order(status="awaiting_shipment", payments=COD)
    case = await story.open(sold, "cancel", "no_longer_needed")
    await case.seller_approves()
    assert await case.state() == "completed: refunded"
    assert await case.refunds() == []
    assert await case.events() == ["case_opened", "approved", "nothing_to_pay"]
    await story.settle()
    assert story.payments.calls == []


@pytest.mark.requirement("T-02")
async def test_collected_cash_is_paid_to_the_account_that_the_buyer_names(story: Story) -> None:
    sold = await story.order(payments=COLLECTED)
    case = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"], destination="wallet:mei")
    await case.seller_approves()
    await story.settle()
    assert await case.state() == "completed: refunded"
    (paid,) = story.payments.executions.values()
    assert paid.destination == "wallet:mei"


async def test_without_an_account_nobody_is_paid_and_a_person_hears_of_it(story: Story) -> None:
    sold = await story.order(payments=COLLECTED)
    case = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])
    assert (await case.seller_approves()).code == "destination_required"
    await story.until(await case.due("review"))
    assert await case.state() == "pending_review"
    assert "payment_blocked" in await case.events()


@pytest.mark.requirement("T-02")
async def test_who_pays_at_the_door_after_all_may_ask_about_what_they_paid_for(story: Story) -> None:
    sold = await story.order(status="in_transit", payments=COD, promised_at=await story.now() - timedelta(days=1))
    case = await story.open(sold, "refund_in_transit", "not_received")
    await case.seller_approves()
    assert await case.state() == "completed: refunded"
    assert (await story.ask(sold, "refund_in_transit", "not_received")).code == "nothing_left_to_ask", "nothing was paid yet"
    await story.administrator.execute("update amends.payment set captured = amount where order_id = $1", sold.id)
    number = sold.told.parcels[0].tracking_number
    assert (await story.scan(sold.shop_id, str(number), "delivered")).code is None
    broken = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"], destination="wallet:mei")
    await broken.seller_approves()
    await story.settle()
    assert await broken.refunds() == [(5000, "succeeded")]
    again = await story.ask(sold, "refund_only", "damaged", proof=["photo_defect"], destination="wallet:mei")
    assert again.code == "nothing_left_to_ask"
