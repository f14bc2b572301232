"""Calls to one partner of ours over kept connections, with a bound on time and size; what goes wrong is a word, never an error."""

import asyncio
from collections import deque
from urllib.parse import urlsplit

import httptools

from amends.gateways.wire import Answer, CutOffError, exchange, request_bytes

CONNECT_S = 3.0
ANSWER_CAP = 64 * 1024
MOST_IDLE = 16
DONE = range(200, 300)
REFUSED = range(400, 500)

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Caller:
    """`total_s` bounds one call, connecting included. Raises ValueError for what is no http(s) address."""

    def __init__(self, base_url: str, *, total_s: float = 10.0, token: str = "") -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or parts.hostname is None:
            raise ValueError(f"not the address of a provider: {base_url!r}")
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port or (443 if self._secure else 80)
        self._host_header, self._base = parts.netloc, parts.path.rstrip("/")
        self._total_s = total_s
        self._headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
        self._idle: deque[Streams] = deque()

    async def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, *, cap: int = ANSWER_CAP
    ) -> Answer | str:
        """The answer, or why there is none: unreachable, timeout, cut_off or not_http.

        A kept connection that turns out to be dead is replaced once: callers ask with keys that make that safe.
        """
        request = request_bytes(method, self._base + path, self._host_header, self._headers | (headers or {}), body)
        try:
            async with asyncio.timeout(self._total_s):
                while self._idle:
                    try:
                        return await self._over(self._idle.pop(), request, cap)
                    except (CutOffError, ConnectionError):
                        continue
                streams = await self._connect()
                return streams if isinstance(streams, str) else await self._over(streams, request, cap)
        except TimeoutError:
            return "timeout"
        except httptools.HttpParserError:
            return "not_http"
        except (CutOffError, OSError):
            return "cut_off"

    async def _connect(self) -> Streams | str:
        try:
            async with asyncio.timeout(CONNECT_S):
                return await asyncio.open_connection(self._host, self._port, ssl=self._secure or None)
        except OSError:
            return "unreachable"

    async def _over(self, streams: Streams, request: bytes, cap: int) -> Answer:
        """One exchange; the connection is kept only after a whole answer, so that nobody ever reads another call's answer."""
        kept = False
        try:
            answer = await exchange(*streams, request, cap=cap)
            if answer.reusable and len(self._idle) < MOST_IDLE:
                self._idle.append(streams)
                kept = True
            return answer
        finally:
            if not kept:
                streams[1].transport.abort()

    async def close(self) -> None:
        """Let the kept connections go."""
        while self._idle:
            self._idle.popleft()[1].close()
