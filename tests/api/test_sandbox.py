"""The sandbox's clock: forward, never back, and what falls due on the way has happened when the call answers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from tests.api.marketplace import DAMAGED, Market, is_problem

from amends.api.app import declare_sandbox
from amends.api.lab import sandbox
from amends.gateways.payments_fake import FakePayments
from amends.store.database import open_pool
from amends.worker.pace import Pace
from amends.worker.run import Worker, listen


@pytest.fixture(scope="module")
def settings_more() -> dict[str, Any]:
    return {"sandbox": True}


@pytest_asyncio.fixture(scope="module")
async def sandboxed(market: Market) -> AsyncIterator[Market]:
    """The marketplace with a worker beside it."""
    async with await open_pool(market.dsn, "amends_worker", min_size=1, max_size=6) as pool:
        worker = Worker(pool, FakePayments(), market.context.settings, Pace())
        tasks = [asyncio.create_task(worker.run()), asyncio.create_task(listen(market.dsn, worker))]
        yield market
        worker.stop()
        await asyncio.gather(*tasks)


async def now_of(market: Market) -> datetime:
    moment: datetime = await market.context.pool.fetchval("select moment()")
    return moment


@pytest.mark.requirement("C-01")
async def test_moving_the_clock_fires_what_falls_due_before_it_answers(sandboxed: Market) -> None:
    market = sandboxed
    path = f"/v1/orders/{market.orders['A10']}/cases"
    proof = [{"kind": "chat_in_app", "channel": "platform_messages", "text": "The vase is broken."}]
    case = (await market.call("buyer_1", "POST", path, DAMAGED | {"proof": proof}, idempotency_key="s")).json()
    silent = (
        await market.call(
            "buyer_1", "POST", path.replace(market.orders["A10"], market.orders["A11"]), DAMAGED, idempotency_key="t"
        )
    ).json()
    assert silent["deadline_kind"] == "proof"
    answer = await market.call("platform", "POST", "/v1/sandbox/clock", {"advance_seconds": 30 * 86_400})
    assert answer.status_code == 200, answer.text
    assert answer.json()["settled"], answer.text
    after = (await market.call("buyer_1", "GET", f"/v1/cases/{silent['id']}")).json()
    assert after["state"] == "closed"
    events = (await market.call("seller_a", "GET", f"/v1/cases/{silent['id']}/events")).json()["events"]
    fired = datetime.fromisoformat(events[-1]["at"])
    due = datetime.fromisoformat(silent["deadline_at"])
    assert timedelta(0) <= fired - due < timedelta(hours=4), "it fired where it was due, not where the clock was told to go"
    decided = (await market.call("buyer_1", "GET", f"/v1/cases/{case['id']}")).json()
    assert decided["state"] in ("completed", "refund_approved", "in_recheck", "closed"), decided["state"]


async def test_the_clock_goes_to_the_moment_that_is_named(sandboxed: Market) -> None:
    goal = await now_of(sandboxed) + timedelta(days=2)
    answer = (await sandboxed.call("platform", "POST", "/v1/sandbox/clock", {"set_to": goal.isoformat()})).json()
    assert goal <= datetime.fromisoformat(answer["now"]) < goal + timedelta(minutes=1)


async def test_the_clock_never_goes_back(sandboxed: Market) -> None:
    earlier = (await now_of(sandboxed) - timedelta(days=1)).isoformat()
    is_problem(
        await sandboxed.call("platform", "POST", "/v1/sandbox/clock", {"set_to": earlier}), 422, "clock_only_forward", "set_to"
    )


@pytest.mark.parametrize("body", [{}, {"advance_seconds": 1, "set_to": "2030-01-01T00:00:00Z"}])
async def test_the_clock_is_told_one_thing(sandboxed: Market, body: dict[str, Any]) -> None:
    is_problem(await sandboxed.call("platform", "POST", "/v1/sandbox/clock", body), 422, "missing_field")


async def test_only_the_platform_moves_the_clock(sandboxed: Market) -> None:
    answer = await sandboxed.call("seller_a", "POST", "/v1/sandbox/clock", {"advance_seconds": 1})
    is_problem(answer, 403, "permission_missing")


async def test_a_database_that_is_no_sandbox_keeps_its_clock(sandboxed: Market) -> None:
    await sandboxed.context.pool.execute("update clock set sandbox = false")
    answer = await sandboxed.call("platform", "POST", "/v1/sandbox/clock", {"advance_seconds": 1})
    is_problem(answer, 404, "only_in_sandbox")
    await sandboxed.context.pool.execute("update clock set sandbox = true")


async def test_a_marketplace_with_orders_never_becomes_a_sandbox_by_a_wrong_variable(sandboxed: Market) -> None:
    pool, reviewers = sandboxed.context.pool, sandboxed.context.reviewers
    assert await pool.fetchval("select sandbox from clock"), "it was declared one before its first order"
    await pool.execute("update clock set sandbox = false")
    await declare_sandbox(pool, reviewers)
    assert not await pool.fetchval("select sandbox from clock")
    await pool.execute("update clock set sandbox = true")


async def test_without_a_worker_the_call_says_what_is_left(sandboxed: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "PATIENCE_S", 0.0)
    path = f"/v1/orders/{sandboxed.orders['A12']}/cases"
    await sandboxed.call("platform", "POST", path, DAMAGED, idempotency_key="u")
    answer = (await sandboxed.call("platform", "POST", "/v1/sandbox/clock", {"advance_seconds": 86_400})).json()
    assert answer["settled"] == (answer["left"] == 0)


async def test_live_tokens_are_worth_nothing_here(sandboxed: Market) -> None:
    assert all(token.startswith("amends_test_") for token in sandboxed.tokens.values())
    wrong = sandboxed.tokens["platform"].replace("amends_test_", "amends_live_")
    answer = await sandboxed.client.get("/v1/shops", headers={"authorization": f"Bearer {wrong}"})
    is_problem(answer, 401, "not_signed_in")
