"""Sending Standard Webhooks: signed, guarded, once per call. When to try again is the outbox's business."""

import asyncio
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httptools
import msgspec

from amends.gateways import outbound
from amends.gateways.outbound import Connect, Forbidden, Resolve, Streams, Target
from amends.gateways.signatures import sign_message
from amends.gateways.wire import Answer, CutOffError, exchange, request_bytes

TOTAL_S = 10.0
ANSWER_CAP = 64 * 1024
GONE = 410
TAKEN = range(200, 300)
NOT_NOW = (429, 503)
LONGEST_REST = timedelta(hours=1)
TROUBLES: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "timeout"),
    (ssl.SSLError, "tls_failed"),
    (CutOffError, "cut_off"),
    (httptools.HttpParserError, "not_http"),
    (OSError, "unreachable"),
)


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """The receiver took the message."""

    status: int


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    """It did not, and `code` says why.

    answered_otherwise (with `status`; redirects are not followed), timeout, unreachable, tls_failed, cut_off, not_http, or why we do
    not connect there (see `outbound.Forbidden`). `rest` is how long a 429 or 503 asked to be left alone, an hour at most.
    """

    code: str
    status: int | None = None
    rest: timedelta = timedelta()


class Disabled(msgspec.Struct, frozen=True, kw_only=True):
    """The receiver answered 410: it wants no more messages."""


Delivery = Delivered | Failed | Disabled


async def send(
    url: str,
    secrets: Sequence[str],
    message_id: str,
    body: bytes,
    *,
    sent_at: datetime,
    allow_loopback: bool = False,
    total_s: float = TOTAL_S,
    resolver: Resolve = outbound.resolve,
    connector: Connect = outbound.connect,
) -> Delivery:
    """POST one message. `message_id` stays the same for every attempt, `sent_at` is the attempt's moment. Ten seconds in all, name look-up included."""
    headers = sign_message(secrets, message_id, sent_at, body)
    target = outbound.read_url(url, allow_loopback=allow_loopback)
    if isinstance(target, Forbidden):
        return Failed(code=target.code)
    try:
        async with asyncio.timeout(total_s):
            streams = await outbound.open_guarded(target, allow_loopback=allow_loopback, resolver=resolver, connector=connector)
            return (
                Failed(code=streams.code)
                if isinstance(streams, Forbidden)
                else _judged(await _post(streams, target, headers, body), datetime.now(UTC))
            )
    except (OSError, CutOffError, httptools.HttpParserError) as trouble:
        return Failed(code=next(code for kind, code in TROUBLES if isinstance(trouble, kind)))


async def _post(streams: Streams, target: Target, headers: dict[str, str], body: bytes) -> Answer:
    reader, writer = streams
    words = {"content-type": "application/json", "user-agent": "amends", "connection": "close", **headers}
    try:
        return await exchange(reader, writer, request_bytes("POST", target.path, target.host_header, words, body), cap=ANSWER_CAP)
    finally:
        writer.transport.abort()


def _judged(answer: Answer, now: datetime) -> Delivery:
    if answer.status in TAKEN:
        return Delivered(status=answer.status)
    if answer.status == GONE:
        return Disabled()
    rest = rest_of(answer.retry_after or "", now) if answer.status in NOT_NOW else timedelta()
    return Failed(code="answered_otherwise", status=answer.status, rest=rest)


def rest_of(retry_after: str, now: datetime) -> timedelta:
    """How long a `Retry-After` asks for, in seconds or until a date; none where it says nothing that makes sense."""
    if retry_after.isascii() and retry_after.isdecimal():
        return timedelta(seconds=min(int(retry_after[:12]), LONGEST_REST.total_seconds()))
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return timedelta()
    until = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), LONGEST_REST)
