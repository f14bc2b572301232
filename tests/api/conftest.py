"""A published marketplace of two shops, with people who may and people who may not, and a client in front of the application."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from amends.api.app import App, create_app
from amends.api.context import Context
from amends.cli.policy import publish_all
from amends.desk.orders import take_orders, take_shops
from amends.domain.facts.told import ToldLine, ToldOrder, ToldParcel, ToldPayment, ToldShop
from amends.exchange.policies import policies_folder, read_policies
from amends.settings import Settings
from amends.store.embedded import EmbeddedPostgres
from amends.store.tokens import create_token
from tests.conftest import copied, run_folder

NOW = datetime.now(UTC)


@pytest_asyncio.fixture(scope="session")
async def published(postgres: EmbeddedPostgres, administrator: asyncpg.Connection, template: str) -> str:
    """A template database with every market's policy published; one for each process of the run."""
    import os

    name = f"published_{os.getpid()}"
    await administrator.execute(f"create database {name} template {template}")
    folder = policies_folder()
    await publish_all(postgres.dsn_of(name), read_policies(folder), folder)
    await administrator.execute(f"alter database {name} allow_connections false")
    return name


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


@pytest.fixture(scope="module")
def settings_more() -> dict[str, Any]:
    """What a file of tests sets otherwise."""
    return {}


@pytest_asyncio.fixture(scope="module")
async def market(
    postgres: EmbeddedPostgres,
    administrator: asyncpg.Connection,
    published: str,
    tmp_path_factory: pytest.TempPathFactory,
    settings_more: dict[str, Any],
) -> AsyncIterator[Market]:
    """A running application over a database of this file's own."""
    async with copied(postgres, administrator, published) as dsn:
        home: Path = tmp_path_factory.mktemp("home")
        known: dict[str, Any] = {"home": home, "database_url": dsn, "rate_limit": 0, "secret": "x" * 32, "pool": 4}
        app = create_app(Settings(**(known | settings_more)))
        await app.start()
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://amends.test") as client:
            market = Market(app=app, client=client, context=app.context, tokens={}, orders={}, shops={}, dsn=dsn)
            await fill(market)
            yield market
        await app.stop()


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


@pytest.fixture
def request_body() -> dict[str, Any]:
    """A request that the rules let through, given proof."""
    return dict(DAMAGED)


__all__ = ["DAMAGED", "NOW", "PEOPLE", "Market", "run_folder", "told_order"]
