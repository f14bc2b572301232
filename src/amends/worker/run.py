"""A worker process: fires what is due and carries out what is owed, until it is told to stop. Any number of them may run."""

import asyncio
import contextlib
import math
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Final

import asyncpg
import structlog

from amends.desk.desk import Desk
from amends.desk.group import GroupDesk
from amends.desk.rulebooks import Rulebooks
from amends.gateways.carriers import CarrierGateway, NoCarrier
from amends.gateways.carriers_http import HttpCarrier
from amends.gateways.notices import NoticesGateway
from amends.gateways.notices_http import HttpNotices
from amends.gateways.notices_smtp import SmtpNotices
from amends.gateways.payments import PaymentsGateway
from amends.gateways.payments_http import HttpPayments
from amends.gateways.sealing import sealer_of
from amends.kernel.memory import spare_collections
from amends.settings import Settings
from amends.store.away import is_away
from amends.store.database import connect, open_pool, queries
from amends.worker.ahead import Ahead
from amends.worker.carriers import Carriers
from amends.worker.compensations import Compensations
from amends.worker.deadlines import Deadlines
from amends.worker.erasing import Erasures
from amends.worker.imports import Imports
from amends.worker.janitor import sweep
from amends.worker.messages import Messages
from amends.worker.nights import Nights
from amends.worker.notices import Notices
from amends.worker.outbox import Lane
from amends.worker.pace import Pace
from amends.worker.refunds import Refunds
from amends.worker.returns import Returns
from amends.worker.sandbox import SharedOffset

log = structlog.get_logger()
CHANNELS: Final = ("amends_clock", "amends_work")
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 5.0
PATIENCE_S: Final = 8.0
Step = Callable[[], Awaitable[float | None]]


class Worker:
    """Everything that one process does, over one pool."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        gateway: PaymentsGateway,
        settings: Settings,
        pace: Pace,
        notices: NoticesGateway | None = None,
        carrier: CarrierGateway | None = None,
    ) -> None:
        self.pool = pool
        self.pace = pace
        self.stopping = asyncio.Event()
        self.wakers: list[asyncio.Event] = []
        desk = Desk(pool, Rulebooks())
        group = GroupDesk(desk)
        refunds, compensations = Refunds(pool, group, gateway), Compensations(pool, group, gateway)
        carriers = Carriers(pool, group, carrier or NoCarrier())
        sealer = sealer_of(settings.home, settings.sealing_keys)
        messages = Messages(pool, sealer=sealer, allow_loopback=settings.webhooks_to_loopback, total_s=pace.message_s)
        self.send_tests = messages.send_tests
        self.imports = Imports(pool, settings, self.stopping)
        self.nights = Nights(pool, settings, self.stopping, pace.night)
        self.erasures = Erasures(pool, settings.home, settings.policies)
        self.deadlines = Deadlines(desk, pace)
        self.notices = notices or notices_of(settings)
        told = Notices(pool, desk.rulebooks, self.notices, settings.notices_platform)
        money = {
            "pay_refund": refunds.carry_out,
            "find_refund": refunds.carry_out,
            "pay_compensation": compensations.carry_out,
        }
        self.money = Lane(pool, money, room=pace.payments, lease=pace.lease, wake=self.wake)
        self.words = Lane(pool, {"notify": told.carry_out}, room=pace.messages, lease=pace.lease, wake=self.wake)
        returns = Returns(pool, group, carrier or NoCarrier())
        shipped = {
            "order_interception": carriers.order_interception,
            "lodge_complaint": carriers.lodge_complaint,
            "make_label": returns.make_label,
            "poll_parcel": returns.poll_parcel,
        }
        self.parcels = Lane(pool, shipped, room=pace.parcels, lease=pace.lease, wake=self.wake)
        sent = {"webhook": messages.carry_out}
        self.messages = Lane(pool, sent, room=pace.messages, lease=pace.lease, wake=self.wake, shared=True)
        told_time = (settings.provider_url, settings.carrier_url) if settings.sandbox else ()
        self.offsets = [SharedOffset(url) for url in told_time if url]
        self.swept = time.monotonic()
        self.ahead = Ahead(desk, pool, told)
        self.looked_ahead = -math.inf

    def wake(self) -> None:
        """Look again at once: something ended, or somebody said that there is work."""
        for waker in self.wakers:
            waker.set()

    async def drain(self) -> None:
        """Do everything that can be done now, and what follows from it; for demos and tests."""
        while True:
            await self.share_clock()
            fired, _ = await self.deadlines.drain()
            await self.parcels.drain()
            await self.money.drain()
            await self.words.drain()
            await self.messages.drain()
            await self.send_tests()
            await self.erasures.step()
            if not fired:
                return

    async def run(self) -> None:
        """Until `stopping` is set."""
        steps: tuple[Step, ...] = (
            self.fire,
            self.money.step,
            self.parcels.step,
            self.words.step,
            self.messages.step,
            self.try_endpoints,
            self.forget,
            self.imports.step,
            self.nights.step,
            self.keep_house,
        )
        async with asyncio.TaskGroup() as loops:
            for step in steps:
                loops.create_task(self._again_and_again(step))
        lanes = (self.money, self.parcels, self.words, self.messages)
        await asyncio.gather(*(lane.stop(PATIENCE_S) for lane in lanes), return_exceptions=True)

    async def fire(self) -> float | None:
        """Fire what is due; what follows from it is owed at once."""
        fired, seconds = await self.deadlines.drain()
        if fired:
            self.wake()
        return seconds

    async def try_endpoints(self) -> float | None:
        """Send the test messages that somebody asked for."""
        return 0.0 if await self.send_tests() else None

    async def forget(self) -> float | None:
        """Forget the buyers who asked, once nothing holds their data."""
        return 0.0 if await self.erasures.step() else None

    async def keep_house(self) -> float | None:
        """Share the sandbox's clock; now and then look ahead, and move old rows away."""
        await self.share_clock()
        every = self.pace.look_ahead_every
        if every is not None and time.monotonic() - self.looked_ahead > every.total_seconds():
            self.looked_ahead = time.monotonic()
            if await self.ahead.look():
                self.wake()
        if time.monotonic() - self.swept > self.pace.sweep_every.total_seconds():
            self.swept = time.monotonic()
            await sweep(self.pool)
            await self.erasures.let_go()
            await self.imports.let_go()
        return None

    async def share_clock(self) -> None:
        """Tell the provider and the carrier of a sandbox what time it is."""
        if self.offsets:
            row = await self.pool.fetchrow(queries("clock_offset"))
            for offset in self.offsets:
                await offset.share(row["seconds"])

    async def _again_and_again(self, step: Step) -> None:
        """One loop: a step, then a sleep until the next moment, a word from somebody, or the longest sleep. It never ends by a fault."""
        waker = asyncio.Event()
        self.wakers.append(waker)
        pause = SHORTEST_PAUSE_S
        while not self.stopping.is_set():
            waker.clear()
            try:
                seconds = await step()
                pause = SHORTEST_PAUSE_S
            except Exception as problem:
                if is_away(problem):
                    log.warning("database_away", pause_s=pause)
                else:
                    log.exception("worker_step_broke")
                seconds, pause = pause, min(pause * 2, LONGEST_PAUSE_S)
                await _pause(self.stopping, seconds)
                continue
            if seconds != 0.0:
                await _pause(waker, self.pace.poll_s if seconds is None else min(max(seconds, 0.001), self.pace.poll_s))

    def stop(self) -> None:
        """End after what is under way."""
        self.stopping.set()
        self.wake()


