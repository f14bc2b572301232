"""A payment provider that speaks HTTP as our sandbox provider does: POST /refunds and /payouts, GET /refunds/{key}, GET /refunds?since=."""

import asyncio
from collections import deque
from datetime import datetime
from urllib.parse import quote, urlsplit

import httptools
import msgspec

from amends.gateways.payments import Execution, Failed, NotFound, Outcome, Succeeded, Unknown
from amends.gateways.wire import Answer, CutOffError, exchange, request_bytes

CONNECT_S = 3.0
ANSWER_CAP = 64 * 1024
REPORT_CAP = 256 * 1024 * 1024
MOST_IDLE = 16
NOT_FOUND = 404
CONFLICT = 409
REFUSED = range(400, 500)
DONE = range(200, 300)

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Told(msgspec.Struct):
    status: str = ""
    provider_ref: str = ""
    code: str = ""


class _Report(msgspec.Struct):
    rows: list[Execution]


class HttpPayments:
    """Implements `PaymentsGateway` over kept connections; `total_s` bounds one call, connecting included."""

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

    async def refund(self, *, key: str, payment_ref: str, amount: int, currency: str, destination: str) -> Outcome:
        """See PaymentsGateway. A kept connection that turns out to be dead is replaced once: the key makes that safe."""
        return await self._pay(
            "/refunds", key, payment_ref=payment_ref, amount=amount, currency=currency, destination=destination
        )

    async def pay_out(self, *, key: str, payment_ref: str, amount: int, currency: str, destination: str) -> Outcome:
        """See PaymentsGateway."""
        return await self._pay(
            "/payouts", key, payment_ref=payment_ref, amount=amount, currency=currency, destination=destination
        )

    async def _pay(self, path: str, key: str, **asked: object) -> Outcome:
        answer = await self._ask("POST", path, msgspec.json.encode(asked), {"idempotency-key": key})
        return answer if isinstance(answer, Unknown) else _outcome(answer)

    async def find(self, key: str) -> Outcome | NotFound:
        """See PaymentsGateway."""
        answer = await self._ask("GET", f"/refunds/{quote(key, safe='')}")
        if isinstance(answer, Answer) and answer.status == NOT_FOUND:
            return NotFound() if _told(answer).code == "not_found" else Unknown(reason="provider_error")
        return answer if isinstance(answer, Unknown) else _outcome(answer)

    async def report(self, since: datetime) -> tuple[Execution, ...] | Unknown:
        """See PaymentsGateway."""
        answer = await self._ask("GET", f"/refunds?since={quote(since.isoformat())}", cap=REPORT_CAP)
        if isinstance(answer, Unknown):
            return answer
        try:
            return (
                tuple(msgspec.json.decode(answer.body, type=_Report).rows)
                if answer.status in DONE
                else Unknown(reason="provider_error")
            )
        except msgspec.DecodeError:
            return Unknown(reason="provider_error")

    async def close(self) -> None:
        """Let the kept connections go."""
        while self._idle:
            self._idle.popleft()[1].close()

    async def _ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, *, cap: int = ANSWER_CAP
    ) -> Answer | Unknown:
        request = request_bytes(method, self._base + path, self._host_header, self._headers | (headers or {}), body)
        try:
            async with asyncio.timeout(self._total_s):
                while self._idle:
                    try:
                        return await self._over(self._idle.pop(), request, cap)
                    except (CutOffError, ConnectionError):
                        continue
                streams = await self._connect()
                return streams if isinstance(streams, Unknown) else await self._over(streams, request, cap)
        except TimeoutError:
            return Unknown(reason="timeout")
        except httptools.HttpParserError:
            return Unknown(reason="not_http")
        except (CutOffError, OSError):
            return Unknown(reason="cut_off")

    async def _connect(self) -> Streams | Unknown:
        try:
            async with asyncio.timeout(CONNECT_S):
                return await asyncio.open_connection(self._host, self._port, ssl=self._secure or None)
        except OSError:
            return Unknown(reason="unreachable")

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


def _outcome(answer: Answer) -> Outcome:
    """Only a clear word is believed: everything else may or may not have moved money."""
    told = _told(answer)
    if answer.status in DONE and told.status == "succeeded" and told.provider_ref:
        return Succeeded(provider_ref=told.provider_ref)
    if told.status == "failed" and told.code and (answer.status in DONE or answer.status in REFUSED):
        return Failed(code=told.code)
    if answer.status == CONFLICT:
        return Unknown(reason="still_running")
    return Unknown(reason="provider_error")


def _told(answer: Answer) -> _Told:
    try:
        return msgspec.json.decode(answer.body, type=_Told)
    except msgspec.DecodeError:
        return _Told()
