"""A shop's own rules act the moment a case comes before it, as often as they allow and no more, and say that it was they."""

import asyncio
import json
from contextlib import AsyncExitStack
from uuid import UUID

from tests.marketplace import BUYER
from tests.stories.telling import Story

from amends.actions.chargeback_commands import RecordChargeback
from amends.actions.commands import AskedLine, GivenProof, OpenCase
from amends.cli.place import a_desk
from amends.domain.facts.people import Actor
from amends.domain.facts.told import ToldLine

RULE = UUID("00000000-0000-7000-8000-0000000000aa")
PROOF = (GivenProof(kind="photo_defect", text="a crack"),)


async def a_rule(story: Story, shop_id: int, **body: object) -> None:
    await story.administrator.execute(
        "insert into amends.shop_rule values ($1, $2, 1, 'small ones', $3, true, amends.moment(), 'seller:anna', amends.moment())",
        shop_id, RULE, {"does": "approve", **body},
    )  # fmt: skip
    await story.administrator.execute(
        "insert into amends.shop_rule_version select shop_id, id, version, name, body, active, changed_by, changed_at from amends.shop_rule"
    )


async def test_small_claims_are_refunded_at_once_the_first_time_and_reviewed_after_that(story: Story) -> None:
    shop = await story.shop()
    await a_rule(story, shop, kinds=["refund_only"], amount_at_most=6000, currency="USD", per_buyer=1)
    first = await story.open(await story.order(), "refund_only", "damaged", proof=["photo_defect"])
    assert first.said.state == "refund_approved"
    await story.settle()
    assert await first.state() == "completed: refunded"
    event = await story.administrator.fetchrow(
        "select actor, body from amends.event where case_id = $1 and type = 'approved'", first.id
    )
    assert event["actor"] == f"rule:{RULE}"
    assert event["body"]["by_rule"] == {"id": str(RULE), "version": 1}
    second = await story.open(await story.order(), "refund_only", "damaged", proof=["photo_defect"])
    assert second.said.state == "pending_review"
    await story.later(days=31)
    third = await story.open(await story.order(), "refund_only", "damaged", proof=["photo_defect"])
    assert third.said.state == "refund_approved", "thirty days later it may act again"
    await story.settle()


async def test_two_cases_at_once_cannot_both_be_the_last_that_a_cap_allows(story: Story) -> None:
    shop = await story.shop()
    await a_rule(story, shop, kinds=["refund_only"], per_buyer=1)
    sold = [await story.order() for _ in range(4)]
    async with AsyncExitStack() as stack:
        desks = [await stack.enter_async_context(a_desk(story.dsn)) for _ in range(4)]
        asked = [
            OpenCase(shop_id=shop, actor=BUYER, order_id=one.id, kind="refund_only", reason="damaged", proof=PROOF)
            for one in sold
        ]
        answers = await asyncio.gather(*(desk.handle([command]) for desk, command in zip(desks, asked, strict=True)))
    states = sorted(json.loads(answer.body)["state"] for (answer,) in answers)
    assert states == ["pending_review", "pending_review", "pending_review", "refund_approved"]
    await story.settle()


async def test_no_rule_grants_what_a_bank_disputes_on_an_order_that_was_never_asked_about(story: Story) -> None:
    shop = await story.shop()
    await a_rule(story, shop, kinds=["refund_only"], amount_at_most=6000, currency="USD", per_buyer=1)
    sold = await story.order(lines=(ToldLine(reference="1", category="home", quantity=2, price=5000),))
    notice = RecordChargeback(
        shop_id=shop, actor=Actor(kind="provider", id="bank", human=False), payment=str(sold.told.payments[0].provider_reference),
        source="bank", reference="cb1", state="open", amount=1000, currency="USD",
    )  # fmt: skip
    assert (await story.say(notice)).code is None
    line = AskedLine(line_id=await story.line(sold), quantity=1)
    case = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"], lines=(line,))
    assert await case.state() == "pending_review"
    assert (await case.seller_approves()).code == "payment_disputed"
