"""A grant that ends while a commit decides by it: the one who came first wins, and what was decided was held at that moment."""

import asyncio
from typing import Any

import asyncpg
import pytest
from tests.marketplace import Marketplace

from amends.actions.commands import Approve
from amends.desk.load import find_targets, load
from amends.desk.standing import staff_of
from amends.domain.facts.people import Actor
from amends.store.database import open_pool, transaction
from amends.store.doctor import examine, sick
from amends.store.members import Grant, begin, end

CAP = frozenset({"*"})
STAFF = Actor(kind="seller", id="seller:sam", permissions=CAP, member=True)


async def hired(marketplace: Marketplace, shop_id: int, **more: Any) -> None:
    grant = Grant(
        person="seller:sam", role="after_sales_agent", permissions=("cases.read", "cases.handle"), by="seller:anna", **more
    )
    async with transaction(marketplace.desk.pool, [shop_id]) as connection:
        await begin(connection, shop_id, grant)


@pytest.mark.requirement("P-02")
async def test_a_role_ended_while_others_decide_never_covers_what_came_after_it(marketplace: Marketplace) -> None:
    shop_id = await marketplace.shop()
    await hired(marketplace, shop_id)
    opened = []
    for _ in range(12):
        sold = await marketplace.order()
        opened.append((shop_id, (await marketplace.ask(sold, "refund_only", "damaged", proof=["photo_defect"])).case_id))

    async def fire() -> None:
        async with transaction(pool, [shop_id]) as connection:
            await end(connection, shop_id, ["seller:sam"], by="seller:anna", why="removed")

    async with await open_pool(marketplace.dsn, "amends_desk", min_size=1, max_size=2) as pool:
        said = await asyncio.gather(*(marketplace.do(case, Approve, by=STAFF) for case in opened[:6]), fire(),
                                    *(marketplace.do(case, Approve, by=STAFF) for case in opened[6:]))  # fmt: skip
    codes = [one.code for one in said if one is not None]
    assert set(codes) <= {None, "permission_missing"}
    assert (await marketplace.do(opened[-1], Approve, by=STAFF)).code in ("permission_missing", "move_not_open")
    assert not sick(await examine(marketplace.dsn))


async def test_a_grant_waits_for_the_commit_that_decides_by_it(marketplace: Marketplace) -> None:
    shop_id = await marketplace.shop()
    await hired(marketplace, shop_id)
    pool: asyncpg.Pool
    async with await open_pool(marketplace.dsn, "amends_desk", min_size=2, max_size=2) as pool:
        sold = await marketplace.order()
        case = (await marketplace.ask(sold, "refund_only", "damaged", proof=["photo_defect"])).case_id
        command = Approve(shop_id=shop_id, case_id=case, actor=STAFF)

        async def ended() -> None:
            async with transaction(pool, [shop_id]) as other:
                await end(other, shop_id, ["seller:sam"], by="seller:anna", why="removed")

        async with transaction(pool, [shop_id]) as deciding:
            (found,) = await load(deciding, [command], await find_targets(deciding, [command]), staff_of([command]))
            assert found is not None
            now = await marketplace.now()
            assert found.held.now(command, now, "us").actor.may("cases.handle")
            ending = asyncio.create_task(ended())
            done, _ = await asyncio.wait([ending], timeout=0.3)
            assert not done
        await ending
    to_at = await marketplace.administrator.fetchval("select to_at from amends.membership where person = 'seller:sam'")
    assert to_at > now


async def test_a_role_that_begins_later_holds_from_then_on_and_the_old_one_until_then(marketplace: Marketplace) -> None:
    from datetime import timedelta

    shop_id = await marketplace.shop()
    await hired(marketplace, shop_id)
    from_at = await marketplace.now() + timedelta(hours=2)
    grant = Grant(person="seller:sam", role="viewer", permissions=("cases.read",), by="seller:anna", from_at=from_at)
    async with transaction(marketplace.desk.pool, [shop_id]) as connection:
        assert await begin(connection, shop_id, grant) == from_at
    sold = await marketplace.order()
    case = (shop_id, (await marketplace.ask(sold, "refund_only", "damaged", proof=["photo_defect"])).case_id)
    await marketplace.set_clock(from_at)
    assert (await marketplace.do(case, Approve, by=STAFF)).code == "permission_missing"
    await marketplace.set_clock(from_at - timedelta(seconds=30))
    assert (await marketplace.do(case, Approve, by=STAFF)).code is None


async def test_what_an_integration_does_is_no_persons_handling(marketplace: Marketplace) -> None:
    shop_id = await marketplace.shop()
    grant = Grant(person="seller:sam", role="integration", permissions=("cases.handle",), by="seller:anna")
    async with transaction(marketplace.desk.pool, [shop_id]) as connection:
        await begin(connection, shop_id, grant)
    case = (await marketplace.ask(await marketplace.order(), "refund_only", "damaged", proof=["photo_defect"])).case_id
    command = Approve(shop_id=shop_id, case_id=case, actor=STAFF)
    async with transaction(marketplace.desk.pool, [shop_id]) as connection:
        (found,) = await load(connection, [command], await find_targets(connection, [command]), staff_of([command]))
        assert found is not None
        assert not found.held.now(command, await marketplace.now(), "us").actor.human
