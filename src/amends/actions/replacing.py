"""The replacement of an exchange: what its state is after each row, and the order that it is shipped as (T-01; rows 19, 35 and 36)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from amends.actions.granting import owed
from amends.actions.outcome import Blocked, Outcome, Recorded
from amends.actions.posting import commission_share
from amends.actions.recording import Change, Rows, record
from amends.actions.refunding import Shares, shares_of
from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import Allocation, OrderLine, Payment
from amends.domain.facts.parcel import Parcel
from amends.domain.facts.people import Actor
from amends.domain.facts.replacement import NewOrder
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

NewId = Callable[[], UUID]


def replacement_order(file: CaseFile, now: datetime, new_id: NewId) -> NewOrder | Blocked:
    """An order of its own for what is sent instead, with what was paid, net, for the goods that came back.

    Nothing is paid anew: each payment of it stands on the one that paid for the first goods, so that the two orders together can
    never give back more than came in. It keeps the moment of the first order, for the buyer may ask what they might ask then.
    Blocked where that money is gone already (`exceeds_refundable`).
    """
    wanted = {line.line_id: owed(line) for line in file.own_lines if owed(line)[0]}
    shares = shares_of(file, {line: amount for line, (_, amount) in wanted.items() if amount})
    if isinstance(shares, Blocked):
        return shares
    order_id = new_id()
    ids = {line: new_id() for line in wanted}
    payments = tuple(_payment(new_id(), n, payment, sum(flows.values())) for n, (payment, flows) in enumerate(shares, 1))
    sent = [case for case in file.replacements if case.order_id]
    came_in = dict(file.roots)  # a replacement that is exchanged again stands on the payment that the money came in by
    order = replace(
        file.order, id=order_id, reference=f"{file.order.reference}-R{len(sent) + 1}", status="in_transit", shipped_at=now,
        promised_at=None, delivered_at=None, cancelled_at=None, version=1,
    )  # fmt: skip
    return NewOrder(
        order=order,
        lines=tuple(_lines(file, wanted, ids, shares)),
        payments=payments,
        allocations=_allocations(payments, shares, ids),
        roots=tuple((made.id, came_in.get(payment.id, payment.id)) for made, (payment, _) in zip(payments, shares, strict=True)),
    )


def replacement_scanned(file: CaseFile, seen: Recorded, moved: Parcel, rules: Rules, carrier: Actor, now: datetime) -> Outcome:
    """The replacement's own order is delivered with its parcel, and the buyer's time to look at it begins (row 36)."""
    case, sent = file.case, file.replacement
    if moved.status != "delivered" or case is None or sent is None or sent.order_id is None or sent.delivered_at is not None:
        return seen
    arrived = moved.delivered_at or now
    order = replace(
        file.order, id=sent.order_id, status="delivered", shipped_at=sent.shipped_at, delivered_at=arrived, cancelled_at=None
    )
    its_order = Recorded(case=None, order=order)
    if case.state != "replacement_in_transit" or case.historical:
        return replace(seen, also=(its_order,))
    body = {"parcel": written(moved.id), "order": written(sent.order_id)}
    rows = Rows(parcels=seen.parcels, scans=seen.scans, also=(its_order,))
    return record(file, rules, carrier, now, Change(event="replacement_delivered", body=body, rows=rows))


def _payment(made: UUID, sequence: int, root: Payment, amount: int) -> Payment:
    return Payment(made, sequence, root.method, amount, amount, 0, 0, None)


def _lines(file: CaseFile, wanted: Mapping[UUID, tuple[int, int]], ids: Mapping[UUID, UUID], shares: Shares) -> list[OrderLine]:
    made = []
    for line_id, (units, _) in wanted.items():
        first = file.line(line_id)
        if first is None:
            continue
        paid = sum(flows.get(line_id, 0) for _, flows in shares)
        gone = sum(share.refunded for share in file.allocations if share.line_id == line_id)
        commission = commission_share(first, gone, paid)
        made.append(
            replace(
                first,
                id=ids[line_id],
                quantity=units,
                price=paid,
                shipping=0,
                tax=0,
                paid=paid,
                commission=commission,
                parcel_id=None,
            )
        )
    return made


def _allocations(payments: tuple[Payment, ...], shares: Shares, ids: Mapping[UUID, UUID]) -> tuple[Allocation, ...]:
    return tuple(
        Allocation(made.id, ids[line], amount, 0)
        for made, (_, flows) in zip(payments, shares, strict=True)
        for line, amount in flows.items()
    )
