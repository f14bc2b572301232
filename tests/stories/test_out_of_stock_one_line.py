"""The seller has run out of one of two things: in the United States that one is cancelled and the rest ships, elsewhere all or nothing."""

import pytest
from tests.marketplace import SELLER, Sold
from tests.stories.telling import Case, Story

from amends.actions.commands import AskedLine, ShipOrder
from amends.domain.facts.told import ToldLine, ToldParcel

VASE_AND_BOWL = (
    ToldLine(reference="1", sku="VASE", title="Blue vase", category="home", price=5000, commission=400),
    ToldLine(reference="2", sku="BOWL", title="Blue bowl", category="home", quantity=2, price=3000, commission=240),
)


async def of(story: Story, sold: Sold, reference: str, quantity: int) -> tuple[AskedLine, ...]:
    line = await story.administrator.fetchval(
        "select id from amends.order_line where order_id = $1 and reference = $2", sold.id, reference
    )
    return (AskedLine(line_id=line, quantity=quantity),)


async def status(story: Story, sold: Sold) -> str:
    return str(await story.administrator.fetchval("select status from amends.orders where id = $1", sold.id))


@pytest.mark.requirement("T-02")
async def test_one_bowl_is_out_of_stock_and_the_rest_ships(story: Story) -> None:
    sold = await story.order(status="awaiting_shipment", lines=VASE_AND_BOWL)
    bowl = await of(story, sold, "2", 1)
    refused = await story.ask(sold, "cancel", "no_longer_needed", lines=bowl)
    assert refused.code == "partial_cancellation_not_offered"
    cancelled = await story.open(sold, "cancel", "out_of_stock", by=SELLER, lines=bowl)
    await cancelled.seller_approves()
    await story.settle()
    assert await cancelled.state() == "completed: refunded"
    assert await cancelled.refunds() == [(1500, "succeeded")]
    assert await status(story, sold) == "awaiting_shipment"

    rest: Case = await story.open(sold, "cancel", "no_longer_needed")
    assert rest.said.body["amount"]["amount"] == 6500
    await rest.buyer_withdraws()
    shipped = ShipOrder(
        shop_id=sold.shop_id, actor=SELLER, order_id=sold.id, carrier="usps", tracking_number="9400111899223100001111"
    )
    assert (await story.say(shipped)).code is None
    assert await status(story, sold) == "in_transit"


@pytest.mark.requirement("T-02")
async def test_in_canada_the_seller_cancels_everything_or_nothing(story: Story) -> None:
    sold = await story.order("maple", "ca", currency="CAD", status="awaiting_shipment", lines=VASE_AND_BOWL)
    refused = await story.ask(sold, "cancel", "out_of_stock", by=SELLER, lines=await of(story, sold, "2", 2))
    assert refused.code == "partial_cancellation_not_offered"
    whole = await story.open(sold, "cancel", "out_of_stock", by=SELLER)
    await whole.seller_approves()
    await story.settle()
    assert await whole.refunds() == [(8000, "succeeded")]
    assert await status(story, sold) == "cancelled"


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize("by", ["scan", "seller"])
async def test_what_lies_in_another_parcel_is_not_rejected_by_the_one_that_leaves(story: Story, by: str) -> None:
    first, second = "9400111899223100001111", "9400111899223100002222"
    parcels = tuple(
        ToldParcel(reference=name, status="packed", carrier="usps", tracking_number=number)
        for name, number in (("A", first), ("B", second))
    )
    lines = tuple(ToldLine(reference=name, category="home", price=2000, parcel=name) for name in ("A", "B"))
    sold = await story.order(status="awaiting_collection", parcels=parcels, lines=lines)
    missing = await story.administrator.fetchval(
        "select id from amends.order_line where order_id = $1 and reference = 'B'", sold.id
    )
    case = await story.open(sold, "cancel", "out_of_stock", by=SELLER, lines=(AskedLine(line_id=missing, quantity=1),))
    if by == "scan":
        await story.scan(sold.shop_id, first, "picked_up")
    else:
        shipped = ShipOrder(
            shop_id=sold.shop_id, actor=SELLER, order_id=sold.id, carrier="usps", tracking_number="9400111899223100003333"
        )
        assert (await story.say(shipped)).code is None
    assert await case.state() == "pending_review", "what is out of stock stays at home"
    await story.scan(sold.shop_id, second, "picked_up")
    assert await case.state() == "rejected_1", "and is sent after all"
