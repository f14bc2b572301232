"""Fills an empty marketplace: forty days are lived through on the domain's own clock, through the desk, with the worker acting on the way."""

import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg

from amends.actions.commands import Command
from amends.api.app import vocabulary_of
from amends.cli.demo_moves import Mishaps, Underway, ask, retry, say
from amends.cli.demo_orders import Planned, plan, shops
from amends.cli.demo_people import people_of_demo, ready_shops, write_private
from amends.cli.demo_troubles import Troubles
from amends.cli.place import a_desk
from amends.cli.welcome import TOKENS
from amends.desk.desk import Desk
from amends.desk.orders import take_orders, take_shops
from amends.gateways.payments_http import HttpPayments
from amends.settings import Settings
from amends.store.database import connect, open_pool, queries, transaction
from amends.worker.pace import Pace
from amends.worker.run import Worker

BACK: Final = timedelta(days=40)
MOST_AT_ONCE: Final = 16
LONGEST_CHUNK: Final = timedelta(hours=5)
A_MOMENT: Final = timedelta(milliseconds=1)
Entry = tuple[datetime, str, str]


async def fill(dsn: str, settings: Settings, speak: Callable[[str], Any]) -> list[str]:
    """Fill it; what went otherwise than planned is spoken and given back. The clock stands at 0 afterwards, whatever happens.

    Raises:
        ValueError: no provider is set to pay the refunds.
    """
    if settings.provider_url is None:
        raise ValueError("a demo pays refunds: AMENDS_PROVIDER_URL names the provider")
    async with _actors(dsn, settings) as (desk, worker, payments, clock):
        demo = Demo(desk, worker, payments, clock, settings)
        try:
            await demo.live()
        finally:
            await clock.execute(queries("reset_clock"))
        await worker.drain()
        await _keep_people(desk, demo, settings)
    for surprise in demo.surprises:
        speak(f"not as planned: {surprise}")
    speak(
        f"{len(demo.underway)} orders in {len(demo.shops)} shops, {demo.opened} cases, {demo.refused} requests refused with reasons"
    )
    return demo.surprises


@asynccontextmanager
async def _actors(dsn: str, settings: Settings) -> AsyncIterator[tuple[Desk, Worker, Mishaps, asyncpg.Connection]]:
    payments = Mishaps(HttpPayments(settings.provider_url or ""))
    clock = await connect(dsn, "amends_desk", application_name="amends demo")
    pool = await open_pool(dsn, "amends_worker", min_size=1, max_size=8, application_name="amends demo")
    try:
        async with a_desk(dsn) as desk:
            yield desk, Worker(pool, payments, settings, Pace()), payments, clock
    finally:
        await payments.close()
        await pool.close()
        await clock.close()


