"""The sandbox carrier is a process of its own that answers once a key, and whose messages come late, twice, out of order, forged or not at all."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from tests.api.marketplace import Market, told_order

from amends.actions.tracking import plausible
from amends.desk.orders import take_orders
from amends.domain.facts.told import ToldParcel
from amends.gateways.calling import Caller
from amends.gateways.carriers import Intercepting, Labelled, Lodged, Place, Refused, Tracked, Unknown
from amends.gateways.carriers_http import HttpCarrier
from amends.gateways.signatures import secret_of
from amends.gateways.wire import Answer

SECRET = secret_of(b"c" * 32)
NUMBER = "94001118992231974"
TO = Place(name="Anna", line="12 Mill Road", city="Albany")


@pytest.fixture(scope="module")
def settings_more() -> dict[str, Any]:
    return {"inbound": {"sandbox_carrier": (SECRET,)}}


class Trial:
    """The carrier's process, and a relay that carries its messages to the application; `came` holds what they were answered."""

    def __init__(self, market: Market) -> None:
        self.market, self.came = market, asyncio.Queue[tuple[int, Any]]()
        self.url, self.process = "", None

    async def start(self) -> None:
        self.relay = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        port = self.relay.sockets[0].getsockname()[1]
        words = ["--notify", f"http://127.0.0.1:{port}/v1/inbound/sandbox_carrier", "--control", "--with-parent"]
        self.process = subprocess.Popen(  # noqa: ASYNC220 - started once, and it answers at once
            [sys.executable, "-m", "amends.gateways.sandbox_carrier", *words],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "AMENDS_CARRIER_SECRET": SECRET},
        )
        assert self.process.stdout is not None
        line = await asyncio.to_thread(self.process.stdout.readline)
        self.url = line.removeprefix("listening on ").strip()
        self.caller = Caller(self.url)

    async def stop(self) -> None:
        await self.caller.close()
        self.relay.close()
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
        body = await reader.readexactly(int(headers.pop("content-length")))
        headers.pop("host")
        answer = await self.market.client.post(head[0].split(" ")[1], content=body, headers=headers)
        words = answer.content
        writer.write(f"HTTP/1.1 {answer.status_code} -\r\ncontent-length: {len(words)}\r\n\r\n".encode() + words)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()
        await self.came.put((answer.status_code, answer.json()))

    async def tell(self, path: str, **said: Any) -> None:
        import msgspec

        answer = await self.caller.ask("POST", path, msgspec.json.encode(said))
        assert isinstance(answer, Answer)
        assert answer.status == 200, answer.body

    async def answers(self, n: int) -> list[tuple[int, Any]]:
        return [await asyncio.wait_for(self.came.get(), 10) for _ in range(n)]

    async def parcel(self, order: str) -> dict[str, Any]:
        seen = (await self.market.call("platform", "GET", f"/v1/orders/{order}")).json()
        return dict(seen["parcels"][0])


@pytest_asyncio.fixture
async def trial(market: Market) -> AsyncIterator[Trial]:
    made = Trial(market)
    await made.start()
    yield made
    await made.stop()


async def on_its_way(market: Market, n: int) -> tuple[str, str]:
    """An order in transit; its id and its parcel's number."""
    now, number = datetime.now(UTC), f"{NUMBER}{n}"
    parcel = ToldParcel(status="in_transit", carrier="usps", tracking_number=number, shipped_at=now - timedelta(days=1))
    told = told_order("a", f"SC{n}", "buyer-1", status="in_transit", delivered_at=None, parcels=(parcel,))
    (taken,) = await take_orders(market.context.desk, [told])
    return str(taken.order_id), number


@pytest.mark.requirement("L-07")
async def test_a_forged_message_moves_nothing_and_the_same_word_signed_does(market: Market, trial: Trial) -> None:
    order, number = await on_its_way(market, 1)
    await trial.tell("/control", sending="forged")
    await trial.tell("/scans", tracking_number=number, status="delivered")
    assert [status for status, _ in await trial.answers(1)] == [401]
    assert (await trial.parcel(order))["status"] == "in_transit"
    await trial.tell("/control", sending="ok")
    await trial.tell("/scans", tracking_number=number, status="delivered")
    assert await trial.answers(1) == [(200, {"result": "recorded"})]
    assert (await trial.parcel(order))["status"] == "delivered"


