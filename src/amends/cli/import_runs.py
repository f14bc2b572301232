"""Carries out what was handed in: first read and reported, then, when it is wanted, applied through the desk. One run, one process."""

import asyncio
import contextlib
import time
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
import structlog

from amends.actions.commands import OpenCase
from amends.cli.finders import finder, say_of
from amends.cli.import_doing import Doing
from amends.desk.desk import Desk
from amends.desk.orders import take_orders
from amends.desk.told_returns import take_returns
from amends.domain.facts.people import Actor
from amends.domain.facts.told import Taken, ToldOrder, ToldReturn
from amends.domain.rulebook.shape import Vocabulary
from amends.exchange.handed_in import FORMS, import_rows
from amends.exchange.mapping import ImportingShop, shipped
from amends.exchange.orders import OrderOptions, import_orders
from amends.exchange.report import Report
from amends.exchange.requests import RequestOptions, import_requests
from amends.exchange.run_report import ImportReport, told
from amends.exchange.told_returns import import_returns
from amends.store.away import is_away
from amends.store.database import queries, transaction

log = structlog.get_logger()
EVERY_S: Final = 1.0


class Run:
    """One import run of one shop."""

    def __init__(self, desk: Desk, vocabulary: Vocabulary, home: Path, shop_id: int, run_id: UUID) -> None:
        self.desk, self.vocabulary, self.shop_id, self.run_id = desk, vocabulary, shop_id, run_id
        self.file = home / "imports" / str(run_id)
        self.stage: tuple[str, int, int | None] = ("", 0, None)
        self.told_at = 0.0

    async def carry_out(self) -> str | None:
        """Take the run, do what its state asks for, and say how it ended; None where somebody else has it, or nothing is asked."""
        async with transaction(self.desk.pool, [self.shop_id]) as connection:
            row = await connection.fetchrow(queries("take_import"), self.shop_id, self.run_id)
        if row is None:
            return None
        apply = row["state"] == "running"
        actor = Actor(kind=row["by_kind"], id=row["by_person"], permissions=frozenset(row["permissions"]), member=True)
        beating = asyncio.create_task(self._beat_on())
        try:
            report = await self._import(row["kind"], actor, apply=apply)
        except Exception as problem:  # whatever a file breaks, it breaks it the next time too
            if is_away(problem):
                raise
            log.exception("import_broke", shop=self.shop_id, run=str(self.run_id), problem=type(problem).__name__)
            return await self._end("failed", None)
        finally:
            beating.cancel()
        ended = "failed" if report.unreadable else "done" if apply else "previewed"
        return await self._end(ended, told(report))

    async def _end(self, state: str, said: ImportReport | None) -> str:
        async with transaction(self.desk.pool, [self.shop_id]) as connection:
            await connection.execute(queries("end_import"), self.shop_id, self.run_id, state, msgspec.to_builtins(said))
        if state == "done":
            self.file.unlink(missing_ok=True)
        return state

    async def _beat_on(self) -> None:
        """While a big file is read nothing is handed over: whoever waits still sees how far it is, and nobody else takes the run up."""
        while True:
            await asyncio.sleep(EVERY_S)
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await self.beat()

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Remember how far it is; told at the next hand-over."""
        self.stage = (stage, done, total)

    async def beat(self) -> None:
        """Say that somebody is at work, and how far, at most once a second."""
        if time.monotonic() - self.told_at < EVERY_S:
            return
        self.told_at = time.monotonic()
        async with transaction(self.desk.pool, [self.shop_id]) as connection:
            await connection.execute(queries("beat_import"), self.shop_id, self.run_id, *self.stage)

    async def _import(self, kind: str, actor: Actor, *, apply: bool) -> Report:
        say = say_of(self.vocabulary)
        if kind in FORMS:
            doing = Doing(self.desk, self.vocabulary, self.shop_id, self.run_id, actor, self.beat, apply=apply)
            return await import_rows(self.file, kind, self.vocabulary, doing.of(kind), say, self.progress)
        shop = await self._shop()
        if kind == "orders":
            return await self._orders(shop, apply=apply)
        if kind == "returns":
            return await self._returns(shop, apply=apply)
        return await self._requests(shop, actor, apply=apply)

    async def _shop(self) -> ImportingShop:
        async with transaction(self.desk.pool, [self.shop_id]) as connection:
            row = await connection.fetchrow(queries("shop_importing"), self.shop_id)
            await self.desk.rulebooks.refresh(connection)
            release = self.desk.rulebooks.releases[row["market"]][-1].hash
            book = (await self.desk.rulebooks.book(connection, row["market"], release)).book
        return ImportingShop(reference=row["reference"], market=row["market"], zone=book.zone, currency=book.currency)

    async def _orders(self, shop: ImportingShop, *, apply: bool) -> Report:
        async def take(told: list[ToldOrder]) -> list[Taken]:
            await self.beat()
            return list(await take_orders(self.desk, told, only=frozenset({self.shop_id})))

        options = OrderOptions(
            exponents=self.vocabulary.exponents(), mapping=shipped("seller_center"), shop=shop, preview=not apply,
            say=say_of(self.vocabulary),
        )  # fmt: skip
        return await import_orders([self.file], options, take, self.progress)

    async def _returns(self, shop: ImportingShop, *, apply: bool) -> Report:
        async def take(told: list[ToldReturn]) -> list[str]:
            await self.beat()
            return list(await take_returns(self.desk.pool, told)) if apply else ["created"] * len(told)

        find = await finder(self.desk, only=shop.reference)
        options = self._request_options("seller_center_returns", history=True)
        return await import_returns(self.file, options, shop, self.vocabulary.exponents(), find, take, self.progress)

    async def _requests(self, shop: ImportingShop, actor: Actor, *, apply: bool) -> Report:
        async def handle(commands: list[OpenCase]) -> list[Any]:
            await self.beat()
            asked = [msgspec.structs.replace(c, actor=actor, preview=not apply) for c in commands]
            return list(await self.desk.handle(asked))

        find = await finder(self.desk, only=shop.reference)
        return await import_requests(self.file, self._request_options("requests", history=False), find, handle, self.progress)

    def _request_options(self, mapping: str, *, history: bool) -> RequestOptions:
        words = self.vocabulary
        aliases = {name.casefold(): code for code, t in words.words("reasons").items() for name in (t.says.zh, t.says.en)}
        return RequestOptions(
            mapping=shipped(mapping), history=history, reasons=frozenset(words.words("reasons")), kinds=frozenset(words.words("kinds")),
            aliases=aliases, say=say_of(words),
        )  # fmt: skip
