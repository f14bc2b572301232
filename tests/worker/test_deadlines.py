"""Deadlines fire once each, in due order, whoever drains; one that cannot fire holds up nobody."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from uuid import UUID

import pytest
import pytest_asyncio
from tests.marketplace import Marketplace, Sold

from amends.actions.commands import Command
from amends.desk.answers import Answer, refused
from amends.desk.desk import Desk
from amends.desk.rulebooks import Rulebooks
from amends.store.database import open_pool
from amends.worker.deadlines import STUCK, Deadlines
from amends.worker.pace import Pace

LATER = timedelta(days=6)


@pytest_asyncio.fixture
async def desk(marketplace: Marketplace) -> AsyncIterator[Desk]:
    async with await open_pool(marketplace.dsn, "amends_worker", min_size=1, max_size=10) as pool:
        yield Desk(pool, Rulebooks())


async def asked(market: Marketplace, count: int, shop: str = "anna") -> list[tuple[Sold, UUID]]:
    cases = []
    for _ in range(count):
        sold = await market.order(shop)
        cases.append((sold, (await market.ask(sold, "refund_only", "damaged", proof=["photo_defect"])).case_id))
    return cases


class Refusing:
    """A desk that will not have the deadlines of one case."""

    def __init__(self, desk: Desk, case: UUID, answer: Answer | None) -> None:
        self.desk, self.pool, self.case, self.answer = desk, desk.pool, case, answer
        self.handled = 0

    async def handle(self, commands: Sequence[Command]) -> list[Answer]:
        self.handled += len(commands)
        good = [c for c in commands if getattr(c, "case_id", None) != self.case]
        answers = iter(await self.desk.handle(good))
        known = self.answer or Answer(code=None, body=b"{}", shop_id=1)
        return [known if getattr(c, "case_id", None) == self.case else next(answers) for c in commands]


async def test_nothing_fires_before_it_is_due_and_the_next_moment_is_told(marketplace: Marketplace, desk: Desk) -> None:
    cases = await asked(marketplace, 1)
    fired, seconds = await Deadlines(desk, Pace()).drain()
    assert fired == 0
    due = await marketplace.administrator.fetchval(
        "select extract(epoch from min(due_at) - amends.moment())::float8 from amends.deadline where case_id = $1", cases[0][1]
    )
    assert seconds == pytest.approx(due, abs=5)


@pytest.mark.requirement("E-05")
async def test_what_is_due_fires_once_and_what_follows_runs_on(marketplace: Marketplace, desk: Desk) -> None:
    cases = await asked(marketplace, 3)
    await marketplace.set_clock(await marketplace.now() + LATER)
    deadlines = Deadlines(desk, Pace(batch=2))
    assert (await deadlines.drain())[0] >= 3
    assert (await deadlines.drain())[0] == 0
    for _, case in cases:
        assert "review_expired" in await marketplace.events(case)
        assert (await marketplace.case(case))["state"] == "refund_approved"


async def test_two_workers_fire_each_deadline_exactly_once(marketplace: Marketplace, desk: Desk) -> None:
    for shop in ("anna", "bela", "cora"):
        await asked(marketplace, 4, shop)
    await marketplace.set_clock(await marketplace.now() + LATER)
    done = await asyncio.gather(*(Deadlines(desk, Pace(batch=3)).drain() for _ in range(3)))
    assert sum(fired for fired, _ in done) >= 12
    assert await marketplace.administrator.fetchval("select count(*) from amends.event where type = 'review_expired'") == 12
    left = await marketplace.administrator.fetchval(
        "select count(*) from amends.deadline where state = 'running' and due_at <= amends.moment()"
    )
    assert left == 0


async def test_a_shop_fires_in_due_order(marketplace: Marketplace, desk: Desk) -> None:
    cases = await asked(marketplace, 5)
    for hours, (_, case) in enumerate(reversed(cases)):
        await marketplace.administrator.execute(
            "update amends.deadline set due_at = due_at + $1 where case_id = $2 and kind = 'review'", timedelta(hours=hours), case
        )
    await marketplace.set_clock(await marketplace.now() + LATER + timedelta(days=2))
    await Deadlines(desk, Pace(batch=2)).drain()
    order = await marketplace.administrator.fetch(
        "select case_id from amends.event where type = 'review_expired' order by chain_seq"
    )
    assert [row["case_id"] for row in order] == [case for _, case in reversed(cases)]


@pytest.mark.parametrize("answer", [refused(1, "internal_error"), None])
async def test_a_deadline_that_will_not_fire_is_parked_and_holds_up_nobody(
    marketplace: Marketplace, desk: Desk, answer: Answer | None
) -> None:
    cases = await asked(marketplace, 3)
    await marketplace.set_clock(await marketplace.now() + LATER)
    refusing = Refusing(desk, cases[0][1], answer)
    deadlines = Deadlines(refusing, Pace(batch=1))  # type: ignore[arg-type] # a stand-in
    await deadlines.drain()
    parked = await marketplace.administrator.fetch("select * from amends.parked")
    assert [row["why"] for row in parked] == ["internal_error" if answer else STUCK]
    assert [(await marketplace.case(case))["state"] for _, case in cases] == [
        "pending_review",
        "refund_approved",
        "refund_approved",
    ]
    handled = refusing.handled
    await deadlines.drain()
    assert refusing.handled == handled


async def test_a_parked_deadline_is_tried_again_later_and_settled_once_it_fires(marketplace: Marketplace, desk: Desk) -> None:
    cases = await asked(marketplace, 1)
    await marketplace.set_clock(await marketplace.now() + LATER)
    refusing = Deadlines(Refusing(desk, cases[0][1], refused(1, "internal_error")), Pace())  # type: ignore[arg-type]
    for _ in range(3):
        await refusing.drain()
        await marketplace.set_clock(await marketplace.now() + timedelta(minutes=5))
    tries = "select (body ->> 'tries')::int from amends.parked where settled_at is null"
    assert await marketplace.administrator.fetchval(tries) == 3
    await Deadlines(desk, Pace()).drain()
    assert (await marketplace.case(cases[0][1]))["state"] == "refund_approved"
    assert await marketplace.administrator.fetchval(tries) is None
