"""Handing the parcel to the carrier says no to a cancellation that waits (row 4)."""

import pytest
from tests.marketplace import SELLER
from tests.stories.telling import Story

from amends.actions.commands import GivenProof, ShipOrder


@pytest.mark.requirement("R-02", "T-04")
async def test_shipping_rejects_a_cancellation(story: Story) -> None:
    sold = await story.order(status="awaiting_shipment")
    case = await story.open(sold, "cancel", "no_longer_needed")
    shipped = await story.say(
        ShipOrder(shop_id=sold.shop_id, actor=SELLER, order_id=sold.id, carrier="usps", tracking_number="9400111899223100001234")
    )
    assert shipped.code is None
    assert await case.state() == "rejected_1"
    assert await case.events() == ["case_opened", "rejected_by_shipping"]
    await story.later(days=11)
    assert (await case.state()).startswith("closed")
    again = await story.ask(sold, "cancel", "no_longer_needed")
    assert again.code == "kind_not_open_in_status"


@pytest.mark.requirement("R-02")
async def test_a_scan_of_the_carrier_does_the_same(story: Story) -> None:
    sold = await story.order(status="awaiting_shipment")
    number = "9400111899223100001234"
    await story.administrator.execute(
        "update amends.parcel set status = 'packed', carrier = 'usps', tracking_number = $1", number
    )
    case = await story.open(sold, "cancel", "no_longer_needed")
    await story.scan(sold.shop_id, number, "picked_up")
    assert await case.state() == "rejected_1"


@pytest.mark.requirement("R-02", "V-17")
async def test_what_was_shipped_while_a_person_looked_does_not_come_before_the_seller_any_more(story: Story) -> None:
    sold = await story.order(status="awaiting_shipment")
    case = await story.open(sold, "cancel", "no_longer_needed")
    await case.buyer_shows(GivenProof(kind="photo_defect", text="a photo", legible=False))
    assert await case.state() == "in_recheck"
    shipped = ShipOrder(
        shop_id=sold.shop_id, actor=SELLER, order_id=sold.id, carrier="usps", tracking_number="9400111899223100001234"
    )
    assert (await story.say(shipped)).code is None
    await case.platform_decides("admit")
    assert (await case.events())[-2:] == ["recheck_admitted", "rejected_by_shipping"]
    assert await case.state() == "rejected_1", "silence pays for nothing that the buyer is about to get"
    assert (await case.seller_approves()).state == "refund_approved"
    status = await story.administrator.fetchval("select status from amends.orders where id = $1", sold.id)
    assert status == "in_transit", "what left is refunded, not cancelled"
