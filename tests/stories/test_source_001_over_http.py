"""Source 001 over HTTP: a no with its ground and proof, the dispute, both sides' proof, the ruling, the credit it costs, and the appeals."""

from typing import Any

import pytest
from tests.stories.over_http import Body, Person, Refused, Sandbox

PROOF = [{"kind": "photo_defect", "text": "the dial is dark"}]
VIDEO = [{"kind": "video_function", "text": "it plays"}]
REPORT = [{"kind": "inspection_report", "text": "an institute looked at it"}]


async def credit(anna: Person, shop: str) -> str:
    scores: Any = await anna.get(f"{shop}/scores")
    return str(next(each["value"] for each in scores["scores"] if each["score"] == "compliance"))


async def reviewer(sandbox: Sandbox, name: str, *more: str) -> Person:
    return await sandbox.person("platform", name, permissions=["cases.read", "disputes.rule", *more])


async def disputed(sandbox: Sandbox, price: int = 5000) -> tuple[Person, Person, Body, str]:
    """Anna's shop, a radio that Mei finds silent, and Anna's no that Mei takes to the platform."""
    await sandbox.shop("anna", "us")
    mei, anna = await sandbox.person("buyer", "mei"), await sandbox.person("seller", "anna", shop="anna")
    radio = await sandbox.sell(
        "anna", "1001", "USD", lines=[{"reference": "1", "sku": "R", "title": "Radio", "category": "home", "price": price}]
    )
    case = await mei.ask(radio, "refund_only", "defective", proof=PROOF)
    with pytest.raises(Refused) as unproven:
        await anna.move(case, "reject", ground="works_as_intended")
    assert (unproven.value.code, "video_function" in unproven.value.problem["any_of"]) == ("proof_demanded", True)
    await anna.move(case, "reject", ground="works_as_intended", proof=VIDEO)
    await mei.move(case, "escalate", note="It is silent.", proof=[{"kind": "video_unboxing", "text": "silence"}])
    return mei, anna, case, f"/v1/shops/{sandbox.shops['anna']}"


@pytest.mark.requirement("R-01", "R-08", "Q-01", "T-05", "T-06", "N-08", "V-09")
async def test_source_001_from_the_no_to_the_second_appeal(sandbox: Sandbox) -> None:
    mei, anna, case, shop = await disputed(sandbox)
    await anna.move(case, "submit_evidence", proof=[{"kind": "chat_in_app", "text": "it played yesterday"}])
    omar, ruth, sam = [await reviewer(sandbox, name) for name in ("omar", "ruth", "sam")]
    taken = await omar.post("/v1/reviews:claim")
    assert taken["id"] == case["id"]
    assert await ruth.closed(case, "rule") == ["review_taken"]
    seen = await omar.get(f"/v1/cases/{case['id']}/dispute")
    assert (seen["ground"], seen["burden"]["falls_on"]) == ("works_as_intended", "neither")
    assert {(p["of"], p["at"]) for p in seen["proof"]} == {
        ("buyer", "opening"),
        ("seller", "rejection_1"),
        ("buyer", "dispute"),
        ("seller", "dispute"),
    }

    before = await credit(anna, shop)
    await omar.move(case, "rule", ruling="buyer", liability="seller", rationale="The video shows another radio.")
    await sandbox.later(minutes=1)
    assert (await mei.case(case))["state"] == "completed"
    assert [done.amount for done in sandbox.payments.executions.values()] == [5000]
    assert float(await credit(anna, shop)) == float(before) - 2, "the rejection that was overturned is counted"
    figures = await anna.get("/v1/disputes/figures")
    assert (figures["merchant_fault"], figures["overturned_rejections"], figures["merchant_fault_rate"]) == (1, 1, "1.0000")

    await anna.move(case, "appeal", note="It is this very radio.")
    assert await omar.closed(case, "claim_review") == ["ruled_before"]
    await ruth.move(case, "claim_review")
    await ruth.move(case, "rule", ruling="buyer", liability="seller", rationale="Nothing new.")
    with pytest.raises(Refused) as weak:
        await anna.move(case, "appeal", proof=[{"kind": "photo_six_view", "text": "six sides"}])
    assert (weak.value.code, weak.value.problem["any_of"]) == ("proof_demanded", ["inspection_report", "customs_doc"])
    await anna.move(case, "appeal", proof=REPORT)
    await sam.move(case, "claim_review")
    await sam.move(case, "rule", ruling="seller", liability="buyer", rationale="The institute heard it play.")
    ended = await anna.case(case)
    assert (ended["is_final"], ended["dispute"]["final"], ended["dispute"]["round"]) == (True, True, 3)
    assert [done.amount for done in sandbox.payments.executions.values()] == [5000], "the refund stays with the buyer"


async def test_above_the_limit_two_people_rule(sandbox: Sandbox) -> None:
    mei, _, case, _ = await disputed(sandbox, price=60_000)
    omar, ruth = await reviewer(sandbox, "omar"), await reviewer(sandbox, "ruth")
    await omar.move(case, "claim_review")
    proposed = await omar.move(case, "rule", ruling="buyer", liability="carrier", rationale="It was crushed on its way.")
    assert proposed["state"] == "in_dispute"
    assert await omar.closed(case, "confirm_ruling") == ["four_eyes_missing"]
    await ruth.move(case, "confirm_ruling")
    await sandbox.later(minutes=1)
    assert (await mei.case(case))["state"] == "completed"


async def test_whoever_declared_a_link_is_closed_out(sandbox: Sandbox) -> None:
    _, _, case, _ = await disputed(sandbox)
    omar = await reviewer(sandbox, "omar")
    await omar.call("POST", "/v1/interests", {"kind": "shop", "of": str(sandbox.shops["anna"]), "why": "my sister's shop"})
    assert await omar.closed(case, "claim_review") == ["own_case"]
    with pytest.raises(Refused) as no:
        await omar.post("/v1/reviews:claim")
    assert no.value.code == "nothing_to_claim"
