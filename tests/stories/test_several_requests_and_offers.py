"""Several requests about one order beside each other, and what a seller's offer becomes when it is taken, and when nobody answers."""

from datetime import timedelta

import pytest
from tests.marketplace import Sold
from tests.stories.telling import Case, Story

from amends.actions.commands import AskedLine
from amends.domain.facts.told import ToldLine, ToldPayment

VASE_AND_BOWLS = (
    ToldLine(reference="1", sku="VASE", title="Blue vase", category="home", price=5000, commission=400),
    ToldLine(reference="2", sku="BOWL", title="Blue bowl", category="home", quantity=2, price=3001, commission=240),
)
DEAR = (ToldLine(reference="1", sku="CLOCK", title="Mantel clock", category="home", price=15000, commission=1200),)


async def of(story: Story, sold: Sold, reference: str, quantity: int, amount: int | None = None) -> tuple[AskedLine, ...]:
    line = await story.administrator.fetchval(
        "select id from amends.order_line where order_id = $1 and reference = $2", sold.id, reference
    )
    return (AskedLine(line_id=line, quantity=quantity, amount=amount),)


@pytest.mark.requirement("T-01", "T-02", "F-03")
async def test_three_requests_on_one_order_pay_back_what_was_paid_and_no_more(story: Story) -> None:
    payments = (
        ToldPayment(sequence=1, method="card", amount=6001, provider_reference="pay_card"),
        ToldPayment(sequence=2, method="voucher", amount=2000, provider_reference="pay_voucher"),
    )
    sold = await story.order(lines=VASE_AND_BOWLS, payments=payments)
    vase = await story.open(sold, "return_refund", "damaged", lines=await of(story, sold, "1", 1))
    bowl = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"], lines=await of(story, sold, "2", 1, 600))
    twice = await story.ask(sold, "return_refund", "defective", lines=await of(story, sold, "1", 1))
    assert (twice.code, twice.reasons) == ("units_already_claimed", ["request_already_open"])

    await vase.seller_approves(keep_goods=True)
    await bowl.seller_approves()
    await story.settle()
    assert await vase.state() == await bowl.state() == "completed: refunded"
    assert (await vase.events())[:2] == ["case_opened", "returnless_refund"]
    assert sum(amount for amount, _ in await vase.refunds()) == 5000
    assert sum(amount for amount, _ in await bowl.refunds()) == 600, "a part of one bowl's price"

    rest = await story.open(sold, "return_refund", "defective")
    assert rest.said.body["amount"]["amount"] == 1500, "the other bowl; who was paid a part for the first has had their answer"
    await rest.seller_approves()
    await rest.buyer_ships_back()
    await rest.carrier_says("delivered")
    await rest.seller_approves()
    await story.settle()
    assert await rest.state() == "completed: refunded"
    assert sum(amount for amount, _ in await rest.refunds()) == 1500
    nothing = await story.ask(sold, "refund_only", "damaged", proof=["photo_defect"])
    assert (nothing.code, nothing.reasons) == ("nothing_left_to_ask", ["already_refunded"])
    assert sum(done.amount for done in story.payments.executions.values()) == 7100


async def dear_clock(story: Story) -> Case:
    """A clock that is reviewed within four working days, so that an offer may lapse before the review does."""
    sold = await story.order(lines=DEAR)
    return await story.open(sold, "return_refund", "damaged", proof=["photo_defect"])


@pytest.mark.requirement("N-05", "N-07")
async def test_a_seller_offers_a_part_without_the_goods_coming_back_and_the_buyer_takes_it(story: Story) -> None:
    case = await dear_clock(story)
    assert (await case.seller_proposes("change", kind="refund_only", amount=6000)).state == "negotiating"
    assert (await case.seller_proposes("withdraw")).code == "proposal_open"
    await story.later(hours=47)
    await case.buyer_answers("accept")
    await story.settle()
    assert await case.state() == "completed: refunded"
    assert await case.refunds() == [(6000, "succeeded")]
    assert await case.proposals() == [("seller", "accepted")]


@pytest.mark.requirement("N-05", "N-07", "C-05")
async def test_an_offer_that_nobody_answers_lapses_and_the_review_goes_on_where_it_was(story: Story) -> None:
    case = await dear_clock(story)
    review = await case.due("review")
    await case.seller_proposes("change", kind="refund_only", amount=6000)
    assert await case.due("review") == review, "a seller's own offer does not stop the seller's own time"
    await story.later(hours=48, minutes=1)
    assert await case.state() == "pending_review"
    assert await case.proposals() == [("seller", "lapsed")]
    assert await case.due("review") == review
    assert (await case.buyer_answers("accept")).code == "move_not_open"
    assert (await case.seller_proposes("change", amount=9000)).state == "negotiating", "another offer may be made"
    await story.until(review + timedelta(minutes=1))
    assert await case.state() == "awaiting_buyer_ship", "silence agreed to what was asked"
    assert await case.proposals() == [("seller", "lapsed"), ("seller", "lapsed")]
    assert await case.refunds() == []
