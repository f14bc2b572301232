"""The lanes tell reviewers by themselves: what comes, is taken, is ruled, and what waits in a re-check, within seconds and without asking."""

import asyncio
import contextlib

import pytest
from tests.api.marketplace import Market, is_problem
from tests.api.test_attention import moved, rejected
from tests.api.test_desks import unclear
from tests.api.test_live import Listener, listening, soon

from amends.store.tokens import create_token

LANES = "/v1/review_lanes/stream"
SOON_S = 3


async def after(ears: list[Listener], lane: str, before: list[int]) -> None:
    """Each has heard of this lane since."""
    for ear, heard in zip(ears, before, strict=True):
        await soon(lambda ear=ear, heard=heard: any(lane in one["lanes"] for one in ear.heard[heard:]), SOON_S)


async def claimed(market: Market, case: str, turn: int, *, give_back: bool) -> None:
    """Take the dispute of a case, or give it back; neither makes a new version of the case."""
    seen = (await market.call("platform", "GET", f"/v1/cases/{case}")).json()["version"]
    path, head = f"/v1/cases/{case}/moves/claim_review", {"idempotency_key": f"claim {turn}", "if_match": f'"{seen}"'}
    answer = await market.call("platform", "POST", path, {"give_back": give_back}, **head)
    assert answer.status_code == 200, answer.text


def counts(ears: list[Listener]) -> list[int]:
    return [len(ear.heard) for ear in ears]


@pytest.mark.requirement("T-05", "V-17", "U-10")
async def test_each_reviewer_hears_of_what_comes_is_taken_given_back_ruled_and_rechecked(market: Market) -> None:
    rejection = await rejected(market, "A30")
    async with contextlib.AsyncExitStack() as stack:
        ears = [await stack.enter_async_context(listening(market, "platform", path=LANES)) for _ in range(2)]
        for ear in ears:
            assert (await ear.until(1))[0] == {"lanes": [], "id": None, "event": "lanes"}
        before = counts(ears)
        case = await moved(market, "buyer_1", rejection, "escalate", {"note": "It did not."})
        await after(ears, "usual", before)
        for turn, give_back in enumerate((False, True, False)):
            before = counts(ears)
            await claimed(market, case["id"], turn, give_back=give_back)
            await after(ears, "usual", before)
        before = counts(ears)
        case = (await market.call("platform", "GET", f"/v1/cases/{case['id']}")).json()
        ruling = {"ruling": "seller", "liability": "buyer", "rationale": "The film shows it whole."}
        await moved(market, "platform", case, "rule", ruling)
        await after(ears, "usual", before)
        before = counts(ears)
        doubtful = await unclear(market, "A14", 44)
        await after(ears, "recheck", before)
        before = counts(ears)
        case = (await market.call("platform", "GET", f"/v1/cases/{doubtful}")).json()
        await moved(market, "platform", case, "decide_recheck", {"decision": "admit"})
        await after(ears, "recheck", before)
    assert (market.context.lanes.waiting, market.context.hub.by_token) == (set(), {})


async def test_a_new_stream_names_every_lane_in_which_something_stands_so_that_nothing_between_two_is_lost(
    market: Market,
) -> None:
    await unclear(market, "A15", 45)
    async with listening(market, "platform", path=LANES) as again:
        assert (await again.until(1))[0]["lanes"] == ["recheck"]


async def test_lanes_stay_silent_where_nothing_of_theirs_changes_and_are_not_read_while_nobody_listens(market: Market) -> None:
    looks: list[int] = []
    look = market.context.lanes.look

    async def counted() -> None:
        looks.append(1)
        await look()

    market.context.lanes.look = counted  # type: ignore[method-assign]
    try:
        async with listening(market, "platform", path=LANES) as one:
            await one.until(1)
            await rejected(market, "A33")
            await soon(lambda: len(looks) > 2)
            assert len(one.heard) == 1
        looks.clear()
        await asyncio.sleep(1.2)
        assert looks == []
    finally:
        market.context.lanes.look = look  # type: ignore[method-assign]


@pytest.mark.requirement("P-02")
async def test_lanes_are_told_to_staff_who_may_read_cases_and_to_nobody_else(market: Market) -> None:
    for who in ("seller_a", "buyer_1", "carrier"):
        is_problem(await market.call(who, "GET", LANES), 403, "permission_missing")
    made = await create_token(
        market.context.pool, kind="platform", subject="rules", shops=(), permissions=("policies.read",), live=True
    )
    market.tokens["rules"] = made.text
    is_problem(await market.call("rules", "GET", LANES), 403, "permission_missing")
