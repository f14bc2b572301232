"""A small marketplace for the tests of the interface: two shops, their orders, and people who may and people who may not."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx

from amends.api.app import App
from amends.api.door.context import Context
from amends.desk.orders import take_orders, take_shops
from amends.domain.facts.told import ToldLine, ToldOrder, ToldParcel, ToldPayment, ToldShop
from amends.store.tokens import create_token

NOW = datetime.now(UTC)
PLANTED = "zq-planted-zq"
DAMAGED = {"kind": "refund_only", "reason": "damaged", "note": "The vase came in two pieces."}


def told_order(shop: str, reference: str, buyer: str, **more: Any) -> ToldOrder:
    """A delivered order of one line and one payment of 50.00."""
    known: dict[str, Any] = {
        "shop": shop,
        "reference": reference,
        "buyer": buyer,
        "currency": "USD",
        "status": "delivered",
        "sale_format": "live_auction",
        "placed_at": NOW - timedelta(days=8),
        "won_at": NOW - timedelta(days=8),
        "paid_at": NOW - timedelta(days=8),
        "shipped_at": NOW - timedelta(days=6),
        "delivered_at": NOW - timedelta(days=3),
        "lines": (ToldLine(reference="1", sku="VASE", title="Blue vase", price=5000),),
        "payments": (ToldPayment(sequence=1, method="card", amount=5000, provider_reference="pay_1"),),
        "parcels": (
            ToldParcel(
                status="delivered",
                carrier="usps",
                tracking_number=f"TRACK{reference}",
                shipped_at=NOW - timedelta(days=6),
                delivered_at=NOW - timedelta(days=3),
            ),
        ),
    }
    return ToldOrder(**(known | more))


class Market(SimpleNamespace):
    """What the fixtures made: shops, orders by reference, tokens by name."""

    app: App
    client: httpx.AsyncClient
    context: Context
    tokens: dict[str, str]
    orders: dict[str, str]
    shops: dict[str, int]

    def auth(self, who: str, **more: str) -> dict[str, str]:
        """The headers of somebody."""
        return {"authorization": f"Bearer {self.tokens[who]}"} | {name.replace("_", "-"): value for name, value in more.items()}

    async def call(self, who: str | None, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """One call as somebody."""
        head = self.auth(who, **headers) if who else {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.request(method, path, json=body, headers=head)


PEOPLE = {
    "platform": {"kind": "platform", "subject": "ops"},
    "seller_a": {"kind": "seller", "subject": "anna", "shop": "a"},
    "seller_b": {"kind": "seller", "subject": "bert", "shop": "b"},
    "staff_a": {"kind": "seller", "subject": "stan", "shop": "a", "permissions": ("orders.read", "cases.read")},
    "buyer_1": {"kind": "buyer", "subject": "buyer-1"},
    "buyer_2": {"kind": "buyer", "subject": "buyer-2"},
    "carrier": {"kind": "carrier", "subject": "usps"},
}


async def fill(market: Market) -> None:
    """Two shops, three buyers' orders, and everybody's token."""
    context = market.context
    told = [ToldShop(reference=name, name=f"Shop {name}", market="us", seller=name) for name in ("a", "b")]
    market.shops = dict(zip(("a", "b"), await take_shops(context.pool, told), strict=True))
    orders = [
        told_order("a", "A1", "buyer-1"),
        told_order("a", "A2", "buyer-2"),
        told_order("b", "B1", "buyer-2"),
        *(told_order("a", f"A{n}", "buyer-1") for n in range(10, 40)),
    ]
    market.orders = {taken.reference: str(taken.order_id) for taken in await take_orders(context.desk, orders)}
    for name, person in PEOPLE.items():
        shops = [market.shops[str(person["shop"])]] if "shop" in person else []
        permissions = person.get("permissions", ("*",) if person["kind"] in ("platform", "seller") else ())
        made = await create_token(
            context.pool,
            kind=str(person["kind"]),  # type: ignore[arg-type]
            subject=str(person["subject"]),
            shops=shops,
            permissions=permissions,  # type: ignore[arg-type]
            live=not context.settings.sandbox,
        )
        market.tokens[name] = made.text


DAMAGED = {"kind": "refund_only", "reason": "damaged", "note": "The vase came in two pieces."}


def is_problem(answer: httpx.Response, status: int, code: str, path: str | None = None) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["code"] == code, said
    assert said["status"] == status
    assert said["request_id"]
    assert said["type"] == f"/v1/problems#{code}"
    for part in ("words", "next"):
        assert set(said[part]) == {"zh", "en"}
        assert all(said[part].values())
    if path is not None:
        assert path in [error["path"] for error in said["errors"]], said
    assert PLANTED not in answer.text
    return said
