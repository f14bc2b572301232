"""A failed refund is given up: what it held is free again, or the chargeback's; an operator says so, never time (row 28)."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from amends.actions.chargeback_commands import GiveUpRefund
from amends.actions.charging_back import freed
from amends.actions.defending import statement
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome
from amends.actions.recording import Change, Rows, record, refused
from amends.actions.retry_refund import is_replaced
from amends.domain.facts.file import CaseFile
from amends.domain.facts.refund import Refund
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

_SETTLED: Final = ("succeeded", "given_up")


def give_up_refund(file: CaseFile, command: GiveUpRefund, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Close the case with the last refund that is given up.

    It ended `charged_back` where the bank took the money, `refunded` where other refunds were paid, else `given_up`.

    Blocked: `move_not_open`, `not_found`, `refund_not_failed` (also where another stands in its place).
    """
    if blocked := refused(file, rules, command, "give_up_refund", now):
        return blocked
    failed = next((refund for refund in file.refunds if refund.id == command.refund_id), None)
    if failed is None:
        return Blocked(code="not_found", reasons=("not_found",))
    if failed.status != "failed" or is_replaced(file, failed):
        return Blocked(code="refund_not_failed", reasons=("refund_not_failed",), detail={"status": failed.status})
    others = [r for r in file.refunds if r.id != failed.id and not is_replaced(file, r)]
    last = all(r.status in _SETTLED for r in others)
    rows = Rows(
        refunds=(replace(failed, status="given_up", updated_at=now),),
        chargebacks=freed(file, failed),
        evidence=statement(file, command.actor, now, new_id, command.note),
    )
    change = Change(
        event="refund_given_up" if last else "refund_part_given_up",
        body={"refund": written(failed.id), "amount": failed.amount},
        case={"ended": _ended(file, failed, others)} if last else {},
        rows=rows,
    )
    return record(file, rules, command.actor, now, change)


def _ended(file: CaseFile, failed: Refund, others: list[Refund]) -> str:
    if any(c.payment_id == failed.payment_id and c.state == "lost" for c in file.chargebacks):
        return "charged_back"
    return "refunded" if any(r.status == "succeeded" for r in others) else "given_up"
