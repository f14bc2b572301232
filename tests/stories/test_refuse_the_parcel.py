"""Douyin's refund after refusing the parcel, told end to end: agreed by itself, then intercepted, refused, signed for, or forgotten."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from tests.marketplace import SELLER, Sold
from tests.stories.telling import Case, Story

from amends.actions.chargeback_commands import RecordChargeback
from amends.actions.commands import AnswerComplaint, ComplainToCarrier, OrderInterception
from amends.desk.orders import take_orders, take_shops
from amends.domain.facts.people import Actor
from amends.domain.facts.told import ToldLine, ToldParcel, ToldShop
from amends.gateways.carriers import Intercepting

OUT = "73123456789012"
OTHER = "73123456789013"
CARRIER = Actor(kind="carrier", id="zto", human=False)


async def on_its_way(story: Story, **more: Any) -> Sold:
    """A dress of 89.00 yuan, sent with ZTO two days ago, promised in three; the shop sells at home and pays duty."""
    made = ToldShop(reference="lin", name="林家服饰", market="cn", seller="lin", cross_border=False, duty_free_hainan=False)
    (story.shops["lin"],) = await take_shops(story.desk.pool, [made])
    now = await story.now()
    parcel = ToldParcel(status="in_transit", carrier="zto", tracking_number=OUT, shipped_at=now - timedelta(days=2))
    line = ToldLine(reference="1", title="连衣裙", category="apparel", price=8900)
    known: dict[str, Any] = {
        "status": "in_transit", "currency": "CNY", "promised_at": now + timedelta(days=3), "parcels": (parcel,), "lines": (line,),
    }  # fmt: skip
    return await story.order("lin", "cn", **(known | more))


async def asked(story: Story, **more: Any) -> Case:
    return await story.open(await on_its_way(story, **more), "refund_in_transit", "not_received")


def local(moment: datetime) -> str:
    return (moment + timedelta(hours=8)).strftime("%m-%d %H:%M")


@pytest.mark.requirement("E-12", "E-13", "C-07", "L-01", "L-04", "U-16")
async def test_an_interception_in_time_gives_the_money_back_at_once(story: Story) -> None:
    case = await asked(story)
    assert await case.state() == "refuse_sign_agreed"  # nobody had to agree
    assert local(await case.due("refuse_sign")) == "11-24 00:00"  # asked for on the 16th in the evening: seven days
    await story.later(hours=20)
    said = await case._do(OrderInterception, SELLER)
    assert said.moves()["order_interception"] == ["interception_under_way"]
    await story.settle()  # the worker asks the carrier, which can, for 3.00
    told = (await story.case_view(case))["interceptions"][0]
    assert (told["state"], told["cost"]) == ("accepted", {"amount": 300, "currency": "CNY"})
    await case.carrier_says("intercepted", OUT)
    await story.settle()
    assert await case.state() == "completed: refunded"
    assert await case.refunds() == [(8900, "succeeded")]
    assert await case.events() == [
        "case_opened", "refuse_sign_agreed", "interception_ordered", "interception_accepted", "freight_charged",
        "interception_confirmed", "refund_succeeded",
    ]  # fmt: skip


@pytest.mark.requirement("L-02", "F-05")
async def test_intercepted_goods_that_do_not_come_back_are_complained_of(story: Story) -> None:
    case = await asked(story)
    await case._do(OrderInterception, SELLER)
    await story.settle()
    await case.carrier_says("intercepted", OUT)
    await story.later(days=6)
    early = await case._do(ComplainToCarrier, SELLER)
    assert early.code == "complaint_too_early"
    await story.later(days=1)
    assert await case.state() == "completed: refunded"
    await case._do(ComplainToCarrier, SELLER, note="仓库没有收到")
    await story.settle()
    row = await story.administrator.fetchrow("select * from amends.interception")
    assert (row["complaint"], row["complaint_reference"]) == ("lodged", "C-S-1")
    paid = AnswerComplaint(shop_id=case.sold.shop_id, actor=CARRIER, interception_id=row["id"], answer="accepted", paid=8900)
    await story.say(paid)
    assert await case.events() == [
        "case_opened", "refuse_sign_agreed", "interception_ordered", "interception_accepted", "freight_charged",
        "interception_confirmed", "refund_succeeded", "carrier_complained", "complaint_answered",
    ]  # fmt: skip
    assert await case.state() == "completed: refunded"


@pytest.mark.requirement("L-01", "C-08")
async def test_a_carrier_that_cannot_says_why_and_a_refusal_shortens_the_clock(story: Story) -> None:
    case = await asked(story)
    story.carrier.intercepting = Intercepting(can=False, reason="already_sorted")
    await case._do(OrderInterception, SELLER)
    await story.settle()
    assert (await story.case_view(case))["interceptions"][0]["reason"] == "already_sorted"
    await story.later(days=1)
    await case.carrier_says("refused", OUT)
    refused_at = await story.now()
    assert abs(await case.due("refuse_sign") - refused_at - timedelta(hours=48)) < timedelta(seconds=1)
    await story.until(await case.due("refuse_sign"))
    assert await case.state() == "completed: refunded"
    assert (await case.events())[-3:] == ["parcel_settled", "refuse_sign_expired", "refund_succeeded"]


@pytest.mark.requirement("C-08", "L-03")
async def test_a_refused_parcel_that_is_back_needs_nobody_to_wait(story: Story) -> None:
    case = await asked(story)
    for status in ("refused", "returning", "returned_to_seller"):
        await story.later(hours=9)
        await case.carrier_says(status, OUT)
    await story.settle()
    assert await case.state() == "completed: refunded"
    assert (await case.events())[-3:] == ["parcel_settled", "parcel_back", "refund_succeeded"]


@pytest.mark.requirement("R-07", "C-08")
async def test_a_buyer_who_signs_after_all_is_sent_to_a_return(story: Story) -> None:
    case = await asked(story)
    early = await case.seller_rejects("needs_return_first")
    assert (early.code, await case.state()) == ("parcel_not_signed", "refuse_sign_agreed")
    await case.carrier_says("delivered", OUT)
    assert await case.due("refuse_sign") - await story.now() <= timedelta(hours=48)
    await case.seller_rejects("needs_return_first")
    assert await case.state() == "rejected_1"
    await case.buyer_withdraws()
    back = await story.open(case.sold, "return_refund", "no_longer_needed")
    assert await back.state() == "pending_review"


@pytest.mark.requirement("R-07", "C-08")
async def test_what_the_marketplace_tells_of_the_parcel_counts_as_what_its_carrier_says(story: Story) -> None:
    case = await asked(story)
    (parcel,), now = case.sold.told.parcels, await story.now()
    seen = msgspec.structs.replace(parcel, status="delivered", delivered_at=now)
    told = msgspec.structs.replace(case.sold.told, status="delivered", delivered_at=now, parcels=(seen,))
    for result in ("updated", "same"):
        (taken,) = await take_orders(story.desk, [told])
        assert (taken.result, taken.problems) == (result, ())
        assert await case.due("refuse_sign") - await story.now() <= timedelta(hours=48)
    await case.carrier_says("delivered", OUT)
    assert (await case.events()).count("parcel_settled") == 1
    await case.seller_rejects("needs_return_first")
    assert await case.state() == "rejected_1"


@pytest.mark.requirement("C-07")
async def test_a_seller_who_does_nothing_pays_after_seven_days(story: Story) -> None:
    case = await asked(story)
    await story.until(await case.due("refuse_sign"))
    assert await case.state() == "completed: refunded"


@pytest.mark.requirement("F-04", "E-12", "E-14")
async def test_what_keeps_it_from_being_agreed_is_named(story: Story) -> None:
    dear = await on_its_way(story, lines=(ToldLine(reference="1", category="apparel", price=100_000),))
    said = await story.ask(dear, "refund_in_transit", "not_received")
    assert (said.code, said.body["unmet"]) == ("window_not_begun", {"refuse_the_parcel": ["refusal_amount_too_high"]})
    plain = await story.ask(dear, "refund_in_transit", "other", note="不想要了")
    assert plain.code == "not_offered_once_shipped"
    await story.later(days=4)
    late = await story.open(dear, "refund_in_transit", "not_received")
    seen = await story.do((dear.shop_id, late.id), OrderInterception)
    assert seen.moves()["agree_refusal"] == ["refusal_amount_too_high"]


async def _freight(story: Story) -> list[tuple[str, int]]:
    rows = await story.administrator.fetch(
        "select p.account, p.amount from amends.money_transaction t join amends.posting p on p.transaction_id = t.id"
        " where t.why = 'freight_interception' order by p.amount"
    )
    return [(row["account"], row["amount"]) for row in rows]


@pytest.mark.requirement("L-01")
@pytest.mark.parametrize(("currency", "charged"), [("CNY", 300), ("USD", 0)])
async def test_an_interception_is_charged_once_and_never_by_a_rate_that_nobody_knows(
    story: Story, currency: str, charged: int
) -> None:
    case = await asked(story)
    story.carrier.intercepting = Intercepting(can=True, success=True, cost=300, currency=currency)
    await case._do(OrderInterception, SELLER)
    await story.settle()
    assert await case.state() == "completed: refunded"
    assert await _freight(story) == ([(f"shop:{case.sold.shop_id}", -charged), ("carrier:zto", charged)] if charged else [])
    assert not await story.administrator.fetchval("select count(*) from amends.outbox where state = 'pending'")


async def _in_two_parcels(story: Story) -> Case:
    shipped = await story.now() - timedelta(days=2)
    parcels = tuple(
        ToldParcel(reference=name, status="in_transit", carrier="zto", tracking_number=number, shipped_at=shipped)
        for name, number in (("A", OUT), ("B", OTHER))
    )
    lines = tuple(
        ToldLine(reference=name, title="连衣裙", category="apparel", price=price, parcel=name)
        for name, price in (("A", 8900), ("B", 1100))
    )
    return await asked(story, parcels=parcels, lines=lines)


@pytest.mark.requirement("L-01", "C-08")
async def test_one_of_two_parcels_stopped_pays_for_nothing_while_the_other_is_on_its_way(story: Story) -> None:
    case = await _in_two_parcels(story)
    story.carrier.intercepting = Intercepting(can=True, success=True, cost=300, currency="CNY")
    await _stop(story, case, OUT)
    assert (await case.state(), await case.refunds()) == ("refuse_sign_agreed", [])
    assert (await story.case_view(case))["interceptions"][0]["state"] == "succeeded"
    await case.carrier_says("intercepted", OUT)
    assert await case.state() == "refuse_sign_agreed"
    await _stop(story, case, OTHER)
    assert await case.state() == "completed: refunded"
    assert await _freight(story) == [(f"shop:{case.sold.shop_id}", -300)] * 2 + [("carrier:zto", 300)] * 2


async def _stop(story: Story, case: Case, number: str) -> None:
    parcel = await story.administrator.fetchval("select id from amends.parcel where tracking_number = $1", number)
    await case._do(OrderInterception, SELLER, parcel_id=parcel)
    await story.settle()


@pytest.mark.requirement("L-01")
async def test_a_scan_is_kept_although_the_money_that_it_would_free_is_disputed(story: Story) -> None:
    sold = await on_its_way(story, lines=(ToldLine(reference="1", category="apparel", price=100_000),))
    await story.later(days=4)
    case = await story.open(sold, "refund_in_transit", "not_received")
    await case._do(OrderInterception, SELLER)
    await story.settle()
    notice = RecordChargeback(
        shop_id=sold.shop_id, actor=CARRIER, payment=str(sold.told.payments[0].provider_reference), source="bank",
        reference="cb1", state="open", amount=100_000, currency="CNY",
    )  # fmt: skip
    assert (await story.say(notice)).code is None
    assert (await case.carrier_says("intercepted", OUT)).code is None
    assert await story.administrator.fetchval("select status from amends.parcel") == "intercepted"
    assert (await story.case_view(case))["interceptions"][0]["state"] == "succeeded"
    assert await case.state() == "pending_review", "the seller's review goes on"


@pytest.mark.requirement("L-01")
async def test_an_interception_that_cannot_be_paid_for_waits_for_a_person(story: Story) -> None:
    case = await asked(story)
    story.carrier.intercepting = Intercepting(can=True, success=True)
    await case._do(OrderInterception, SELLER)
    notice = RecordChargeback(
        shop_id=case.sold.shop_id, actor=CARRIER, payment=str(case.sold.told.payments[0].provider_reference), source="bank",
        reference="cb1", state="open", amount=8900, currency="CNY",
    )  # fmt: skip
    assert (await story.say(notice)).code is None
    await story.settle()
    assert (await case.events())[-2:] == ["interception_accepted", "parcel_settled"]
    await story.until(await case.due("refuse_sign") + timedelta(seconds=1))
    assert (await case.events())[-1] == "payment_blocked"
