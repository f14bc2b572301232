"""What can be asked of the desk about conduct: alarms, outages, compensations and freight. They are commands like all others."""

from datetime import datetime
from uuid import UUID

from amends.actions.commands import CaseCommand, Command


class WarnOfDeadline(CaseCommand, frozen=True, kw_only=True, tag="warn_of_deadline"):
    """A running deadline comes near; `alarm` is a word of `vocabulary/alarms.yaml`. Told once."""

    kind: str
    started_seq: int
    alarm: str


class ExtendDeadlines(CaseCommand, frozen=True, kw_only=True, tag="extend_deadlines"):
    """An outage of the platform, from one moment to another, is over: clocks that bind people become later by what it took of them."""

    outage: int
    from_at: datetime
    to_at: datetime


class ReconsiderDeadlines(CaseCommand, frozen=True, kw_only=True, tag="reconsider_deadlines"):
    """A calendar was published: clocks that rest on days whose holidays were not announced are reckoned by it."""


class RecordCompensationResult(Command, frozen=True, kw_only=True, tag="record_compensation_result"):
    """What the payment side said of a compensation: `sent` before the call, then `succeeded`, `failed` or `unknown`."""

    compensation_id: UUID
    result: str
    provider_reference: str | None = None
    failure: str | None = None


class ChargeFreight(CaseCommand, frozen=True, kw_only=True, tag="charge_freight"):
    """What a leg of a parcel's way cost, minor units: `first_leg`, `to_warehouse` or `interception`. `currency` where it was said; else the order's."""

    leg: str
    amount: int
    carrier: str
    currency: str | None = None


class RetryCompensation(CaseCommand, frozen=True, kw_only=True, tag="retry_compensation"):
    """A compensation that failed for good is paid anew by an operator."""

    compensation_id: UUID


ConductCommand = (
    RetryCompensation | WarnOfDeadline | ExtendDeadlines | ReconsiderDeadlines | RecordCompensationResult | ChargeFreight
)
