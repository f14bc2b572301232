"""Three units come back and one is refused: two are paid, and the third becomes a case of its own (row 18)."""

import pytest
from tests.stories.telling import RETURN, Story

from amends.domain.facts.told import ToldLine


@pytest.mark.requirement("T-04", "R-02")
async def test_mixed_inspection_opens_a_child_case(story: Story) -> None:
    sold = await story.order(lines=(ToldLine(reference="1", title="Cup", quantity=3, price=1000),))
    case = await story.open(sold, "return_refund", "defective")
    await case.seller_approves()
    await case.buyer_ships_back()
    await case.carrier_says("delivered", RETURN)
    bare = await case.seller_inspects(accepted=2, refused=1, ground="used_or_damaged_by_buyer")
    assert bare.code == "proof_demanded"
    wanted = (bare.body.get("any_of") or bare.body["all_of"])[:1] if "all_of" not in bare.body else bare.body["all_of"]
    await case.seller_inspects(accepted=2, refused=1, ground="used_or_damaged_by_buyer", proof=wanted)
    await story.settle()
    assert await case.state() == "completed: refunded"
    assert await case.refunds() == [(666, "succeeded")]
    child = await story.administrator.fetchrow("select * from amends.cases where parent_id = $1", case.id)
    assert (child["state"], child["amount"]) == ("rejected_2", 334)
    await story.later(days=11)
    assert (await story.case(child["id"]))["ended"] is not None
    again = await story.ask(sold, "return_refund", "defective")
    assert again.code in (None, "attempts_exhausted"), "the refused unit is free again once its case is over"
    assert again.body["lines"][0]["quantity"] == 1
