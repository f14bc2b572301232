"""One HTTP/1.1 exchange over a stream: as small as our gateways need, with a cap on what is read."""

import asyncio
from collections.abc import Mapping

import httptools
import msgspec

READ_AT_ONCE = 64 * 1024
LONGEST_HEAD = 128 * 1024
NO_CONTENT = 204
FIRST_FINAL = 200


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A complete answer. `cut` says that the body was longer than the cap and is not whole; `reusable` that the connection may serve again."""

    status: int
    body: bytes
    reusable: bool
    cut: bool = False
    retry_after: str | None = None


class CutOffError(Exception):
    """The other side closed before a whole answer was there. `begun`: whether any of it had come."""

    def __init__(self, *, begun: bool) -> None:
        super().__init__("the answer was cut off")
        self.begun = begun


class _Reading:
    def __init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.body = bytearray()
        self.headers_done = self.done = self.measured = self.kept = False
        self.retry_after: str | None = None

    def feed(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as trouble:
            raise httptools.HttpParserError("nobody asked for another protocol") from trouble

    def on_header(self, name: bytes, value: bytes) -> None:
        self.measured |= name.lower() in (b"content-length", b"transfer-encoding")
        if name.lower() == b"retry-after":
            self.retry_after = value.decode("latin-1").strip()

    def on_headers_complete(self) -> None:
        self.headers_done = self.parser.get_status_code() >= FIRST_FINAL

    def on_body(self, data: bytes) -> None:
        self.body += data

    def on_message_complete(self) -> None:
        self.done = self.parser.get_status_code() >= FIRST_FINAL
        self.kept = self.parser.should_keep_alive()  # the parser forgets it after this


def request_bytes(method: str, target: str, host: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """A request as it goes over the wire. Raises ValueError where a word of it would break the line."""
    lines = [f"{method} {target} HTTP/1.1", f"host: {host}", *(f"{name}: {value}" for name, value in headers.items())]
    if body or method != "GET":
        lines.append(f"content-length: {len(body)}")
    if any("\r" in line or "\n" in line or "\0" in line for line in lines):
        raise ValueError("a header or a target may not hold line breaks")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes, *, cap: int) -> Answer:
    """Send a request and read its answer, at most `cap` bytes of body.

    Raises:
        CutOffError: the connection ended before the answer did.
        OSError: the connection broke.
        httptools.HttpParserError: what came is no HTTP.
    """
    writer.write(request)
    await writer.drain()
    reading = _Reading()
    begun, unasked = False, 0
    while not reading.done and len(reading.body) <= cap:
        data = await reader.read(READ_AT_ONCE)
        if not data:
            if reading.headers_done and not reading.measured:
                break
            raise CutOffError(begun=begun)
        begun = True
        unasked += 0 if reading.headers_done else len(data)
        if unasked > LONGEST_HEAD:
            raise httptools.HttpParserError("the head of the answer does not end")
        reading.feed(data)
    whole = reading.done and len(reading.body) <= cap
    return Answer(
        status=reading.parser.get_status_code(),
        body=bytes(reading.body[:cap]),
        reusable=whole and reading.kept,
        cut=len(reading.body) > cap,
        retry_after=reading.retry_after,
    )
