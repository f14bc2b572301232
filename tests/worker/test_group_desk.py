"""A caller that asks again in the very turn in which it was answered is answered too."""

import asyncio
from collections.abc import Sequence
from typing import Any

from amends.desk.answers import Answer
from amends.desk.group import GroupDesk


class Shop:
    shop_id = 1


class Quick:
    async def handle(self, commands: Sequence[Any]) -> list[Answer]:
        await asyncio.sleep(0)
        return [Answer(code=None, body=b"{}", shop_id=1) for _ in commands]


async def test_nobody_is_left_waiting_when_the_last_answer_brings_the_next_question() -> None:
    group = GroupDesk(Quick())  # type: ignore[arg-type] # a stand-in

    async def asker() -> None:
        for _ in range(20):
            await group.handle(Shop())  # type: ignore[arg-type] # only its shop is looked at

    async with asyncio.timeout(5):
        await asyncio.gather(asker(), asker())
    assert not group.running
