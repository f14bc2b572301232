"""What `make run` fills: every state of a case, nothing otherwise than planned, and a healthy database on the real clock."""

import json
import stat
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest_asyncio
from tests.marketplace import Marketplace

from amends.cli.children import Children, free_port
from amends.cli.demo import fill
from amends.cli.demo_goods import PLACES
from amends.cli.demo_orders import plan
from amends.cli.welcome import TOKENS, welcome
from amends.domain.facts.words import CaseState
from amends.settings import Settings
from amends.store.doctor import examine, lines, sick

TROUBLED = 15
"""Orders that only bring trouble: something for every lane and list of the platform."""
REPLACED = 3
"""Replacements that were sent; each is an order of its own."""
REFUSED = {
    "final_sale",
    "ask_seller_or_support",
    "exempt_category",
    "window_closed",
    "kind_not_open_in_status",
    "order_source_not_eligible",
}


@pytest_asyncio.fixture
async def settings(marketplace: Marketplace, tmp_path: Path) -> AsyncIterator[Settings]:
    """A home with a payments provider in a process of its own."""
    children, port = Children(tmp_path / "logs"), free_port()
    url = f"http://127.0.0.1:{port}"
    try:
        children.start(
            "provider", ["amends.gateways.sandbox_provider", "--port", str(port), "--home", str(tmp_path / "paid")], {}
        )
        children.wait_for("provider", f"{url}/health")
        yield Settings(home=tmp_path, database_url=marketplace.dsn, provider_url=url)
    finally:
        children.stop()


async def test_the_demo_marketplace_is_filled_as_planned_and_healthy(marketplace: Marketplace, settings: Settings) -> None:
    await marketplace.administrator.execute("update amends.clock set offset_by = '0'")
    said: list[str] = []
    assert await fill(marketplace.dsn, settings, said.append) == []
    database = marketplace.administrator
    assert await database.fetchval("select offset_by from amends.clock") == timedelta()
    assert await marketplace.count("orders") == 300 + REPLACED + TROUBLED
    assert {row["market"] for row in await database.fetch("select distinct market from amends.orders")} == set(PLACES)
    states = {row["state"] for row in await database.fetch("select distinct state from amends.cases")}
    assert states == set(get_args(CaseState)), "every state that a case can be in is shown"
    channels = await database.fetch("select distinct channel, state from amends.proposal")
    assert {(row["channel"], row["state"]) for row in channels} >= {
        ("platform_proactive", "open"), ("platform_proactive", "accepted"), ("seller", "open"), ("seller", "accepted"),
    }  # fmt: skip
    endings = {row["ended"] for row in await database.fetch("select distinct ended from amends.cases where ended is not null")}
    assert endings == {"refunded", "withdrawn", "expired", "declined", "never_sent", "seller_upheld", "exchanged"}
    assert {row["code"] for row in await database.fetch("select distinct code from amends.attempt")} == REFUSED
    assert await database.fetchval("select count(*) from amends.event where fired_kind is not null") > 30
    findings = await examine(marketplace.dsn)
    assert not sick(findings), "\n".join(lines(findings))
    assert said[-1].startswith(f"{300 + TROUBLED} orders in 24 shops")
    _the_page_says_how_to_get_in(settings)


def _the_page_says_how_to_get_in(settings: Settings) -> None:
    kept = settings.home / TOKENS
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    page = welcome("http://127.0.0.1:8000", settings)
    told = json.loads(kept.read_text("utf-8"))
    for person in told["people"]:
        assert person.get("token", told["password"]) in page
        assert person.get("login", person["name"]) in page
    roles = {person["person"].partition(":")[0] for person in told["people"] if "login" in person}
    assert roles == {"seller", "platform"}
    (line,) = [line for line in page.splitlines() if line.startswith("curl")]
    assert ":preview" in line
    assert str(settings.home / "logs") in page


def test_a_page_without_a_demo_says_how_to_make_a_token(tmp_path: Path) -> None:
    assert "amends token create" in welcome("http://127.0.0.1:8000", Settings(home=tmp_path))


def test_the_same_marketplace_is_planned_every_time() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    exponents = {"VND": 0} | dict.fromkeys(["USD", "GBP", "CAD", "MYR", "THB", "PHP", "SGD", "SAR", "AED", "IDR", "CNY"], 2)
    currencies = dict(
        zip(PLACES, ["USD", "GBP", "CAD", "MYR", "THB", "VND", "PHP", "SGD", "SAR", "AED", "IDR", "CNY"], strict=True)
    )
    once, again = (plan(now, exponents, currencies) for _ in range(2))
    assert once == again
    assert Counter(len(planned.told.payments) for planned in once).keys() == {1, 2}
    assert {payment.method for planned in once for payment in planned.told.payments} == {
        "card", "wallet", "bank", "voucher", "cash_on_delivery",
    }  # fmt: skip
    assert {planned.told.sale_format for planned in once} == {"shelf", "live", "live_auction", "short_video"}
    assert {len(planned.told.parcels) for planned in once} == {1, 2}
    assert {line.quantity for planned in once for line in planned.told.lines} == {1, 2, 3, 4}
