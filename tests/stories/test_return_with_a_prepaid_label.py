"""A return in the United States on the platform's label: made, charged, scanned, asked about, and paid (L-05, L-07, L-08)."""

from datetime import timedelta
from typing import Any

import pytest
from tests.stories.telling import Case, Story

from amends.gateways.carriers import Refused, Seen

LABEL = "9400111899223197428497"


async def granted(story: Story, **more: Any) -> Case:
    sold = await story.order(**more)
    await story.administrator.execute(
        "insert into amends.return_address (shop_id, id, name, line, city, postcode, country, preferred, created_at)"
        " values ($1, gen_random_uuid(), 'Anna', '12 Mill Road', 'Albany', '12207', 'US', true, amends.moment())",
        sold.shop_id,
    )
    case = await story.open(sold, "return_refund", "defective")
    await case.seller_approves()
    await story.settle()
    return case


def seen(event_id: str, status: str, at: Any, **more: Any) -> Seen:
    return Seen(event_id=event_id, status=status, occurred_at=at, **more)


@pytest.mark.requirement("L-05", "L-07", "L-08", "U-16")
async def test_nobody_types_a_number_and_a_silent_carrier_is_asked(story: Story) -> None:
    case = await granted(story)
    assert (await case.events())[-2:] == ["label_issued", "freight_charged"]
    account = await story.administrator.fetch("select account, amount from amends.posting order by amount")
    assert [(row["account"], row["amount"]) for row in account] == [("platform:costs", -495), ("carrier:usps", 495)]
    await story.later(days=1)
    now = await story.now()
    story.carrier.seen[LABEL] = [
        seen("e3", "delivered", now + timedelta(hours=20), postcode="12207"),
        seen("e1", "picked_up", now),
        seen("e2", "in_transit", now + timedelta(hours=8)),
    ]  # in no order, and by no message
    await story.later(hours=25)
    assert await case.state() == "return_delivered"
    await case.seller_inspects(accepted=1)
    await story.settle()
    assert await case.state() == "completed: refunded"


@pytest.mark.requirement("L-07")
async def test_a_label_that_arrives_elsewhere_is_paid_for_by_nobodys_silence(story: Story) -> None:
    case = await granted(story)
    story.carrier.seen[LABEL] = [
        seen("e1", "picked_up", await story.now()),
        seen("e2", "delivered", await story.now() + timedelta(hours=1), postcode="90210"),
    ]
    await story.later(hours=7)
    assert (await case.events())[-2:] == ["return_delivered", "return_held"]
    await story.later(days=9)
    assert await case.state() == "return_delivered"
    assert await case.refunds() == []


@pytest.mark.requirement("L-05")
async def test_where_the_carrier_makes_no_label_the_buyer_sends_it_and_a_wrong_number_is_corrected(story: Story) -> None:
    story.carrier.labelling = Refused(code="no_service")
    case = await granted(story)
    assert (await case.events())[-1] == "label_refused"
    await case.buyer_ships_back()
    await case.buyer_corrects_number(LABEL)
    wrong = await case.carrier_says("delivered")  # the number that nobody sent
    assert wrong.code == "not_found"
    await case.carrier_says("delivered", LABEL)
    assert await case.state() == "return_delivered"
