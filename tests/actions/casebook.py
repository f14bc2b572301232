"""One small marketplace for the tests of what happens after a request: an order, its case under the real rules, and time passed by hand."""

import functools
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import yaml

from amends.actions.catalogue import act
from amends.actions.commands import (
    Approve,
    Command,
    FireDeadline,
    GivenProof,
    OpenCase,
    RecordRefundResult,
    RecordScan,
    ShipReturn,
)
from amends.actions.outcome import Blocked, Outcome, Recorded
from amends.desk.after import after
from amends.domain.facts.case import Case
from amends.domain.facts.deadline import Deadline
from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import Allocation, Order, OrderLine, Payment, Shop
from amends.domain.facts.parcel import Parcel
from amends.domain.facts.people import SYSTEM, Actor
from amends.domain.lifecycle.case import OUTLIVING
from amends.domain.lifecycle.rules import Rules
from amends.domain.rulebook.compiled import CompiledBook
from amends.exchange.policies import Policies, policies_folder, read_policies
from amends.kernel.working_time import calendar_from

T0 = datetime(2026, 11, 16, 15, tzinfo=UTC)
"""A Monday, 10:00 in New York: the orders of these tests arrived the day before."""
EVERY = frozenset({"*"})
BUYER = Actor(kind="buyer", id="u-buyer", buyer="b1")
SELLER = Actor(kind="seller", id="u-seller", permissions=EVERY)
PLATFORM = Actor(kind="platform", id="u-person", permissions=EVERY)
PROVIDER = Actor(kind="provider", id="sandbox-pay", human=False)
CARRIER = Actor(kind="carrier", id="usps", human=False)
OUT, BACK = "9400111899223100001234", "9400111899223100005678"
QUALITY = (GivenProof(kind="photo_defect", text="a photo of the crack"),)


@functools.cache
def policies() -> Policies:
    return read_policies()


@functools.cache
def rules_of(market: str = "us") -> Rules:
    book = CompiledBook(policies().books[market], release="r1")
    calendar = yaml.safe_load((policies_folder() / "calendars" / f"{book.book.calendar}.yaml").read_text())
    return Rules(
        asking=book,
        handling=book,
        asking_release="r1",
        asking_at=T0,
        handling_release="r1",
        handling_at=T0,
        calendar=calendar_from(calendar),
        zone=book.book.zone,
    )


def an_id(n: int) -> UUID:
    return UUID(int=n)


def an_order(status: str = "delivered", *, quantity: int = 1, paid: int = 5000, commission: int = 400, **told: Any) -> CaseFile:
    """An order of one line, paid by card, that arrived a day before T0 (or was never shipped)."""
    shipped = status in ("in_transit", "delivered")
    arrived = T0 - timedelta(days=1) if status == "delivered" else None
    order = Order(
        7, an_id(900), "O1", "O1", "us", "b1", "USD", status, "shelf", "marketplace", "product_card", False,
        T0 - timedelta(days=6), None, T0 - timedelta(days=6), T0 - timedelta(days=1), T0 - timedelta(days=5) if shipped else None, arrived,
        None, None, 1,
    )  # fmt: skip
    parcel = Parcel(
        an_id(500), None, "forward", status if shipped else "not_shipped", "usps" if shipped else None,
        OUT if shipped else None, True, order.shipped_at, arrived, arrived,
    )  # fmt: skip
    method, captured = told.get("method", "card"), told.get("captured", paid)
    return CaseFile(
        shop=Shop(7, "a shop", "us", "s1", cross_border=False, duty_free_hainan=False, local=True),
        order=order,
        lines=(OrderLine(an_id(1), "L1", "sku", "a thing", "home", quantity, paid, 0, 0, paid, commission, an_id(500)),),
        payments=(Payment(an_id(100), 1, method, paid, captured, 0, told.get("charged_back", 0), "pi_1"),),
        allocations=(Allocation(an_id(100), an_id(1), paid, 0),),
        parcels=(parcel,),
        scans=(),
        cases=(),
        case_lines=(),
    )


