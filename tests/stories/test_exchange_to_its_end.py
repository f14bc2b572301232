"""An exchange to its end: sent, kept, sent back, or paid for after all; and what was paid is never paid back twice."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests.marketplace import Sold
from tests.stories.telling import SENT, Case, Story
from tests.stories.test_a_shop_has_rules_of_its_own import a_rule

from amends.actions.chargeback_commands import RecordChargeback
from amends.actions.commands import AskedLine
from amends.domain.facts.people import Actor
from amends.domain.facts.told import ToldLine, ToldPayment

BACK_AGAIN = "9400111899223100003456"


async def owed(story: Story, sold: Sold | None = None, **asked: object) -> Case:
    """An exchange whose first goods are back and were accepted."""
    sold = sold or await story.order()
    case = await story.open(sold, "exchange", "damaged", **asked)
    assert (await case.seller_approves()).state == "awaiting_buyer_ship"
    await case.buyer_ships_back()
    await case.carrier_says("delivered")
    assert (await case.seller_approves()).state == "awaiting_seller_ship"
    assert case.said.body["replacement"]["state"] == "owed"
    return case


async def sent(story: Story, case: Case) -> Sold:
    """The order that the replacement was shipped as."""
    said = await case.seller_ships_replacement()
    assert said.state == "replacement_in_transit", said.body
    return Sold(case.sold.shop_id, UUID(said.body["replacement"]["order_id"]), case.sold.told)


@pytest.mark.requirement("T-01")
async def test_the_replacement_is_shipped_delivered_and_kept(story: Story) -> None:
    case = await owed(story)
    replacement = await sent(story, case)
    assert (await case.buyer_withdraws()).code == "move_not_open"
    await case.carrier_says("delivered", SENT)
    row = await story.administrator.fetchrow("select * from amends.orders where id = $1", replacement.id)
    assert (row["status"], row["reference"]) == ("delivered", f"{case.sold.told.reference}-R1")
    assert (await case.buyer_keeps_replacement()).state == "completed"
    assert await case.state() == "completed: exchanged"
    again = await story.ask(case.sold, "return_refund", "damaged")
    assert again.code == "nothing_left_to_ask", "the first units were exchanged and are not paid back too"
    assert await case.refunds() == []


@pytest.mark.requirement("T-01")
async def test_a_buyer_who_says_nothing_for_ten_days_keeps_it(story: Story) -> None:
    case = await owed(story)
    await sent(story, case)
    await story.later(days=2)
    await case.carrier_says("delivered", SENT)
    await story.later(days=11)
    assert await case.state() == "completed: exchanged"
    assert (await case.events())[-2:] == ["replacement_delivered", "replacement_acceptance_expired"]


@pytest.mark.requirement("T-01")
async def test_out_of_stock_the_seller_turns_it_into_a_refund_and_an_overdue_one_the_buyer(story: Story) -> None:
    case = await owed(story)
    assert (await case.buyer_converts()).code == "window_not_begun"
    await story.until(await case.due("seller_ship") + timedelta(seconds=1))
    assert (await case.buyer_converts()).state == "refund_approved"
    await story.settle()
    assert await case.state() == "completed: refunded"
    assert await case.refunds() == [(5000, "succeeded")]

    late = await owed(story)
    await story.later(days=30)
    assert await late.state() == "completed: refunded", "time pays in the end"


@pytest.mark.requirement("T-01", "T-02")
async def test_the_replacement_is_faulty_too_and_what_was_paid_for_the_first_comes_back_once(story: Story) -> None:
    payments = (ToldPayment(sequence=1, method="card", amount=9000), ToldPayment(sequence=2, method="voucher", amount=1001))
    sold = await story.order(lines=(ToldLine(reference="1", quantity=2, price=10_001, commission=800),), payments=payments)
    line = AskedLine(line_id=await story.line(sold), quantity=1)
    case = await owed(story, sold, lines=(line,))
    second = await sent(story, case)
    await case.carrier_says("delivered", SENT)

    complaint = await story.open(second, "return_refund", "defective")
    assert complaint.said.body["amount"]["amount"] == 5001
    assert (await complaint.seller_approves()).state == "awaiting_buyer_ship"
    await complaint.buyer_ships_back(BACK_AGAIN)
    await complaint.carrier_says("delivered", BACK_AGAIN)
    assert (await complaint.seller_approves()).state == "refund_approved"
    await story.settle()
    assert await complaint.state() == "completed: refunded"
    assert await complaint.refunds() == [(5001, "succeeded")]
    first = await story.administrator.fetch("select reserved from amends.payment where order_id = $1 order by sequence", sold.id)
    assert [row["reserved"] for row in first] == [5001, 0], "held where the money came in"

    other = await story.open(sold, "return_refund", "damaged")
    assert other.said.body["amount"]["amount"] == 5000, "the unit that was never exchanged"
    await other.seller_approves(keep_goods=True)
    await story.settle()
    paid = await story.administrator.fetchval("select sum(amount) from amends.refund where status = 'succeeded'")
    assert paid == 10_001
    await story.later(days=11)
    assert await case.state() == "completed: exchanged"
    assert (await story.ask(second, "return_refund", "defective")).code == "nothing_left_to_ask"


@pytest.mark.requirement("T-01")
async def test_money_that_the_bank_took_back_is_not_paid_for_the_replacement_too(story: Story) -> None:
    case = await owed(story)
    second = await sent(story, case)
    await case.carrier_says("delivered", SENT)
    complaint = await story.open(second, "return_refund", "defective")
    await _bank_takes(story, case.sold, 5000)
    refused = await complaint.seller_approves(keep_goods=True)
    assert refused.code == "exceeds_refundable"


@pytest.mark.requirement("T-01")
async def test_a_replacement_may_be_exchanged_again_and_its_money_is_held_where_it_came_in(story: Story) -> None:
    case = await owed(story)
    second = await sent(story, case)
    await case.carrier_says("delivered", SENT)
    again = await story.open(second, "exchange", "damaged")
    await again.seller_approves()
    await again.buyer_ships_back(BACK_AGAIN)
    await again.carrier_says("delivered", BACK_AGAIN)
    await again.seller_approves()
    said = await again.seller_ships_replacement("9400111899223100003463")
    third = Sold(second.shop_id, UUID(said.body["replacement"]["order_id"]), second.told)
    await again.carrier_says("delivered", "9400111899223100003463")
    last = await story.open(third, "refund_only", "damaged", proof=["photo_defect"])
    await last.seller_approves()
    await story.settle()
    assert await last.state() == "completed: refunded"
    (paid,) = story.payments.executions.values()
    assert paid.payment_ref == case.sold.told.payments[0].provider_reference, "the provider knows the first payment alone"
    await _bank_takes(story, case.sold, 5000)
    held = await story.administrator.fetchrow(
        "select reserved, charged_back from amends.payment where order_id = $1", case.sold.id
    )
    assert tuple(held) == (5000, 0), "what was refunded is not left for the bank too"


@pytest.mark.requirement("T-01")
@pytest.mark.parametrize("taken", [0, 3000])
async def test_a_refund_that_a_shops_rule_grants_at_once_is_held_where_the_money_came_in(story: Story, taken: int) -> None:
    case = await owed(story)
    second = await sent(story, case)
    await case.carrier_says("delivered", SENT)
    await a_rule(story, second.shop_id, kinds=["refund_only"], amount_at_most=6000, currency="USD", per_buyer=1)
    if taken:
        await _bank_takes(story, case.sold, taken)
    complaint = await story.open(second, "refund_only", "damaged", proof=["photo_defect"])
    await story.settle()
    assert await complaint.state() == ("pending_review" if taken else "completed: refunded")
    held = await story.administrator.fetchrow(
        "select reserved, charged_back from amends.payment where order_id = $1", case.sold.id
    )
    assert tuple(held) == (0 if taken else 5000, taken)


async def _bank_takes(story: Story, sold: Sold, amount: int) -> None:
    payment = await story.administrator.fetchval("select id from amends.payment where order_id = $1", sold.id)
    notice = RecordChargeback(
        shop_id=sold.shop_id,
        actor=Actor(kind="provider", id="bank", permissions=frozenset({"*"}), human=False),
        payment=str(payment),
        source="bank",
        reference="cb1",
        state="open",
        amount=amount,
        currency="USD",
    )
    assert (await story.say(notice)).code is None


@pytest.mark.requirement("T-01")
async def test_a_refund_beside_an_exchange_leaves_what_the_replacement_stands_on(story: Story) -> None:
    payments = (ToldPayment(sequence=1, method="card", amount=6000), ToldPayment(sequence=2, method="voucher", amount=4000))
    sold = await story.order(lines=(ToldLine(reference="1", quantity=2, price=10_000),), payments=payments)
    line = AskedLine(line_id=await story.line(sold), quantity=1)
    case = await owed(story, sold, lines=(line,))
    second = await sent(story, case)
    await case.carrier_says("delivered", SENT)
    other = await story.open(sold, "return_refund", "damaged")
    await other.seller_approves(keep_goods=True)
    assert await other.refunds() == [(1000, "pending"), (4000, "pending")], "the card has 5000 for the replacement"
    complaint = await story.open(second, "return_refund", "defective")
    assert (await complaint.seller_approves(keep_goods=True)).code is None
    await story.settle()
    paid = await story.administrator.fetchval("select sum(amount) from amends.refund where status = 'succeeded'")
    assert paid == 10_000


@pytest.mark.requirement("T-01")
@pytest.mark.parametrize("end", ["lost", "returning"])
async def test_nobody_waits_for_a_replacement_that_the_carrier_lost_or_sends_back(story: Story, end: str) -> None:
    case = await owed(story)
    replacement = await sent(story, case)
    await story.later(days=1)
    assert (await story.ask(replacement, "refund_in_transit", "not_received")).code == "window_not_begun"
    for order in (case.sold.id, replacement.id):  # each order that knows the number hears of it
        said = await story.scan(case.sold.shop_id, SENT, end, event_id=f"it is {end}", order_id=order)
        assert said.code is None, said.body
    asked = await story.open(replacement, "refund_in_transit", "not_received")
    await asked.seller_approves()
    await story.settle()
    assert await asked.state() == "completed: refunded"
    assert await asked.refunds() == [(5000, "succeeded")]


@pytest.mark.requirement("T-01", "L-07")
async def test_a_delivery_is_told_to_the_exchange_and_to_the_replacements_order(story: Story) -> None:
    case = await owed(story)
    replacement = await sent(story, case)
    await story.later(days=1)
    for order in (case.sold.id, replacement.id):
        await story.scan(case.sold.shop_id, SENT, "delivered", event_id="it is there", order_id=order)
    rows = await story.administrator.fetch("select status, delivered_at from amends.orders where id = $1", replacement.id)
    assert [(row["status"], row["delivered_at"] is not None) for row in rows] == [("delivered", True)]
    assert (await case.events())[-1] == "replacement_delivered"
    assert (await story.open(replacement, "return_refund", "damaged", proof=["photo_defect"])).said.code is None
