"""The provider pays and its answer is lost: nobody guesses, the provider is asked, and the money went once (row 28)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from tests.stories.telling import Story

from amends.cli.children import Children, free_port
from amends.gateways.payments_http import HttpPayments
from amends.settings import Settings
from amends.store.database import open_pool
from amends.worker.pace import Pace
from amends.worker.run import Worker


@pytest.mark.requirement("T-02")
async def test_refund_answer_lost_then_found(story: Story) -> None:
    story.payments.next_calls.append("lose_answer")
    sold = await story.order()
    case = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])
    await case.seller_approves()
    await story.settle()
    assert await case.state() == "refund_approved"
    assert await case.refunds() == [(5000, "unknown")]
    assert len(story.payments.executions) == 1
    await story.later(minutes=16)
    assert await case.state() == "completed: refunded"
    assert len(story.payments.executions) == 1
    assert "refund_unknown" in await case.events()


async def test_a_call_that_never_arrived_is_made_again_with_the_same_key(story: Story) -> None:
    story.payments.next_calls.append("fail_before")
    sold = await story.order()
    case = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])
    await case.seller_approves()
    await story.settle()
    assert await case.refunds() == [(5000, "unknown")]
    await story.later(minutes=16)
    assert await case.refunds() == [(5000, "succeeded")]
    assert len(set(story.payments.calls)) == 1
    assert len(story.payments.calls) == 2


async def test_a_refund_that_is_refused_for_good_waits_for_an_operator(story: Story) -> None:
    story.payments.next_calls.append("fail")
    sold = await story.order()
    case = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])
    await case.seller_approves()
    await story.later(hours=1)
    assert await case.state() == "refund_failed"
    assert await case.refunds() == [(5000, "failed")]


@pytest_asyncio.fixture
async def provider(tmp_path: Path) -> AsyncIterator[str]:
    """The sandbox provider as a process of its own, told how to misbehave over POST /control."""
    children, port = Children(tmp_path / "logs"), free_port()
    url = f"http://127.0.0.1:{port}"
    words = ["amends.gateways.sandbox_provider", "--port", str(port), "--home", str(tmp_path), "--control"]
    try:
        children.start("provider", words, {})
        children.wait_for("provider", f"{url}/health")
        yield url
    finally:
        children.stop()


async def test_the_same_with_a_provider_in_a_process_of_its_own(story: Story, provider: str, tmp_path: Path) -> None:
    gateway = HttpPayments(provider, total_s=2.0)
    settings = Settings(home=tmp_path, database_url=story.dsn, provider_url=provider)
    async with httpx.AsyncClient(base_url=provider) as told, await open_pool(story.dsn, "amends_worker", max_size=8) as pool:
        story.worker = Worker(pool, gateway, settings, Pace())
        await told.post("/control", json={"mode": "lose_answer", "next_n": 1})
        sold = await story.order()
        case = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])
        await case.seller_approves()
        await story.settle()
        assert await case.refunds() == [(5000, "unknown")]
        await story.later(minutes=16)
        assert await case.state() == "completed: refunded"
        report: dict[str, Any] = (await told.get("/refunds")).json()
        await gateway.close()
    assert [row["amount"] for row in report["rows"]] == [5000]
    for row in report["rows"]:  # the doctor compares these with what we hold as paid
        await story.payments.refund(
            key=row["key"], payment_ref=row["payment_ref"], amount=row["amount"], currency="USD", destination="original"
        )
