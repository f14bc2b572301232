"""Which shop an order or case belongs to, for a caller who may see it: what is not theirs is not there."""

import asyncio
from collections import OrderedDict
from uuid import UUID

import asyncpg

from amends.api.door.callers import Caller, PermissionLacking
from amends.kernel.ids import parse_id
from amends.store.database import queries, transaction

MOST_KNOWN = 100_000
MOST_LOOKS = 1_000
Place = tuple[int, str]
"""The shop of a thing, and its buyer."""


class Places:
    """An order never changes its shop or buyer, so places are remembered; whether the caller may see them is asked each time."""

    def __init__(self, pool: asyncpg.Pool, reviewers: asyncpg.Pool) -> None:
        self.pool = pool
        self.reviewers = reviewers
        self.known: OrderedDict[UUID, Place] = OrderedDict()
        self.markets: dict[int, str] = {}
        self.looks: dict[tuple[str, tuple[int, ...] | None], SharedLook] = {}

    async def order(self, caller: Caller, text: str) -> tuple[int, UUID] | None:
        """The shop and id of an order."""
        return await self._find("order", caller, text)

    async def case(self, caller: Caller, text: str) -> tuple[int, UUID] | None:
        """The shop and id of a case."""
        return await self._find("case", caller, text)

    async def evidence(self, caller: Caller, text: str) -> tuple[int, UUID] | None:
        """The shop and id of a piece of evidence."""
        return await self._find("evidence", caller, text)

    def born(self, case_id: UUID, order_id: UUID) -> None:
        """A case was opened on an order: whoever opens one mostly asks for it next."""
        place = self.known.get(order_id)
        if place is not None:
            self._remember(case_id, place)

    def _remember(self, thing: UUID, place: Place) -> None:
        self.known[thing] = place
        if len(self.known) > MOST_KNOWN:
            self.known.popitem(last=False)

    async def _find(self, what: str, caller: Caller, text: str) -> tuple[int, UUID] | None:
        thing = parse_id(text)
        if not isinstance(thing, UUID):
            return None
        if caller.kind == "seller" and len(caller.member_of) == 1 and caller.only_shop is not None and what != "evidence":
            return caller.only_shop, thing  # whether it is there, the desk sees anyway
        place = self.known.get(thing)
        if place is None:
            place = await self._look(what, caller, thing)
            if place is None:
                return None
            self._remember(thing, place)
        if caller.markets and await self._market(place[0]) not in caller.markets:
            return None
        if not _may_see(caller, place) or (
            caller.order_id is not None and not await self._of_order(caller.order_id, place, thing)
        ):
            return None
        return place[0], thing

    async def _of_order(self, order_id: UUID, place: Place, thing: UUID) -> bool:
        """Whether a thing is the one order that a buyer's link is for, or belongs to it."""
        if thing == order_id:
            return True
        async with transaction(self.pool, [place[0]]) as connection:
            return bool(await connection.fetchval(queries("is_of_order"), place[0], thing, order_id))

    async def _market(self, shop_id: int) -> str:
        """The market of a shop; it never changes."""
        market = self.markets.get(shop_id)
        if market is None:
            (row,) = await self.pool.fetch(queries("markets_of_shops"), [shop_id])
            market = self.markets[shop_id] = row["market"]
        return market

    async def _look(self, what: str, caller: Caller, thing: UUID) -> Place | None:
        if caller.kind in ("platform", "seller"):
            return await self._shared(what, caller).find(thing)
        if what == "evidence":
            row = await self._own_evidence(caller, thing)
        else:
            async with transaction(self.pool, [], buyer=caller.subject) as connection:
                row = await connection.fetchrow(queries(f"place_of_own_{what}"), thing, caller.subject)
        return (row["shop_id"], row["buyer"]) if row else None

    def _shared(self, what: str, caller: Caller) -> "SharedLook":
        """The platform's look sees every shop; a seller's names their shops, and row security hides the rest."""
        shops = None if caller.kind == "platform" else tuple(sorted(caller.member_of))
        look = self.looks.get((what, shops))
        if look is None:
            if len(self.looks) > MOST_LOOKS:
                self.looks.clear()
            pool = self.reviewers if shops is None else self.pool
            look = self.looks[what, shops] = SharedLook(pool, queries(f"places_of_{what}"), shops)
        return look

    async def _own_evidence(self, caller: Caller, thing: UUID) -> asyncpg.Record | None:
        """Evidence belongs to an order; the buyer's own shops are those they bought in."""
        async with transaction(self.pool, [], buyer=caller.subject) as connection:
            rows = await connection.fetch(queries("shops_of_buyer"), caller.subject)
        shops = sorted({row["shop_id"] for row in rows})
        async with transaction(self.pool, shops) as connection:
            return await connection.fetchrow(queries("places_of_evidence"), [thing])


class SharedLook:
    """Callers that ask while a look is under way share the next one: one statement for all of them."""

    def __init__(self, pool: asyncpg.Pool, query: str, shops: tuple[int, ...] | None) -> None:
        self.pool = pool
        self.query = query
        self.shops = shops
        self.waiting: dict[UUID, list[asyncio.Future[Place | None]]] = {}
        self.looking: asyncio.Task[None] | None = None

    async def find(self, thing: UUID) -> Place | None:
        """The place of one thing."""
        future: asyncio.Future[Place | None] = asyncio.get_running_loop().create_future()
        self.waiting.setdefault(thing, []).append(future)
        if self.looking is None:
            self.looking = asyncio.create_task(self._look())
        return await future

    async def _look(self) -> None:
        try:
            while self.waiting:
                asked, self.waiting = self.waiting, {}
                await self._answer(asked)
        finally:
            self.looking = None

    async def _answer(self, asked: dict[UUID, list[asyncio.Future[Place | None]]]) -> None:
        try:
            rows = await self._rows(list(asked))
        except Exception as problem:  # noqa: BLE001 - each caller gets it
            for future in (future for futures in asked.values() for future in futures if not future.done()):
                future.set_exception(problem)
            return
        found = {row["id"]: (row["shop_id"], row["buyer"]) for row in rows}
        for thing, futures in asked.items():
            for future in futures:
                if not future.done():
                    future.set_result(found.get(thing))

    async def _rows(self, asked: list[UUID]) -> list[asyncpg.Record]:
        if self.shops is None:
            return list(await self.pool.fetch(self.query, asked))
        async with transaction(self.pool, self.shops) as connection:
            return list(await connection.fetch(self.query, asked))


def _may_see(caller: Caller, place: Place) -> bool:
    if caller.kind == "platform":
        return True
    if caller.kind == "buyer":
        return place[1] == caller.subject
    if caller.lacks is not None and place[0] in caller.member_of and place[0] not in caller.shops:
        raise PermissionLacking(caller.lacks)
    return place[0] in caller.shops
