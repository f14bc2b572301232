"""A small world in memory: one order of one shop, the real policies, and a clock that is moved by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import yaml
from msgspec.structs import replace

from amends.actions.commands import AskedLine, GivenProof, OpenCase
from amends.actions.open_case import open_case
from amends.actions.outcome import Outcome, Recorded
from amends.desk.after import after
from amends.domain.facts.case import Case, CaseLine
from amends.domain.facts.deadline import Deadline
from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import Allocation, Order, OrderLine, Payment, Shop
from amends.domain.facts.parcel import Parcel
from amends.domain.facts.people import SYSTEM, Actor
from amends.domain.facts.proposal import Proposal
from amends.domain.lifecycle.rules import Rules
from amends.domain.rulebook.compiled import CompiledBook
from amends.exchange.policies import policies_folder, read_policies
from amends.kernel.working_time import Calendar, calendar_from

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)  # a Monday, 10:00 in New York
BUYER = Actor(kind="buyer", id="buyer-1", buyer="b1")
SELLER = Actor(kind="seller", id="staff-1", permissions=frozenset({"cases.handle", "messages.write"}))
TRAINEE = Actor(kind="seller", id="staff-2", permissions=frozenset({"cases.read"}))
REVIEWER = Actor(kind="platform", id="reviewer-1", permissions=frozenset({"*"}))
CARRIER = Actor(kind="carrier", id="carrier", human=False)
PROVIDER = Actor(kind="provider", id="payments", human=False)
IMPORTER = Actor(kind="importer", id="import", permissions=frozenset({"*"}), human=False)
PEOPLE = {"buyer": BUYER, "seller": SELLER, "platform": REVIEWER, "system": SYSTEM, "carrier": CARRIER, "provider": PROVIDER}


@cache
def book(market: str) -> CompiledBook:
    policies = read_policies()
    assert not policies.errors, policies.errors[:3]
    return CompiledBook(policies.books[market], release="release")


@cache
def calendar(market: str) -> Calendar:
    name = book(market).book.calendar or market
    return calendar_from(yaml.safe_load((policies_folder() / "calendars" / f"{name}.yaml").read_text("utf-8")))


def rules_of(market: str, asking_at: datetime, handling_at: datetime) -> Rules:
    compiled = book(market)
    return Rules(
        asking=compiled,
        handling=compiled,
        asking_release="asking",
        asking_at=asking_at,
        handling_release="handling",
        handling_at=handling_at,
        calendar=calendar(market),
        zone=compiled.book.zone,
    )


class World:
    """One order and its file; `do` runs an action and keeps what it records, `last` is what it answered."""

    def __init__(self, file: CaseFile, now: datetime) -> None:
        self.file = file
        self.now = now
        self.last: Outcome | None = None
        self.ids = 0

    def new_id(self) -> UUID:
        self.ids += 1
        return UUID(int=(1 << 64) + self.ids)

    @property
    def case(self) -> Case:
        assert self.file.case is not None
        return self.file.case

    @property
    def rules(self) -> Rules:
        opened = self.file.case.opened_at if self.file.case else self.now
        return rules_of(self.file.order.market, self.file.order.pinned_at, opened)

    def later(self, **span: float) -> "World":
        self.now += timedelta(**span)
        return self

    def deadline(self, kind: str) -> Deadline:
        found = self.file.running(kind)
        assert found is not None, (kind, self.file.deadlines)
        return found

    def kinds(self) -> set[tuple[str, str]]:
        return {(d.kind, d.state) for d in self.file.deadlines}

    def do(self, action: Callable[..., Outcome], command: type, actor: Actor, **said: Any) -> Outcome:
        """Run an action with its command on the case, and keep what it records."""
        told: dict[str, Any] = {"shop_id": self.file.shop.id, "actor": actor}
        if "case_id" in command.__struct_fields__:  # type: ignore[attr-defined]
            told["case_id"] = self.case.id
        outcome = action(self.file, command(**told, **said), self.rules, self.now, self.new_id)
        self.last = outcome
        if isinstance(outcome, Recorded):
            self.file = after(self.file, outcome)
        return outcome

    def ask(self, kind: str = "return_refund", reason: str = "defective", *, actor: Actor = BUYER, **said: Any) -> Outcome:
        """Open a case; the file is opened at it."""
        self.file = replace(self.file, case=None, deadlines=(), evidence=self.file.all_evidence, refunds=(), proposals=())
        command = OpenCase(shop_id=self.file.shop.id, actor=actor, order_id=self.file.order.id, kind=kind, reason=reason, **said)
        self.last = open_case(self.file, command, self.rules, self.now, self.new_id)
        if isinstance(self.last, Recorded):
            self.file = after(self.file, self.last)
        return self.last

    def opened(self, kind: str = "return_refund", reason: str = "defective", **said: Any) -> "World":
        outcome = self.ask(kind, reason, **said)
        assert isinstance(outcome, Recorded), outcome
        return self

    def put(self, state: str, kind: str = "return_refund", **told: Any) -> "World":
        """Set a case down in a state, with its clocks as given (`clocks`: kind → Deadline), and a proposal of a side (`by`) in negotiation."""
        clocks, by = told.pop("clocks", ()), told.pop("by", "seller")
        case = a_case(self.file, self.now, state=state, kind=kind, **told)
        lines = tuple(CaseLine(case.id, line.id, line.quantity, line.paid) for line in self.file.lines)
        file = replace(
            self.file,
            cases=(*self.file.cases, case),
            case_lines=self.file.case_lines + lines,
            all_deadlines=self.file.all_deadlines + tuple((case.id, clock) for clock in clocks),
            all_proposals=(a_proposal(case, self.now, by=by),) if state == "negotiating" else (),
        )
        self.file = file.focus(case.id)
        return self


def a_proposal(case: Case, now: datetime, **told: Any) -> Proposal:
    """A seller's proposal that is open on a case: the same kind for a little less, unless it is told otherwise."""
    fields: dict[str, Any] = {
        "id": UUID(int=900),
        "case_id": case.id,
        "by": "seller",
        "channel": "seller",
        "kind": "change",
        "state": "open",
        "offer_kind": case.kind,
        "offer_amount": case.amount,
        "freight": None,
        "proof": (),
        "note": None,
        "rule": None,
        "why": None,
        "made_by": "staff-1",
        "opened_seq": 1,
        "opened_at": now,
        "expires_at": now + timedelta(hours=48),
    }
    return Proposal(**fields | told)


