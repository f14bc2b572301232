"""How much goes back, and to which payment. Amounts in minor units of the order's currency."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from amends.actions.outcome import Blocked
from amends.domain.facts.case import Case
from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import Payment
from amends.domain.facts.refund import Refund, RefundLine

CASH: Final = "cash_on_delivery"
VOUCHER: Final = "voucher"

Wanted = Mapping[UUID, tuple[int, int]]
"""Line id -> (units, amount)."""


def plan_refunds(
    file: CaseFile,
    wanted: Wanted,
    case: Case,
    decided_seq: int,
    now: datetime,
    new_id: Callable[[], UUID],
    destination: str | None,
) -> tuple[Refund, ...] | Blocked:
    """Plan one refund per payment: captured money in the order of the payments, vouchers last, then cash that was never collected.

    What was never collected needs no payment back, so the refunds may sum to less than was wanted, or be none. Blocked:
    `exceeds_refundable` (detail: what is left of each line), `payment_disputed` where it would do but for an open or lost chargeback
    (M11), `destination_required` where collected cash is to be paid out. The units
    of a line stand on the first refund that pays for it.
    """
    asked = {line: amount for line, (_, amount) in wanted.items() if amount}
    shares = shares_of(_without_disputed(file), asked)
    if isinstance(shares, Blocked):
        disputed = any(c.freezes for c in file.chargebacks) and not isinstance(shares_of(_undisputed(file), asked), Blocked)
        return replace(shares, code="payment_disputed", reasons=("payment_disputed",)) if disputed else shares
    if destination is None and any(payment.method == CASH for payment, _ in shares):
        return Blocked(code="destination_required", reasons=("destination_required",), detail={"method": CASH})
    units = {line: quantity for line, (quantity, _) in wanted.items()}
    made = []
    for payment, flows in shares:
        lines = tuple([RefundLine(line, units.pop(line, 0), amount) for line, amount in flows.items()])
        made.append(_pending(new_id(), case, payment, lines, decided_seq, now, destination if payment.method == CASH else None))
    return tuple(made)


def _without_disputed(file: CaseFile) -> CaseFile:
    """The file without the payments that a chargeback freezes."""
    disputed = {c.payment_id for c in file.chargebacks if c.freezes}
    return replace(file, payments=tuple(p for p in file.payments if p.id not in disputed)) if disputed else file


def _undisputed(file: CaseFile) -> CaseFile:
    """The file as if no bank had taken anything."""
    return replace(file, payments=tuple(replace(p, charged_back=0) for p in file.payments))


def _pending(
    made: UUID,
    case: Case,
    payment: Payment,
    lines: tuple[RefundLine, ...],
    decided_seq: int,
    now: datetime,
    destination: str | None,
) -> Refund:
    return Refund(
        id=made,
        case_id=case.id,
        payment_id=payment.id,
        amount=sum([line.amount for line in lines]),
        status="pending",
        destination=destination,
        provider_reference=None,
        failure=None,
        attempts=0,
        replaces=None,
        decided_seq=decided_seq,
        created_at=now,
        updated_at=now,
        lines=lines,
    )


Shares = list[tuple[Payment, dict[UUID, int]]]


def shares_of(file: CaseFile, wanted: Mapping[UUID, int]) -> Shares | Blocked:
    """What each payment that was captured gives for each line, in the payments' order; `exceeds_refundable` where they cannot.

    What replacements of the order stand on is taken only where nothing else is left.
    """
    if file.kept_for and not isinstance(spared := shares_of(_sparing(file), wanted), Blocked):
        return spared
    alone = _by_one(file, wanted)
    if alone is not None:
        return alone
    plan = _Plan(file, wanted)
    if plan.short():
        return Blocked(code="exceeds_refundable", reasons=("exceeds_refundable",), detail=plan.left())
    return [(payment, flows) for payment in plan.payments if payment.captured and (flows := plan.flows_of(payment))]


def _sparing(file: CaseFile) -> CaseFile:
    """The file as if what its replacements stand on had been taken already."""
    kept: dict[UUID, int] = {}
    for payment_id, amount in file.kept_for:
        kept[payment_id] = kept.get(payment_id, 0) + amount
    payments = [replace(p, charged_back=p.charged_back + min(kept.get(p.id, 0), _capacity(p))) for p in file.payments]
    return replace(file, payments=tuple(payments), kept_for=())


def _by_one(file: CaseFile, wanted: Mapping[UUID, int]) -> Shares | None:
    """The shares where one payment is left that can give all: most orders, and nothing to plan. None where there is something."""
    if len(file.payments) != 1:
        return None
    payment = file.payments[0]
    room = {share.line_id.int: share.amount - share.refunded for share in file.allocations if share.payment_id == payment.id}
    if sum(wanted.values()) > _capacity(payment):
        return None
    for line, amount in wanted.items():
        if not 0 < amount <= room.get(line.int, 0):
            return None
    flows = wanted if len(wanted) == 1 else {line.id: wanted[line.id] for line in file.lines if line.id in wanted}
    return [(payment, dict(flows))] if flows and payment.captured else []


class _Plan:
    """Who pays for what. Each payment in its order gives as much as it can, which may move what earlier ones gave to other lines."""

    def __init__(self, file: CaseFile, wanted: Mapping[UUID, int]) -> None:
        self.payments = sorted(file.payments, key=_turn)
        self.wanted = {line.id: wanted[line.id] for line in file.lines if line.id in wanted}
        self.unknown = [line for line in wanted if line not in self.wanted]
        self.room = {(a.payment_id, a.line_id): a.amount - a.refunded for a in file.allocations if a.line_id in self.wanted}
        self.flow: dict[tuple[UUID, UUID], int] = dict.fromkeys(self.room, 0)
        for payment in self.payments:
            capacity = _capacity(payment)
            while capacity and (path := self._path(payment.id)):
                capacity -= self._send(path, capacity)
        self.given = {line: sum(f for (_, of), f in self.flow.items() if of == line) for line in self.wanted}

    def short(self) -> bool:
        """Whether the payments cannot give all that is wanted."""
        return bool(self.unknown) or self.given != self.wanted

    def left(self) -> dict[str, object]:
        """What can be given of what was wanted."""
        return {"left": {str(line): given for line, given in self.given.items()}, "left_in_all": sum(self.given.values())}

    def flows_of(self, payment: Payment) -> dict[UUID, int]:
        """What a payment gives for each line, in the order's line order."""
        return {line: amount for line in self.wanted if (amount := self.flow.get((payment.id, line), 0))}

    def _path(self, start: UUID) -> list[tuple[UUID, UUID]] | None:
        """Find a chain payment - line - payment - line … that ends at a line still wanting; its steps may each take a little more."""
        came: dict[UUID, list[tuple[UUID, UUID]]] = {start: []}
        queue = [start]
        for payment in queue:
            for line in self.wanted:
                if self._free(payment, line) <= 0:
                    continue
                path = [*came[payment], (payment, line)]
                if self._missing(line):
                    return path
                for other in (p.id for p in self.payments):
                    if other not in came and self.flow.get((other, line), 0) > 0:
                        came[other] = path
                        queue.append(other)
        return None

    def _send(self, path: list[tuple[UUID, UUID]], capacity: int) -> int:
        """Push along a path as much as it bears; each payment after the first gives up at its former line what it takes on."""
        handed_over = [(path[i + 1][0], path[i][1]) for i in range(len(path) - 1)]
        amount = min(
            capacity,
            self._missing(path[-1][1]),
            *(self._free(*step) for step in path),
            *(self.flow[step] for step in handed_over),
        )
        for step in path:
            self.flow[step] += amount
        for step in handed_over:
            self.flow[step] -= amount
        return amount

    def _free(self, payment: UUID, line: UUID) -> int:
        return self.room.get((payment, line), 0) - self.flow.get((payment, line), 0)

    def _missing(self, line: UUID) -> int:
        return self.wanted[line] - sum(self.flow.get((p.id, line), 0) for p in self.payments)


def _turn(payment: Payment) -> tuple[bool, bool, int]:
    return (payment.captured == 0, payment.method == VOUCHER, payment.sequence)


def _capacity(payment: Payment) -> int:
    """What a payment can still give: captured and not reserved or charged back; the promise itself where it was never collected."""
    if payment.captured == 0:
        return payment.amount
    return max(0, payment.captured - payment.reserved - payment.charged_back)
