"""How the goods come back, over HTTP: the address book, the label as paper, and the nearest drop-off (L-05, L-06)."""

from typing import Any
from uuid import UUID

import pytest
from tests.api.marketplace import Market, is_problem, told_order

from amends.actions.commands import RecordLabel
from amends.desk.orders import take_orders, take_shops
from amends.domain.facts.people import Actor
from amends.domain.facts.told import ToldShop

HOME = {"name": "Anna's Vases", "line": "12 Mill Road", "city": "Albany", "region": "NY", "postcode": "12207", "country": "US"}
CARRIER = Actor(kind="carrier", id="usps", human=False)
POINTS = [
    ("menteng", "Sorting centre Menteng", -6_195_000, 106_832_000, "17:00"),
    ("kemang", "Sorting centre Kemang", -6_260_000, 106_813_000, "16:30"),
    ("bandung", "Sorting centre Bandung", -6_914_000, 107_609_000, "15:00"),
]


async def granted(market: Market, reference: str, seller: str = "seller_a") -> dict[str, Any]:
    """A return of a delivered order that its seller grants."""
    order = market.orders[reference]
    body = {"kind": "return_refund", "reason": "damaged", "proof": [{"kind": "photo_defect", "text": "cracked"}]}
    opened = await market.call("buyer_1", "POST", f"/v1/orders/{order}/cases", body, idempotency_key=f"open-{reference}")
    assert opened.status_code == 201, opened.text
    case = opened.json()
    said = await market.call(
        seller,
        "POST",
        f"/v1/cases/{case['id']}/moves/approve",
        {},
        idempotency_key=f"ok-{reference}",
        if_match=f'"{case["version"]}"',
    )
    assert said.status_code == 200, said.text
    return dict(said.json())


@pytest.mark.requirement("L-05", "L-06")
async def test_a_prepaid_label_is_had_as_paper_once_it_is_made(market: Market) -> None:
    made = await market.call("seller_a", "POST", "/v1/return-addresses", HOME | {"preferred": True})
    assert made.status_code == 201, made.text
    assert is_problem(await market.call("buyer_1", "POST", "/v1/return-addresses", HOME), 403, "permission_missing")
    case = await granted(market, "A10")
    place = f"/v1/cases/{case['id']}/return"
    seen = (await market.call("buyer_1", "GET", place)).json()
    assert (seen["return_to"], seen["address"]["line"], seen["label"]["state"]) == ("seller_address", "12 Mill Road", "wished")
    is_problem(await market.call("buyer_1", "GET", f"{place}/label"), 409, "label_not_made")
    told = RecordLabel(shop_id=market.shops["a"], actor=CARRIER, case_id=UUID(case["id"]), carrier="usps",
                       tracking_number="9400111899223197428497", service="ground", cost=495, currency="USD")  # fmt: skip
    assert (await market.context.desk.handle([told]))[0].code is None
    paper = await market.call("buyer_1", "GET", f"{place}/label")
    assert (paper.status_code, paper.headers["content-type"], paper.content[:5]) == (200, "application/pdf", b"%PDF-")
    seller, buyer = [(await market.call(who, "GET", place)).json()["label"] for who in ("seller_a", "buyer_1")]
    assert (seller["cost"], buyer["cost"]) == ({"amount": 495, "currency": "USD"}, None)
    is_problem(await market.call("buyer_2", "GET", place), 404, "not_found")
    is_problem(await market.call("seller_b", "GET", f"{place}/label"), 404, "not_found")


async def test_the_address_book_is_a_shops_own_and_what_was_named_stays_readable(market: Market) -> None:
    for shop in ("seller_a", "seller_b"):
        await market.call(shop, "POST", "/v1/return-addresses", HOME | {"name": f"of {shop}", "preferred": True})
    case = await granted(market, "A11")
    own = (await market.call("seller_a", "GET", "/v1/return-addresses")).json()["addresses"]
    assert {each["name"] for each in own} >= {"of seller_a"}
    assert [each["name"] for each in own if each["preferred"]] == ["of seller_a"]
    assert "of seller_b" not in {each["name"] for each in own}
    used = next(each["id"] for each in own if each["preferred"])
    is_problem(await market.call("seller_b", "DELETE", f"/v1/return-addresses/{used}"), 404, "not_found")
    assert (await market.call("seller_a", "DELETE", f"/v1/return-addresses/{used}")).status_code == 204
    assert used not in {each["id"] for each in (await market.call("seller_a", "GET", "/v1/return-addresses")).json()["addresses"]}
    still = (await market.call("buyer_1", "GET", f"/v1/cases/{case['id']}/return")).json()
    assert still["address"]["id"] == used


@pytest.mark.requirement("L-06")
async def test_in_indonesia_the_nearest_partner_is_named_with_its_coordinates_and_the_next_pickup(market: Market) -> None:
    (shop,) = await take_shops(market.context.pool, [ToldShop(reference="budi", name="Budi", market="id", seller="budi")])
    (taken,) = await take_orders(market.context.desk, [told_order("budi", "ID1", "buyer-1", currency="IDR", sale_format="shelf")])
    market.orders["ID1"] = str(taken.order_id)
    points = [
        {"reference": ref, "name": name, "carrier": "jne", "line": "Jl. 1", "city": "Jakarta", "latitude": lat, "longitude": lon,
         "pickup_at": at}
        for ref, name, lat, lon, at in POINTS
    ]  # fmt: skip
    told = await market.call("platform", "POST", "/v1/drop-off-points", {"market": "id", "points": points})
    assert told.json() == {"taken": 3}, told.text
    case = await granted(
        market, "ID1", seller="platform_of_budi" if "platform_of_budi" in market.tokens else await token(market, shop)
    )
    here = {"latitude": -6_200_000, "longitude": 106_830_000}
    place = f"/v1/cases/{case['id']}/return?latitude={here['latitude']}&longitude={here['longitude']}"
    seen = (await market.call("buyer_1", "GET", place)).json()
    assert seen["return_to"] == "nearest_drop_off"
    assert [each["reference"] for each in seen["drop_offs"]] == ["menteng", "kemang", "bandung"]
    first = seen["drop_offs"][0]
    assert (first["latitude"], first["longitude"]) == (-6_195_000, 106_832_000)
    assert 590 < first["distance_m"] < 610  # 556 m north and 221 m east
    assert first["next_pickup"] > seen["server_now"]
    assert first["next_pickup"].endswith("17:00:00+07:00")


async def token(market: Market, shop: int) -> str:
    from amends.store.tokens import create_token

    made = await create_token(
        market.context.pool,
        kind="seller",
        subject="budi",
        shops=[shop],
        permissions=("*",),
        live=not market.context.settings.sandbox,
    )
    market.tokens["budi"] = made.text
    return "budi"
