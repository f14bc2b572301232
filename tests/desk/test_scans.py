"""A carrier's event is taken once, whatever comes twice and however late."""

import asyncio

import pytest
from tests.marketplace import BUYER, Marketplace, Said

from amends.actions.commands import Approve, ShipReturn
from amends.cli.place import a_desk

RETURN = "9400111899223100005678"


async def _on_its_way(market: Marketplace, number: str = RETURN) -> tuple[int, Said]:
    sold = await market.order()
    said = await market.ask(sold, "return_refund", "damaged")
    await market.do((sold.shop_id, said.case_id), Approve)
    await market.do((sold.shop_id, said.case_id), ShipReturn, by=BUYER, carrier="usps", tracking_number=number)
    return sold.shop_id, said


@pytest.mark.requirement("L-07")
async def test_a_scan_told_twice_at_once_by_two_desks_moves_the_case_once(marketplace: Marketplace) -> None:
    shop_id, said = await _on_its_way(marketplace)
    async with a_desk(marketplace.dsn) as other:
        twin = Marketplace(marketplace.dsn, other, marketplace.administrator)
        at = await marketplace.now()
        scans = (each.scan(shop_id, RETURN, "delivered", event_id="e1", occurred_at=at) for each in (marketplace, twin) * 3)
        answers = await asyncio.gather(*scans)
    assert {answer.code for answer in answers} == {None}
    assert (await marketplace.events(said.case_id)).count("return_delivered") == 1
    assert await marketplace.count("scan") == 1


async def test_an_event_id_that_a_carrier_uses_for_two_parcels_is_refused_the_second_time(marketplace: Marketplace) -> None:
    shop_id, one = await _on_its_way(marketplace)
    _, other = await _on_its_way(marketplace, "9400111899223100009999")
    first = await marketplace.scan(shop_id, RETURN, "delivered", event_id="e1")
    second = await marketplace.scan(shop_id, "9400111899223100009999", "delivered", event_id="e1")
    assert (first.code, second.code) == (None, "idempotency_key_reused")
    assert (await marketplace.case(one.case_id))["state"] == "return_delivered"
    assert (await marketplace.case(other.case_id))["state"] == "return_in_transit"


async def test_a_scan_of_a_parcel_that_nobody_knows_is_not_found(marketplace: Marketplace) -> None:
    shop_id, _ = await _on_its_way(marketplace)
    assert (await marketplace.scan(shop_id, "9400111899223100000000", "delivered")).code == "not_found"