class Book:
    """A file on which commands act one after the other, as the desk would let them."""

    def __init__(self, file: CaseFile, market: str = "us") -> None:
        self.file, self.rules, self.now = file, rules_of(market), T0
        self.made, self.scans = 10_000, 0
        self.outcomes: list[Outcome] = []

    def new_id(self) -> UUID:
        self.made += 1
        return an_id(self.made)

    @property
    def case(self) -> Case:
        assert self.file.case is not None
        return self.file.case

    @property
    def live(self) -> dict[str, Deadline]:
        return {d.kind: d for d in self.file.deadlines if d.state != "done"}

    def try_(self, command: Command) -> Outcome:
        outcome = act(self.file, command, self.rules, self.now, self.new_id)
        self.outcomes.append(outcome)
        if isinstance(outcome, Recorded):
            self.file = held(self.file, outcome)
            at = self.file.case.id if self.file.case else None
            self.file = reserved(after(self.file, outcome), outcome)
            if outcome.case is None and at:
                self.file = self.file.focus(at)
            promised_or_final(self.file)
        return outcome

    def do(self, shape: Any, actor: Actor, **said: Any) -> Recorded:
        """Act, and see that it was recorded. Case commands speak of the open case."""
        outcome = self.ask(shape, actor, **said)
        assert isinstance(outcome, Recorded), outcome
        return outcome

    def refused(self, shape: Any, actor: Actor, **said: Any) -> Blocked:
        outcome = self.ask(shape, actor, **said)
        assert isinstance(outcome, Blocked), outcome
        return outcome

    def ask(self, shape: Any, actor: Actor, **said: Any) -> Outcome:
        fields = {field.name for field in msgspec.structs.fields(shape)}
        if "case_id" in fields:
            said.setdefault("case_id", self.case.id)
        if "order_id" in fields:
            said.setdefault("order_id", self.file.order.id)
        return self.try_(shape(shop_id=7, actor=actor, **said))

    def open(self, kind: str, reason: str, **said: Any) -> "Book":
        self.do(OpenCase, BUYER, kind=kind, reason=reason, **said)
        return self

    def charge_back(self, amount: int) -> None:
        """The buyer's bank takes money back."""
        payments = tuple(msgspec.structs.replace(p, charged_back=amount) for p in self.file.payments)
        self.file = msgspec.structs.replace(self.file, payments=payments)

    def parcels(self, **said: Any) -> None:
        """Carriers and hosts say something else of every parcel."""
        self.file = msgspec.structs.replace(
            self.file, parcels=tuple(msgspec.structs.replace(p, **said) for p in self.file.parcels)
        )

    def send_back(self) -> "Book":
        """The seller grants the return, and the buyer sends the goods."""
        self.do(Approve, SELLER)
        self.do(ShipReturn, BUYER, carrier="usps", tracking_number=BACK)
        return self

    def scan(self, status: str, number: str = BACK, at: datetime | None = None, event_id: str | None = None) -> Outcome:
        self.scans += 1
        named = event_id or f"e{self.scans}"
        return self.ask(
            RecordScan, CARRIER, source="usps", event_id=named, tracking_number=number, status=status, occurred_at=at or self.now
        )

    def paid(self, result: str = "succeeded", n: int = 0, **said: Any) -> Outcome:
        """The payment side answers about the n-th refund."""
        said.setdefault("provider_reference", f"re_{n}" if result == "succeeded" else None)
        return self.ask(RecordRefundResult, PROVIDER, refund_id=self.file.refunds[n].id, result=result, **said)

    def wait(self, **length: float) -> None:
        self.now += timedelta(**length)

    def time_out(self, kind: str) -> Outcome:
        """Let a deadline fall due, and fire it."""
        deadline = self.live[kind]
        self.now = max(self.now, deadline.due_at)
        return self.ask(FireDeadline, SYSTEM, kind=kind, started_seq=deadline.started_seq)

    def timed_out(self, kind: str) -> Recorded:
        outcome = self.time_out(kind)
        assert isinstance(outcome, Recorded), outcome
        return outcome


def held(file: CaseFile, outcome: Recorded) -> CaseFile:
    """What the payment rows say once chargebacks are written."""
    before = {c.id: c.held for c in file.chargebacks}
    for chargeback in outcome.chargebacks:
        more = chargeback.held - before.get(chargeback.id, 0)
        payments = tuple(
            msgspec.structs.replace(p, charged_back=p.charged_back + more) if p.id == chargeback.payment_id else p
            for p in file.payments
        )
        file = msgspec.structs.replace(file, payments=payments)
    return file


def reserved(file: CaseFile, outcome: Recorded) -> CaseFile:
    """What the payment rows say once new refunds are written; one that replaces another stands on its reservation."""
    gone = [r for r in outcome.refunds if r.status == "given_up"]
    for refund in gone:
        file = msgspec.structs.replace(
            file,
            payments=tuple(
                msgspec.structs.replace(p, reserved=p.reserved - refund.amount) if p.id == refund.payment_id else p
                for p in file.payments
            ),
            allocations=tuple(
                msgspec.structs.replace(a, refunded=a.refunded - sum(x.amount for x in refund.lines if x.line_id == a.line_id))
                if a.payment_id == refund.payment_id
                else a
                for a in file.allocations
            ),
        )
    for refund in outcome.refunds:
        if refund.status == "pending" and refund.replaces is None and refund.attempts == 0:
            taken = {line.line_id: line.amount for line in refund.lines}
            file = msgspec.structs.replace(
                file,
                payments=tuple(
                    msgspec.structs.replace(p, reserved=p.reserved + refund.amount) if p.id == refund.payment_id else p
                    for p in file.payments
                ),
                allocations=tuple(
                    msgspec.structs.replace(a, refunded=a.refunded + taken.get(a.line_id, 0))
                    if a.payment_id == refund.payment_id
                    else a
                    for a in file.allocations
                ),
            )
    return file


def promised_or_final(file: CaseFile) -> None:
    """S07: a live case always has a running deadline, a final one none but those of an appeal; money stays within what came in."""
    for case in file.cases:
        ours = [d for owner, d in file.all_deadlines if owner == case.id and not (case.final and d.kind in OUTLIVING)]
        running = [d for d in ours if d.state == "running"]
        paused = [d for owner, d in file.all_deadlines if owner == case.id and d.state == "paused"]
        assert bool(running) is not case.final, (case.state, running)
        assert all(d.resumes_on for d in paused)
    assert all(p.reserved + p.charged_back <= p.captured for p in file.payments)
    assert all(a.refunded <= a.amount for a in file.allocations)
