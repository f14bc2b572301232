"""A return from the request to the money: approved, shipped, scanned, delivered, inspected, paid (rows 1, 3, 14, 16, 17, 27)."""

import pytest
from tests.marketplace import SUPPORT
from tests.stories.telling import RETURN, Story

from amends.actions.commands import SettleReturn
from amends.domain.facts.told import ToldLine, ToldPayment


@pytest.mark.requirement("T-01", "L-07", "C-10", "Q-10")
async def test_return_received_and_refunded(story: Story) -> None:
    payments = (ToldPayment(sequence=1, method="card", amount=4501), ToldPayment(sequence=2, method="voucher", amount=500))
    sold = await story.order(lines=(ToldLine(reference="1", price=5001, commission=400),), payments=payments)
    case = await story.open(sold, "return_refund", "defective")
    await case.seller_approves()
    wrong = await case.buyer_ships_back("0000000")
    assert (wrong.code, wrong.body["log_code"]) == ("tracking_number_invalid", "ERR_LOG_204")
    await case.buyer_ships_back()
    assert await case.due("return_scan") > await story.now()
    await case.carrier_says("in_transit", RETURN)
    await story.later(days=3)
    await case.carrier_says("delivered", RETURN)
    assert await case.state() == "return_delivered"
    await case.seller_inspects(accepted=1, found={"disposition": "restocked"})
    assert await case.state() == "refund_approved"
    await story.settle()
    assert await case.state() == "completed: refunded"
    assert await case.refunds() == [(4501, "succeeded"), (500, "succeeded")]
    assert await case.events() == [
        "case_opened", "approved", "return_shipped", "return_scanned", "return_delivered", "return_accepted",
        "refund_part_succeeded", "refund_succeeded",
    ]  # fmt: skip


@pytest.mark.requirement("C-10", "F-02")
async def test_a_return_that_no_carrier_scans_comes_to_a_person(story: Story) -> None:
    sold = await story.order()
    case = await story.open(sold, "return_refund", "defective")
    await case.seller_approves()
    await case.buyer_ships_back()
    await story.later(hours=49)
    assert await case.state() == "return_in_transit"
    assert "return_scan_expired" in await case.events()


@pytest.mark.requirement("T-05")
async def test_goods_that_nobody_inspects_are_accepted_by_time(story: Story) -> None:
    sold = await story.order()
    case = await story.open(sold, "return_refund", "defective")
    await case.seller_approves()
    await case.buyer_ships_back()
    await case.carrier_says("delivered", RETURN)
    await story.until(await case.due("review_return"))
    assert await case.state() == "completed: refunded"


@pytest.mark.requirement("L-08")
@pytest.mark.parametrize(("seen", "bearer"), [(True, "carrier:costs"), (False, "platform:costs")])
async def test_what_is_lost_on_its_way_back_is_not_the_sellers_loss(story: Story, seen: bool, bearer: str) -> None:  # noqa: FBT001 -- a case of the table
    case = await story.open(await story.order(), "return_refund", "damaged")
    await case.seller_approves()
    await case.buyer_ships_back()
    if seen:
        await case.carrier_says("in_transit")
    await case._do(SettleReturn, SUPPORT, decision="lost", note="The carrier looked for it.")
    assert case.said.state == "refund_approved"
    await story.settle()
    assert await case.state() == "completed: refunded"
    legs = await story.administrator.fetch(
        "select account, sum(amount)::bigint as amount from amends.posting group by 1 having sum(amount) <> 0 order by amount"
    )
    assert [(leg["account"], leg["amount"]) for leg in legs] == [(bearer, -5000), ("buyer:mei", 5000)]
