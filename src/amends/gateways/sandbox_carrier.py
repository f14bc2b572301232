"""A carrier for sandbox, demo and tests, as a process of its own: `python -m amends.gateways.sandbox_carrier --notify URL --control`.

    POST /labels               Idempotency-Key, {market, to, reference}
    POST /interceptions        Idempotency-Key, {carrier, tracking_number}: can, cost and reason
    POST /complaints           Idempotency-Key, {carrier, tracking_number, about}
    GET  /parcels/{number}     everything seen of a parcel
    GET  /health
    POST /scans                only with --control: something happens to a parcel, and a signed message of it leaves
    POST /control              only with --control: {sending, delay_s, can_intercept, reason, cost, currency, offset_seconds}

Sending: ok · late (after `delay_s`) · twice · out_of_order (kept, and sent the newest first once told otherwise) · forged · silent.
Messages go to `--notify`, signed as Standard Webhooks says with the secret in AMENDS_CARRIER_SECRET.
"""

import argparse
import asyncio
import os
import sys
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

import httptools
import msgspec

from amends.gateways.sandbox_carrier_behaviour import Carrier, Control, LabelAsked, Message, ParcelAsked, Told
from amends.gateways.sandbox_http import LONGEST_BODY, LONGEST_KEY, HttpConnection, end_with_parent, listen
from amends.gateways.signatures import secret_of, sign_message
from amends.gateways.wire import CutOffError, exchange, request_bytes

FORGED = secret_of(b"a forger guessed this secret")
PATIENCE_S = 5.0


class Sender:
    """Sends messages, each in its own time."""

    def __init__(self, notify: str | None, secret: str) -> None:
        self._place = urlsplit(notify) if notify else None
        self._secret = secret
        self._under_way: set[asyncio.Task[None]] = set()

    def send(self, messages: list[Message]) -> None:
        """Let them leave in their order."""
        if self._place is None or not messages:
            return
        task = asyncio.create_task(self._all(messages))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _all(self, messages: list[Message]) -> None:
        for message in messages:
            await asyncio.sleep(message.wait_s)
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await self._one(message)
            except (OSError, CutOffError, httptools.HttpParserError) as trouble:
                sys.stderr.write(f"{message.id} was not taken: {type(trouble).__name__}\n")

    async def _one(self, message: Message) -> None:
        place = self._place
        assert place is not None  # noqa: S101 - asked before anything is sent
        reader, writer = await asyncio.open_connection(place.hostname, place.port or 80)
        try:
            signed = sign_message([FORGED if message.forged else self._secret], message.id, datetime.now(UTC), message.body)
            headers = {"content-type": "application/json", **signed}
            request = request_bytes("POST", place.path, place.netloc, headers, message.body)
            await exchange(reader, writer, request, cap=LONGEST_BODY)
        finally:
            writer.transport.abort()


class Connection(HttpConnection):
    """One client; requests are answered in their order."""

    def __init__(self, carrier: Carrier, sender: Sender, *, control: bool) -> None:
        super().__init__()
        self._carrier, self._sender, self._control = carrier, sender, control

    def serve(self, method: str, target: str, key: str, body: bytes) -> None:
        """Answer at once; nothing here waits."""
        try:
            self.answer(*self._serve(method, target.partition("?")[0], key, body))
        except msgspec.DecodeError:
            self.answer(400, {"code": "bad_request"})

    def _serve(self, method: str, path: str, key: str, body: bytes) -> tuple[int, object]:
        if method == "GET":
            return self._read(path)
        if path in ("/labels", "/interceptions", "/complaints") and not 0 < len(key) <= LONGEST_KEY:
            return 400, {"code": "missing_idempotency_key"}
        match path:
            case "/labels":
                return 200, self._carrier.label(key, msgspec.json.decode(body, type=LabelAsked))
            case "/interceptions":
                msgspec.json.decode(body, type=ParcelAsked)
                return 200, self._carrier.intercept(key)
            case "/complaints":
                msgspec.json.decode(body, type=ParcelAsked)
                return 200, self._carrier.complain(key)
        return self._tried(path, body) if self._control else (404, {"code": "no_such_route"})

    def _read(self, path: str) -> tuple[int, object]:
        if path == "/health":
            return 200, {"status": "ok", "sending": self._carrier.sending, "labels": len(self._carrier.labels)}
        if path.startswith("/parcels/"):
            return 200, self._carrier.track(unquote(path.removeprefix("/parcels/")))
        return 404, {"code": "no_such_route"}

    def _tried(self, path: str, body: bytes) -> tuple[int, object]:
        if path == "/scans":
            self._sender.send(self._carrier.see(msgspec.json.decode(body, type=Told), datetime.now(UTC)))
            return 200, {"seen": True}
        if path == "/control":
            self._sender.send(self._carrier.told(msgspec.json.decode(body, type=Control)))
            return 200, {"sending": self._carrier.sending}
        return 404, {"code": "no_such_route"}


async def serve(port: int, notify: str | None, secret: str, *, control: bool) -> None:
    """Listen on the loopback until told to stop; the first line on stdout says where."""
    carrier, sender = Carrier(), Sender(notify, secret)
    await listen(lambda: Connection(carrier, sender, control=control), port)


def main() -> None:
    """Read the words of the command line and serve."""
    words = argparse.ArgumentParser(prog="amends.gateways.sandbox_carrier", description="A carrier for trying things.")
    words.add_argument("--port", type=int, default=0, help="0 takes a free one")
    words.add_argument("--notify", help="where signed messages go: …/v1/inbound/<source>")
    words.add_argument("--control", action="store_true", help="accept POST /scans and /control")
    words.add_argument("--with-parent", action="store_true", help="stop when the process that started this one is gone")
    given = words.parse_args()
    if given.with_parent:
        end_with_parent()
    secret = os.environ.get("AMENDS_CARRIER_SECRET", "")
    if given.notify and not secret:
        raise SystemExit("--notify needs a secret in AMENDS_CARRIER_SECRET")
    try:
        asyncio.run(serve(given.port, given.notify, secret, control=given.control))
    except OSError as trouble:
        raise SystemExit(f"the sandbox carrier cannot start: {trouble}") from trouble


if __name__ == "__main__":
    main()
