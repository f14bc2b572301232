"""What the payment side said of a refund: it was sent, it succeeded, it failed, or nobody knows yet (rows 27 and 28)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace

from amends.actions.bearing import bearer, borne, no_longer_borne, returned_commission
from amends.actions.charging_back import as_evidence
from amends.actions.commands import RecordRefundResult
from amends.actions.granting import NewId, plain
from amends.actions.outcome import Blocked, Outcome, Recorded, Unchanged
from amends.actions.posting import posted, reversal
from amends.actions.recording import Change, Rows, record
from amends.actions.retry_refund import is_replaced
from amends.domain.facts.chargeback import FREEZING
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import Actor
from amends.domain.facts.refund import Refund, Transaction
from amends.domain.facts.words import RefundStatus
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

CAME_BACK: Final = "came_back"
"""The `failure` of a refund that was paid and then returned: it is posted and reversed, and only a new one can pay."""

_IN_FLIGHT: Final = ("pending", "sent", "unknown")


class _Telling:
    """A result, with all that is needed to record it."""

    def __init__(
        self, file: CaseFile, refund: Refund, command: RecordRefundResult, rules: Rules, now: datetime, new_id: NewId
    ) -> None:
        self.file, self.refund, self.command, self.rules, self.now, self.new_id = file, refund, command, rules, now, new_id
        by = command.actor.kind if command.actor.kind in ("provider", "system") else "provider"
        self.actor = Actor(kind=by, id=command.actor.id, human=False)
        self.settled = refund.status in ("succeeded", "given_up") or (refund.status == "failed" and is_replaced(file, refund))

    def marked(self, status: RefundStatus, **more: Any) -> Refund:
        reference = self.command.provider_reference or self.refund.provider_reference
        return replace(self.refund, status=status, provider_reference=reference, updated_at=self.now, **more)

    def as_evidence(self, refund: Refund) -> tuple[Evidence, ...]:
        """A refund that was under way when its payment was disputed: now that it is paid, it is the answer to the bank."""
        disputed = any(c.payment_id == refund.payment_id and c.state in FREEZING for c in self.file.chargebacks)
        return as_evidence(self.file, (refund,), self.now, self.new_id) if disputed and refund.status == "succeeded" else ()

    def change(self, event: str, refund: Refund, *transactions: Transaction, **more: Any) -> Outcome:
        body = plain(refund=written(refund.id), amount=refund.amount, failure=refund.failure, reference=refund.provider_reference)
        rows = Rows(refunds=(refund,), transactions=transactions, evidence=self.as_evidence(refund))
        return record(self.file, self.rules, self.actor, self.now, Change(event=event, body=body, rows=rows, **more))

    def commission(self) -> int:
        """What the platform gives back of its own, by the rule of Q-10."""
        return returned_commission(self.file, self.refund, self.rules, self.now)

    def borne(self, commission: int, made: Callable[..., Transaction]) -> tuple[Transaction, ...]:
        """Where a ruling says that another bears it than the shop: what moves beside the refund."""
        account, case = bearer(self.file), self.file.case
        return (made(self.file, self.refund, commission, account, case.seq + 1),) if account and case else ()

    def would_be_all_paid(self) -> bool:
        """Whether every refund of the case that still counts is paid, once this one is."""
        others = (r for r in self.file.refunds if r.id != self.refund.id and not is_replaced(self.file, r))
        return all(r.status in ("succeeded", "given_up") for r in others)


def record_refund_result(file: CaseFile, command: RecordRefundResult, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Record it once: what was said before, or is overtaken by what is known already, changes nothing.

    The case is completed when all its refunds are paid. A refund that comes back after it was paid is reversed and waits for
    an operator; so does one that turns out to be paid after it was replaced (`refund_parked`: money may have left twice).
    Blocked: `not_found`, `value_not_allowed`, `refund_not_paid` (only what was paid can come back).
    """
    refund = next((each for each in file.refunds if each.id == command.refund_id), None)
    if refund is None or file.case is None:
        return Blocked(code="not_found", reasons=("not_found",))
    told = _RESULTS.get(command.result)
    if told is None:
        return Blocked(code="value_not_allowed", reasons=("value_not_allowed",), detail={"allowed": list(_RESULTS)})
    return told(_Telling(file, refund, command, rules, now, new_id))


def _sent(telling: _Telling) -> Outcome:
    """No event: the call is only about to be made. A crash after this leaves a refund that is asked about, not repeated."""
    if telling.refund.status not in ("pending", "unknown"):
        return Unchanged(why=f"refund_{telling.refund.status}")
    marked = telling.marked("sent", attempts=telling.refund.attempts + 1)
    return Recorded(case=telling.file.case, refunds=(marked,))


def _succeeded(telling: _Telling) -> Outcome:
    refund = telling.refund
    if refund.status == "succeeded":
        return Unchanged(why="refund_succeeded")
    if telling.settled or refund.failure == CAME_BACK:
        if refund.provider_reference == telling.command.provider_reference is not None:
            return Unchanged(why="refund_parked")
        return telling.change("refund_parked", telling.marked(refund.status))
    paid = telling.marked("succeeded", failure=None)
    event = "refund_succeeded" if telling.would_be_all_paid() else "refund_part_succeeded"
    commission = telling.commission()
    return telling.change(event, paid, posted(telling.file, refund, commission), *telling.borne(commission, borne))


def _failed(telling: _Telling) -> Outcome:
    refund, case = telling.refund, telling.file.case
    failure = telling.command.failure or "failed"
    if refund.status in _IN_FLIGHT:
        return telling.change("refund_failed", telling.marked("failed", failure=failure))
    if refund.status != "succeeded" or case is None:
        return Unchanged(why=f"refund_{refund.status}")
    commission = telling.commission()
    taken_back = (reversal(telling.file, refund, commission, telling.new_id()), *telling.borne(commission, no_longer_borne))
    came_back = telling.marked("failed", failure=CAME_BACK)
    if case.state not in ("completed", "closed"):  # closed: another refund of it was given up
        return telling.change("refund_failed", came_back, *taken_back)
    return telling.change("refund_came_back", came_back, *taken_back, case={"ended": None, "closed_at": None})


def _came_back(telling: _Telling) -> Outcome:
    """Said by whoever knows that it was paid: a refund that is under way may still be paid, and is no business of theirs."""
    if telling.refund.failure == CAME_BACK:
        return Unchanged(why="refund_came_back")
    if telling.refund.status != "succeeded":
        detail = {"status": telling.refund.status}
        return Blocked(code="refund_not_paid", reasons=("refund_not_paid",), detail=detail)
    return _failed(telling)


def _unknown(telling: _Telling) -> Outcome:
    """Asked about after a while (row 28); until then nothing is repeated."""
    if telling.refund.status not in ("pending", "sent"):
        return Unchanged(why=f"refund_{telling.refund.status}")
    return telling.change("refund_unknown", telling.marked("unknown"))


_RESULTS: Final[dict[str, Callable[[_Telling], Outcome]]] = {
    "sent": _sent,
    "succeeded": _succeeded,
    "failed": _failed,
    "unknown": _unknown,
    CAME_BACK: _came_back,
}
