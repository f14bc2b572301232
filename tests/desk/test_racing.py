"""Many at once, in several desks: units are claimed once, and money never leaves twice."""

import asyncio
from contextlib import AsyncExitStack
from uuid import UUID

from tests.marketplace import BUYER, SELLER, Marketplace, Sold

from amends.actions.commands import Approve, AskedLine, OpenCase
from amends.cli.place import a_desk
from amends.desk.desk import Desk
from amends.domain.facts.told import ToldLine, ToldPayment


async def _line(market: Marketplace, sold: Sold) -> UUID:
    line: UUID = await market.administrator.fetchval("select id from amends.order_line where order_id = $1", sold.id)
    return line


async def _desks(market: Marketplace, stack: AsyncExitStack, number: int) -> list[Desk]:
    return [await stack.enter_async_context(a_desk(market.dsn)) for _ in range(number)]


async def test_four_at_once_for_the_same_two_units_get_two_units_every_time(marketplace: Marketplace) -> None:
    async with AsyncExitStack() as stack:
        desks = await _desks(marketplace, stack, 4)
        for trial in range(20):
            sold = await marketplace.order(lines=(ToldLine(reference="1", quantity=2, price=2001),))
            one = (AskedLine(line_id=await _line(marketplace, sold), quantity=1 + trial % 2),)
            ask = OpenCase(shop_id=sold.shop_id, actor=BUYER, order_id=sold.id, kind="return_refund", reason="damaged", lines=one)
            answers = await asyncio.gather(*(desk.handle([ask]) for desk in desks))
            codes = [answer.code for (answer,) in answers]
            assert codes.count(None) == 2 // (1 + trial % 2), codes
            assert set(codes) <= {None, "units_already_claimed", "nothing_left_to_ask"}
            claimed = await marketplace.administrator.fetchrow(
                "select sum(quantity)::int, sum(amount)::int from amends.case_line where order_id = $1", sold.id
            )
            assert tuple(claimed) == (2, 2001)


async def test_partial_refunds_approved_at_once_never_exceed_what_was_captured(marketplace: Marketplace) -> None:
    payments = (ToldPayment(sequence=1, method="card", amount=7000), ToldPayment(sequence=2, method="voucher", amount=3000))
    sold = await marketplace.order(lines=(ToldLine(reference="1", quantity=10, price=10_000),), payments=payments)
    line = await _line(marketplace, sold)
    cases = []
    for _ in range(10):
        said = await marketplace.ask(
            sold, "refund_only", "damaged", proof=["photo_defect"], lines=(AskedLine(line_id=line, quantity=1),)
        )
        if said.code == "attempts_exhausted":
            break
        cases.append(said.case_id)
    assert len(cases) > 2
    await marketplace.administrator.execute("update amends.payment set charged_back = 5500 where sequence = 1")
    await marketplace.administrator.execute("update amends.payment set charged_back = 2500 where sequence = 2")
    async with AsyncExitStack() as stack:
        desks = await _desks(marketplace, stack, 4)
        answers = await asyncio.gather(
            *(desks[n % 4].handle([Approve(shop_id=sold.shop_id, actor=SELLER, case_id=case)]) for n, case in enumerate(cases))
        )
    codes = [answer.code for (answer,) in answers]
    assert codes.count(None) == 2, codes
    assert set(codes) == {None, "exceeds_refundable"}
    rows = await marketplace.administrator.fetch("select captured, reserved, charged_back from amends.payment order by sequence")
    assert all(row["reserved"] + row["charged_back"] <= row["captured"] for row in rows)
    assert sum(row["reserved"] for row in rows) == 2000
    assert await marketplace.administrator.fetchval("select sum(amount)::int from amends.refund") == 2000


async def test_the_payment_row_guards_itself_without_any_lock(marketplace: Marketplace) -> None:
    """The same conditional update from many connections at once, past the order's lock: it never goes over."""
    from amends.store.database import queries, transaction

    sold = await marketplace.order()
    payment = await marketplace.administrator.fetchval("select id from amends.payment")

    async def reserve(desk: Desk) -> int:
        async with transaction(desk.pool, [sold.shop_id]) as connection:
            status = await connection.execute(queries("reserve_payments"), [sold.shop_id], [payment], [300])
        return int(status.rsplit(" ", 1)[1])

    async with AsyncExitStack() as stack:
        desks = await _desks(marketplace, stack, 4)
        done = await asyncio.gather(*(reserve(desks[n % 4]) for n in range(40)))
    assert sum(done) == 16
    assert await marketplace.administrator.fetchval("select reserved from amends.payment") == 4800
