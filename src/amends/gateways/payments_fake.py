"""A provider in memory for tests: keeps what it executed by key, and does with the next call what it was told."""

from collections import deque
from datetime import UTC, datetime
from typing import Literal

from amends.gateways.payments import Execution, Failed, NotFound, Outcome, Succeeded, Unknown

Mishap = Literal["fail_before", "fail", "lose_answer"]


class FakePayments:
    """`next_calls` holds what goes wrong with the next refunds, in order; when it is empty everything succeeds."""

    def __init__(self, now: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self.now = now
        self.next_calls: deque[Mishap | None] = deque()
        self.executions: dict[str, Execution] = {}
        self.refused: dict[str, str] = {}
        self.calls: list[str] = []

    async def pay_out(self, *, key: str, payment_ref: str, amount: int, currency: str, destination: str) -> Outcome:
        """Execute once per key, as a refund."""
        return await self.refund(key=key, payment_ref=payment_ref, amount=amount, currency=currency, destination=destination)

    async def refund(self, *, key: str, payment_ref: str, amount: int, currency: str, destination: str) -> Outcome:
        """Execute once per key."""
        self.calls.append(key)
        mishap = self.next_calls.popleft() if self.next_calls else None
        if mishap == "fail_before":
            return Unknown(reason="provider_error")
        if key not in self.executions and key not in self.refused:
            if mishap == "fail":
                self.refused[key] = "account_closed"
            else:
                self.executions[key] = Execution(
                    key=key,
                    provider_ref=f"fake_{len(self.executions) + 1}",
                    payment_ref=payment_ref,
                    amount=amount,
                    currency=currency,
                    destination=destination,
                    status="succeeded",
                    at=self.now,
                )
        found = await self.find(key)
        return Unknown(reason="cut_off") if mishap == "lose_answer" or isinstance(found, NotFound) else found

    async def find(self, key: str) -> Outcome | NotFound:
        """What became of it."""
        if key in self.refused:
            return Failed(code=self.refused[key])
        if key in self.executions:
            return Succeeded(provider_ref=self.executions[key].provider_ref)
        return NotFound()

    async def report(self, since: datetime) -> tuple[Execution, ...] | Unknown:
        """Everything executed since."""
        return tuple(one for one in self.executions.values() if one.at >= since)

    async def close(self) -> None:
        """Nothing is open."""
