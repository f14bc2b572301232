"""Opens and approves cases as fast as it is let, and writes down what the desk has acknowledged. Meant to be killed.

`python -m tests.checks.crash.load DSN LOG STOP [FAULT]`: LOG grows by one line an acknowledgement, STOP is a file that ends it.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import asyncpg

from amends.actions.commands import Approve, Command, GivenProof, OpenCase
from amends.desk.desk import Desk
from amends.desk.group import GroupDesk
from amends.desk.rulebooks import Rulebooks
from amends.domain.facts.people import Actor
from amends.store.away import is_away
from amends.store.database import connect, open_pool

AT_ONCE = 8
PAUSE_S = 0.08
LEFT_TO_TIME = 5
"""Every fifth case is never answered by its seller: time approves it."""
SELLER = Actor(kind="seller", id="seller:crash", permissions=frozenset({"*"}))


class Load:
    def __init__(self, group: GroupDesk, log: Path, stop: Path, fault: str) -> None:
        self.group, self.stop, self.fault = group, stop, fault
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def acknowledged(self, *words: object) -> None:
        os.write(self.log, (json.dumps([str(word) for word in words]) + "\n").encode())

    async def say(self, command: Command) -> UUID:
        """The same key until there is an answer: what was committed and not heard is answered from its record."""
        while True:
            try:
                answer = await self.group.handle(command)
            except Exception as problem:
                if not is_away(problem):
                    raise
                await asyncio.sleep(0.02)
                continue
            assert answer.code in (None, "internal_error"), answer
            if answer.code is None:
                return UUID(json.loads(answer.body)["id"])

    async def life(self, number: int, shop: int, order: UUID, buyer: str) -> None:
        actor = Actor(kind="buyer", id=f"buyer:{buyer}", buyer=buyer)
        proof = (GivenProof(kind="photo_defect", text="a crack"),)
        if self.fault == "early_ack":
            self.acknowledged("opened", order)
        case = await self.say(
            OpenCase(
                shop_id=shop, actor=actor, key=f"open {order}", order_id=order, kind="refund_only", reason="damaged", proof=proof
            )
        )
        self.acknowledged("opened", order, case)
        if number % LEFT_TO_TIME:
            await self.say(Approve(shop_id=shop, actor=SELLER, key=f"approve {order}", case_id=case))
        self.acknowledged("approved" if number % LEFT_TO_TIME else "left", order, case)

    async def lane(self, orders: Iterator[tuple[int, int, UUID, str]]) -> None:
        for order in orders:
            if self.stop.exists():
                return
            await self.life(*order)
            await asyncio.sleep(0 if self.fault else PAUSE_S)


def finished(log: Path) -> set[str]:
    lines = log.read_bytes().splitlines() if log.exists() else []
    return {words[1] for words in map(json.loads, lines) if words[0] in ("approved", "left")}


async def main(dsn: str, log: Path, stop: Path, fault: str) -> None:
    rows: list[asyncpg.Record] = []
    pool = None
    while pool is None:
        try:
            reader = await connect(dsn, "amends_reviewer")
            rows = await reader.fetch("select shop_id, id, buyer from orders order by id")
            await reader.close()
            pool = await open_pool(dsn, "amends_desk", min_size=1, max_size=4)
        except Exception as problem:
            if not is_away(problem):
                raise
            await asyncio.sleep(0.02)
    done = finished(log)
    orders = iter([(n, r["shop_id"], r["id"], r["buyer"]) for n, r in enumerate(rows) if str(r["id"]) not in done])
    load = Load(GroupDesk(Desk(pool, Rulebooks())), log, stop, fault)
    async with asyncio.TaskGroup() as lanes:
        for _ in range(AT_ONCE):
            lanes.create_task(load.lane(orders))


if __name__ == "__main__":
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)
    sys.stdin.readline()  # a spare waits here for its word
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else ""))
