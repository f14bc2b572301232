"""A refund that nobody could pay is given up: what was asked may be asked again, and who bears it is still ruled on."""

import pytest
from tests.marketplace import SELLER, SUPPORT
from tests.stories.telling import Case, Story
from tests.stories.test_chargeback_mid_flight import bank
from tests.stories.test_source_001_seller_rejects_and_the_platform_rules import OMAR, SENIOR, rejected

from amends.actions.chargeback_commands import GiveUpRefund


async def gave_up(story: Story, case: Case) -> None:
    """The provider refuses, and an operator lets it be."""
    refund = await story.administrator.fetchval("select id from amends.refund where case_id = $1", case.id)
    if await case.refunds() != [(5000, "failed")]:
        await story.told_result(case.sold.shop_id, refund, "failed", failure="account_closed")
    said = await story.do((case.sold.shop_id, case.id), GiveUpRefund, by=SUPPORT, refund_id=refund)
    assert said.code is None, said.body


@pytest.mark.requirement("Q-10")
async def test_the_commission_goes_back_with_the_refund_that_is_paid_in_the_end(story: Story) -> None:
    sold = await story.order()
    case = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])
    await case.seller_approves()
    await gave_up(story, case)
    again = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])
    await again.seller_approves()
    await story.settle()
    legs = await story.administrator.fetch("select account, amount from amends.posting order by amount")
    assert [(leg["account"], leg["amount"]) for leg in legs] == [
        (f"shop:{sold.shop_id}", -4600), ("platform:commission", -400), ("buyer:mei", 5000),
    ]  # fmt: skip


async def test_what_turns_out_to_be_paid_after_all_is_shown_to_a_person(story: Story) -> None:
    case = await story.open(await story.order(), "refund_only", "damaged", proof=["photo_defect"])
    await case.seller_approves()
    await gave_up(story, case)
    refund = await story.administrator.fetchval("select id from amends.refund")
    assert (await story.told_result(case.sold.shop_id, refund, "succeeded", provider_reference="late")).code is None
    assert ((await case.events())[-1], await case.state()) == ("refund_parked", "closed: given_up")


@pytest.mark.requirement("N-08", "R-08")
@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_appeal_is_ruled_on_although_the_bank_took_the_money(story: Story, when: str) -> None:
    case = await rejected(story)
    await case.buyer_escalates()
    await case.ruled("buyer", "seller", OMAR)
    await bank(story, case.sold, "open")
    await story.settle()
    await bank(story, case.sold, "lost")
    if when == "before":
        await case.appeals(SELLER, note="Look again.")
    await gave_up(story, case)
    assert await case.state() == "closed: charged_back"
    if when == "after":
        assert (await case.appeals(SELLER, note="Look again.")).code is None
    assert (await case.seller_shows("photo_package_seal")).code is None
    await story.later(days=11)
    assert (await case.events())[-1] == "dispute_expired", "an overdue one goes to the senior lane"
    assert (await case.ruled("seller", "buyer", SENIOR)).code is None
    assert await case.state() == "closed: charged_back"
    credit = await story.administrator.fetchval("select value from amends.standing where score = 'compliance'")
    assert credit == 100_000, "a rejection that was right costs nothing"
