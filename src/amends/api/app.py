"""The API as an ASGI application: it opens what every call needs when the server starts, and closes it when it ends."""

import asyncio
import contextlib
import secrets
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import structlog

from amends.actions.commands import Command
from amends.api.door.callers import Callers
from amends.api.door.context import Context
from amends.api.door.door import Door
from amends.api.door.limits import Limits, Turns
from amends.api.door.messages import Receive, Scope, Send, encode
from amends.api.door.openapi import describe
from amends.api.door.pages import Pages
from amends.api.door.passwords import Passwords
from amends.api.door.places import Places
from amends.api.door.problems import Words
from amends.api.process.gauges import Gauges
from amends.api.process.hub import Hub
from amends.api.process.lane_watch import LaneWatch
from amends.api.process.metrics import Metrics
from amends.api.process.studio import Studio
from amends.api.table import OPERATIONS
from amends.desk.answers import Answer
from amends.desk.desk import Desk
from amends.desk.group import GroupDesk
from amends.desk.rulebooks import Rulebooks
from amends.domain.rulebook.shape import Vocabulary
from amends.domain.rulebook.words import read_vocabulary
from amends.gateways.files import LocalFiles
from amends.gateways.sealing import sealer_of
from amends.kernel.memory import spare_collections
from amends.settings import Settings
from amends.store.columns.client import Insight
from amends.store.database import connect, open_pool, queries

log = structlog.get_logger()
LISTEN_AGAIN_S = 1.0
KEY_BYTES = 32
INSPECTIONS = 2
LOGINS_A_SECOND = 5
"""From one address, whatever is typed."""
LEFT_FOR_OTHERS = 2
"""Connections of the pool that no tenant alone can hold."""


class CountingDesk(Desk):
    """A desk that counts how many commands travel together."""

    def __init__(self, pool: asyncpg.Pool, rulebooks: Rulebooks, metrics: Metrics, hub: Hub) -> None:
        super().__init__(pool, rulebooks)
        self.metrics = metrics
        self.hub = hub

    async def handle(self, commands: Sequence[Command]) -> list[Answer]:
        """Count, then handle, then wake who listens."""
        self.metrics.batches.see(len(commands))
        answers = await super().handle(commands)
        self.hub.touch({command.shop_id for command in commands})
        return answers


class App:
    """The ASGI application. `start` and `stop` are what the server's lifespan calls; tests may call them too."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.context = Context()
        self.door = Door(OPERATIONS, self.context, Pages(settings.web, settings.hosts))
        self.listening: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve HTTP, and start and stop with the server. Nothing here speaks WebSocket."""
        if scope["type"] == "http":
            await self.door(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self.start()
                except Exception as problem:
                    log.exception("start_failed")
                    await send({"type": "lifespan.startup.failed", "message": f"{type(problem).__name__}: {problem}"})
                    return
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def start(self) -> None:
        """Open the pools and read the words.

        Raises:
            ValueError: no database is named.
        """
        settings, context = self.settings, self.context
        if settings.database_url is None:
            raise ValueError("the API needs the address of a database")
        context.settings = settings
        context.vocabulary = vocabulary_of(settings.policies)
        context.words = Words(context.vocabulary)
        context.metrics, context.limits = Metrics(), Limits(settings.rate_limit)
        context.logins = Limits(LOGINS_A_SECOND if settings.rate_limit else 0)
        context.passwords, context.studio = Passwords(), Studio(settings)
        context.turns = Turns(max(1, settings.pool - LEFT_FOR_OTHERS) if settings.rate_limit else 0)
        context.signing_key, context.sealer = signing_key(settings), sealer_of(settings.home, settings.sealing_keys)
        context.files, context.inspecting = LocalFiles(settings.files), asyncio.Semaphore(INSPECTIONS)
        context.description = encode(describe(OPERATIONS))
        context.pool = await open_pool(settings.database_url, "amends_desk", min_size=2, max_size=settings.pool)
        context.reviewers = await open_pool(settings.database_url, "amends_reviewer", min_size=0, max_size=2)
        context.gauges = Gauges(context.reviewers)
        if settings.sandbox:
            await declare_sandbox(context.pool, context.reviewers)
        context.hub, context.lanes = Hub(context.pool), LaneWatch(context.reviewers)
        context.hub.start()
        context.lanes.start()
        context.desk = CountingDesk(context.pool, await _published(context.pool), context.metrics, context.hub)
        context.group = GroupDesk(context.desk, lanes=settings.lanes)
        context.callers = Callers(context.pool, live=not settings.sandbox)
        context.places, context.insight = Places(context.pool, context.reviewers), insight_of(settings, context.vocabulary)
        self.listening = asyncio.create_task(self._listen())
        spare_collections()

    async def stop(self) -> None:
        """Close everything."""
        if self.listening is not None:
            self.listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.listening
            await self.context.hub.stop()
            await self.context.lanes.stop()
        await self.context.insight.close()
        for pool in (self.context.pool, self.context.reviewers):
            try:
                await asyncio.wait_for(pool.close(), 5)
            except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                pool.terminate()

    async def _listen(self) -> None:
        """Hear of revoked tokens at once; while nobody can be heard, nothing is remembered for longer than a second anyway."""
        while True:
            try:
                connection = await connect(self.settings.database_url or "", "amends_desk", application_name="amends listen")
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(LISTEN_AGAIN_S)
                continue
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _, lost=lost: lost.set())
            try:
                await connection.add_listener("amends_tokens", lambda *said: self.context.callers.forget(str(said[3])))
                await connection.add_listener("amends_events", lambda *said: self.context.hub.heard(str(said[3])))
                await lost.wait()
            finally:
                with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    await connection.close(timeout=1)


async def _published(pool: asyncpg.Pool) -> Rulebooks:
    rulebooks = Rulebooks()
    async with pool.acquire() as connection:
        await rulebooks.refresh(connection)
    return rulebooks


async def declare_sandbox(pool: asyncpg.Pool, reviewers: asyncpg.Pool) -> None:
    """Let this marketplace's clock be moved, unless it holds orders already: a real one never becomes a sandbox by a wrong variable."""
    if await reviewers.fetchval(queries("holds_orders")):
        if not await pool.fetchval(queries("clock_is_sandbox")):
            log.warning("no_sandbox", why="the marketplace held orders before it was declared one; its clock stays")
        return
    await pool.execute(queries("declare_sandbox"))


def vocabulary_of(policies: Path) -> Vocabulary:
    """The words of the policy folder; without rules, which come from the database."""
    files = ((path.stem, path.name, path.read_text("utf-8")) for path in sorted((policies / "vocabulary").glob("*.yaml")))
    return read_vocabulary(files)[0]


def insight_of(settings: Settings, vocabulary: Vocabulary) -> Insight:
    """Who answers questions about figures; `phrases` are looked for in the notes of requests."""
    phrases = {
        code: [str(word) for words in dict(term.traits.get("words", {})).values() for word in words]
        for code, term in vocabulary.words("phrases").items()
    }
    return Insight(settings.database_url or "", settings.home / "insight", phrases)


def signing_key(settings: Settings) -> bytes:
    """The key that download links are signed with: the one that is set, or one made once and kept in the home folder."""
    if settings.secret:
        return settings.secret.encode()
    path = settings.home / "links.key"
    if not path.exists():
        settings.home.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(secrets.token_bytes(KEY_BYTES))
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_bytes()


def create_app(settings: Settings) -> App:
    """The application for these settings; nothing is opened before the server starts it."""
    return App(settings)
