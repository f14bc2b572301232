"""Source 002 over HTTP: the platform proposes a return instead of a plain refund, and what both sides may do meanwhile (Douyin, 2026-01-22)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.stories.over_http import Body, Person, Refused, Sandbox

PROOF = [{"kind": "photo_defect", "text": "a crack from rim to foot"}]
BACK = "SF1234567890123"


async def broken_vase(sandbox: Sandbox, reference: str = "2001", **more: Any) -> tuple[Person, Person, Body]:
    """Lihua's shop in China; a vase came a day late and broken, and Mei wants all her money and shows the crack."""
    await sandbox.shop("lihua", "cn")
    mei, lihua = await sandbox.person("buyer", "mei"), await sandbox.person("seller", "lihua", shop="lihua")
    promised = await sandbox.now() - timedelta(days=4)
    vase = await sandbox.sell("lihua", reference, "CNY", promised_at=promised.isoformat(), **more)
    return mei, lihua, await mei.ask(vase, "refund_only", "damaged", proof=PROOF)


def due(case: Body, kind: str) -> datetime:
    return datetime.fromisoformat(next(d["due_at"] for d in case["deadlines"] if d["kind"] == kind))


@pytest.mark.requirement("N-01", "N-02", "N-03", "N-04", "N-07", "C-06", "U-06", "T-06")
async def test_the_buyer_accepts_the_return_and_is_refunded_when_it_is_back(sandbox: Sandbox) -> None:
    mei, lihua, case = await broken_vase(sandbox)
    assert (case["state"], case["kind"]) == ("negotiating", "refund_only")
    (offer,) = case["proposals"]
    assert (offer["channel"], offer["kind"], offer["freight"]) == ("platform_proactive", "return_refund", "seller")
    assert sum(sign["weight"] for sign in offer["why"]) == 65, "what weighed is shown with its weight"
    assert datetime.fromisoformat(offer["expires_at"]) - datetime.fromisoformat(offer["opened_at"]) == timedelta(hours=12)

    assert await lihua.closed(case, "reject") == ["proposal_open"], "the seller may give, and not take, meanwhile"
    assert await lihua.closed(case, "approve") == []
    with pytest.raises(Refused) as no:
        await lihua.move(case, "reject", ground="other", note="It was whole when it left.")
    assert no.value.code == "proposal_open"

    case = await mei.move(case, "answer_proposal", answer="accept")
    assert (case["state"], case["kind"]) == ("awaiting_buyer_ship", "return_refund")
    await mei.move(case, "ship_return", carrier="sf_express", tracking_number=BACK)
    await sandbox.scan("lihua", BACK, "delivered", "sf_express")
    await lihua.move(case, "approve")
    await sandbox.later(seconds=1)
    assert (await mei.case(case))["state"] == "completed"
    assert [done.amount for done in sandbox.payments.executions.values()] == [5000]
    events = await mei.events(case)
    assert events[:3] == ["case_opened", "proposal_made", "proposal_accepted"]
    assert events[-1] == "refund_succeeded"


@pytest.mark.requirement("C-05", "N-07")
async def test_twelve_hours_without_an_answer_and_the_seller_has_the_time_that_was_left(sandbox: Sandbox) -> None:
    mei, lihua, case = await broken_vase(sandbox)
    await sandbox.until(due(case, "proposal"))
    await sandbox.later(minutes=1)
    case = await lihua.case(case)
    assert (case["state"], case["proposals"][0]["state"]) == ("pending_review", "lapsed")
    assert timedelta(hours=47) < due(case, "review") - await sandbox.now() < timedelta(hours=48)
    with pytest.raises(Refused) as late:
        await mei.move(case, "answer_proposal", answer="accept")
    assert late.value.code == "move_not_open"
    await sandbox.until(due(case, "review"))
    await sandbox.later(minutes=1)
    assert (await mei.case(case))["state"] == "completed", "a silent seller has agreed to the plain refund"
    assert [done.amount for done in sandbox.payments.executions.values()] == [5000]


@pytest.mark.requirement("N-05", "N-07")
async def test_the_buyer_says_no_and_the_seller_offers_a_part_of_it(sandbox: Sandbox) -> None:
    mei, lihua, case = await broken_vase(sandbox)
    assert (await mei.move(case, "answer_proposal", answer="decline"))["state"] == "pending_review"
    assert (await lihua.move(case, "propose", what="change", amount=2000))["state"] == "negotiating"
    await mei.move(case, "answer_proposal", answer="accept")
    await sandbox.later(seconds=1)
    assert (await mei.case(case))["state"] == "completed"
    assert [done.amount for done in sandbox.payments.executions.values()] == [2000]
    assert [(p["channel"], p["state"]) for p in (await lihua.case(case))["proposals"]] == [
        ("platform_proactive", "declined"), ("seller", "accepted"),
    ]  # fmt: skip


@pytest.mark.requirement("N-03", "E-11")
async def test_fresh_food_is_not_sent_back(sandbox: Sandbox) -> None:
    crabs = [{"reference": "1", "sku": "C", "title": "Crabs", "category": "fresh_food", "price": 9900}]
    _, lihua, case = await broken_vase(sandbox, "2002", lines=crabs)
    assert (case["state"], case["proposals"]) == ("pending_review", [])
    assert await lihua.closed(case, "approve") == []
