"""A guest in Great Britain withdraws from an auction over HTTP, with nothing but a link, and is paid back by the law's clock (E-19)."""

import httpx
import pytest
from tests.stories.over_http import Refused, Sandbox


async def by_link(sandbox: Sandbox, method: str, url: str, body: object = None, key: str = "") -> httpx.Response:
    """A call of somebody without a token."""
    return await sandbox.client.request(method, url, json=body, headers={"idempotency-key": key} if key else {})


@pytest.mark.requirement("E-19", "E-02", "U-16")
async def test_a_guest_withdraws_from_an_auction_and_the_law_s_clock_pays(sandbox: Sandbox) -> None:
    await sandbox.shop("cards", "gb")
    anna = await sandbox.person("seller", "anna", shop="cards")
    mei = await sandbox.person("buyer", "mei")
    card = await sandbox.sell("cards", "2001", "GBP", sale_format="live_auction")
    with pytest.raises(Refused) as no:
        await mei.ask(card, "return_refund", "better_price")
    assert no.value.code == "final_sale"

    url = (await sandbox.platform.post(f"/v1/orders/{card}/guest-links", {}))["url"]
    case = (await by_link(sandbox, "POST", url + "/withdrawal", {}, "w")).json()
    assert case["state"] == "awaiting_buyer_ship"
    assert {clock["kind"] for clock in case["deadlines"]} == {"ship_back", "statutory_refund"}
    assert [
        move["move"] for move in (await anna.case(case))["moves"] if move["open"] and move["move"] in ("approve", "reject")
    ] == []

    sent = await by_link(sandbox, "POST", url + "/return", {"carrier": "usps", "tracking_number": "9400111899223100005678"}, "s")
    assert sent.json()["state"] == "return_in_transit"
    receipt = (await by_link(sandbox, "GET", url)).json()["receipt"]
    await sandbox.until(receipt["refund_by"])
    await sandbox.later(minutes=1)
    assert (await mei.case(case))["ended"] == "refunded"
    assert [done.amount for done in sandbox.payments.executions.values()] == [5000]


@pytest.mark.requirement("E-19")
async def test_before_shipping_it_is_a_cancellation_that_nobody_reviews(sandbox: Sandbox) -> None:
    await sandbox.shop("cards", "gb")
    mei = await sandbox.person("buyer", "mei")
    card = await sandbox.sell("cards", "2002", "GBP", sale_format="live_auction", status="awaiting_shipment")
    case = await mei.ask(card, "cancel", "withdrawal")
    await sandbox.later(minutes=1)
    assert (await mei.case(case))["ended"] == "refunded"
    assert (await mei.get(f"/v1/cases/{case['id']}/receipt"))["send_back_by"] is None
