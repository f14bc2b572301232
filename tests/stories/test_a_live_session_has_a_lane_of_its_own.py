"""A live session's orders go to a review lane of their own, because a person of the platform says so (C-03)."""

from datetime import datetime, timedelta

import pytest
from tests.stories.over_http import Refused, Sandbox


@pytest.mark.requirement("C-03")
async def test_the_platform_sends_a_live_sessions_orders_to_the_lane_of_two_hours(sandbox: Sandbox) -> None:
    shop = await sandbox.shop("dubai", "ae")
    mei, anna = await sandbox.person("buyer", "mei"), await sandbox.person("seller", "anna", shop="dubai")
    one, other = [await sandbox.sell("dubai", reference, "AED", sale_format="live") for reference in ("4001", "4002")]
    lane = {"shop_id": shop, "review_lane": "independent", "orders": ["4001", "4999"]}
    with pytest.raises(Refused) as no:
        await anna.call("PUT", "/v1/live-rooms/R1/lane", lane)
    assert no.value.code == "permission_missing"
    sent = await sandbox.platform.call("PUT", "/v1/live-rooms/R1/lane", lane)
    assert (sent["orders"], sent["unknown"]) == ([one], ["4999"])
    proof = [{"kind": "photo_defect", "text": "a crack"}]
    for order, expected, hours in ((one, "independent", 2), (other, None, None)):
        case = await mei.ask(order, "refund_only", "damaged", proof=proof)
        assert case["lane"] == expected
        due = {d["kind"]: datetime.fromisoformat(d["due_at"]) for d in case["deadlines"]}.get("first_response")
        opened = datetime.fromisoformat(case["opened_at"])
        assert (due - opened if due else None) == (timedelta(hours=hours) if hours else None)
