"""A month of a small shop: three requests that end in three ways, and what the figures make of them."""

from datetime import datetime

import pytest
from tests.stories.over_http import Person, Sandbox

HOUR = 3600


def named(body: dict[str, list[dict[str, str]]]) -> dict[str, dict[str, str]]:
    return {figure["figure"]: figure for figure in body["figures"]}


async def fresh(seller: Person, path: str) -> dict[str, list[dict[str, str]]]:
    """The figures once the copy has seen the last event: it looks again after two seconds."""
    import asyncio

    await asyncio.sleep(2.1)
    found: dict[str, list[dict[str, str]]] = await seller.get(path)
    return found


@pytest.mark.requirement("Q-04", "C-12", "Q-05", "R-09")
async def test_what_was_answered_rejected_and_left_alone_is_what_the_figures_say(sandbox: Sandbox) -> None:
    shop = await sandbox.shop("wear", "us")
    seller = await sandbox.person("seller", "anna", shop="wear")
    tee = [{"reference": "1", "sku": "TEE", "title": "Red tee", "category": "apparel", "price": 2000}]
    orders = [await sandbox.sell("wear", f"W{n}", "USD", buyer=f"b{n}", lines=tee) for n in range(10)]
    buyers = [await sandbox.person("buyer", f"b{n}") for n in range(3)]
    cases = [
        await buyer.ask(order, "refund_only", "not_received", note="I was waiting, 色差")
        for buyer, order in zip(buyers, orders, strict=False)
    ]
    opened = [datetime.fromisoformat((await seller.case(case))["opened_at"]) for case in cases]
    await sandbox.later(hours=2)
    await seller.move(cases[0], "approve")
    await sandbox.later(hours=3)
    await seller.move(cases[1], "reject", ground="delivered_to_address", note="Signed for.",
                      proof=[{"kind": "proof_of_delivery", "text": "signed for by the buyer"}])  # fmt: skip
    await sandbox.later(days=30)
    await _month(seller, shop, cases, opened)


async def _month(seller: Person, shop: int, cases: list[dict[str, str]], opened: list[datetime]) -> None:
    """What the figures make of it."""
    told = await fresh(seller, "/v1/insight/overview?days=60")
    figures = named(told)
    assert (figures["initiated_rate"]["numerator"], figures["initiated_rate"]["denominator"]) == (3, 10)
    assert (figures["refunded_rate"]["numerator"], figures["effective_rate"]["numerator"]) == (2, 2)
    assert figures["proactive_refund_rate"]["value"] == "50.00"  # one by the seller, one because time decided
    assert figures["silent_approvals"]["value"] == "33.33"
    first = await _seconds(seller, [cases[0], cases[1]], opened)
    assert figures["first_response"]["value"] == str(round(sum(first) / 2))
    assert figures["first_response_median"]["value"] == str(min(first))
    assert figures["first_response_95"]["value"] == str(max(first))
    assert 2 * HOUR <= min(first) < 2 * HOUR + 120
    assert (figures["closed_in_72h"]["numerator"], figures["closed_in_72h"]["denominator"]) == (
        2 if await _in_time(seller, cases[2], opened[2]) else 1,
        3,
    )
    assert figures["rejection_survival"]["value"] == "100.00"
    await _tracked(seller, cases[1]["id"])
    rows = (await seller.get("/v1/insight/breakdown?dimension=category&days=60"))["rows"]
    (apparel,) = [row for row in rows if row["part"] == "apparel"]
    assert (apparel["benchmark"]["at_most"], apparel["benchmark"]["of"]) == ("12.4", "return_rate")
    assert "12.4" in told["sentence"]["zh"]  # type: ignore[call-overload]
    assert "over the 12.4 percent" in told["sentence"]["en"]  # type: ignore[call-overload]
    assert (await seller.get(f"/v1/insight/scores?days=60&shop_id={shop}"))["moves"] == []
    ripe = named(await seller.get("/v1/insight/overview?days=60&maturity=14"))
    assert ripe["initiated_rate"]["maturity"]["ripe"] is True  # type: ignore[index]


async def _seconds(seller: Person, cases: list[dict[str, str]], opened: list[datetime]) -> list[int]:
    """How long the first answer of a person took, from the events themselves."""
    found = []
    for case, began in zip(cases, opened, strict=False):
        events = (await seller.get(f"/v1/cases/{case['id']}/events"))["events"]
        first = next(e for e in events if e["actor_kind"] == "seller")
        found.append(int((datetime.fromisoformat(first["at"]) - began).total_seconds()))
    return found


async def _in_time(seller: Person, case: dict[str, str], opened: datetime) -> bool:
    events = (await seller.get(f"/v1/cases/{case['id']}/events"))["events"]
    ended = next(e for e in events if e["to_state"] in ("completed", "closed"))
    return (datetime.fromisoformat(ended["at"]) - opened).total_seconds() <= 72 * HOUR


async def _tracked(seller: Person, case: str) -> None:
    """The tracking table: the buyer said nothing, so the rejection stands."""
    table = await seller.get("/v1/insight/tracking?days=60")
    (row,) = table["rows"]
    assert (row["case_id"], row["ground"], row["outcome"]) == (case, "delivered_to_address", "accepted_by_silence")
    (ground,) = table["grounds"]
    assert (ground["rejections"], ground["settled"], ground["stood"], ground["survival"]) == (1, 1, 1, "100.00")
    assert (await seller.get("/v1/insight/tracking?days=60&outcome=overturned"))["rows"] == []
