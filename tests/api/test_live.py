"""Live push: what happens is heard at once by whom it concerns, from the last thing seen on, and by nobody else."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import pytest
from tests.api.marketplace import DAMAGED, Market

from amends.api.push import live


async def soon(done: Callable[[], bool], seconds: int = 8) -> None:
    """Wait until it is so, at most eight seconds unless told otherwise."""
    for _ in range(seconds * 100):
        if done():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never was")


class Listener:
    """A client that listens to the application; `heard` are the events so far."""

    def __init__(self, market: Market, who: str, query: str = "", last: str | None = None, path: str = "/v1/stream") -> None:
        headers = [(b"authorization", f"Bearer {market.tokens[who]}".encode())]
        headers += [(b"last-event-id", last.encode())] if last else []
        self.scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": query.encode(),
            "headers": headers,
        }
        self.app, self.leaving, self.text, self.status = market.app, asyncio.Event(), "", 0
        self.task = asyncio.create_task(self.app(self.scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self.leaving.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.text += message.get("body", b"").decode()

    @property
    def heard(self) -> list[dict[str, Any]]:
        parts = [dict(line.split(": ", 1) for line in part.splitlines() if ": " in line) for part in self.text.split("\n\n")]
        return [{**json.loads(part["data"]), "id": part.get("id"), "event": part["event"]} for part in parts if "event" in part]

    async def until(self, count: int) -> list[dict[str, Any]]:
        await soon(lambda: len(self.heard) >= count)
        return self.heard


@contextlib.asynccontextmanager
async def listening(market: Market, who: str, query: str = "", last: str | None = None, **more: str) -> AsyncIterator[Listener]:
    one = Listener(market, who, query, last, **more)
    await soon(lambda: ": here" in one.text or one.task.done())
    try:
        yield one
    finally:
        one.leaving.set()
        await asyncio.wait_for(one.task, 8)


async def opened(market: Market, order: str, buyer: str = "buyer_1") -> dict[str, Any]:
    body = DAMAGED | {"proof": [{"kind": "photo_defect", "text": "bent"}]}
    made = await market.call(buyer, "POST", f"/v1/orders/{market.orders[order]}/cases", body, idempotency_key=f"v-{order}")
    case: dict[str, Any] = made.json()
    return case


async def say(market: Market, who: str, case: dict[str, Any], text: str) -> None:
    sent = await market.call(
        who, "POST", f"/v1/cases/{case['id']}/messages", {"text": text}, idempotency_key=f"{case['id']} {who} {text}"
    )
    assert sent.status_code == 201, sent.text


@pytest.mark.requirement("U-10", "P-08")
async def test_both_sides_hear_the_same_at_once_and_strangers_nothing(market: Market) -> None:
    async with contextlib.AsyncExitStack() as stack:
        shop = f"shop_id={market.shops['a']}"
        names = (("seller_a", ""), ("buyer_1", ""), ("platform", shop), ("buyer_2", ""), ("seller_b", ""))
        ears = [await stack.enter_async_context(listening(market, who, query)) for who, query in names]
        case = await opened(market, "A10")
        await say(market, "buyer_1", case, "It is bent.")
        await say(market, "seller_a", case, "We look into it.")
        heard = await ears[0].until(3)
        said = [(e["type"], (e["message"] or {}).get("text")) for e in heard]
        assert said == [("case_opened", None), ("message_sent", "It is bent."), ("replied", "We look into it.")]
        assert {e["case_id"] for e in heard} == {case["id"]}
        for one in ears[1:3]:
            assert [(e["type"], e["cursor"]) for e in await one.until(3)] == [(e["type"], e["cursor"]) for e in heard]
        await asyncio.sleep(0.1)
        assert ears[3].heard == ears[4].heard == []
    assert market.context.hub.waiting == {}
    assert market.context.hub.by_token == {}


@pytest.mark.requirement("U-10", "P-08")
async def test_a_stream_goes_on_from_the_last_thing_seen_without_a_gap_or_a_repetition(market: Market) -> None:
    case = await opened(market, "A11")
    async with listening(market, "seller_a") as first:
        await say(market, "buyer_1", case, "one")
        last = (await first.until(1))[-1]["id"]
    for text in ("two", "three", "four"):
        await say(market, "buyer_1", case, text)
    async with listening(market, "seller_a", last=last) as again:
        heard = await again.until(3)
        await say(market, "buyer_1", case, "five")
        heard = await again.until(4)
    assert [e["message"]["text"] for e in heard] == ["two", "three", "four", "five"]
    async with listening(market, "seller_a", f"last_event_id={heard[1]['id']}") as third:
        assert [e["message"]["text"] for e in await third.until(2)] == ["four", "five"]
    wrong = await market.call("seller_a", "GET", "/v1/stream?last_event_id=!!!")
    assert wrong.json()["code"] == "bad_cursor"


@pytest.mark.requirement("U-10", "P-08")
async def test_who_was_cut_off_before_any_news_misses_none(market: Market) -> None:
    case = await opened(market, "A12")
    async with listening(market, "seller_a") as first:
        last = first.text.partition("id: ")[2].partition("\n")[0]
    await say(market, "buyer_1", case, "one")
    async with listening(market, "seller_a", last=last) as again:
        assert [e["message"]["text"] for e in await again.until(1)] == ["one"]


async def test_what_another_process_wrote_is_heard_even_where_its_hint_was_lost(market: Market) -> None:
    from amends.actions.people_commands import SendMessage
    from amends.desk.desk import Desk
    from amends.domain.facts.people import Actor

    case = await opened(market, "A12")
    elsewhere = Desk(market.context.pool, market.context.desk.rulebooks)
    buyer = Actor(kind="buyer", id="buyer:buyer-1", buyer="buyer-1")
    async with listening(market, "seller_a") as seller:
        made = UUID(int=7)
        (answer,) = await elsewhere.handle(
            [SendMessage(shop_id=market.shops["a"], case_id=UUID(case["id"]), actor=buyer, message_id=made, text="from afar")]
        )
        assert answer.code is None
        assert (await seller.until(1))[0]["message"]["text"] == "from afar"


@pytest.mark.requirement("U-10", "P-02")
async def test_a_stream_ends_with_the_right_to_hear_and_beats_while_nothing_happens(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.05)
    path = f"/v1/shops/{market.shops['a']}/members/lena"
    await market.call("seller_a", "PUT", path, {"role": "viewer"})
    body = {"kind": "seller", "subject": "lena", "shops": [market.shops["a"]]}
    market.tokens["lena"] = (await market.call("platform", "POST", "/v1/tokens", body)).json()["token"]
    async with listening(market, "lena") as lena:
        await soon(lambda: ": still here" in lena.text)
        await market.call("seller_a", "DELETE", path)
        await asyncio.wait_for(lena.task, 5)
    assert lena.heard[-1]["event"] == "ended"


async def test_a_token_has_only_so_many_streams_and_the_platform_names_a_shop(market: Market) -> None:
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(5):
            await stack.enter_async_context(listening(market, "buyer_2"))
        refused = await market.call("buyer_2", "GET", "/v1/stream")
        assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (429, "too_many_streams", "10")
    assert (await market.call("platform", "GET", "/v1/stream")).status_code == 422
    assert (await market.call("seller_b", "GET", f"/v1/stream?shop_id={market.shops['a']}")).status_code == 404
