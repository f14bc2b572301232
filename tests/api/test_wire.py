"""Answers as they go over the wire: whole ones in one piece, in the order of their questions, and never with a header of somebody else's making."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from amends.api.door.messages import Headers, Receive, Scope, Send
from amends.api.door.wire import CYCLE, Wire, send_whole

Told = Callable[[bytes], Awaitable[bytes]]
PLAIN: Headers = ((b"content-type", b"text/plain"), (b"content-length", b"5"))


class Echo:
    """Answers with five bytes of the path, whole where that may be; `breaks` is a header that splits an answer in two."""

    def __init__(self) -> None:
        self.whole: list[bool] = []
        self.writes: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI gives it
        assert scope["type"] == "http"
        transport = scope[CYCLE].transport
        if not isinstance(transport, _Watched):
            scope[CYCLE].transport = _Watched(transport, self.writes)
        body = scope["path"].encode()[1:6].ljust(5, b".")
        headers = (*PLAIN, (b"x-said", b"a\r\nset-cookie: b")) if scope["path"] == "/breaks" else PLAIN
        self.whole.append(send_whole(scope, 200, headers, body))
        if not self.whole[-1]:
            await send({"type": "http.response.start", "status": 200, "headers": list(PLAIN)})
            await send({"type": "http.response.body", "body": body})


class _Watched:
    """A transport whose writes are seen."""

    def __init__(self, under: Any, writes: list[bytes]) -> None:
        self.under, self.writes = under, writes

    def write(self, data: bytes) -> None:
        self.writes.append(data)
        self.under.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.under, name)


@asynccontextmanager
async def served(app: Echo) -> AsyncIterator[Told]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, fd=None, http=Wire, ws="none", lifespan="off", access_log=False, log_level="error")
        server = uvicorn.Server(config)
        running = asyncio.create_task(server._serve([listening]))
        while not server.started:  # noqa: ASYNC110 - uvicorn tells of it no other way
            await asyncio.sleep(0.01)

        async def told(said: bytes) -> bytes:
            reader, writer = await asyncio.open_connection(*listening.getsockname())
            writer.write(said)
            answer = await asyncio.wait_for(reader.read(), 10)
            writer.close()
            return answer

        yield told
        server.should_exit = True
        await running


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def collector_off() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def cycles() -> int:
    """The records of calls that are still in memory."""
    return sum(isinstance(each, RequestResponseCycle) for each in gc.get_objects())


async def test_a_whole_answer_leaves_in_one_write_and_the_connection_ends_where_it_was_asked_to(echo: Echo) -> None:
    async with served(echo) as told:
        answer = await told(b"GET /first HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert (echo.whole, echo.writes) == ([True], [answer])
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert (b"date: " in head, head.endswith(b"connection: close"), body) == (True, True, b"first")


async def test_questions_that_come_in_one_packet_are_answered_in_their_order(echo: Echo) -> None:
    first, last = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    async with served(echo) as told:
        answer = await told(first % b"aaaaa" + first % b"bbbbb" + last % b"ccccc")
    assert [part[-5:] for part in answer.split(b"HTTP/1.1 200 OK")[1:]] == [b"aaaaa", b"bbbbb", b"ccccc"]
    assert echo.whole == [True, True, True]


@pytest.mark.usefixtures("collector_off")
async def test_a_call_that_was_answered_leaves_nothing_for_the_collector(echo: Echo) -> None:
    before = cycles()
    async with served(echo) as told:
        await told(b"GET /aaaaa HTTP/1.1\r\nHost: x\r\n\r\n" * 50 + b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert echo.whole == [True] * 51
        assert cycles() - before <= 1


async def test_a_head_is_answered_without_its_body(echo: Echo) -> None:
    async with served(echo) as told:
        answer = await told(b"HEAD /first HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert echo.whole == [False]
    assert (b"content-length: 5" in answer, answer.endswith(b"\r\n\r\n")) == (True, True)


async def test_a_header_with_a_line_break_is_not_written(echo: Echo) -> None:
    async with served(echo) as told:
        answer = await told(b"GET /breaks HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert echo.whole == [False]
    assert b"set-cookie" not in answer


async def test_a_body_that_is_announced_and_not_sent_before_the_answer_ends_the_call_cleanly(echo: Echo) -> None:
    async with served(echo) as told:
        answer = await told(
            b"POST /first HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\nabc"
        )
    assert answer.count(b"HTTP/1.1") == 1
    assert answer.endswith(b"first")
