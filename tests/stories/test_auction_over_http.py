"""Source 000 over HTTP: an auction is final, but not without after-sales (E-01 to E-07)."""

import pytest
from tests.stories.over_http import Refused, Sandbox


@pytest.mark.requirement("E-01", "E-02", "E-03", "E-04", "E-05", "E-07", "C-01", "T-02", "T-07", "P-01")
async def test_a_final_sale_is_final_and_a_broken_vase_is_paid_back(sandbox: Sandbox) -> None:
    await sandbox.shop("vases", "us")
    mei = await sandbox.person("buyer", "mei")
    anna = await sandbox.person("seller", "anna", shop="vases")
    vase = await sandbox.sell("vases", "1001", "USD", sale_format="live_auction")

    with pytest.raises(Refused) as no:
        await mei.ask(vase, "return_refund", "better_price")
    assert (no.value.status, no.value.code) == (409, "final_sale")
    assert no.value.problem["verdict"]["ways"], "a no shows what would pass"

    case = await mei.ask(vase, "return_refund", "damaged")
    assert (case["state"], case["deadline_kind"]) == ("awaiting_proof", "proof")
    proof = {"kind": "chat_in_app", "channel": "platform_messages", "text": "It came in two pieces."}
    case = await mei.move(case, "submit_evidence", proof=[proof])
    assert case["state"] == "pending_review"
    case = await anna.move(case, "approve")
    assert case["state"] == "awaiting_buyer_ship"
    case = await mei.move(case, "ship_return", carrier="usps", tracking_number="9400111899223100005678")
    scan = {"source": "usps", "event_id": "1", "tracking_number": "9400111899223100005678", "status": "delivered",
            "occurred_at": (await sandbox.now()).isoformat(), "shop_id": sandbox.shops["vases"]}  # fmt: skip
    await sandbox.platform.post("/v1/scans", {"scans": [scan]})
    case = await anna.case(case)
    assert (case["state"], case["deadline_kind"]) == ("return_delivered", "review_return")
    await sandbox.until(case["deadline_at"])  # the seller says nothing, and silence accepts the goods
    await sandbox.later(minutes=1)
    assert (await mei.case(case))["state"] == "completed"
    assert [done.amount for done in sandbox.payments.executions.values()] == [5000]
    told = await anna.events(case)
    assert told[0] == "proof_demanded"
    assert told[-3:] == ["return_delivered", "review_return_expired", "refund_succeeded"]


@pytest.mark.requirement("E-04", "C-01")
async def test_after_fourteen_days_it_is_too_late(sandbox: Sandbox) -> None:
    await sandbox.shop("vases", "us")
    mei = await sandbox.person("buyer", "mei")
    vase = await sandbox.sell("vases", "1002", "USD", sale_format="live_auction")
    await sandbox.later(days=12)
    with pytest.raises(Refused) as no:
        await mei.ask(vase, "return_refund", "damaged")
    assert no.value.code == "window_closed"


@pytest.mark.requirement("E-06")
async def test_before_shipping_the_buyer_goes_to_the_seller_who_reviews(sandbox: Sandbox) -> None:
    await sandbox.shop("vases", "us")
    mei = await sandbox.person("buyer", "mei")
    anna = await sandbox.person("seller", "anna", shop="vases")
    vase = await sandbox.sell("vases", "1003", "USD", sale_format="live_auction", status="awaiting_shipment")
    with pytest.raises(Refused) as no:
        await mei.ask(vase, "cancel", "misbid")
    assert no.value.code == "ask_seller_or_support"
    case = await sandbox.platform.ask(vase, "cancel", "misbid")
    assert case["state"] == "pending_review"
    assert "approve" in [move["move"] for move in (await anna.case(case))["moves"] if move["open"]]
    await anna.move(case, "approve")
    await sandbox.later(minutes=1)
    assert (await mei.case(case))["ended"] == "refunded"
