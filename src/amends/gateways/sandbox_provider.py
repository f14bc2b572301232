"""A payment provider for sandbox, demo and tests, as a process of its own: `python -m amends.gateways.sandbox_provider --home DIR --control`.

    POST /refunds              Idempotency-Key, {payment_ref, amount, currency, destination}
    POST /payouts              the same, for money on top of refunds
    GET  /refunds/{key}        what became of it
    GET  /refunds?since=TIME   the report
    GET  /health               counts: most_per_key must be 1
    POST /control              only with --control: {mode, rate, next_n, code, delay_s, seed, offset_seconds}

Modes: ok · fail_before (503, nothing done) · fail (refused for good) · hang (nothing done, no answer) · lose_answer (done, then the
connection dies) · slow (done, answered late). `rate` is how often the mode strikes, `next_n` how many more times at most.
"""

import argparse
import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote

import msgspec

from amends.gateways.sandbox_behaviour import Asked, Control, Provider
from amends.gateways.sandbox_http import LONGEST_KEY, HttpConnection, end_with_parent, listen
from amends.gateways.sandbox_ledger import Ledger


class NotAMomentError(Exception):
    """What stands after `since=` cannot be read."""


def _since(query: str) -> datetime:
    try:
        since = datetime.fromisoformat(parse_qs(query).get("since", ["1970-01-01T00:00:00+00:00"])[0])
    except ValueError as trouble:
        raise NotAMomentError from trouble
    return since if since.tzinfo else since.replace(tzinfo=UTC)


class Flush:
    """One fsync for all that was executed in the same turn of the loop."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: list[Callable[[], object]] = []

    def then(self, do: Callable[[], object]) -> None:
        """Call `do` when everything executed so far is on disk."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._now)
        self._waiting.append(do)

    def _now(self) -> None:
        self._ledger.flush()
        waiting, self._waiting = self._waiting, []
        for do in waiting:
            do()


class Connection(HttpConnection):
    """One client. Requests are answered in their order; what is executed is on disk before its answer leaves."""

    def __init__(self, provider: Provider, flush: Flush, *, control: bool) -> None:
        super().__init__()
        self._provider, self._flush, self._control = provider, flush, control

    def serve(self, method: str, target: str, key: str, body: bytes) -> None:
        """Answer, where the behaviour that it was told lets it."""
        try:
            self._serve(method, target, key, body)
        except (msgspec.DecodeError, NotAMomentError):
            executed = key in self._provider.ledger.entries
            self.answer(400, {"code": "bad_request"} if executed else {"status": "failed", "code": "bad_request"})

    def _serve(self, method: str, target: str, key: str, body: bytes) -> None:
        path, _, query = target.partition("?")
        if (method, path) in (("POST", "/refunds"), ("POST", "/payouts")):
            self._refund(key, msgspec.json.decode(body, type=Asked))
        elif (method, path) == ("GET", "/refunds"):
            self._when_safe(*self._provider.report(_since(query)))
        elif method == "GET" and path.startswith("/refunds/"):
            self._when_safe(*self._provider.find(unquote(path.removeprefix("/refunds/"))))
        elif (method, path) == ("GET", "/health"):
            self.answer(200, {"status": "ok", "mode": self._provider.mode, **self._provider.ledger.counts()})
        elif (method, path) == ("POST", "/control") and self._control:
            self._provider.told(msgspec.json.decode(body, type=Control))
            self.answer(200, {"mode": self._provider.mode})
        else:
            self.answer(404, {"code": "no_such_route"})

    def _refund(self, key: str, asked: Asked) -> None:
        if not 0 < len(key) <= LONGEST_KEY:
            self.answer(400, {"status": "failed", "code": "missing_idempotency_key"})
            return
        mishap = self._provider.mishap()
        if mishap == "hang":
            return
        if mishap == "fail_before":
            self.answer(503, {"code": "try_again"})
            return
        reply = self._provider.refund(key, asked, datetime.now(UTC), refuse=mishap == "fail")
        if mishap == "lose_answer":
            self._flush.then(self.cut)
        elif mishap == "slow":
            self._flush.then(lambda: asyncio.get_running_loop().call_later(self._provider.delay_s, self.answer, *reply))
        else:
            self._when_safe(*reply)

    def _when_safe(self, status: int, body: object) -> None:
        self._flush.then(lambda: self.answer(status, body))


async def serve(home: Path, port: int, *, control: bool) -> None:
    """Listen on the loopback until told to stop; the first line on stdout says where."""
    ledger = Ledger(home)
    provider, flush = Provider(ledger), Flush(ledger)
    await listen(lambda: Connection(provider, flush, control=control), port)
    ledger.close()


def main() -> None:
    """Read the words of the command line and serve."""
    words = argparse.ArgumentParser(prog="amends.gateways.sandbox_provider", description="A payment provider for trying things.")
    words.add_argument("--home", type=Path, required=True, help="folder for what was executed")
    words.add_argument("--port", type=int, default=0, help="0 takes a free one")
    words.add_argument("--control", action="store_true", help="accept POST /control")
    words.add_argument("--with-parent", action="store_true", help="stop when the process that started this one is gone")
    given = words.parse_args()
    if given.with_parent:
        end_with_parent()
    try:
        asyncio.run(serve(given.home, given.port, control=given.control))
    except OSError as trouble:
        raise SystemExit(f"the sandbox provider cannot start: {trouble}") from trouble


if __name__ == "__main__":
    main()
