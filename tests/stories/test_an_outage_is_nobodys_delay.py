"""The platform is away for three hours: nobody is late for it, nothing fires at once when it is back, and nothing is lost to it (failure mode 20)."""

from datetime import datetime, timedelta

import pytest
from tests.stories.telling import Case, Story

HOUR = timedelta(hours=1)


async def asked(story: Story) -> Case:
    sold = await story.order("brit", "gb", currency="GBP")
    return await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])


async def declared(story: Story, from_at: datetime, to_at: datetime | None = None) -> int:
    outage: int = await story.administrator.fetchval(
        "insert into amends.outage (from_at, to_at, why, declared_by) values ($1, $2, 'a cut cable', 'ops') returning id",
        from_at,
        to_at,
    )
    return outage


async def ended(story: Story, outage: int) -> None:
    await story.administrator.execute("update amends.outage set to_at = amends.moment() where id = $1", outage)


async def standing(story: Story) -> int | None:
    value: int | None = await story.administrator.fetchval("select value from amends.standing where score = 'service'")
    return value


@pytest.mark.requirement("C-04")
async def test_clocks_get_back_what_the_outage_took_and_fire_only_then(story: Story) -> None:
    case = await asked(story)
    due, review = await case.due("first_response"), await case.due("review")
    await story.set_clock(due - HOUR)
    outage = await declared(story, due - HOUR)
    await story.set_clock(due + 2 * HOUR)
    await story.settle()
    assert await case.events() == ["case_opened"], "nothing fires while nobody can answer"
    await ended(story, outage)
    await story.settle()
    assert await case.events() == ["case_opened", "deadlines_extended"]
    moved = timedelta(hours=3)
    assert abs(await case.due("first_response") - due - moved) < timedelta(seconds=5)
    assert abs(await case.due("review") - review - moved) < timedelta(seconds=5)
    assert (await case.seller_approves()).code is None, "and there is time to answer"
    assert await standing(story) is None
    assert await story.count("compensation") == 0


async def test_an_outage_gives_time_back_once_however_often_the_worker_begins(story: Story) -> None:
    case = await asked(story)
    now = await story.now()
    await story.set_clock(now + 2 * HOUR)
    outage = await declared(story, now + HOUR)
    await ended(story, outage)
    await story.settle()
    due = await case.due("review")
    await story.administrator.execute("update amends.outage set excused_at = null")
    await story.settle()
    assert await case.due("review") == due
    assert await story.count("deadline_excuse") == 2, "first response and review, once each"


@pytest.mark.requirement("C-04", "Q-02")
async def test_what_fired_before_the_outage_was_told_of_costs_the_shop_no_score(story: Story) -> None:
    case = await asked(story)
    due = await case.due("first_response")
    await story.until(due)
    assert await standing(story) == 4500
    await declared(story, due - HOUR, await story.now())
    await story.settle()
    assert await standing(story) == 5000
    why = await story.administrator.fetch("select why from amends.score_event order by at, id")
    assert [row["why"] for row in why] == ["response_overdue", "outage"]


async def test_what_a_carrier_or_a_payment_owes_goes_on(story: Story) -> None:
    case = await asked(story)
    story.payments.next_calls.append("lose_answer")
    await case.seller_approves()
    await story.settle()
    await declared(story, await story.now())
    await story.later(minutes=20)
    assert await case.refunds() == [(5000, "succeeded")], "an unclear payment is asked about all the same"
    await story.administrator.execute("update amends.outage set to_at = amends.moment()")
    await story.settle()


@pytest.mark.requirement("C-05")
async def test_a_proposal_stands_as_long_as_its_clock(story: Story) -> None:
    case = await story.open(await story.order(), "return_refund", "damaged")
    await case.seller_proposes("change", kind="refund_only")
    due = await case.due("proposal")
    await story.set_clock(due - HOUR)
    outage = await declared(story, due - HOUR)
    await story.set_clock(due + HOUR)
    await ended(story, outage)
    await story.settle()
    until = await story.administrator.fetchval("select expires_at from amends.proposal")
    assert until == await case.due("proposal") > due + HOUR
    await story.set_clock(until - HOUR)
    await story.settle()
    assert (await case.buyer_answers("accept")).code is None
    await story.settle()
