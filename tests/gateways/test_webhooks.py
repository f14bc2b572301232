import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from amends.gateways.signatures import secret_of
from amends.gateways.webhooks import ANSWER_CAP, LONGEST_REST, Delivered, Delivery, Disabled, Failed, rest_of, send

SECRET, NEXT = secret_of(b"a" * 32), secret_of(b"b" * 32)
BODY = '{"type":"case.opened","note":"中"}'.encode()
Handler = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def receiver(answer: bytes | Handler) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A receiver on this machine that gives the same answer to everybody."""
    received: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(next(line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")))
            received.append(head + await reader.readexactly(length))
            if callable(answer):
                await answer(head, writer)
            else:
                writer.write(answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?x=1", received
        server.close()


async def deliver(answer: bytes | Handler, *, total_s: float = 5.0) -> Delivery:
    async with receiver(answer) as (url, _):
        return await send(url, [SECRET], "msg_1", BODY, sent_at=datetime.now(UTC), allow_loopback=True, total_s=total_s)


async def test_a_message_arrives_whole_and_another_implementation_verifies_it_with_either_secret() -> None:
    async with receiver(b"HTTP/1.1 204 No Content\r\n\r\n") as (url, received):
        outcome = await send(url, [SECRET, NEXT], "msg_1", BODY, sent_at=datetime.now(UTC), allow_loopback=True)
    assert outcome == Delivered(status=204)
    head, _, body = received[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hook?x=1 HTTP/1.1"
    headers = dict(line.split(": ", 1) for line in lines[1:])
    assert body == BODY
    for secret in (SECRET, NEXT):
        assert Webhook(secret).verify(body, headers)["type"] == "case.opened"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", Delivered(status=200)),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", Delivered(status=200)),
        (b"HTTP/1.1 202 OK\r\n\r\nuntil the end", Delivered(status=202)),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", Delivered(status=200)),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\n" + b"x" * (ANSWER_CAP + 10), Delivered(status=200)),
        (
            b"HTTP/1.1 301 Moved\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n",
            Failed(code="answered_otherwise", status=301),
        ),
        (b"HTTP/1.1 400 Bad\r\ncontent-length: 0\r\n\r\n", Failed(code="answered_otherwise", status=400)),
        (b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n", Failed(code="answered_otherwise", status=500)),
        (b"HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n", Disabled()),
        (b"HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", Failed(code="not_http")),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nok", Failed(code="cut_off")),
        (b"", Failed(code="cut_off")),
        (b"SSH-2.0-OpenSSH\r\n", Failed(code="not_http")),
        (b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 60_000 + b"\r\n", Failed(code="not_http")),
    ],
    ids=lambda value: str(value)[:45],
)
async def test_the_answer_decides(answer: bytes, outcome: Delivery) -> None:
    assert await deliver(answer) == outcome


async def test_a_receiver_that_never_answers_costs_the_time_it_was_given_and_no_more() -> None:
    asked = asyncio.Event()

    async def silent(_: bytes, __: asyncio.StreamWriter) -> None:
        await asked.wait()

    assert await deliver(silent, total_s=0.05) == Failed(code="timeout")
    asked.set()


async def test_a_receiver_that_drips_for_ever_is_cut_off_at_the_total() -> None:
    async def drip(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await asyncio.sleep(0.005)

    assert await deliver(drip, total_s=0.1) == Failed(code="timeout")


async def test_nobody_there_is_said_so() -> None:
    async with receiver(b"") as (url, _):
        pass
    assert await send(url, [SECRET], "m", b"{}", sent_at=datetime.now(UTC), allow_loopback=True) == Failed(code="unreachable")


async def test_a_receiver_without_tls_where_tls_is_due_is_said_so() -> None:
    async with receiver(b"HTTP/1.1 200 OK\r\n\r\n") as (url, _):
        outcome = await send(
            url.replace("http:", "https:"), [SECRET], "m", b"{}", sent_at=datetime.now(UTC), allow_loopback=True, total_s=0.5
        )
    assert outcome in (Failed(code="tls_failed"), Failed(code="timeout"))


NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("120", timedelta(minutes=2)),
        ("99999999999999999999", LONGEST_REST),
        ("Fri, 27 Nov 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Fri, 27 Nov 2026 11:00:00 GMT", timedelta()),
        ("Fri, 27 Nov 9999 11:00:00 GMT", LONGEST_REST),
        ("Fri, 99 Nov 2026 13:00:00 GMT", timedelta()),
        ("-5", timedelta()),
        ("", timedelta()),
    ],
)
def test_a_pause_may_be_asked_for_in_seconds_or_until_a_date_and_for_a_day_at_most(said: str, rest: timedelta) -> None:
    assert rest_of(said, NOON) == rest


@given(st.text(alphabet=st.characters(max_codepoint=255), max_size=60) | st.text("0123456789 :+-,GMTFriNov", max_size=40))
def test_any_word_for_a_pause_is_read_without_an_error(said: str) -> None:
    assert timedelta() <= rest_of(said, NOON) <= LONGEST_REST


async def test_a_429_and_a_503_say_how_long_they_want_to_be_left_alone_and_no_other_answer_does() -> None:
    for status, rest in ((429, 90), (503, 90), (500, 0)):
        head = f"HTTP/1.1 {status} Later\r\nRetry-After: 90\r\ncontent-length: 0\r\n\r\n".encode()
        assert await deliver(head) == Failed(code="answered_otherwise", status=status, rest=timedelta(seconds=rest))
