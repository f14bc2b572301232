"""Source 003 over HTTP: a day's silence costs the seller in the UK money and score; what the platform caused, or was wrong about, is taken back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.stories.over_http import Body, Person, Refused, Sandbox

PROOF = [{"kind": "photo_defect", "text": "a crack from rim to foot"}]


async def opened(sandbox: Sandbox) -> tuple[Person, Person, Body, str]:
    """Anna's shop in London, and a broken vase that Mei asks her money back for."""
    await sandbox.shop("london", "gb")
    mei, anna = await sandbox.person("buyer", "mei"), await sandbox.person("seller", "anna", shop="london")
    vase = await sandbox.sell("london", "3001", "GBP")
    case = await mei.ask(vase, "refund_only", "damaged", proof=PROOF)
    return mei, anna, case, f"/v1/shops/{sandbox.shops['london']}"


def due(case: Body, kind: str) -> datetime:
    return datetime.fromisoformat(next(d["due_at"] for d in case["deadlines"] if d["kind"] == kind))


async def score(person: Person, shop: str, name: str = "service") -> str:
    found: Any = await person.get(f"{shop}/scores")
    (one,) = [each for each in found["scores"] if each["score"] == name]
    assert one["value"] == one["recomputed"], "what is kept is what its entries come to"
    return str(one["value"])


@pytest.mark.requirement("C-04", "Q-02", "Q-10")
async def test_a_day_of_silence_is_compensated_counted_explained_and_appealed(sandbox: Sandbox) -> None:
    mei, anna, case, shop = await opened(sandbox)
    near = await anna.get("/v1/deadlines/near", within_hours="24")
    assert [(d["deadline"], d["on_expiry"]) for d in near["deadlines"]] == [("first_response", "compensate")]
    await sandbox.until(due(case, "first_response"))
    await sandbox.later(minutes=1)
    assert (await mei.case(case))["state"] == "pending_review", "the review runs on"
    assert [done.amount for done in sandbox.payments.executions.values()] == [250]

    scores = await anna.get(f"{shop}/scores")
    assert await score(anna, shop) == "4.5"
    assert {(c["form"], c["what"]) for c in scores["consequences"]} == {("demoted", "traffic"), ("estimate", "exposure")}
    (estimate,) = [c for c in scores["consequences"] if c["form"] == "estimate"]
    assert estimate["percent"] == "16.0", "five tenths at 3.2 percent each"
    (entry,) = (await anna.get(f"{shop}/score-entries"))["entries"]
    assert (entry["delta"], entry["why"], entry["case_id"], entry["deadline_kind"]) == (
        "-0.5", "response_overdue", case["id"], "first_response",
    )  # fmt: skip

    costs = await anna.get(f"/v1/cases/{case['id']}/costs")
    assert {p["party"]: p["amount"]["amount"] for p in costs["parties"]} == {"buyer": 250, "shop": -250}
    assert [c["status"] for c in costs["compensations"]] == ["succeeded"]

    await anna.post(f"{shop}/score-entries/{entry['id']}/appeal", {"note": "We wrote to her by mail that day."})
    (waiting,) = (await sandbox.platform.get("/v1/score-appeals", open="true"))["appeals"]
    decision = {"decision": "reversed", "answer": "The mail is there."}
    await sandbox.platform.post(f"{shop}/score-entries/{waiting['entry_id']}/decision", decision)
    assert await score(anna, shop) == "5"
    with pytest.raises(Refused) as twice:
        await sandbox.platform.post(f"{shop}/score-entries/{entry['id']}/decision", decision)
    assert twice.value.code == "move_not_open"
    whys = [(e["why"], e["delta"]) for e in (await anna.get(f"{shop}/score-entries"))["entries"]]
    assert whys == [("appeal", "0.5"), ("response_overdue", "-0.5")]


@pytest.mark.requirement("C-04")
async def test_an_outage_is_declared_and_nobody_is_late_for_it(sandbox: Sandbox) -> None:
    _, anna, case, shop = await opened(sandbox)
    promised = due(case, "first_response")
    await sandbox.until(promised - timedelta(hours=1))
    outage = await sandbox.platform.post(
        "/v1/outages", {"from_at": (promised - timedelta(hours=1)).isoformat(), "why": "a cut cable"}
    )
    with pytest.raises(Refused) as no:
        await anna.post("/v1/outages", {"from_at": promised.isoformat(), "why": "mine"})
    assert no.value.code == "permission_missing"
    await sandbox.later(hours=3)
    assert await anna.events(case) == ["case_opened"]
    await sandbox.platform.post(f"/v1/outages/{outage['id']}/end")
    await sandbox.later(seconds=1)
    assert await anna.events(case) == ["case_opened", "deadlines_extended"]
    assert due(await anna.case(case), "first_response") >= promised + timedelta(hours=3)
    assert await score(anna, shop) == "5"
    (told,) = (await sandbox.platform.get("/v1/outages"))["outages"]
    assert told["excused_at"] is not None


@pytest.mark.requirement("R-09")
async def test_every_rejection_is_followed_to_its_end(sandbox: Sandbox) -> None:
    mei, anna, case, _ = await opened(sandbox)
    await anna.move(case, "reject", ground="other", note="We see no crack.")
    (waiting,) = (await anna.get("/v1/rejections"))["rejections"]
    assert (waiting["ground"], waiting["outcome"]) == ("other", "waiting")
    await mei.move(case, "withdraw")
    (over,) = (await anna.get("/v1/rejections", outcome="withdrawn", ground="other"))["rejections"]
    assert over["case_id"] == case["id"]
    assert (await anna.get("/v1/rejections", outcome="overturned"))["rejections"] == []


@pytest.mark.requirement("C-14", "Q-01")
async def test_two_serious_violations_cost_the_bonus_until_one_is_withdrawn(sandbox: Sandbox) -> None:
    _, anna, _, shop = await opened(sandbox)
    for reference in ("V-1", "V-2", "V-2"):
        await sandbox.platform.post(f"{shop}/violations", {"reference": reference})
    assert await score(anna, shop, "major_violations") == "2", "told twice it counts once"
    lost = {c["what"] for c in (await anna.get(f"{shop}/scores"))["consequences"]}
    assert lost == {"quarterly_bonus"}
    await sandbox.platform.call("DELETE", f"{shop}/violations/V-1")
    assert await score(anna, shop, "major_violations") == "1"
    await sandbox.later(days=31)
    assert next(s["recomputed"] for s in (await anna.get(f"{shop}/scores"))["scores"] if s["score"] == "major_violations") == "0"


@pytest.mark.requirement("L-08", "C-10", "F-02")
async def test_who_pays_each_leg_of_the_way_back_is_posted_by_its_rule(sandbox: Sandbox) -> None:
    mei, anna, _, _ = await opened(sandbox)
    vase = await sandbox.sell("london", "3002", "GBP")
    case = await mei.ask(vase, "return_refund", "damaged", proof=PROOF)
    await anna.move(case, "approve")
    await mei.move(case, "ship_return", carrier="usps", tracking_number="9400111899223100005678")
    for leg, amount in (("first_leg", 700), ("to_warehouse", 300)):
        await sandbox.platform.post(f"/v1/cases/{case['id']}/freight", {"leg": leg, "amount": amount, "carrier": "usps"})
    costs = await anna.get(f"/v1/cases/{case['id']}/costs")
    assert {p["party"]: p["amount"]["amount"] for p in costs["parties"]} == {"carrier": 1000, "platform": -700, "shop": -300}
    await sandbox.later(hours=49)
    assert "return_scan_expired" in await anna.events(case), "nobody scanned it for two days"
