"""An after-sales case and its lines."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from amends.domain.facts.words import FINAL_STATES, CaseKind, CaseState

FREIGHT_ONLY: Final = "shipping_fee_only"
"""The reason of who asks for the freight alone."""


class CaseLine(msgspec.Struct, frozen=True):
    """Units of an order line that a case asks about, and what inspection found. Amounts in minor units.

    `accepted` and `refused` count units, `deducted` is money kept back for accepted units; `None` before inspection.
    """

    case_id: UUID
    line_id: UUID
    quantity: int
    amount: int
    accepted: int | None = None
    refused: int | None = None
    deducted: int = 0
    disposition: str | None = None


class Case(msgspec.Struct, frozen=True):
    """A case. `seq` counts events, `version` counts what a decision rests on (state, lines, amount, proof, deadline).

    Pins: `eligibility_release` judges what the buyer may ask, `handling_release` everything else; both by content hash.
    `ended` says how a final case ended: refunded, exchanged, withdrawn, expired, declined, seller_upheld, converted …
    """

    id: UUID
    order_id: UUID
    parent_id: UUID | None
    kind: CaseKind
    reason: str
    reason_group: str
    state: CaseState
    seq: int
    version: int
    buyer: str
    opened_by: str
    opened_at: datetime
    amount: int
    currency: str
    market: str
    eligibility_release: str
    eligibility_pinned_at: datetime
    handling_release: str
    handling_pinned_at: datetime
    programme: str | None
    note: str | None
    destination: str | None
    amendments: int = 0
    proof_requests: int = 0
    return_to: str | None = None
    lane: str | None = None
    historical: bool = False
    ended: str | None = None
    closed_at: datetime | None = None
    verdict: bytes | None = None

    @property
    def freight_only(self) -> bool:
        """Whether it asks for freight alone: the goods stay, and may be asked about as if it were not there."""
        return self.reason == FREIGHT_ONLY and self.kind == "refund_only"

    @property
    def final(self) -> bool:
        """Whether nothing further can be done to it."""
        return self.state in FINAL_STATES