def a_case(file: CaseFile, now: datetime, **told: Any) -> Case:
    fields: dict[str, Any] = {
        "id": UUID(int=5000 + len(file.cases)),
        "order_id": file.order.id,
        "parent_id": None,
        "kind": "return_refund",
        "reason": "defective",
        "reason_group": "quality",
        "state": "pending_review",
        "seq": 1,
        "version": 1,
        "buyer": file.order.buyer,
        "opened_by": "buyer",
        "opened_at": now,
        "amount": sum(line.paid for line in file.lines),
        "currency": file.order.currency,
        "market": file.order.market,
        "eligibility_release": "asking",
        "eligibility_pinned_at": file.order.pinned_at,
        "handling_release": "handling",
        "handling_pinned_at": now,
        "programme": None,
        "note": None,
        "destination": None,
        "amendments": 0,
        "proof_requests": 0,
        "return_to": None,
        "lane": None,
        "historical": False,
        "ended": None,
        "closed_at": None,
        "verdict": None,
    }
    return Case(**fields | told)


def a_clock(kind: str, now: datetime, *, hours: float = 48, **told: Any) -> Deadline:
    fields: dict[str, Any] = {
        "kind": kind,
        "started_seq": 1,
        "started_at": now,
        "due_at": now + timedelta(hours=hours),
        "state": "running",
        "rule": "a_rule",
        "on_expiry": "approve",
        "at_least": 4 * 3600,
    }
    return Deadline(**fields | told)


def a_world(
    *,
    market: str = "us",
    sale_format: str = "shelf",
    status: str = "delivered",
    delivered_ago: int = 3,
    lines: tuple[tuple[int, int], ...] = ((1, 5000),),
    categories: tuple[str, ...] = ("home",),
    currency: str | None = None,
    now: datetime = NOW,
    **order: Any,
) -> World:
    """An order of `lines` (quantity, paid) in one parcel, placed ten days before; `delivered_ago` counts days."""
    shipped = now - timedelta(days=8) if status in ("in_transit", "delivered", "completed") else None
    delivered = now - timedelta(days=delivered_ago) if status in ("delivered", "completed") else None
    placed = now - timedelta(days=10) - timedelta(days=delivered_ago)
    code = currency or book(market).book.currency
    parcel = Parcel(
        UUID(int=300), None, "forward", _TRAVEL.get(status, "not_shipped"), "ups", "1Z1",
        True if delivered else None, shipped, delivered, None,
    )  # fmt: skip
    parts = tuple(
        OrderLine(
            UUID(int=100 + n),
            f"L{n}",
            "sku",
            "a thing",
            categories[n % len(categories)],
            quantity,
            paid,
            0,
            0,
            paid,
            0,
            parcel.id,
        )
        for n, (quantity, paid) in enumerate(lines)
    )
    total = sum(part.paid for part in parts)
    told: dict[str, Any] = {
        "shop_id": 7, "id": UUID(int=1), "reference": "O-1", "purchase": "O-1", "market": market, "buyer": "b1",
        "currency": code, "status": status, "sale_format": sale_format, "source": "marketplace", "channel": "product_card",
        "high_value": False, "placed_at": placed, "won_at": placed if sale_format == "live_auction" else None,
        "paid_at": placed, "promised_at": None, "shipped_at": shipped, "delivered_at": delivered, "cancelled_at": None,
        "review_lane": None, "version": 1,
    }  # fmt: skip
    payment = Payment(UUID(int=400), 1, "card", total, total, 0, 0, None)
    file = CaseFile(
        shop=Shop(7, "a shop", market, "s1", cross_border=False, duty_free_hainan=False, local=True),
        order=Order(**told | order),
        lines=parts,
        payments=(payment,),
        allocations=tuple(Allocation(payment.id, part.id, part.paid, 0) for part in parts),
        parcels=(parcel,),
        scans=(),
        cases=(),
        case_lines=(),
    )
    return World(file, now)


_TRAVEL = {"awaiting_collection": "packed", "in_transit": "in_transit", "delivered": "delivered", "completed": "delivered"}


def a_photo(kind: str = "photo_defect", **told: Any) -> GivenProof:
    return GivenProof(kind=kind, text="what it shows", **told)


def a_line(world: World, n: int = 0, **asked: Any) -> AskedLine:
    return AskedLine(line_id=world.file.lines[n].id, **asked)
