"""Events, rows, clocks, postings and wishes of a command are written together, or none of them is."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import pytest
from tests.marketplace import BUYER, Marketplace, Said, Sold, told

from amends.actions.commands import Approve, InspectedLine, InspectReturn, ShipReturn
from amends.desk import record
from amends.desk.orders import take_orders

RETURN = "9400111899223100005678"


class StruckError(Exception):
    """What falls from the sky in the middle of a transaction."""


class Lightning:
    """Strikes at the nth statement that a batch writes; `struck` says whether it came so far."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at, self.seen = -1, 0
        run = record._run

        async def watched(connection: asyncpg.Connection, statement: str, arguments: Sequence[Any]) -> str:
            status = await run(connection, statement, arguments)
            self.seen += 1
            if self.seen - 1 == self.at:
                raise StruckError(statement)
            return status

        monkeypatch.setattr(record, "_run", watched)

    def aim(self, at: int) -> None:
        self.at, self.seen = at, 0

    @property
    def struck(self) -> bool:
        return self.seen > self.at >= 0


@pytest.fixture
def lightning(monkeypatch: pytest.MonkeyPatch) -> Lightning:
    return Lightning(monkeypatch)


async def _survive(market: Marketplace, lightning: Lightning, step: Callable[[], Awaitable[Said]]) -> Said:
    """Strike after each statement in turn: every time nothing is left of the step, and in the end it is done whole."""
    before, at = await market.counts(), 0
    while True:
        lightning.aim(at)
        said = await step()
        if not lightning.struck:
            assert at >= 1, "a step that writes less proves little"
            assert said.code is None, said.body
            return said
        assert said.code == "internal_error"
        assert await market.counts() == before
        at += 1


async def _steps(market: Marketplace, sold: Sold) -> AsyncIterator[Callable[[], Awaitable[Said]]]:
    made: list[Said] = []

    async def kept(step: Awaitable[Said]) -> Said:
        made.append(await step)
        return made[-1]

    yield lambda: kept(market.ask(sold, "return_refund", "damaged", proof=["photo_defect"], key="open"))
    case = (sold.shop_id, made[-1].case_id)
    yield lambda: kept(market.do(case, Approve, key="approve"))
    yield lambda: kept(market.do(case, ShipReturn, by=BUYER, carrier="usps", tracking_number=RETURN, key="ship"))
    yield lambda: kept(market.scan(sold.shop_id, RETURN, "delivered", key="scan"))
    line_id = await market.administrator.fetchval("select line_id from amends.case_line where case_id = $1", case[1])
    accepted = (InspectedLine(line_id=line_id, accepted=1),)
    yield lambda: kept(market.do(case, InspectReturn, lines=accepted, key="inspect"))
    refund = await market.administrator.fetchval("select id from amends.refund where case_id = $1", case[1])
    yield lambda: kept(market.told_result(sold.shop_id, refund, "succeeded", provider_reference="p1", key="paid"))


@pytest.mark.requirement("T-07")
async def test_a_blow_after_any_statement_of_a_whole_return_leaves_nothing_half_done(
    marketplace: Marketplace, lightning: Lightning
) -> None:
    sold = await marketplace.order()
    said: Said | None = None
    async for step in _steps(marketplace, sold):
        said = await _survive(marketplace, lightning, step)
    assert said is not None
    assert said.state == "completed"
    row = await marketplace.administrator.fetchrow("select reserved, captured from amends.payment")
    assert tuple(row) == (5000, 5000)


async def test_an_order_is_taken_whole_or_not_at_all(marketplace: Marketplace, monkeypatch: pytest.MonkeyPatch) -> None:
    shop_id = await marketplace.shop()
    order = told("anna", "O-half", await marketplace.now())
    await marketplace.administrator.execute("alter table amends.payment_allocation add constraint planted check (amount < 5000)")
    with pytest.raises(asyncpg.CheckViolationError):
        await take_orders(marketplace.desk, [order])
    for table in ("orders", "order_line", "payment", "payment_allocation", "parcel"):
        assert await marketplace.count(table) == 0
    await marketplace.administrator.execute("alter table amends.payment_allocation drop constraint planted")
    assert (await marketplace.take(shop_id, order)).id