async def _pause(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


def notices_of(settings: Settings) -> NoticesGateway | None:
    """The marketplace's own service that is set, else the mail server; None where neither is, and then notices go to the log."""
    if settings.notices_url is not None:
        return HttpNotices(settings.notices_url, token=settings.notices_token)
    return None if settings.smtp_url is None else SmtpNotices(settings.smtp_url, settings.notices_from)


async def listen(dsn: str, worker: Worker) -> None:
    """Hear that the clock was moved or that there is work; only a hint, polling finds the same a little later."""
    while not worker.stopping.is_set():
        gone = asyncio.Event()
        try:
            connection = await connect(dsn, "amends_worker", application_name="amends listener")
        except Exception as problem:
            if not is_away(problem):
                raise
            await _pause(worker.stopping, 1.0)
            continue
        try:
            connection.add_termination_listener(lambda _, gone=gone: gone.set())
            for channel in CHANNELS:
                await connection.add_listener(channel, lambda *_: worker.wake())
            worker.wake()
            await _either(gone, worker.stopping)
        except Exception as problem:
            if not is_away(problem):
                raise
        finally:
            with contextlib.suppress(Exception):
                await connection.close(timeout=1)


async def _either(one: asyncio.Event, other: asyncio.Event) -> None:
    tasks = [asyncio.ensure_future(event.wait()) for event in (one, other)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def run(settings: Settings, *, pace: Pace | None = None, gateway: PaymentsGateway | None = None) -> None:
    """Work until SIGTERM or SIGINT. `settings` names the database and the provider; a database that is away is waited for.

    Raises:
        ValueError: no database, or no provider and no gateway.
    """
    pace = pace or Pace(night=settings.night)
    if settings.database_url is None:
        raise ValueError("a worker needs DATABASE_URL")
    if gateway is None:
        if settings.provider_url is None:
            raise ValueError("a worker needs AMENDS_PROVIDER_URL")
        gateway = HttpPayments(settings.provider_url, total_s=pace.provider_s)
    stop = asyncio.Event()
    for word in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(word, stop.set)
    pool = await _patiently_open(settings.database_url, pace, stop)
    if pool is None:
        return
    carrier = HttpCarrier(settings.carrier_url, total_s=pace.provider_s) if settings.carrier_url else NoCarrier()
    worker = Worker(pool, gateway, settings, pace, carrier=carrier)
    ended = asyncio.create_task(stop.wait())
    ended.add_done_callback(lambda _: worker.stop())
    hints = asyncio.create_task(listen(settings.database_url, worker))
    spare_collections()
    try:
        await worker.run()
    finally:
        worker.stop()
        ended.cancel()
        hints.cancel()
        await asyncio.gather(hints, ended, return_exceptions=True)
        for each in (gateway, carrier, worker.notices):
            await _closed(each)
        pool.terminate()


async def _closed(gateway: PaymentsGateway | CarrierGateway | NoticesGateway | None) -> None:
    if gateway is not None:
        await gateway.close()


async def _patiently_open(dsn: str, pace: Pace, stop: asyncio.Event) -> asyncpg.Pool | None:
    pause = SHORTEST_PAUSE_S
    while not stop.is_set():
        try:
            return await open_pool(
                dsn, "amends_worker", min_size=1, max_size=4 + 2 * pace.lanes, application_name="amends worker"
            )
        except Exception as problem:
            if not is_away(problem):
                raise
            log.warning("database_away", pause_s=pause)
            await _pause(stop, pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)
    return None
