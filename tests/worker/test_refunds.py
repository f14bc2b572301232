"""Money goes back exactly once, whatever the provider, the network or the worker does in between."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from tests.marketplace import Marketplace

from amends.actions.chargeback_commands import RecordChargeback
from amends.actions.commands import Approve
from amends.domain.facts.people import Actor
from amends.gateways.notices import Carried, FakeNotices, Notice
from amends.gateways.payments import Outcome, Unknown
from amends.gateways.payments_fake import FakePayments, Mishap
from amends.settings import ROOT, Settings
from amends.store.database import open_pool
from amends.store.doctor import examine, lines, sick
from amends.worker.pace import Pace
from amends.worker.run import Worker

SETTINGS = Settings(home=ROOT, webhooks_to_loopback=True)


@pytest_asyncio.fixture
async def pool(marketplace: Marketplace) -> AsyncIterator[asyncpg.Pool]:
    async with await open_pool(marketplace.dsn, "amends_worker", min_size=1, max_size=10) as opened:
        yield opened


@pytest.fixture
def provider() -> FakePayments:
    return FakePayments()


@pytest.fixture
def worker(pool: asyncpg.Pool, provider: FakePayments) -> Worker:
    return Worker(pool, provider, SETTINGS, Pace())


async def approved(market: Marketplace) -> UUID:
    sold = await market.order()
    asked = await market.ask(sold, "refund_only", "damaged", proof=["photo_defect"])
    said = await market.do((sold.shop_id, asked.case_id), Approve)
    assert said.state == "refund_approved"
    return asked.case_id


async def refund(market: Marketplace, case: UUID) -> Any:
    return await market.administrator.fetchrow("select * from amends.refund where case_id = $1", case)


async def outbox(market: Marketplace, case: UUID) -> list[tuple[str, str]]:
    rows = await market.administrator.fetch(
        "select effect, state from amends.outbox where case_id = $1 order by seq, effect", case
    )
    return [(row["effect"], row["state"]) for row in rows]


async def healthy(market: Marketplace, provider: FakePayments) -> None:
    executed = {key: one.amount for key, one in provider.executions.items()}
    findings = await examine(market.dsn, provider=executed)
    assert not sick(findings), "\n".join(lines(sick(findings)))


async def test_an_approved_refund_is_paid_with_its_own_id_as_key(
    marketplace: Marketplace, worker: Worker, provider: FakePayments
) -> None:
    case = await approved(marketplace)
    await worker.drain()
    paid = await refund(marketplace, case)
    assert provider.calls == [str(paid["id"])]
    assert (paid["status"], paid["attempts"]) == ("succeeded", 1)
    assert (await marketplace.case(case))["state"] == "completed"
    assert ("pay_refund", "done") in await outbox(marketplace, case)
    await healthy(marketplace, provider)


@pytest.mark.parametrize("mishap", ["lose_answer", "fail_before"])
async def test_a_lost_answer_is_asked_about_after_15_minutes_and_paid_once(
    marketplace: Marketplace, worker: Worker, provider: FakePayments, mishap: Mishap
) -> None:
    case = await approved(marketplace)
    provider.next_calls.append(mishap)
    await worker.drain()
    assert (await refund(marketplace, case))["status"] == "unknown"
    await marketplace.set_clock(await marketplace.now() + timedelta(minutes=16))
    await worker.drain()
    assert (await refund(marketplace, case))["status"] == "succeeded"
    assert (await marketplace.case(case))["state"] == "completed"
    assert len(provider.executions) == 1
    assert len(provider.calls) == (1 if mishap == "lose_answer" else 2)
    await healthy(marketplace, provider)


async def test_a_refund_that_fails_for_good_waits_for_a_person(
    marketplace: Marketplace, worker: Worker, provider: FakePayments
) -> None:
    case = await approved(marketplace)
    provider.next_calls.append("fail")
    await worker.drain()
    assert (await refund(marketplace, case))["failure"] == "account_closed"
    assert (await marketplace.case(case))["state"] == "refund_failed"
    assert ("notify", "done") in await outbox(marketplace, case)
    await healthy(marketplace, provider)


class Dying(FakePayments):
    """The worker dies with the answer in its hand, or before the call."""

    def __init__(self, *, after: bool) -> None:
        super().__init__()
        self.after, self.dead = after, False

    async def refund(self, **words: Any) -> Outcome:
        if self.dead:
            return await super().refund(**words)
        self.dead = True
        if self.after:
            await super().refund(**words)
        raise asyncio.CancelledError


@pytest.mark.parametrize("after", [True, False])
async def test_a_worker_killed_around_the_call_is_followed_by_one_that_asks_first(
    marketplace: Marketplace, pool: asyncpg.Pool, *, after: bool
) -> None:
    case = await approved(marketplace)
    provider = Dying(after=after)
    lane = Worker(pool, provider, SETTINGS, Pace()).money
    await lane.step()
    await asyncio.wait(lane.under_way)
    assert (await refund(marketplace, case))["status"] == "sent"
    await marketplace.administrator.execute("update amends.outbox set claimed_until = clock_timestamp()")
    await Worker(pool, provider, SETTINGS, Pace()).drain()
    assert (await refund(marketplace, case))["status"] == "succeeded"
    assert len(provider.executions) == 1
    assert len(provider.calls) == 1
    await healthy(marketplace, provider)


async def test_a_disputed_payment_stops_the_refund_just_before_the_call(
    marketplace: Marketplace, worker: Worker, provider: FakePayments
) -> None:
    case = await approved(marketplace)
    sold = await marketplace.administrator.fetchrow("select shop_id, provider_reference from amends.payment")
    said = await marketplace.say(
        RecordChargeback(
            shop_id=sold["shop_id"], actor=Actor(kind="provider", id="bank", human=False), payment=sold["provider_reference"],
            source="bank", reference="cb1", state="open", amount=5000, currency="USD",
        )
    )  # fmt: skip
    assert said.code is None
    await worker.drain()
    assert provider.calls == []
    assert (await refund(marketplace, case))["failure"] == "payment_disputed"
    assert await marketplace.administrator.fetchval("select why from amends.parked") == "payment_disputed"


class Away(FakePayments):
    """A provider that cannot be reached."""

    async def refund(self, **words: Any) -> Outcome:
        self.calls.append(words["key"])
        return Unknown(reason="unreachable")


async def test_a_provider_that_cannot_be_reached_is_tried_again_with_pauses(marketplace: Marketplace, pool: asyncpg.Pool) -> None:
    case = await approved(marketplace)
    provider = Away()
    worker = Worker(pool, provider, SETTINGS, Pace())
    for n in range(3):
        await worker.money.drain()
        assert len(provider.calls) == n + 1
        await marketplace.set_clock(await marketplace.now() + timedelta(seconds=61))
    assert (await refund(marketplace, case))["status"] == "sent"
    back = FakePayments()
    await Worker(pool, back, SETTINGS, Pace()).drain()
    assert (await refund(marketplace, case))["status"] == "succeeded"
    await healthy(marketplace, back)


async def test_what_stays_unknown_for_three_tries_is_told_to_a_person(
    marketplace: Marketplace, worker: Worker, provider: FakePayments
) -> None:
    case = await approved(marketplace)
    provider.next_calls.extend(["fail_before"] * 3)
    for _ in range(3):
        await worker.drain()
        assert (await refund(marketplace, case))["status"] == "unknown"
        await marketplace.set_clock(await marketplace.now() + timedelta(minutes=16))
    assert await marketplace.administrator.fetchval("select why from amends.parked") == "refund_unknown"
    await worker.drain()
    assert len(provider.executions) == 1
    await healthy(marketplace, provider)


async def test_many_workers_pay_every_refund_once(marketplace: Marketplace, pool: asyncpg.Pool, provider: FakePayments) -> None:
    cases = [await approved(marketplace) for _ in range(12)]
    await asyncio.gather(*(Worker(pool, provider, SETTINGS, Pace()).drain() for _ in range(3)))
    assert len(provider.executions) == len(cases)
    assert sorted(provider.calls) == sorted(provider.executions)
    await healthy(marketplace, provider)


async def test_a_fault_in_one_effect_is_tried_later_and_stops_no_other(
    marketplace: Marketplace, worker: Worker, provider: FakePayments
) -> None:
    bad, good = await approved(marketplace), await approved(marketplace)
    carry_out = worker.money.carriers["pay_refund"]

    async def broken(owed: Any) -> Any:
        if owed.case_id == bad:
            raise KeyError("a bug")
        return await carry_out(owed)

    worker.money.carriers = {**worker.money.carriers, "pay_refund": broken}
    await worker.money.drain()
    assert (await refund(marketplace, good))["status"] == "succeeded"
    assert (await outbox(marketplace, bad))[-1] == ("pay_refund", "pending")
    assert await marketplace.administrator.fetchval("select last_answer from amends.outbox where state = 'pending'") == "KeyError"


class Hanging(FakeNotices):
    """A mail server that takes what it is handed and never answers."""

    async def carry(self, notice: Notice) -> Carried:
        self.carried.append(notice)
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_mail_server_that_hangs_keeps_nobodys_money_waiting(
    marketplace: Marketplace, pool: asyncpg.Pool, provider: FakePayments
) -> None:
    case, notices = await approved(marketplace), Hanging()
    await marketplace.administrator.execute(
        "insert into amends.notice_setting (shop_id, address, language, zone) select id, 'shop@example.test', 'en', 'UTC' from amends.shop"
    )
    await marketplace.administrator.execute(
        "insert into amends.outbox (shop_id, id, case_id, seq, effect, target, due_at, created_at)"
        " select shop_id, gen_random_uuid(), id, 1, 'notify', 'seller', opened_at, opened_at from amends.cases where id = $1",
        case,
    )
    worker = Worker(pool, provider, SETTINGS, Pace(payments=1), notices=notices)
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(20):
        while not notices.carried or (await refund(marketplace, case))["status"] != "succeeded":  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