class Demo:
    """The past weeks of a marketplace, lived through from one moment with something to do to the next."""

    troubles: Troubles

    def __init__(self, desk: Desk, worker: Worker, payments: Mishaps, clock: asyncpg.Connection, settings: Settings) -> None:
        self.desk, self.worker, self.payments, self.clock, self.settings = desk, worker, payments, clock, settings
        self.shops: dict[str, int] = {}
        self.planned: dict[str, Planned] = {}
        self.underway: dict[str, Underway] = {}
        self.surprises: list[str] = []
        self.opened = self.refused = 0

    async def live(self) -> None:
        """From forty days ago until now."""
        now: datetime = await self.clock.fetchval(queries("domain_now"))
        told = shops()
        self.shops = dict(zip((shop.reference for shop in told), await take_shops(self.desk.pool, told), strict=True))
        self.planned = {planned.told.reference: planned for planned in await self._plan(now)}
        begin = now - BACK
        await self.clock.execute(queries("put_clock"), begin)
        self.troubles = Troubles(self.desk, self.settings, self.shops, now)
        agenda = sorted(entry for planned in self.planned.values() for entry in _agenda(planned, begin))
        for chunk in _chunks([entry for entry in agenda if entry[0] < now]):
            await self._until(chunk[-1][0])
            await self._do(chunk)
            await self._settle()
        await self._until(now)
        await self.troubles.late()

    async def _plan(self, now: datetime) -> list[Planned]:
        books = self.desk.rulebooks
        exponents: dict[str, int] = {}
        currencies: dict[str, str] = {}
        for market, releases in books.releases.items():
            book = (await books.book(self.clock, market, releases[0].hash)).book
            exponents |= book.vocabulary.exponents()
            currencies[market] = book.currency
        return plan(now, exponents, currencies)

    async def _until(self, goal: datetime) -> None:
        """Time passes, and what goes wrong on the way goes wrong."""
        for at, happen in self.troubles.before(goal):
            await self._pass(at)
            await happen()
            await self._settle()
        await self._pass(goal)

    async def _pass(self, goal: datetime) -> None:
        """Whatever falls due on the way is acted on when it is due."""
        while (due := await self.clock.fetchval(queries("next_due"))) is not None and due < goal:
            await self.clock.execute(queries("put_clock"), due + A_MOMENT)
            await self._settle()
        await self.clock.execute(queries("put_clock"), goal)

    async def _settle(self) -> None:
        if await self.clock.fetchval(queries("work_left")):
            await self.worker.drain()

    async def _do(self, chunk: Sequence[Entry]) -> None:
        now = chunk[-1][0]
        await self._tell(dict.fromkeys(reference for _, word, reference in chunk if word in ("told", "ship")), now)
        doing = [(self.underway[reference], word) for _, word, reference in chunk if word not in ("told", "ship")]
        spoken = [(order, word, await self._spoken(order, word, now)) for order, word in doing]
        heard = [(order, word, command) for order, word, command in spoken if command is not None]
        answers = await self.desk.handle([command for _, _, command in heard])
        for (order, word, _), answer in zip(heard, answers, strict=True):
            body = json.loads(answer.body)
            if word == "ask":
                self._asked(order, answer.code, body)
            elif answer.code is not None:
                self._surprise(order, word, f"{answer.code} {body.get('reasons')} {body.get('state')}")

    def _asked(self, order: Underway, code: str | None, body: dict[str, Any]) -> None:
        expected = order.planned.path.refuses if order.planned.path else ""
        if code is None:
            self.opened += 1
            order.case_id = UUID(body["id"])
            order.amount = body["amount"]["amount"]
            order.lines = [(UUID(line["line_id"]), line["quantity"]) for line in body["lines"]]
        else:
            self.refused += 1
        if (code or "") != expected:
            self._surprise(order, "ask", str(code))

    def _surprise(self, order: Underway, word: str, what: str) -> None:
        path = order.planned.path
        self.surprises.append(f"{order.planned.told.reference} {path.kind if path else ''} {word}: {what}")

    async def _tell(self, references: Sequence[str] | dict[str, None], now: datetime) -> None:
        if not references:
            return
        for reference in references:
            planned = self.planned[reference]
            if any(word == "ship" and at <= now for at, word in planned.moves):
                planned.told = _shipped(planned, now)
        told = [self.planned[reference].as_told(now) for reference in references]
        for taken in await take_orders(self.desk, told):
            if taken.order_id is None:
                self.surprises.append(f"{taken.reference}: {taken.problems}")
            elif taken.reference not in self.underway:
                planned = self.planned[taken.reference]
                self.underway[taken.reference] = Underway(
                    planned=planned, shop_id=self.shops[planned.told.shop], order_id=UUID(taken.order_id)
                )

    async def _spoken(self, order: Underway, word: str, now: datetime) -> Command | None:
        """The command; the provider is told beforehand what to do with the payments that it concerns."""
        if word == "ask":
            return ask(order)
        if order.case_id is None:
            return None
        first, *rest = word.split()
        references = {str(payment.provider_reference) for payment in order.planned.told.payments}
        if first == "approve" and rest:
            (self.payments.unlucky if rest == ["unlucky"] else self.payments.lost).update(references)
        if first == "unlucky":
            self.payments.unlucky.update(references)
            return None
        if first != "retry":
            return say(order, word, now)
        self.payments.unlucky -= references
        async with transaction(self.desk.pool, [order.shop_id]) as connection:
            failed = await connection.fetchval(queries("failed_refund"), order.shop_id, order.case_id)
        return retry(order, failed) if failed else None


def _agenda(planned: Planned, begin: datetime) -> Iterator[Entry]:
    reference = planned.told.reference
    for at in planned.changes():
        yield max(at, begin), "told", reference
    if planned.asked_at is not None:
        yield planned.asked_at, "ask", reference
    for at, word in planned.moves:
        yield at, word, reference


def _chunks(agenda: Sequence[Entry]) -> Iterator[list[Entry]]:
    """A few entries at a time, none of them twice about one order, so that time moves in small steps but not in hundreds."""
    chunk: list[Entry] = []
    for entry in agenda:
        many = len(chunk) >= MOST_AT_ONCE and entry[0] > chunk[-1][0]
        again = any(reference == entry[2] for _, _, reference in chunk)
        if chunk and (many or again or entry[0] - chunk[0][0] > LONGEST_CHUNK):
            yield chunk
            chunk = []
        chunk.append(entry)
    if chunk:
        yield chunk


def _shipped(planned: Planned, now: datetime) -> Any:
    from msgspec.structs import replace

    told = planned.told
    parcels = tuple(replace(parcel, status="in_transit", shipped_at=parcel.shipped_at or now) for parcel in told.parcels)
    return replace(told, shipped_at=told.shipped_at or now, parcels=parcels)


async def _keep_people(desk: Desk, demo: Demo, settings: Settings) -> None:
    """Accounts and tokens for everybody who may log in, told to the owner of the files alone."""
    auction, vocabulary = _an_auction(demo), vocabulary_of(settings.policies)
    held = {word: tuple(str(each) for each in term.traits["permissions"]) for word, term in vocabulary.words("roles").items()}
    await ready_shops(desk.pool, demo.shops.values(), vocabulary, demo.shops["us_cards"])
    buyers = (auction.planned.told.buyer,)
    kept = await people_of_demo(desk.pool, demo.shops, held, buyers, live=not settings.sandbox)
    write_private(settings.home / TOKENS, kept | {"auction_order": str(auction.order_id)})


def _an_auction(demo: Demo) -> Underway:
    """An auction order whose buyer changed their mind: the request to try; in the United States, for whom the rule was written."""
    refused = [each for each in demo.underway.values() if each.planned.path and each.planned.path.refuses == "final_sale"]
    return max(refused, key=lambda each: (each.planned.market == "us", each.planned.told.placed_at))
