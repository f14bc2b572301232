"""A seller's staff who may not handle after-sales see every button grey, with the permission that is missing (P-02, F-03, U-06)."""

import pytest
from tests.stories.telling import Story

from amends.actions.commands import Approve
from amends.domain.facts.people import Actor

TRAINEE = Actor(kind="seller", id="seller:trainee", permissions=frozenset({"orders.read", "cases.read"}))
HANDLER = Actor(kind="seller", id="seller:handler", permissions=frozenset({"cases.read", "cases.handle"}))


@pytest.mark.requirement("P-01", "P-02", "F-03", "U-06")
async def test_staff_without_the_permission(story: Story) -> None:
    sold = await story.order()
    case = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])
    refused = await story.do((sold.shop_id, case.id), Approve, by=TRAINEE)
    assert refused.code == "permission_missing"
    assert refused.body["permission"] == "cases.handle"
    assert refused.body["allowed_actions"] == []
    assert await story.administrator.fetchval("select actor from amends.attempt") == "seller:trainee"
    await story.do((sold.shop_id, case.id), Approve, by=HANDLER)
    await story.settle()
    assert await case.state() == "completed: refunded"
