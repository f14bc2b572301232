"""The file of a case: everything that an action may look at, loaded under the order's lock."""

from datetime import datetime
from uuid import UUID

import msgspec

from amends.domain.facts.case import Case, CaseLine
from amends.domain.facts.chargeback import Chargeback
from amends.domain.facts.conduct import BuyerStanding, Compensation, ScoreEntry
from amends.domain.facts.deadline import Deadline
from amends.domain.facts.dispute import Dispute, Rejection, Ruling
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.order import Allocation, Order, OrderLine, Payment, Shop
from amends.domain.facts.parcel import Parcel, Scan
from amends.domain.facts.proposal import Proposal
from amends.domain.facts.refund import Refund
from amends.domain.facts.replacement import Replacement
from amends.domain.facts.shop_rule import Standing
from amends.domain.facts.travel import NOTHING, Travel, plan_of


class CaseFile(msgspec.Struct, frozen=True):
    """One order with all that hangs on it. `case` is the one the command speaks of, `None` while it is being opened.

    `cases` and `case_lines` hold every case of the order, final ones too. Deadlines, evidence, refunds and proposals are those of `case`
    (evidence also what was uploaded for the order and is not yet given to a case). `compensations`, `score_entries` and `alarms`
    (case, deadline kind, started_seq, alarm, when it was told) and `excused` (case, outage) are those of every case of the order; `standing` is the shop's,
    by score, in thousandths. `interests` says what links the person who acts to the shop or the buyer, and is read for people of the
    platform alone.
    `replacements` are those of every case of the order; `roots` names, for each payment of an order that is itself a replacement, the
    payment that the money came from; `kept_for` says how much of a payment of this order its replacements stand on. `shop_rules` are the shop's own, with how often each acted for this buyer.
    `complaints` counts what other buyers claimed of the shop's goods in the last 30 days; None where nobody counted.
    """

    shop: Shop
    order: Order
    lines: tuple[OrderLine, ...]
    payments: tuple[Payment, ...]
    allocations: tuple[Allocation, ...]
    parcels: tuple[Parcel, ...]
    scans: tuple[Scan, ...]
    cases: tuple[Case, ...]
    case_lines: tuple[CaseLine, ...]
    case: Case | None = None
    deadlines: tuple[Deadline, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    refunds: tuple[Refund, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    all_deadlines: tuple[tuple[UUID, Deadline], ...] = ()
    all_refunds: tuple[Refund, ...] = ()
    all_evidence: tuple[Evidence, ...] = ()
    compensations: tuple[Compensation, ...] = ()
    score_entries: tuple[ScoreEntry, ...] = ()
    standing: tuple[tuple[str, int], ...] = ()
    buyer_standing: BuyerStanding | None = None
    alarms: tuple[tuple[UUID, str, int, str, datetime], ...] = ()
    excused: tuple[tuple[UUID, int], ...] = ()
    all_disputes: tuple[Dispute, ...] = ()
    all_rulings: tuple[Ruling, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    chargebacks: tuple[Chargeback, ...] = ()
    interests: tuple[str, ...] = ()
    all_proposals: tuple[Proposal, ...] = ()
    complaints: int | None = None
    travel: Travel = NOTHING
    replacements: tuple[Replacement, ...] = ()
    roots: tuple[tuple[UUID, UUID], ...] = ()
    kept_for: tuple[tuple[UUID, int], ...] = ()
    shop_rules: tuple[Standing, ...] = ()

    def focus(self, case_id: UUID) -> "CaseFile":
        """The same file opened at another case of the order; an unknown id leaves `case` empty."""
        wanted = case_id.int  # a UUID compares itself in Python: here, and below, far slower than its number does
        return msgspec.structs.replace(
            self,
            case=next((c for c in self.cases if c.id.int == wanted), None),
            deadlines=tuple([d for owner, d in self.all_deadlines if owner.int == wanted]),
            evidence=tuple([e for e in self.all_evidence if e.case_id is None or e.case_id.int == wanted]),
            refunds=tuple([r for r in self.all_refunds if r.case_id.int == wanted]),
            proposals=tuple([p for p in self.all_proposals if p.case_id.int == wanted]) if self.all_proposals else (),
        )

    def line(self, line_id: UUID) -> OrderLine | None:
        """The order line of that id."""
        wanted = line_id.int
        for line in self.lines:
            if line.id.int == wanted:
                return line
        return None

    @property
    def own_lines(self) -> tuple[CaseLine, ...]:
        """The lines of the case itself."""
        if self.case is None:
            return ()
        mine = self.case.id.int
        return tuple([line for line in self.case_lines if line.case_id.int == mine])

    @property
    def dispute(self) -> Dispute | None:
        """The newest dispute of the case."""
        if not self.all_disputes or self.case is None:
            return None
        mine = [d for d in self.all_disputes if d.case_id == self.case.id]
        return mine[-1] if mine else None

    @property
    def rulings(self) -> tuple[Ruling, ...]:
        """The rulings in the newest dispute, in their order."""
        dispute = self.dispute
        return tuple(r for r in self.all_rulings if dispute and r.dispute_id == dispute.id)

    @property
    def return_parcel(self) -> Parcel | None:
        """The parcel in which this case's goods travel back: the one they share, else the newest; a label that nobody used is the last choice."""
        if self.case is None:
            return None
        shared = plan_of(self.travel, self.case.id)
        wanted = shared.parcel_id if shared else None
        mine = [p for p in self.parcels if p.direction == "return" and (p.case_id == self.case.id or p.id == wanted)]
        sent = [p for p in mine if p.status != "label_issued"] or mine
        return next((p for p in sent if p.id == wanted), sent[-1] if sent else None)

    @property
    def all_units_return(self) -> bool:
        """Whether the case asks about every unit of the order: only then what came back weighs what went out."""
        asked = {line.line_id: line.quantity for line in self.own_lines}
        return all(asked.get(line.id, 0) >= line.quantity for line in self.lines)

    def running(self, kind: str) -> Deadline | None:
        """The running or paused deadline of that kind."""
        return next((d for d in self.deadlines if d.kind == kind and d.state != "done"), None)

    @property
    def replacement(self) -> Replacement | None:
        """The replacement of the case itself."""
        if self.case is None or not self.replacements:
            return None
        mine = self.case.id
        return next((each for each in self.replacements if each.case_id == mine), None)

    @property
    def open_proposal(self) -> Proposal | None:
        """The proposal that waits for the buyer."""
        return next((p for p in self.proposals if p.state == "open"), None)

    @property
    def accepted_proposal(self) -> Proposal | None:
        """The newest proposal that the buyer accepted."""
        return next((p for p in reversed(self.proposals) if p.state == "accepted"), None)

    def claimed(self, line_id: UUID, *, but: UUID | None = None) -> int:
        """Units of a line that live or refunded cases hold already; one that closed empty-handed, or is about freight alone, holds none."""
        holding = {
            c.id
            for c in self.cases
            if c.id != but
            and not c.freight_only
            and (not c.final or c.ended in ("refunded", "exchanged", "charged_back"))
            and not self._collected_since(c)
        }
        return sum(held(line) for line in self.case_lines if line.line_id == line_id and line.case_id in holding)

    def _collected_since(self, case: Case) -> bool:
        """Whether a case owed nothing back for cash that nobody had collected, and the cash was collected after all."""
        if case.ended != "refunded" or case.historical or not case.amount:
            return False
        return not any(r.case_id == case.id for r in self.all_refunds) and any(payment.captured for payment in self.payments)

    def freight_asked(self, line_id: UUID, *, but: UUID | None = None) -> int:
        """Minor units of a line's freight that cases about freight alone ask for, or were paid."""
        asking = {c.id for c in self.cases if c.freight_only and c.id != but and (not c.final or c.ended == "refunded")}
        return sum(line.amount - line.deducted for line in self.case_lines if line.line_id == line_id and line.case_id in asking)


def held(line: CaseLine) -> int:
    """Units that a case line still holds: refused ones went back to the buyer or into a child case."""
    return line.quantity - (line.refused or 0)


def as_of(file: CaseFile, moment: datetime) -> CaseFile:
    """The file as it stood at an earlier moment: later facts are unseen (imports of history)."""
    order = file.order
    known = {
        name: value if (value := getattr(order, name)) and value <= moment else None
        for name in ("paid_at", "shipped_at", "delivered_at", "cancelled_at")
    }
    parcels = tuple(_parcel_as_of(parcel, moment) for parcel in file.parcels)
    status = order.status if all(known[n] == getattr(order, n) for n in known) else _status_from(known)
    return msgspec.structs.replace(
        file,
        order=msgspec.structs.replace(order, status=status, **known),
        parcels=parcels,
        scans=tuple(scan for scan in file.scans if scan.occurred_at <= moment),
    )


def _status_from(known: dict[str, datetime | None]) -> str:
    if known["cancelled_at"]:
        return "cancelled"
    if known["delivered_at"]:
        return "delivered"
    if known["shipped_at"]:
        return "in_transit"
    return "awaiting_shipment" if known["paid_at"] else "unpaid"


def _parcel_as_of(parcel: Parcel, moment: datetime) -> Parcel:
    shipped = parcel.shipped_at if parcel.shipped_at and parcel.shipped_at <= moment else None
    delivered = parcel.delivered_at if parcel.delivered_at and parcel.delivered_at <= moment else None
    signed = parcel.signed_at if parcel.signed_at and parcel.signed_at <= moment else None
    if (shipped, delivered, signed) == (parcel.shipped_at, parcel.delivered_at, parcel.signed_at):
        return parcel
    status = "delivered" if delivered else "in_transit" if shipped else "not_shipped"
    return msgspec.structs.replace(parcel, shipped_at=shipped, delivered_at=delivered, signed_at=signed, status=status)
