"""Group commit: an idle desk answers at once, a busy one grows its batches, and an answer means that it is durable."""

import asyncio
from collections.abc import Sequence

import pytest
from tests.marketplace import BUYER, MONDAY, Marketplace

from amends.actions.commands import Command, Withdraw
from amends.desk.answers import Answer
from amends.desk.group import GroupDesk
from amends.kernel.ids import new_id


class SlowDesk:
    """Answers when it is let; keeps the size of every batch."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.let = asyncio.Event()

    async def handle(self, commands: Sequence[Command]) -> list[Answer]:
        self.batches.append(len(commands))
        await self.let.wait()
        return [Answer(code=None, body=str(command.key).encode(), shop_id=1) for command in commands]


class BrokenDesk:
    """Never answers."""

    async def handle(self, commands: Sequence[Command]) -> list[Answer]:  # noqa: ARG002 - the shape of a desk
        raise ConnectionError


def _command(key: str) -> Withdraw:
    return Withdraw(shop_id=1, actor=BUYER, case_id=new_id(MONDAY), key=key)


async def test_the_first_command_does_not_wait_for_company_and_the_next_ones_travel_together() -> None:
    slow = SlowDesk()
    group = GroupDesk(slow)  # type: ignore[arg-type]
    first = asyncio.create_task(group.handle(_command("0")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert slow.batches == [1]
    others = [asyncio.create_task(group.handle(_command(str(n)))) for n in range(1, 100)]
    await asyncio.sleep(0)
    slow.let.set()
    answers = await asyncio.gather(first, *others)
    assert slow.batches == [1, 64, 35]
    assert [answer.body.decode() for answer in answers] == [str(n) for n in range(100)]


async def test_a_world_that_breaks_is_told_to_everybody_who_waits_and_the_group_goes_on() -> None:
    group = GroupDesk(BrokenDesk())  # type: ignore[arg-type]
    told = await asyncio.gather(*(group.handle(_command(str(n))) for n in range(3)), return_exceptions=True)
    assert [type(each) for each in told] == [ConnectionError] * 3
    with pytest.raises(ConnectionError):
        await group.handle(_command("again"))


async def test_one_who_stops_waiting_takes_nobody_along() -> None:
    slow = SlowDesk()
    group = GroupDesk(slow)  # type: ignore[arg-type]
    tasks = [asyncio.create_task(group.handle(_command(str(n)))) for n in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    slow.let.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(answers[1], asyncio.CancelledError)
    assert [answers[n].body for n in (0, 2)] == [b"0", b"2"]  # type: ignore[union-attr]
    await group.drain()


async def test_what_is_answered_is_there_for_everybody(marketplace: Marketplace) -> None:
    from amends.actions.commands import OpenCase

    orders = [await marketplace.order() for _ in range(30)]
    group = GroupDesk(marketplace.desk, lanes=2)

    async def open_and_look(number: int) -> bool:
        sold = orders[number]
        answer = await group.handle(
            OpenCase(shop_id=sold.shop_id, actor=BUYER, order_id=sold.id, kind="return_refund", reason="damaged")
        )
        assert answer.code is None
        async with looking:
            return bool(
                await marketplace.administrator.fetchval("select count(*) from amends.cases where id = $1", answer.case_id)
            )

    looking = asyncio.Lock()
    assert all(await asyncio.gather(*(open_and_look(n) for n in range(30))))


async def test_an_idle_desk_takes_all_that_waits_and_beside_a_batch_an_even_share_is_worth_another() -> None:
    slow = SlowDesk()
    group = GroupDesk(slow, lanes=2)  # type: ignore[arg-type]
    shops = iter(range(1, 100))

    async def ask(many: int) -> list[asyncio.Task[Answer]]:
        asked = [Withdraw(shop_id=shop, actor=BUYER, case_id=new_id(MONDAY)) for shop, _ in zip(shops, range(many), strict=False)]
        tasks = [asyncio.create_task(group.handle(command)) for command in asked]
        for _ in range(3):
            await asyncio.sleep(0)
        return tasks

    tasks = await ask(20)
    assert slow.batches == [20]
    tasks += await ask(19)
    assert slow.batches == [20], "a batch costs as much as several commands: a few wait for company"
    tasks += await ask(1)
    assert slow.batches == [20, 20]
    tasks += await ask(5)
    slow.let.set()
    await asyncio.gather(*tasks)
    assert slow.batches == [20, 20, 5]


async def test_a_busy_shop_slows_nobody_else_and_is_never_in_two_batches_at_once() -> None:
    under_way: list[set[int]] = []
    most = 0

    class Watched:
        async def handle(self, commands: Sequence[Command]) -> list[Answer]:
            nonlocal most
            shops = {command.shop_id for command in commands}
            assert not any(shops & others for others in under_way)
            under_way.append(shops)
            most = max(most, len(under_way))
            await asyncio.sleep(0.01 if 1 in shops else 0)
            under_way.remove(shops)
            return [Answer(code=None, body=b"{}", shop_id=command.shop_id) for command in commands]

    group = GroupDesk(Watched(), lanes=2)  # type: ignore[arg-type]
    done: list[int] = []

    async def ask(shop: int) -> None:
        await group.handle(Withdraw(shop_id=shop, actor=BUYER, case_id=new_id(MONDAY), key=str(shop)))
        done.append(shop)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(ask(1))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        for shop in (1, 2, 1, 3, 4, 1):
            tasks.create_task(ask(shop))
    assert most == 2
    assert set(done[:3]) == {2, 3, 4}, "shops with little to do were answered while the busy one was at work"
    assert done[3:] == [1] * 4
