"""What we ask of whoever moves the money. The key of a refund never changes, so asking twice pays once."""

from datetime import datetime
from typing import Protocol

import msgspec


class Succeeded(msgspec.Struct, frozen=True, kw_only=True, tag="succeeded"):
    """The provider has sent the money; its own reference."""

    provider_ref: str


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """The provider has refused for good; its code. Nothing was paid and nothing will be under this key."""

    code: str


class Unknown(msgspec.Struct, frozen=True, kw_only=True, tag="unknown"):
    """Nobody can say whether money moved: ask with `find` and the same key. `reason`: unreachable, timeout, cut_off, not_http, provider_error, still_running."""

    reason: str


class NotFound(msgspec.Struct, frozen=True, kw_only=True, tag="not_found"):
    """The provider has never executed anything under this key."""


class Execution(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the provider's report: what it really did, at its own moment (UTC). `amount` in minor units."""

    key: str
    provider_ref: str
    payment_ref: str
    amount: int
    currency: str
    destination: str
    status: str
    at: datetime


Outcome = Succeeded | Failed | Unknown


class PaymentsGateway(Protocol):
    """A payment provider. Every method answers with a value; none raises for what the provider or the network does."""

    async def refund(self, *, key: str, payment_ref: str, amount: int, currency: str, destination: str) -> Outcome:
        """Pay `amount` minor units back; `destination` is `original` or a reference to another account."""
        ...

    async def pay_out(self, *, key: str, payment_ref: str, amount: int, currency: str, destination: str) -> Outcome:
        """Pay `amount` minor units on top of any refund, out of somebody else's pocket; `payment_ref` says whose payment earned it.

        What was captured is no bound. Keys of refunds and of these never meet.
        """
        ...

    async def find(self, key: str) -> Outcome | NotFound:
        """What became of the refund or the payout with this key."""
        ...

    async def report(self, since: datetime) -> tuple[Execution, ...] | Unknown:
        """Everything executed at or after `since`, in the order of execution."""
        ...

    async def close(self) -> None:
        """Let connections go."""
        ...
