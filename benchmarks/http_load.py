"""A small HTTP load: prepared requests over keep-alive connections, each waiting for its answer before it sends the next."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import uvloop


@dataclass
class Load:
    """What a run did: answers by status, latencies in seconds, and how long it took."""

    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    first_problem: bytes = b""

    @property
    def per_second(self) -> float:
        return self.statuses[201] / self.seconds

    def percentile_ms(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class Caller(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], load: Load, until: float, done: asyncio.Future[None]) -> None:
        self.requests, self.load, self.until, self.done = requests, load, until, done
        self.buffer = bytearray()
        self.sent = 0.0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is one by duty, not by birth
        self.send()

    def send(self) -> None:
        assert self.transport is not None
        request = None if time.perf_counter() >= self.until else next(self.requests, None)
        if request is None:
            self.transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self.sent = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.buffer[:end]).lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 : head.find(b"\r", at) if head.find(b"\r", at) > 0 else None])
        if len(self.buffer) < end + 4 + length:
            return
        status = int(head[9:12])
        self.load.statuses[status] += 1
        self.load.latencies.append(time.perf_counter() - self.sent)
        if status >= 400 and not self.load.first_problem:
            self.load.first_problem = bytes(self.buffer)
        del self.buffer[: end + 4 + length]
        self.send()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio gives it
        if not self.done.done():
            self.done.set_result(None)


async def _drive(port: int, requests: list[bytes], connections: int, seconds: float) -> Load:
    loop = asyncio.get_running_loop()
    load = Load()
    begun = time.perf_counter()
    shared = iter(requests)
    waiting = []
    for _ in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        waiting.append(done)
        await loop.create_connection(lambda done=done: Caller(shared, load, begun + seconds, done), "127.0.0.1", port)
    await asyncio.gather(*waiting)
    load.seconds = time.perf_counter() - begun
    return load


def drive(port: int, requests: list[bytes], connections: int, seconds: float) -> Load:
    """Send the requests until they or the seconds run out."""
    return uvloop.run(_drive(port, requests, connections, seconds))


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A request as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
