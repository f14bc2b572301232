"""Source 003's heart: a seller in the UK says nothing for a day. The buyer is compensated, the score falls, the review runs on (C-04, Q-02)."""

from typing import Any

import pytest
from tests.marketplace import SELLER, SUPPORT
from tests.stories.telling import Case, Story

from amends.actions.commands import AskForProof, Reject
from amends.actions.conduct_commands import RetryCompensation
from amends.domain.facts.people import Actor
from amends.domain.facts.told import ToldLine
from amends.lab.rederive import derive_cases


async def asked(story: Story, **order: Any) -> Case:
    sold = await story.order("brit", "gb", currency="GBP", **order)
    return await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])


async def standing(story: Story, score: str = "service") -> int:
    value = await story.administrator.fetchval("select value from amends.standing where score = $1", score)
    return int(value) if value is not None else -1


@pytest.mark.requirement("C-04", "Q-02")
async def test_the_buyer_is_compensated_once_and_the_review_runs_on(story: Story) -> None:
    case = await asked(story)
    review = await case.due("review")
    await story.until(await case.due("first_response"))
    assert await case.state() == "pending_review", "state unchanged"
    assert await case.due("review") == review, "and the review runs on"
    assert await case.events() == ["case_opened", "first_response_expired", "compensation_paid"]
    body = await story.administrator.fetchval("select body from amends.event where type = 'first_response_expired'")
    assert body["compensation"] == 250, "5 percent of 50.00"
    rows = await story.administrator.fetch("select account, amount from amends.posting order by amount")
    assert [(row["account"].partition(":")[0], row["amount"]) for row in rows] == [("shop", -250), ("buyer", 250)]
    assert await standing(story) == 4500, "0.5 of 5.0 is gone"
    paid = await story.administrator.fetchrow("select id, status from amends.compensation")
    assert paid["status"] == "succeeded"
    assert story.payments.executions[str(paid["id"])].amount == 250
    await story.until(review)
    assert await case.state() == "completed: refunded"
    assert story.payments.calls.count(str(paid["id"])) == 1


async def test_the_compensation_follows_again_from_its_facts_to_the_unit(story: Story) -> None:
    case = await asked(story)
    await story.until(await case.due("first_response"))
    connection = story.administrator

    async def owed() -> list[tuple[str, list[str]]]:
        found = [decision async for each in derive_cases(connection) for decision in each.decisions if decision.topic == "costs"]
        return [(each.result, [difference.field for difference in each.differences]) for each in found]

    spoiling = connection.transaction()
    await spoiling.start()
    try:
        assert await owed() == [("equal", [])]
        await connection.execute("set local session_replication_role = replica")
        await connection.execute("update amends.compensation set amount = amount + 1")
        assert await owed() == [("different", ["compensation.first_response.amount"])]
    finally:
        await spoiling.rollback()


@pytest.mark.requirement("C-04")
@pytest.mark.parametrize(("price", "owed"), [(400, 100), (5000, 250), (90_000, 1000)], ids=["least", "share", "most"])
async def test_it_is_five_percent_and_at_least_one_and_at_most_ten_pounds(story: Story, price: int, owed: int) -> None:
    line = ToldLine(reference="1", sku="VASE", title="Blue vase", category="home", price=price)
    case = await asked(story, lines=(line,))
    await story.until(await case.due("first_response"))
    assert await story.administrator.fetchval("select amount from amends.compensation") == owed


@pytest.mark.requirement("C-04")
async def test_a_person_who_answers_within_the_day_owes_nothing(story: Story) -> None:
    case = await asked(story)
    await story.later(hours=23)
    await case.seller_asks_for("photo_six_view")
    await story.later(hours=2)
    assert await story.count("compensation") == 0
    assert await standing(story) == -1, "nothing was ever written"


@pytest.mark.requirement("C-04")
async def test_what_a_machine_says_is_no_answer_of_a_person(story: Story) -> None:
    machine = Actor(kind="seller", id="seller:robot", permissions=SELLER.permissions, human=False)
    case = await asked(story)
    said = await case._do(AskForProof, machine, kinds=("photo_six_view",))
    assert said.code is None
    await story.until(await case.due("first_response"))
    assert await story.count("compensation") == 1


@pytest.mark.requirement("C-04")
async def test_a_lost_answer_of_the_payment_side_is_asked_about_and_paid_once(story: Story) -> None:
    case = await asked(story)
    story.payments.next_calls.append("lose_answer")
    await story.until(await case.due("first_response"))
    assert await story.administrator.fetchval("select status from amends.compensation") == "unknown"
    await story.later(minutes=5)
    assert await story.administrator.fetchval("select status from amends.compensation") == "succeeded"
    assert len(story.payments.executions) == 1
    assert await case.events() == ["case_opened", "first_response_expired", "compensation_paid"]


@pytest.mark.requirement("C-04")
async def test_one_that_the_payment_side_refuses_is_told_to_a_person(story: Story) -> None:
    case = await asked(story)
    story.payments.next_calls.append("fail")
    await story.until(await case.due("first_response"))
    assert (await case.events())[-1] == "compensation_failed"
    assert await story.administrator.fetchval("select why from amends.parked") == "compensation_failed"
    assert await story.count("posting") == 0
    failed = await story.administrator.fetchval("select id from amends.compensation")
    assert (await case._do(RetryCompensation, SUPPORT, compensation_id=failed)).code is None
    assert (await case._do(RetryCompensation, SUPPORT, compensation_id=failed)).code == "move_not_open", "once"
    await story.settle()
    assert (await case.events())[-2:] == ["compensation_replaced", "compensation_paid"]
    assert [done.amount for done in story.payments.executions.values()] == [250]


@pytest.mark.requirement("Q-02")
async def test_an_entry_counts_for_ninety_days(story: Story) -> None:
    case = await asked(story)
    await story.until(await case.due("first_response"))
    assert await standing(story) == 4500
    await case._do(Reject, SELLER, ground="other", note="We have looked at it.")
    await story.later(days=89)
    await story.worker.ahead.refresh()
    assert await standing(story) == 4500
    await story.later(days=1, hours=1)
    await story.worker.ahead.refresh()
    assert await standing(story) == 5000
