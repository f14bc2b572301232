"""Too fast is 429, and only for whoever is too fast."""

import asyncio
from typing import Any

import pytest
from tests.api.marketplace import Market, is_problem

from amends.api.door.limits import MOST_WAITING, Limits, Turns
from amends.store.tokens import create_token


@pytest.fixture(scope="module")
def settings_more() -> dict[str, Any]:
    return {"rate_limit": 5}


async def test_whoever_is_too_fast_waits_and_nobody_else_does(market: Market) -> None:
    answers = [await market.call("seller_a", "GET", "/v1/vocabulary/reasons") for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200}
    answers = [await market.call("seller_a", "GET", "/v1/shops") for _ in range(40)]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert refused
    is_problem(refused[0], 429, "rate_limited")
    assert int(refused[0].headers["retry-after"]) >= 1
    assert (await market.call("seller_b", "GET", "/v1/shops")).status_code == 200


async def test_more_tokens_give_a_shop_no_more_than_its_share(market: Market) -> None:
    for n in range(6):
        made = await create_token(
            market.context.pool, kind="seller", subject="anna", shops=[market.shops["a"]], permissions=("*",), live=True
        )
        market.tokens[f"anna_{n}"] = made.text
    await asyncio.sleep(1.1)
    answers = [await market.call(f"anna_{n % 6}", "GET", "/v1/shops") for n in range(24)]  # four each: no token is too fast
    refused = [answer for answer in answers if answer.status_code != 200]
    assert len(refused) >= 10
    is_problem(refused[0], 429, "rate_limited")
    assert int(refused[0].headers["retry-after"]) >= 1
    assert (await market.call("seller_b", "GET", "/v1/shops")).status_code == 200


def test_a_tenant_may_do_what_two_tokens_may_and_a_refusal_costs_nothing() -> None:
    limits, shop = Limits(10), frozenset({1})
    let = [token for n in range(60) if not limits.wait_for(token := f"t{n % 6}", "read", 5.0, tenant=shop)]
    assert len(let) == 20
    assert limits.wait_for("t0", "read", 5.0, tenant=shop) == 1
    assert limits.wait_for("t0", "read", 5.0, tenant=frozenset({2})) == 0  # what was refused above was not charged to the token
    assert limits.wait_for("t0", "read", 5.06, tenant=shop) == 0
    assert limits.wait_for("p", "read", 5.0) == 0  # the platform's own share no tenant's budget


async def test_a_tenant_never_holds_more_than_its_turns_and_too_many_waiting_are_refused() -> None:
    turns, under_way, most = Turns(3), 0, 0
    gate = asyncio.Event()

    async def call(tenant: str) -> None:
        nonlocal under_way, most
        async with turns.turn(tenant):
            under_way += 1
            most = max(most, under_way)
            await gate.wait()
            under_way -= 1

    calls = [asyncio.create_task(call("a")) for _ in range(3 + MOST_WAITING)]
    await asyncio.sleep(0)
    assert turns.full("a")
    assert not turns.full("b")
    async with asyncio.timeout(1), turns.turn("b"):
        gate.set()
    await asyncio.gather(*calls)
    assert most == 3
    assert turns.lanes == {}


async def test_whoever_reads_too_much_at_once_is_refused_and_the_others_read_on(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(market.context, "limits", Limits(0))
    assert market.context.turns.most == 2  # of a pool of four
    many = asyncio.gather(*[market.call("seller_a", "GET", "/v1/orders") for _ in range(100)])
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        assert (await market.call("seller_b", "GET", "/v1/orders")).status_code == 200
    found = [answer.status_code for answer in await many]
    assert set(found) == {200, 429}
    assert found.count(429) <= 100 - 2 - MOST_WAITING
    assert market.context.turns.lanes == {}
