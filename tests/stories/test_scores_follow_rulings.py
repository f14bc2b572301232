"""A rejection that is set aside costs credit; a ruling that is set aside gives it back (Q-01, R-08, failure mode 21)."""

from datetime import timedelta

import pytest
from tests.marketplace import BUYER, SELLER
from tests.stories.telling import Case, Story
from tests.stories.test_source_001_seller_rejects_and_the_platform_rules import OMAR, RUTH, rejected

from amends.domain.facts.people import Actor

IDA = Actor(kind="buyer", id="buyer:ida", buyer="ida")


async def credit(story: Story) -> tuple[int, list[tuple[str, int]]]:
    value = await story.administrator.fetchval("select value from amends.standing where score = 'compliance'")
    rows = await story.administrator.fetch("select why, delta from amends.score_event where score = 'compliance' order by at, id")
    return value, [(row["why"], row["delta"]) for row in rows]


@pytest.mark.requirement("Q-01", "R-08", "R-09")
async def test_credit_falls_with_the_ruling_and_comes_back_with_the_appeal(story: Story) -> None:
    case = await rejected(story)
    await case.buyer_escalates()
    await case.ruled("buyer", "seller", OMAR)
    assert await credit(story) == (98_000, [("rejection_overturned", -2000)])
    await story.settle()
    await case.appeals(SELLER, note="Look again.")
    await case.ruled("seller", "buyer", RUTH)
    assert await credit(story) == (100_000, [("rejection_overturned", -2000), ("ruling_set_aside", 2000)])


@pytest.mark.requirement("Q-01")
async def test_a_rejection_that_is_upheld_costs_nothing(story: Story) -> None:
    case = await rejected(story)
    await case.buyer_escalates()
    await case.ruled("seller", "buyer", OMAR)
    assert await credit(story) == (None, [])


@pytest.mark.requirement("Q-13")
async def test_signs_of_abuse_bring_the_next_request_to_a_person_and_deny_nothing(story: Story) -> None:
    async def keeps_the_goods(reference: str) -> Case:
        sold = await story.order(reference=reference, delivered_ago=timedelta(hours=20))
        return await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])

    for n in range(3):
        assert (await keeps_the_goods(f"S{n}")).said.state == "pending_review"
    assert await story.worker.ahead.buyers.judge() == 1
    slowed = await keeps_the_goods("S4")
    assert slowed.said.state == "in_recheck", "a person looks first"
    reasons = [reason["rule"] for reason in slowed.said.body["verdict"]["reasons"]]
    assert reasons == ["buyer_signals"], "and everybody sees why"
    row = await story.administrator.fetchrow("select good, reasons from amends.buyer_standing where buyer = 'mei'")
    assert (row["good"], row["reasons"]) == (False, ["refund_only_after_receipt"])
    await slowed.platform_decides("admit")
    assert await slowed.state() == "pending_review"
    sold = await story.order(buyer="ida")
    assert (await story.ask(sold, "refund_only", "damaged", by=IDA, proof=["photo_defect"])).state == "pending_review"
    assert (await story.ask(sold, "refund_only", "damaged", by=BUYER)).code == "not_found"
    await story.later(days=95)
    await story.worker.ahead.buyers.judge()
    assert await story.administrator.fetchval("select good from amends.buyer_standing where buyer = 'mei'")


@pytest.mark.requirement("Q-01", "R-08")
async def test_a_second_no_that_is_upheld_gives_nothing_back_for_the_first_that_was_set_aside(story: Story) -> None:
    case = await rejected(story)
    await case.buyer_escalates()
    await case.ruled("return_first", "seller", OMAR)
    assert await case.state() == "awaiting_buyer_ship"
    await case.buyer_ships_back()
    await case.carrier_says("delivered")
    await case.seller_inspects(accepted=0, refused=1, ground="wrong_item_returned", proof=["video_unboxing", "photo_six_view"])
    assert await case.state() == "rejected_2"
    await case.buyer_escalates()
    await case.ruled("seller", "buyer", RUTH)
    assert await case.state() == "closed: seller_upheld"
    assert await credit(story) == (98_000, [("rejection_overturned", -2000)])
