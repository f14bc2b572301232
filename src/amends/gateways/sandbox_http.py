"""The HTTP that the sandbox's outside world speaks: small servers on the loopback, alike for the payment provider and the carrier."""

import asyncio
import ctypes
import signal
import sys
from collections.abc import Callable
from typing import Final

import httptools
import msgspec

LONGEST_BODY: Final = 64 * 1024
LONGEST_KEY: Final = 255
PARENT_DEATH_SIGNAL: Final = 1


class HttpConnection(asyncio.Protocol):
    """One client; requests are read whole and served in their order. `serve` is what a server makes of one."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._target, self._key, self._body = "", "", bytearray()

    def serve(self, method: str, target: str, key: str, body: bytes) -> None:
        """Answer one request; `key` is its `Idempotency-Key`, empty without one."""
        raise NotImplementedError

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio's word for hello."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker: a TCP server gives no other
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio passes it
        """Asyncio's word for goodbye."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Bytes of the client."""
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.cut()

    def on_url(self, url: bytes) -> None:
        """The parser's word."""
        self._target += url.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        """The parser's word."""
        if name.lower() == b"idempotency-key":
            self._key = value.decode("latin-1")

    def on_body(self, data: bytes) -> None:
        """The parser's word."""
        self._body += data
        if len(self._body) > LONGEST_BODY:
            self.cut()

    def on_message_complete(self) -> None:
        """The parser's word."""
        method, target, key, body = self._parser.get_method().decode(), self._target, self._key, bytes(self._body)
        self._target, self._key, self._body = "", "", bytearray()
        self.serve(method, target, key, body)

    def answer(self, status: int, body: object) -> None:
        """Send an answer, unless the client is gone."""
        if self._transport is not None:
            words = msgspec.json.encode(body)
            head = f"HTTP/1.1 {status} -\r\ncontent-type: application/json\r\ncontent-length: {len(words)}\r\n\r\n"
            self._transport.write(head.encode() + words)

    def cut(self) -> None:
        """End the connection without an answer."""
        if self._transport is not None:
            self._transport.abort()


async def listen(make: Callable[[], HttpConnection], port: int) -> None:
    """Listen on the loopback until told to stop; the first line on stdout says where. Port 0 takes a free one."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for word in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(word, stop.set)
    server = await loop.create_server(make, "127.0.0.1", port, backlog=512)
    sys.stdout.write(f"listening on http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await stop.wait()
    server.close()


def end_with_parent() -> None:
    """Stop when the process that started this one is gone; Linux alone can promise it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, ctypes.c_ulong(signal.SIGTERM), 0, 0, 0)
