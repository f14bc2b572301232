"""Money on its way back, and the postings that it leaves."""

from datetime import datetime
from uuid import UUID

import msgspec

from amends.domain.facts.words import RefundStatus


class RefundLine(msgspec.Struct, frozen=True):
    """What a refund gives back for one line, minor units; `quantity` is the units it covers, 0 for a later slice of the same units."""

    line_id: UUID
    quantity: int
    amount: int


class Refund(msgspec.Struct, frozen=True):
    """One refund to one payment; its id is the provider's idempotency key, for ever."""

    id: UUID
    case_id: UUID
    payment_id: UUID
    amount: int
    status: RefundStatus
    destination: str | None
    provider_reference: str | None
    failure: str | None
    attempts: int
    replaces: UUID | None
    decided_seq: int
    created_at: datetime
    updated_at: datetime
    lines: tuple[RefundLine, ...] = ()


class Posting(msgspec.Struct, frozen=True):
    """One leg; positive is money to the account, negative from it. The legs of a transaction sum to zero."""

    account: str
    amount: int


class Transaction(msgspec.Struct, frozen=True):
    """A balanced set of postings in one currency, standing on a refund or a compensation."""

    id: UUID
    case_id: UUID
    refund_id: UUID | None
    reverses: UUID | None
    why: str
    currency: str
    postings: tuple[Posting, ...]
