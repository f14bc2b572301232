"""The bank's notice arrives between approval and payment, or while the payment is on its way: nothing is paid twice (failure mode 2)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.marketplace import SELLER, SUPPORT, Said, Sold
from tests.stories.telling import Case, Story

from amends.actions.chargeback_commands import GiveUpRefund, OverrideChargeback, RecordChargeback
from amends.actions.commands import Approve, RetryRefund
from amends.domain.facts.people import Actor
from amends.gateways.payments import Outcome
from amends.gateways.payments_fake import FakePayments
from amends.settings import Settings
from amends.store.database import open_pool
from amends.worker.pace import Pace
from amends.worker.run import Worker

BANK = Actor(kind="provider", id="bank", human=False)


async def bank(story: Story, sold: Sold, state: str, reference: str = "cb1") -> Said:
    payment = sold.told.payments[0]
    return await story.say(
        RecordChargeback(
            shop_id=sold.shop_id, actor=BANK, payment=str(payment.provider_reference), source="bank", reference=reference,
            state=state, amount=payment.amount, currency="USD", reason="fraudulent",
        )
    )  # fmt: skip


async def approved(story: Story) -> Case:
    case = await story.open(await story.order(), "refund_only", "damaged", proof=["photo_defect"])
    await case.seller_approves()
    return case


async def row(story: Story) -> Any:
    return await story.administrator.fetchrow(
        "select b.state, b.held, p.reserved, p.charged_back, p.captured from amends.chargeback b"
        " join amends.payment p on p.id = b.payment_id order by b.opened_at desc limit 1"
    )


async def test_the_notice_comes_before_the_call_and_the_lost_money_is_not_paid_again(story: Story) -> None:
    case = await approved(story)
    assert (await bank(story, case.sold, "open")).code is None
    await story.settle()
    assert story.payments.calls == []
    assert (await case.state(), await case.refunds()) == ("refund_failed", [(5000, "failed")])
    refund = await story.administrator.fetchval("select id from amends.refund")
    blocked = await story.do((case.sold.shop_id, case.id), RetryRefund, by=SUPPORT, refund_id=refund)
    assert blocked.code == "payment_disputed"
    await bank(story, case.sold, "lost")
    await story.do((case.sold.shop_id, case.id), GiveUpRefund, by=SUPPORT, refund_id=refund)
    assert await case.state() == "closed: charged_back"
    assert tuple(await row(story)) == ("lost", 5000, 0, 5000, 5000)


async def test_the_notice_comes_before_the_call_and_the_chargeback_is_won(story: Story) -> None:
    case = await approved(story)
    await bank(story, case.sold, "open")
    await story.settle()
    await bank(story, case.sold, "won")
    refund = await story.administrator.fetchval("select id from amends.refund")
    await story.do((case.sold.shop_id, case.id), RetryRefund, by=SUPPORT, refund_id=refund)
    await story.settle()
    assert await case.state() == "completed: refunded"
    assert len(story.payments.executions) == 1


async def test_what_was_let_through_by_name_is_paid(story: Story) -> None:
    case = await approved(story)
    await bank(story, case.sold, "open")
    known = await story.administrator.fetchval("select id from amends.chargeback")
    await story.say(
        OverrideChargeback(shop_id=case.sold.shop_id, actor=SUPPORT, chargeback_id=known, why="The bank withdraws by phone.")
    )
    await story.settle()
    assert await case.state() == "completed: refunded"
    assert "chargeback_overridden" in await case.events()


class Interrupted(FakePayments):
    """A provider in whose call the bank's notice arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Any = None

    async def refund(self, **words: Any) -> Outcome:
        await self.meanwhile()
        return await super().refund(**words)


@pytest.fixture
async def interrupted(story: Story, tmp_path: Path) -> AsyncIterator[Interrupted]:
    payments = Interrupted()
    payments.executions = story.payments.executions  # the check at the story's end asks the same provider
    async with await open_pool(story.dsn, "amends_worker", min_size=1, max_size=8) as pool:
        story.worker = Worker(pool, payments, Settings(home=tmp_path, database_url=story.dsn), Pace())
        yield payments


async def test_the_notice_comes_while_the_money_is_on_its_way_and_the_refund_is_the_answer(
    story: Story, interrupted: Interrupted
) -> None:
    case = await approved(story)
    interrupted.meanwhile = lambda: bank(story, case.sold, "open")
    await story.settle()
    assert await case.state() == "completed: refunded"
    assert tuple(await row(story)) == ("open", 0, 5000, 0, 5000)
    kept = await story.administrator.fetch("select kind, of, text from amends.evidence where kind = 'payment_record'")
    assert [(piece["kind"], piece["of"]) for piece in kept] == [("payment_record", "seller")]
    assert "reference" in kept[0]["text"]


async def test_approval_and_notice_in_the_same_moment_never_pay_twice(story: Story) -> None:
    """Barrier-started, over and over: whoever is second sees what the first did."""
    first: list[str] = []
    for _ in range(12):
        case = await story.open(await story.order(), "refund_only", "damaged", proof=["photo_defect"])
        gate = asyncio.Event()

        async def at_the_gate(work: Any, gate: asyncio.Event = gate) -> Any:
            await gate.wait()
            return await work

        async with AsyncExitStack() as stack:
            group = await stack.enter_async_context(asyncio.TaskGroup())
            approval = group.create_task(
                at_the_gate(story.say(Approve(shop_id=case.sold.shop_id, actor=SELLER, case_id=case.id)))
            )
            notice = group.create_task(at_the_gate(bank(story, case.sold, "lost", f"cb-{case.id}")))
            gate.set()
        await story.settle()
        assert notice.result().code is None
        assert approval.result().code in (None, "payment_disputed")
        first.append(str(approval.result().code))
    assert story.payments.executions == {}, "a lost chargeback has the money: no refund may go out beside it"
