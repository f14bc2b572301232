"""A chargeback: the buyer's bank takes a payment back, and the card network says by when to answer."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

ChargebackState = Literal["open", "answered", "won", "lost", "withdrawn"]
FREEZING: frozenset[str] = frozenset({"open", "answered", "lost"})


class Chargeback(msgspec.Struct, frozen=True, kw_only=True):
    """One chargeback, known by its source and the network's reference. Amounts in minor units of the order's currency.

    `held` is the part of `amount` that no refund has taken yet: it is set aside on the payment, and the payment row guards it.
    While it is open, answered or lost nothing is refunded to its payment, unless an `override` was recorded.
    """

    id: UUID
    order_id: UUID
    payment_id: UUID
    source: str
    reference: str
    amount: int
    held: int
    reason: str | None
    state: ChargebackState
    opened_at: datetime
    respond_by: datetime | None
    closed_at: datetime | None = None
    override_by: str | None = None
    override_at: datetime | None = None
    override_why: str | None = None

    @property
    def freezes(self) -> bool:
        """Whether it stops refunds to its payment (M11)."""
        return self.state in FREEZING and self.override_at is None
