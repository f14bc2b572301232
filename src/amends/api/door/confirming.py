"""What is asked twice: making tokens and granting much, so that a browser left open gives nobody a way to stay (step-up)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from amends.api.door.callers import Caller
from amends.api.door.messages import Problem

CONFIRMED: Final = timedelta(minutes=10)
"""How long a password that was proven is enough."""
LARGE: Final = frozenset({"*", "members.manage", "tokens.manage", "webhooks.manage", "policies.publish", "refunds.handle",
                          "chargebacks.override", "privacy.manage", "disputes.senior"})  # fmt: skip
"""Permissions by which somebody could let themselves in again, or send money or data away."""


def confirmed(caller: Caller) -> Problem | None:
    """None where the caller has just proven who they are; a token proves it by itself."""
    seat = caller.session
    if seat is None or datetime.now(UTC) < seat.confirmed_at + CONFIRMED:
        return None
    return Problem(code="confirm_needed")


def confirmed_for(caller: Caller, permissions: Iterable[str]) -> Problem | None:
    """The same, where what is granted is large."""
    return confirmed(caller) if LARGE.intersection(permissions) else None
