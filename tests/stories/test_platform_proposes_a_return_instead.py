"""The announcement of proactive negotiation, told end to end: Douyin, 2026-01-22."""

from datetime import datetime, timedelta

import pytest
from tests.stories.telling import Case, Story

from amends.domain.facts.told import ToldLine

PARCEL = "SF1234567890123"


async def broken_vase(story: Story, **more: object) -> Case:
    """A vase came a day late and broken; the buyer asks for all the money and shows the crack."""
    now = await story.now()
    sold = await story.order(market="cn", shop="lihua", currency="CNY", promised_at=now - timedelta(days=4), **more)
    return await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])


@pytest.mark.requirement("N-01", "N-02", "N-03", "N-04", "N-07", "C-05", "C-06", "U-06", "U-16", "T-05", "T-06")
async def test_the_platform_proposes_a_return_and_the_buyer_accepts(story: Story) -> None:
    case = await broken_vase(story)
    assert case.said.state == "negotiating"
    assert await case.events() == ["case_opened", "proposal_made"]
    (proposal,) = case.said.body["proposals"]
    assert (proposal["channel"], proposal["kind"], proposal["freight"]) == ("platform_proactive", "return_refund", "seller")
    assert {sign["rule"]: sign["weight"] for sign in proposal["why"]} == {
        "signal_quality_reason": 20, "signal_proof_stands": 30, "signal_delivered_late": 15,
    }  # fmt: skip
    opened, expires = (datetime.fromisoformat(proposal[name]) for name in ("opened_at", "expires_at"))
    assert expires - opened == timedelta(hours=12)
    assert await case.due("proposal") == expires

    refused = await case.seller_rejects("other", note="it was whole when it left")
    assert (refused.code, refused.reasons) == ("proposal_open", ["proposal_open"])
    refused = await case.seller_proposes("withdraw")
    assert refused.code == "proposal_open"
    assert (await case.seller_shows("photo_six_view")).code is None

    await story.later(hours=11)
    assert (await case.buyer_answers("accept")).state == "awaiting_buyer_ship"
    assert case.said.body["kind"] == "return_refund"
    await case.buyer_ships_back(PARCEL)
    await case.carrier_says("delivered", PARCEL)
    assert (await case.seller_approves()).state == "refund_approved"
    await story.settle()
    assert await case.state() == "completed: refunded"
    assert await case.proposals() == [("platform_proactive", "accepted")]


@pytest.mark.requirement("C-05", "N-07")
async def test_nobody_answers_and_the_seller_reviews_the_original_with_the_time_that_was_left(story: Story) -> None:
    case = await broken_vase(story)
    await story.later(hours=12)
    assert await case.state() == "pending_review"
    assert await case.proposals() == [("platform_proactive", "lapsed")]
    left = await case.due("review") - await story.now()
    assert timedelta(hours=47) < left < timedelta(hours=48, seconds=1)
    late = await case.buyer_answers("accept")
    assert late.code == "move_not_open"
    assert (await case.seller_rejects("other", note="the photo shows another vase")).state == "rejected_1"


@pytest.mark.requirement("C-06", "N-07")
async def test_the_seller_may_approve_the_original_while_the_proposal_is_open(story: Story) -> None:
    case = await broken_vase(story)
    assert (await case.seller_approves()).state == "refund_approved"
    await story.settle()
    assert await case.state() == "completed: refunded"
    assert await case.proposals() == [("platform_proactive", "overtaken")]


@pytest.mark.requirement("N-05", "N-07")
async def test_declined_then_the_seller_negotiates_then_the_platform_after_the_rejection(story: Story) -> None:
    case = await broken_vase(story)
    assert (await case.buyer_answers("decline")).state == "pending_review"
    assert (await case.seller_proposes("change", amount=2000)).state == "negotiating"
    assert case.said.moves()["approve"] == []
    assert (await case.buyer_answers("decline")).state == "pending_review"
    assert (await case.seller_rejects("other", note="no")).state == "rejected_1"
    assert (await case.platform_proposes("change", kind="return_refund")).state == "negotiating"
    assert (await case.buyer_answers("accept")).state == "awaiting_buyer_ship"
    assert await case.proposals() == [
        ("platform_proactive", "declined"), ("seller", "declined"), ("platform_after_rejection", "accepted"),
    ]  # fmt: skip


@pytest.mark.requirement("N-03", "E-11")
async def test_without_a_fault_and_for_fresh_food_the_platform_keeps_out(story: Story) -> None:
    sold = await story.order(market="cn", shop="lihua", currency="CNY")
    punctual = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])
    assert punctual.said.state == "pending_review"
    fresh = await broken_vase(story, lines=(ToldLine(reference="1", title="crabs", category="fresh_food", price=9900),))
    assert fresh.said.state == "pending_review"
    assert fresh.said.body["proposals"] == []
