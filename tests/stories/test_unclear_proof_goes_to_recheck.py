"""Blurred or contradicting proof is never simply refused: a person of the platform looks at it (V-17, F-01)."""

import pytest
from tests.stories.telling import Story

from amends.actions.commands import GivenProof

BLURRED = GivenProof(kind="photo_defect", text="a photo", legible=False)
OTHER = GivenProof(kind="photo_defect", text="a photo of something else", matches_claim=False)


@pytest.mark.requirement("V-17", "F-01")
@pytest.mark.parametrize("proof", [BLURRED, OTHER], ids=["blurred", "contradicting"])
async def test_unclear_proof_goes_to_recheck(story: Story, proof: GivenProof) -> None:
    sold = await story.order(sale_format="live_auction")
    case = await story.open(sold, "return_refund", "damaged", proof=[proof])
    assert case.said.state == "in_recheck"
    await case.platform_decides("admit")
    assert await case.state() == "pending_review"
    await story.until(await case.due("review"))
    assert await case.state() == "awaiting_buyer_ship"


@pytest.mark.requirement("V-17", "F-01")
async def test_a_person_may_ask_for_clear_proof_or_decline_with_a_reason(story: Story) -> None:
    sold = await story.order(sale_format="live_auction")
    case = await story.open(sold, "return_refund", "damaged", proof=[BLURRED])
    assert (await case.platform_decides("decline")).code == "missing_field"
    await case.platform_decides("ask_proof", kinds=("video_unboxing",))
    assert await case.state() == "awaiting_proof"
    await case.buyer_shows(OTHER)
    assert await case.state() == "in_recheck"
    await case.platform_decides("decline", reason="evidence_does_not_match")
    assert await case.state() == "closed: declined"


@pytest.mark.requirement("F-01")
async def test_nobody_waits_for_ever_for_the_person(story: Story) -> None:
    sold = await story.order(sale_format="live_auction")
    case = await story.open(sold, "return_refund", "damaged", proof=[BLURRED])
    await story.later(hours=49)
    assert await case.state() == "in_recheck"
    assert (await case.events()).count("recheck_expired") == 2
