"""The bank says that a payment is disputed, or how the dispute ended (failure mode 2; M01, M11)."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from amends.actions.chargeback_commands import RecordChargeback
from amends.actions.charging_back import holding, moved_to, room, traced
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome, Unchanged
from amends.domain.facts.chargeback import Chargeback
from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import Payment
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

_ENDS: Final = frozenset({"won", "lost", "withdrawn"})


def record_chargeback(file: CaseFile, command: RecordChargeback, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Open it, or close it; said again, or said late, it changes nothing. Under the order's lock, which refunds take too.

    A refund that has left already becomes evidence; what no refund holds is set aside on the payment, and nothing more is
    refunded to it while the chargeback is open or after it was lost. One that is heard of only at its end is opened and closed.
    Blocked: `payment_missing`, `value_not_allowed`, `currency_differs`, `amount_not_positive`, `move_not_open` (it ended otherwise).
    """
    payment = _payment(file, command.payment)
    if payment is None:
        return Blocked(code="payment_missing", reasons=("payment_missing",))
    if blocked := _unusable(file, command):
        return blocked
    known = next((c for c in file.chargebacks if (c.source, c.reference) == (command.source, command.reference)), None)
    if known is None:
        known = _opened(file, payment, command, now, new_id)
        if command.state == "open":
            return traced(file, rules, command.actor, now, new_id, "chargeback_opened", known)
    elif known.state == command.state or (command.state == "open" and known.state != "open"):
        return Unchanged(why="chargeback_known")
    return _closed(file, rules, known, payment, command, now, new_id)


def _payment(file: CaseFile, named: str) -> Payment | None:
    return next((p for p in file.payments if named in (p.provider_reference, written(p.id))), None)


def _unusable(file: CaseFile, command: RecordChargeback) -> Blocked | None:
    if command.state != "open" and command.state not in _ENDS:
        return Blocked(code="value_not_allowed", reasons=("value_not_allowed",), detail={"field": "state"})
    if command.currency != file.order.currency:
        return Blocked(code="currency_differs", reasons=("currency_differs",), detail={"currency": file.order.currency})
    if command.amount <= 0:
        return Blocked(code="amount_not_positive", reasons=("amount_not_positive",))
    return None


def _opened(file: CaseFile, payment: Payment, command: RecordChargeback, now: datetime, new_id: NewId) -> Chargeback:
    opened = Chargeback(
        id=new_id(),
        order_id=file.order.id,
        payment_id=payment.id,
        source=command.source,
        reference=command.reference,
        amount=command.amount,
        held=0,
        reason=command.reason,
        state="open",
        opened_at=now,
        respond_by=command.respond_by,
    )
    return holding(opened, room(payment))


def _closed(
    file: CaseFile, rules: Rules, known: Chargeback, payment: Payment, command: RecordChargeback, now: datetime, new_id: NewId
) -> Outcome:
    if known.payment_id != payment.id:
        return Blocked(code="value_not_allowed", reasons=("value_not_allowed",), detail={"field": "payment"})
    state = moved_to(known.state, command.state, "provider")
    if state is None:
        return Blocked(code="move_not_open", reasons=("move_not_open",), detail={"state": known.state})
    ended = replace(known, state=state, amount=command.amount, closed_at=now)
    free = room(payment) if known in file.chargebacks else room(payment) - known.held
    after = holding(replace(ended, held=min(ended.held, ended.amount)), free)
    return traced(file, rules, command.actor, now, new_id, "chargeback_closed", after)