@pytest.mark.requirement("L-07")
async def test_a_message_that_comes_twice_is_taken_once(market: Market, trial: Trial) -> None:
    order, number = await on_its_way(market, 2)
    await trial.tell("/control", sending="twice")
    await trial.tell("/scans", tracking_number=number, status="out_for_delivery")
    assert sorted(said["result"] for _, said in await trial.answers(2)) == ["known", "recorded"]
    assert (await trial.parcel(order))["status"] == "out_for_delivery"


@pytest.mark.requirement("L-07")
async def test_late_and_out_of_order_messages_end_in_what_happened_last(market: Market, trial: Trial) -> None:
    order, number = await on_its_way(market, 3)
    await trial.tell("/control", sending="out_of_order")
    began = datetime.now(UTC)
    for hours, status in enumerate(("in_transit", "out_for_delivery", "delivered")):
        await trial.tell(
            "/scans", tracking_number=number, status=status, occurred_at=(began + timedelta(hours=hours)).isoformat()
        )
    await trial.tell("/control", sending="late", delay_s=0.01)  # what was kept leaves now, the newest first
    assert {said["result"] for _, said in await trial.answers(3)} == {"recorded"}
    assert (await trial.parcel(order))["status"] == "delivered"
    await trial.tell("/scans", tracking_number=number, status="in_transit", occurred_at=began.isoformat())
    await trial.answers(1)
    assert (await trial.parcel(order))["status"] == "delivered"


@pytest.mark.requirement("L-07")
async def test_a_carrier_that_says_nothing_tells_who_asks(market: Market, trial: Trial) -> None:
    _, number = await on_its_way(market, 4)
    await trial.tell("/control", sending="silent")
    await trial.tell("/scans", tracking_number=number, status="delivered", postcode="12207", weight=800)
    carrier = HttpCarrier(trial.url)
    said = await carrier.track(carrier="usps", tracking_number=number)
    assert isinstance(said, Tracked)
    assert [(event.status, event.postcode, event.weight) for event in said.events] == [("delivered", "12207", 800)]
    assert trial.came.empty()
    await carrier.close()


@pytest.mark.requirement("L-01", "L-02", "L-05")
async def test_one_key_is_one_label_one_interception_and_one_complaint(trial: Trial) -> None:
    carrier = HttpCarrier(trial.url)
    one, again, other = [await carrier.label(key=key, market="us", to=TO, reference="O-1") for key in ("k1", "k1", "k2")]
    assert isinstance(one, Labelled)
    assert one == again != other
    assert plausible(one.carrier, one.tracking_number)
    can = await carrier.intercept(key="i1", carrier="zto", tracking_number="7312345678901")
    assert can == Intercepting(can=True, cost=300, currency="CNY", reference=can.reference)  # type: ignore[union-attr]
    await trial.tell("/control", can_intercept=False, reason="out_for_delivery")
    assert await carrier.intercept(key="i1", carrier="zto", tracking_number="7312345678901") == can
    cannot = await carrier.intercept(key="i2", carrier="zto", tracking_number="7312345678901")
    assert (cannot.can, cannot.reason, cannot.cost) == (False, "out_for_delivery", None)  # type: ignore[union-attr]
    complaints = [await carrier.complain(key="c1", carrier="zto", tracking_number="7312345678901", about=None) for _ in range(2)]
    assert isinstance(complaints[0], Lodged)
    assert complaints[0] == complaints[1]
    assert await carrier.complain(key="", carrier="zto", tracking_number="7", about=None) == Refused(
        code="missing_idempotency_key"
    )
    await carrier.close()


async def test_a_carrier_that_is_not_there_is_unknown_never_an_error() -> None:
    carrier = HttpCarrier("http://127.0.0.1:1")
    assert await carrier.track(carrier="usps", tracking_number="1") == Unknown(reason="unreachable")
