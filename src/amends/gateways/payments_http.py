"""A payment provider that speaks HTTP as our sandbox provider does: POST /refunds and /payouts, GET /refunds/{key}, GET /refunds?since=."""

from datetime import datetime
from urllib.parse import quote

import msgspec

from amends.gateways.calling import ANSWER_CAP, DONE, REFUSED, Caller
from amends.gateways.payments import Execution, Failed, NotFound, Outcome, Succeeded, Unknown
from amends.gateways.wire import Answer

REPORT_CAP = 256 * 1024 * 1024
NOT_FOUND = 404
CONFLICT = 409


class _Told(msgspec.Struct):
    status: str = ""
    provider_ref: str = ""
    code: str = ""


class _Report(msgspec.Struct):
    rows: list[Execution]


class HttpPayments:
    """Implements `PaymentsGateway` over kept connections; `total_s` bounds one call, connecting included."""

    def __init__(self, base_url: str, *, total_s: float = 10.0, token: str = "") -> None:
        self._caller = Caller(base_url, total_s=total_s, token=token)

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
        await self._caller.close()

    async def _ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, *, cap: int = ANSWER_CAP
    ) -> Answer | Unknown:
        answer = await self._caller.ask(method, path, body, headers, cap=cap)
        return Unknown(reason=answer) if isinstance(answer, str) else answer


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
