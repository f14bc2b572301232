"""A guest withdraws by a signed link: it opens one order, as its buyer, and nothing else (E-19)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.api.marketplace import Market, is_problem, told_order

from amends.desk.orders import take_orders, take_shops
from amends.domain.facts.told import ToldParcel, ToldShop
from amends.gateways.signatures import Grant, GuestGrant, read_guest_link, read_link, sign_guest_link, sign_link

pytestmark = pytest.mark.requirement("E-19")


async def sold(market: Market, reference: str, **more: Any) -> str:
    """An auction in Great Britain, won by somebody without an account."""
    await take_shops(market.context.pool, [ToldShop(reference="gb", name="George", market="gb", seller="george")])
    told = told_order("gb", reference, f"guest-{reference}", currency="GBP", **more)
    (taken,) = await take_orders(market.context.desk, [told])
    assert taken.result != "refused", taken
    return str(taken.order_id)


def unshipped() -> dict[str, Any]:
    return {
        "status": "awaiting_shipment",
        "shipped_at": None,
        "delivered_at": None,
        "parcels": (ToldParcel(status="not_shipped"),),
    }


async def link(market: Market, order: str) -> str:
    answer = await market.call("platform", "POST", f"/v1/orders/{order}/guest-links", {"days": 20})
    assert answer.status_code == 201, answer.text
    url: str = answer.json()["url"]
    return url


async def test_a_guest_withdraws_sends_back_and_keeps_a_receipt(market: Market) -> None:
    order = await sold(market, "G1")
    url = await link(market, order)
    seen = (await market.call(None, "GET", url)).json()
    assert (seen["open"], seen["kind"], seen["receipt"]) == (True, "return_refund", None)
    assert seen["amount"] == {"amount": 5000, "currency": "GBP"}

    made = await market.call(None, "POST", url + "/withdrawal", {}, idempotency_key="w1")
    assert (made.status_code, made.json()["state"]) == (201, "awaiting_buyer_ship"), made.text
    again = await market.call(None, "POST", url + "/withdrawal", {}, idempotency_key="w1")
    assert again.json()["id"] == made.json()["id"]

    shipped = await market.call(
        None, "POST", url + "/return", {"carrier": "usps", "tracking_number": "9400111899223100001234"}, idempotency_key="s1"
    )
    assert (shipped.status_code, shipped.json()["state"]) == (200, "return_in_transit"), shipped.text

    receipt = (await market.call(None, "GET", url)).json()["receipt"]
    assert receipt == (await market.call("platform", "GET", f"/v1/cases/{receipt['case_id']}/receipt")).json()
    declared, due = (datetime.fromisoformat(receipt[name]) for name in ("declared_at", "refund_by"))
    assert timedelta(days=14) <= due - declared <= timedelta(days=15)
    assert receipt["send_back_by"] == receipt["refund_by"]
    assert set(receipt["words"]) == {"zh", "en"}


async def test_what_was_not_sent_is_cancelled_once_however_often_it_is_asked(market: Market) -> None:
    url = await link(market, await sold(market, "G2", **unshipped()))
    answers = [await market.call(None, "POST", url + "/withdrawal", {}, idempotency_key="w2") for _ in range(2)]
    assert [answer.json()["kind"] for answer in answers] == ["cancel", "cancel"]
    seen = (await market.call(None, "GET", url)).json()
    assert (seen["open"], seen["codes"]) == (False, ["nothing_left_to_ask", "request_already_open"])
    assert seen["receipt"]["send_back_by"] is None
    too_late = await market.call(
        None, "POST", url + "/return", {"carrier": "usps", "tracking_number": "9400111899223100001241"}, idempotency_key="s2"
    )
    assert too_late.status_code == 409


async def test_who_may_not_withdraw_hears_why(market: Market) -> None:
    late = {"delivered_at": datetime.now(UTC) - timedelta(days=16), "shipped_at": datetime.now(UTC) - timedelta(days=18)}
    placed = {name: datetime.now(UTC) - timedelta(days=20) for name in ("placed_at", "won_at", "paid_at")}
    parcel = {"parcels": (ToldParcel(status="delivered", carrier="usps", tracking_number="TRACKG3", **late),)}
    url = await link(market, await sold(market, "G3", **late, **placed, **parcel))
    seen = (await market.call(None, "GET", url)).json()
    assert (seen["open"], seen["codes"]) == (False, ["window_closed"])
    is_problem(await market.call(None, "POST", url + "/withdrawal", {}, idempotency_key="w3"), 409, "window_closed")
    nothing = await market.call(None, "POST", url + "/return", {"carrier": "usps", "tracking_number": "T"}, idempotency_key="s3")
    is_problem(nothing, 404, "case_unknown")


async def test_a_link_is_made_by_the_platform_alone_and_is_no_key_to_anything_else(market: Market) -> None:
    order = await sold(market, "G4")
    for who in ("seller_a", "buyer_1"):
        is_problem(await market.call(who, "POST", f"/v1/orders/{order}/guest-links", {}), 403, "permission_missing")
    url = await link(market, order)
    token = url.rsplit("/", 1)[1]
    is_problem(await market.client.get("/v1/cases", headers={"authorization": f"Bearer {token}"}), 401, "not_signed_in")
    is_problem(await market.call(None, "GET", f"/v1/files/{token}"), 403, "link_expired")
    broken = ("A" if token[0] != "A" else "B") + token[1:]
    for wrong in (broken, token[:-1], "x", token.split(".")[0]):
        is_problem(await market.call(None, "GET", f"/v1/guests/{wrong}"), 403, "link_expired")


async def test_a_link_for_another_buyer_s_order_opens_nothing(market: Market) -> None:
    expires = int((datetime.now(UTC) + timedelta(days=1)).timestamp())
    forged = GuestGrant(order=market.orders["A1"], buyer="somebody-else", expires_at=expires)
    token = sign_guest_link(market.context.signing_key, forged)
    is_problem(await market.call(None, "GET", f"/v1/guests/{token}"), 404, "not_found")


async def test_only_a_withdrawal_has_a_receipt(market: Market) -> None:
    body = {"kind": "refund_only", "reason": "damaged", "note": "broken"}
    case = (
        await market.call("buyer_1", "POST", f"/v1/orders/{market.orders['A30']}/cases", body, idempotency_key="no-receipt")
    ).json()
    is_problem(await market.call("buyer_1", "GET", f"/v1/cases/{case['id']}/receipt"), 404, "not_found")


def test_a_token_is_good_for_what_it_was_signed_for_and_until_then() -> None:
    key, now = b"k" * 32, datetime.now(UTC)
    grant = GuestGrant(order="o", buyer="b", expires_at=int(now.timestamp()) + 60)
    token = sign_guest_link(key, grant)
    assert read_guest_link(key, token, now=now) == grant
    assert read_guest_link(key, token, now=now + timedelta(seconds=61)) is None
    assert read_guest_link(b"j" * 32, token, now=now) is None
    assert read_link(key, token, now=now) is None
    file = Grant(method="GET", blob="b", variant="copy", principal="p", shop=1, expires_at=int(now.timestamp()) + 60)
    assert read_guest_link(key, sign_link(key, file), now=now) is None
