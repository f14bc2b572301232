"""Signals from outside: scans in bulk, and signed messages; nothing in them is ever our fault."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.api.marketplace import Market, is_problem, told_order

from amends.desk.orders import take_orders
from amends.domain.facts.told import ToldParcel
from amends.gateways.signatures import secret_of, sign_message

SECRET = secret_of(b"s" * 32)
OLD_SECRET = secret_of(b"o" * 32)


@pytest.fixture(scope="module")
def settings_more() -> dict[str, Any]:
    return {"inbound": {"usps": (SECRET, OLD_SECRET)}}


def scan(event_id: str, number: str = "TRACKA1", **more: Any) -> dict[str, Any]:
    known = {
        "source": "usps",
        "event_id": event_id,
        "tracking_number": number,
        "status": "delivered",
        "occurred_at": datetime.now(UTC).isoformat(),
    }
    return known | more


async def inbound(
    market: Market, body: bytes, message_id: str = "m1", secret: str = SECRET, at: datetime | None = None, **headers: str
) -> Any:
    signed = sign_message([secret], message_id, at or datetime.now(UTC), body)
    head = signed | {"content-type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return await market.client.post("/v1/inbound/usps", content=body, headers=head)


def message(number: str = "TRACKA1", status: str = "delivered", kind: str = "parcel.scanned") -> bytes:
    data = {"tracking_number": number, "status": status, "occurred_at": datetime.now(UTC).isoformat(), "weight_g": 120}
    return json.dumps({"type": kind, "data": data, "timestamp": "x"}).encode()


async def test_a_scan_is_recorded_once_and_a_lost_one_is_parked(market: Market) -> None:
    body = {"scans": [scan("e1"), scan("e2", "NOWHERE"), scan("e3", "TRACKB1", shop_id=market.shops["b"])]}
    first = (await market.call("carrier", "POST", "/v1/scans", body)).json()["scans"]
    assert [row["result"] for row in first] == ["recorded", "parked", "recorded"]
    assert first[1]["code"] == "parcel_unknown"
    again = (await market.call("carrier", "POST", "/v1/scans", body)).json()["scans"]
    assert [row["result"] for row in again] == ["known", "parked", "known"]
    assert await market.context.reviewers.fetchval("select count(*) from parked where event_id = 'e2'") == 1
    assert await market.context.reviewers.fetchval("select count(*) from scan where event_id = 'e1'") == 1


@pytest.mark.requirement("L-07", "C-01")
async def test_every_order_in_a_parcel_hears_of_it_and_no_other_order_of_that_number(market: Market) -> None:
    """Orders of one buyer go out together under one number; numbers are used again, and another shop may have the same one."""
    number, at = "TOGETHER1", datetime.now(UTC)
    parcel = ToldParcel(status="in_transit", carrier="usps", tracking_number=number, shipped_at=at - timedelta(days=2))
    under_way = {"status": "in_transit", "delivered_at": None, "parcels": (parcel,)}
    told = [
        told_order("a", "OLD", "buyer-2", **under_way),
        told_order("a", "T1", "buyer-1", **under_way),
        told_order("a", "T2", "buyer-1", **under_way),
        told_order("b", "T3", "buyer-2", **under_way),
    ]
    ids = {taken.reference: taken.order_id for taken in await take_orders(market.context.desk, told)}
    seen = scan("t1", number, occurred_at=at.isoformat())
    for result in ("recorded", "known"):
        answer = (await market.call("carrier", "POST", "/v1/scans", {"scans": [seen]})).json()["scans"]
        assert [row["result"] for row in answer] == [result]
    for reference, status in (("OLD", "in_transit"), ("T1", "delivered"), ("T2", "delivered"), ("T3", "delivered")):
        order = (await market.call("platform", "GET", f"/v1/orders/{ids[reference]}")).json()
        assert (order["status"], order["parcels"][0]["status"]) == (status, status), reference
    late = told_order("a", "T4", "buyer-1", **under_way)
    (taken,) = await take_orders(market.context.desk, [late])
    answer = json.loads((await inbound(market, message(number), "t2")).content)
    assert answer["result"] == "recorded"
    order = (await market.call("platform", "GET", f"/v1/orders/{taken.order_id}")).json()
    assert order["status"] == "delivered"


@pytest.mark.requirement("L-07")
@pytest.mark.parametrize("scanned", ["SPACED-77 01a", "SPACED7701A", "spaced7701a"])
async def test_a_number_is_the_same_however_it_is_written(market: Market, scanned: str) -> None:
    parcel = ToldParcel(status="in_transit", carrier="usps", tracking_number=" spaced 77-01A")
    sent = told_order("a", f"W{scanned}", "buyer-1", status="in_transit", delivered_at=None, parcels=(parcel,))
    (taken,) = await take_orders(market.context.desk, [sent])
    (answer,) = (await market.call("carrier", "POST", "/v1/scans", {"scans": [scan(f"w-{scanned}", scanned)]})).json()["scans"]
    assert answer["result"] == "recorded"
    assert (await market.call("platform", "GET", f"/v1/orders/{taken.order_id}")).json()["status"] == "delivered"


@pytest.mark.requirement("L-07")
async def test_an_event_that_stands_for_another_parcel_is_parked(market: Market) -> None:
    told = [
        told_order("a", reference, buyer, status="in_transit", delivered_at=None, parcels=(
            ToldParcel(status="in_transit", tracking_number=number),)) for reference, buyer, number in
        (("P1", "buyer-1", "APART1"), ("P2", "buyer-1", "APART2"))
    ]  # fmt: skip
    await take_orders(market.context.desk, told)
    body = {"scans": [scan("same", "APART1"), scan("same", "APART2")]}
    for results in (["recorded", "parked"], ["known", "parked"]):
        answer = (await market.call("carrier", "POST", "/v1/scans", body)).json()["scans"]
        assert [row["result"] for row in answer] == results
        assert answer[1]["code"] == "idempotency_key_reused"


async def test_a_seller_reports_scans_of_their_own_parcels_only(market: Market) -> None:
    foreign = await market.call("seller_a", "POST", "/v1/scans", {"scans": [scan("e4", shop_id=market.shops["b"])]})
    is_problem(foreign, 404, "not_found", "scans[0].shop_id")
    guessed = (await market.call("seller_a", "POST", "/v1/scans", {"scans": [scan("e5", "TRACKB1")]})).json()["scans"]
    assert guessed[0]["result"] == "parked"


async def test_a_signed_message_is_taken_and_the_same_again_changes_nothing(market: Market) -> None:
    body = message("TRACKA2")
    first = await inbound(market, body, "d1")
    assert (first.status_code, first.json()["result"]) == (200, "recorded")
    again = await inbound(market, body, "d1")
    assert (again.status_code, again.json()["result"]) == (200, "known")
    rotated = await inbound(market, message("TRACKB1"), "d2", OLD_SECRET)
    assert (rotated.status_code, rotated.json()["result"]) == (200, "recorded")


@pytest.mark.parametrize(
    "wrong",
    [
        {"webhook_signature": "v1,AAAA"},
        {"webhook_signature": "v1"},
        {"webhook_signature": "v1,a,b"},
        {"webhook_signature": ""},
        {"webhook_timestamp": "0"},
        {"webhook_timestamp": "x"},
        {"webhook_id": "a.b"},
        {"webhook_id": "other"},
    ],
    ids=str,
)
async def test_a_message_that_nobody_of_ours_signed_is_401(market: Market, wrong: dict[str, str]) -> None:
    is_problem(await inbound(market, message(), **wrong), 401, "signature_invalid")


async def test_old_messages_other_secrets_and_unknown_sources_are_401(market: Market) -> None:
    is_problem(await inbound(market, message(), at=datetime.now(UTC) - timedelta(minutes=6)), 401, "signature_invalid")
    is_problem(await inbound(market, message(), secret=secret_of(b"x" * 32)), 401, "signature_invalid")
    is_problem(await market.client.post("/v1/inbound/nobody", json={}), 401, "signature_invalid")


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"type":1}', b'{"type":"parcel.scanned","data":5}', b'{"type":"parcel.scanned"}', b"\xff", b"[]"]
)
async def test_signed_nonsense_is_parked_and_never_our_fault(market: Market, body: bytes) -> None:
    answer = await inbound(market, body, f"n{abs(hash(body))}")
    assert (answer.status_code, answer.json()["result"]) == (200, "parked")


async def test_a_type_that_we_do_not_know_is_kept_and_answered_202(market: Market) -> None:
    answer = await inbound(market, message(kind="parcel.sang"), "u1")
    assert (answer.status_code, answer.json()["result"]) == (202, "parked")
    assert await market.context.reviewers.fetchval("select body->>'type' from parked where event_id = 'u1'") == "parcel.sang"


async def test_a_parcel_or_status_that_nobody_knows_is_parked(market: Market) -> None:
    for number, (body, code) in enumerate(
        ((message("LOST"), "parcel_unknown"), (message(status="evaporated"), "scan_status_unknown"))
    ):
        answer = await inbound(market, body, f"p{number}")
        assert (answer.status_code, answer.json()) == (200, {"result": "parked", "code": code})


async def test_a_message_over_the_cap_is_413(market: Market) -> None:
    is_problem(await inbound(market, b"x" * 300_000), 413, "body_too_large")
