"""What can be asked of the desk about chargebacks; the other commands stand in `commands.py`."""

from datetime import datetime
from uuid import UUID

from amends.actions.commands import CaseCommand, Command


class RecordChargeback(Command, frozen=True, kw_only=True, tag="record_chargeback"):
    """What the bank or its network says of a payment: `open`, `won`, `lost` or `withdrawn`; known by (source, reference).

    `payment` is the provider's reference of the payment, or our id of it.
    """

    payment: str
    source: str
    reference: str
    state: str
    amount: int
    currency: str
    reason: str | None = None
    respond_by: datetime | None = None


class ChargebackCommand(Command, frozen=True, kw_only=True):
    """A command on a chargeback."""

    chargeback_id: UUID


class AnswerChargeback(ChargebackCommand, frozen=True, kw_only=True, tag="answer_chargeback"):
    """The seller's answer was sent to the bank."""


class OverrideChargeback(ChargebackCommand, frozen=True, kw_only=True, tag="override_chargeback"):
    """A person of the platform lets refunds through although the payment is disputed, and says why; it is recorded."""

    why: str


class GiveUpRefund(CaseCommand, frozen=True, kw_only=True, tag="give_up_refund"):
    """A failed refund is not paid any more: the money went another way, such as by the chargeback."""

    refund_id: UUID
    note: str | None = None


AnyChargebackCommand = RecordChargeback | AnswerChargeback | OverrideChargeback | GiveUpRefund
