"""A refund that certainly failed is replaced by a new one (row 28). What is only unknown is asked about, never repeated."""

from datetime import datetime

from msgspec.structs import replace

from amends.actions.commands import RetryRefund
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome
from amends.actions.recording import Change, Rows, record, refused
from amends.domain.facts.file import CaseFile
from amends.domain.facts.refund import Refund
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written


def retry_refund(file: CaseFile, command: RetryRefund, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Replace it by a refund with an id of its own, to the same or another destination; it stands on the reservation that the failed one holds.

    Blocked: `move_not_open`, `not_found`, `refund_not_failed` (also where it was replaced already), `payment_disputed`
    while a chargeback freezes its payment.
    """
    if blocked := refused(file, rules, command, "retry_refund", now):
        return blocked
    failed = next((refund for refund in file.refunds if refund.id == command.refund_id), None)
    if failed is None or file.case is None:
        return Blocked(code="not_found", reasons=("not_found",))
    if failed.status != "failed" or is_replaced(file, failed):
        return Blocked(code="refund_not_failed", reasons=("refund_not_failed",), detail={"status": failed.status})
    if any(c.freezes and c.payment_id == failed.payment_id for c in file.chargebacks):
        return Blocked(code="payment_disputed", reasons=("payment_disputed",))
    made = replace(
        failed,
        id=new_id(),
        status="pending",
        destination=command.destination or failed.destination,
        provider_reference=None,
        failure=None,
        attempts=0,
        replaces=failed.id,
        decided_seq=file.case.seq + 1,
        created_at=now,
        updated_at=now,
    )
    body = {"refund": written(made.id), "replaces": written(failed.id), "amount": made.amount}
    return record(file, rules, command.actor, now, Change(event="refund_replaced", body=body, rows=Rows(refunds=(made,))))


def is_replaced(file: CaseFile, refund: Refund) -> bool:
    """Whether a newer refund stands in its place."""
    return any(other.replaces == refund.id for other in file.refunds)
