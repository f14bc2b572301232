"""What every decision that may pay has in common: it plans the refunds where the table leads to them, and ends the case where none is owed."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from amends.actions.outcome import Blocked, Recorded
from amends.actions.recording import Change, afterwards, joined, not_open, record, row_for
from amends.actions.refunding import plan_refunds
from amends.domain.facts.case import Case, CaseLine
from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import Order
from amends.domain.facts.people import SYSTEM, Actor
from amends.domain.lifecycle.rules import Rules

NewId = Callable[[], UUID]


def grant(file: CaseFile, rules: Rules, actor: Actor, now: datetime, new_id: NewId, change: Change) -> Recorded | Blocked:
    """Record a decision. Where its row wishes for payment the refunds of the case's lines are planned with it.

    If the payments owe nothing back (cash that was never collected) the case is completed at once. `Blocked` where the table has
    no such row or the payments cannot give what is owed.
    """
    row, case = row_for(file, change.event, actor, change.born), change.born or file.case
    if row is None or case is None:
        return not_open(file, change.event)
    if "pay_refund" not in row.wishes:
        return record(file, rules, actor, now, change)
    return _pay(file, case, rules, actor, now, new_id, change)


def _pay(
    file: CaseFile, case: Case, rules: Rules, actor: Actor, now: datetime, new_id: NewId, change: Change
) -> Recorded | Blocked:
    lines = change.rows.lines or file.own_lines
    wanted = {line.line_id: (0 if case.freight_only else units, amount) for line in lines for units, amount in (owed(line),)}
    refunds = plan_refunds(file, wanted, case, case.seq + 1, now, new_id, case.destination)
    if isinstance(refunds, Blocked):
        return refunds
    amount = sum([refund.amount for refund in refunds])
    order = change.rows.order or cancelled(file, case, lines, now)
    body = {**change.body, "amount": amount, "not_collected": sum([each for _, each in wanted.values()]) - amount}
    rows = replace(change.rows, refunds=refunds, order=order)
    approved = record(file, rules, actor, now, replace(change, body=body, rows=rows))
    if refunds or isinstance(approved, Blocked):
        return approved
    nothing = Change(event="nothing_to_pay", body={"amount": 0})
    done = record(afterwards(file, approved), rules, SYSTEM, now, nothing)
    return done if isinstance(done, Blocked) else joined(approved, done)


def owed(line: CaseLine) -> tuple[int, int]:
    """Units and money that go back for a line: what inspection accepted, or all that was asked; less what is kept."""
    return (line.quantity if line.accepted is None else line.accepted), line.amount - line.deducted


def all_accepted(lines: Iterable[CaseLine]) -> tuple[CaseLine, ...]:
    """The lines with every unit accepted that is not in a child case."""
    return tuple([replace(line, accepted=line.quantity - (line.refused or 0)) for line in lines])


def cancelled(file: CaseFile, case: Case, lines: Iterable[CaseLine], now: datetime) -> Order | None:
    """The order, cancelled, once every unit of it is in a cancellation that was granted, the case's `lines` too.

    None while some are left to ship, and for an order that left all the same: what was granted afterwards is a refund, and it stays shipped.
    """
    if case.kind != "cancel" or file.order.status in _NOT_CANCELLED:
        return None
    granted = {c.id for c in file.cases if c.kind == "cancel" and (c.state in _GRANTED or c.ended == "refunded")} - {case.id}
    units: dict[UUID, int] = {}
    for line in (*lines, *[each for each in file.case_lines if each.case_id in granted]):
        units[line.line_id] = units.get(line.line_id, 0) + line.quantity
    if any(units.get(line.id, 0) < line.quantity for line in file.lines):
        return None
    return replace(file.order, status="cancelled", cancelled_at=now)


_GRANTED = ("refund_approved", "refund_failed")
_NOT_CANCELLED = ("cancelled", "in_transit", "delivered", "completed")


def plain(**said: Any) -> dict[str, Any]:
    """An event's body without what was not said."""
    return {word: value for word, value in said.items() if value is not None}
