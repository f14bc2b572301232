"""Whoever got the freight back keeps every right to what was in the parcel, and the freight goes back once (2.5: shipping_fee_only)."""

import pytest
from tests.stories.telling import Case, Story

from amends.actions.commands import AskedLine
from amends.domain.facts.told import ToldLine

TWO = (ToldLine(reference="1", category="home", quantity=2, price=10_000, shipping=1001),)


async def paid(story: Story, case: Case) -> None:
    assert (await case.seller_approves()).code is None
    await story.settle()
    assert await case.state() == "completed: refunded"


@pytest.mark.requirement("T-01")
async def test_a_refund_of_the_freight_leaves_the_goods_to_be_asked_about(story: Story) -> None:
    sold = await story.order(lines=TWO)
    freight = await story.open(sold, "refund_only", "shipping_fee_only")
    assert freight.said.body["amount"]["amount"] == 1001
    await paid(story, freight)
    assert (await story.ask(sold, "refund_only", "shipping_fee_only")).code == "nothing_left_to_ask"
    line = AskedLine(line_id=await story.line(sold), quantity=1)
    first = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"], lines=(line,))
    assert first.said.body["amount"]["amount"] == 5000, "its freight is back already"
    await paid(story, first)
    rest = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])
    await paid(story, rest)
    assert await story.administrator.fetchval("select sum(amount) from amends.refund where status = 'succeeded'") == 11_001
    assert (await story.ask(sold, "refund_only", "damaged", proof=["photo_defect"])).code == "nothing_left_to_ask"


@pytest.mark.requirement("T-01")
async def test_the_freight_is_asked_for_in_parts_and_beside_the_goods_and_never_twice(story: Story) -> None:
    sold = await story.order(lines=TWO)
    line = AskedLine(line_id=await story.line(sold), quantity=1)
    one = await story.open(sold, "refund_only", "shipping_fee_only", lines=(line,))
    other = await story.open(sold, "refund_only", "shipping_fee_only")
    assert [case.said.body["amount"]["amount"] for case in (one, other)] == [501, 500]
    goods = await story.open(sold, "return_refund", "damaged")
    assert goods.said.body["amount"]["amount"] == 10_000
    await other.buyer_withdraws()
    assert (await story.ask(sold, "refund_only", "shipping_fee_only")).code == "nothing_left_to_ask", "the goods bring theirs"
    await paid(story, one)


@pytest.mark.requirement("T-01", "N-05")
async def test_who_asks_for_freight_is_offered_no_return_and_ruled_none(story: Story) -> None:
    freight = await story.open(await story.order(lines=TWO), "refund_only", "shipping_fee_only")
    assert (await freight.seller_proposes("change", kind="return_refund")).code == "value_not_allowed"
