"""A buyer in Great Britain wins an auction, has second thoughts, and withdraws: the law goes before the final sale (E-19, E-02)."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.stories.telling import Story

from amends.actions.chargeback_commands import RecordChargeback
from amends.domain.facts.people import Actor

pytestmark = pytest.mark.requirement("E-19")
LONDON = ZoneInfo("Europe/London")


async def card(story: Story, **more: Any) -> Any:
    told = {"sale_format": "live_auction", "currency": "GBP", **more}
    return await story.order("george", "gb", **told)


@pytest.mark.requirement("E-02")
async def test_withdrawal_overrides_final_sale(story: Story) -> None:
    won = await card(story)
    assert (await story.ask(won, "return_refund", "better_price")).code == "final_sale"

    case = await story.open(won, "return_refund", "withdrawal")
    assert case.said.state == "awaiting_buyer_ship"
    assert await case.events() == ["withdrawal_declared"]
    clocks = await story.administrator.fetch("select kind, due_at from amends.deadline where case_id = $1 order by kind", case.id)
    assert [clock["kind"] for clock in clocks] == ["ship_back", "statutory_refund"], "no seller reviews a withdrawal"
    declared = (await story.now()).astimezone(LONDON).date()
    assert clocks[1]["due_at"].astimezone(LONDON).date() == declared + timedelta(days=15), "14 whole days, until midnight"
    told = await story.administrator.fetch("select target from amends.outbox where case_id = $1 and effect = 'notify'", case.id)
    assert [row["target"] for row in told] == ["buyer"], "the buyer gets a receipt"

    await story.later(days=3)
    await case.buyer_ships_back()
    assert await case.state() == "return_in_transit"
    await story.later(days=6)
    assert await case.refunds() == [], "held until the goods come, or the time is over"
    await story.later(days=6)
    assert await case.state() == "completed: refunded"
    assert await case.refunds() == [(5000, "succeeded")]
    assert "statutory_refund_expired" in await case.events()
    await story.check()


async def test_before_shipping_the_money_goes_back_at_once(story: Story) -> None:
    won = await card(story, status="awaiting_shipment")
    assert (await story.ask(won, "cancel", "misbid")).code == "ask_seller_or_support"
    case = await story.open(won, "cancel", "withdrawal")
    assert case.said.state == "refund_approved"
    await story.settle()
    assert await case.state() == "completed: refunded"
    status = await story.administrator.fetchval("select status from amends.orders where id = $1", won.id)
    assert status == "cancelled"
    await story.check()


async def test_the_seller_inspects_what_came_back_and_deducts_what_it_lost(story: Story) -> None:
    won = await card(story)
    case = await story.open(won, "return_refund", "withdrawal")
    await case.buyer_ships_back()
    await case.carrier_says("delivered")
    refused = await case.seller_inspects(accepted=0, refused=1, ground="used_or_damaged_by_buyer", proof=("photo_six_view",))
    assert refused.code == "ground_not_open"
    await case.seller_inspects(accepted=1)
    await story.settle()
    assert await case.state() == "completed: refunded"
    await story.check()


async def test_who_sends_nothing_back_gets_nothing_back(story: Story) -> None:
    won = await card(story)
    case = await story.open(won, "return_refund", "withdrawal")
    await story.later(days=16)
    assert await case.state() == "closed: expired"
    assert await case.refunds() == []
    await story.check()


async def test_the_right_ends_after_fourteen_days_and_does_not_reach_private_sales(story: Story) -> None:
    late = await card(story, delivered_ago=timedelta(days=15))
    assert (await story.ask(late, "return_refund", "withdrawal")).code == "window_closed"
    private = await card(story, sale_format="shelf", source="private_sale")
    assert (await story.ask(private, "return_refund", "withdrawal")).code == "withdrawal_not_for_this_sale"
    assert (await story.ask(await story.order(), "return_refund", "withdrawal")).code == "withdrawal_not_offered"


async def test_a_withdrawal_whose_money_the_bank_holds_waits_for_a_person_when_its_time_is_over(story: Story) -> None:
    won = await card(story)
    case = await story.open(won, "return_refund", "withdrawal")
    await case.buyer_ships_back()
    notice = RecordChargeback(
        shop_id=won.shop_id, actor=Actor(kind="provider", id="bank", human=False), source="bank", reference="cb1", state="open",
        payment=str(won.told.payments[0].provider_reference), amount=5000, currency="GBP",
    )  # fmt: skip
    assert (await story.say(notice)).code is None
    await story.later(days=16)
    assert "payment_blocked" in await case.events()
    assert await case.state() == "return_in_transit"
    assert not await story.administrator.fetchval("select count(*) from amends.parked")
