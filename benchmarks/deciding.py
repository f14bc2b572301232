"""How long it takes to decide: each command on a file in memory, the moves of the case and its view, market `us` with the auction pack."""

import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import yaml
from msgspec.structs import replace

from amends.actions.catalogue import act
from amends.actions.commands import (
    Approve,
    AskedLine,
    Command,
    FireDeadline,
    GivenProof,
    InspectedLine,
    InspectReturn,
    OpenCase,
    RecordScan,
    ShipReturn,
)
from amends.actions.outcome import Recorded
from amends.desk.after import after
from amends.desk.views import case_body
from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import Allocation, Order, OrderLine, Payment, Shop
from amends.domain.facts.parcel import Parcel
from amends.domain.facts.people import SYSTEM, Actor
from amends.domain.lifecycle.moves import moves
from amends.domain.lifecycle.rules import Rules
from amends.domain.rulebook.compiled import CompiledBook
from amends.exchange.policies import policies_folder, read_policies
from amends.kernel.ids import IdMaker
from amends.kernel.working_time import calendar_from
from benchmarks.quiet import quiet_us, slowdown

NOW = datetime(2026, 11, 24, 15, 0, 1, 250_000, tzinfo=UTC)
MANY = frozenset({"*"})
BUYER = Actor(kind="buyer", id="u-buyer", buyer="buyer-1")
SELLER = Actor(kind="seller", id="u-seller", permissions=MANY)
CARRIER = Actor(kind="carrier", id="usps", human=False)
NUMBER = "9400111899223100005678"
make_id = IdMaker()


def an_id() -> UUID:
    return make_id(NOW)


def auction(n: int) -> CaseFile:
    """A won auction of two lines, delivered three days ago, as `marketplace.sql` fills them."""
    won = NOW - timedelta(days=9, seconds=n)
    shipped, delivered = won + timedelta(days=1), won + timedelta(days=6)
    parcel = Parcel(UUID(int=500), None, "forward", "delivered", "usps", f"9400{n:018}", True, shipped, delivered, delivered)
    lines = tuple(
        OrderLine(UUID(int=each), str(each), "SKU", "Graded card", "collectibles", 1, 4000, 500, 350, 4850, 400, parcel.id)
        for each in (1, 2)
    )
    order = Order(
        7, UUID(int=900 + n), f"O-{n}", f"P-{n}", "us", "buyer-1", "USD", "delivered", "live_auction", "marketplace", "live", False,
        won, won, won, won + timedelta(days=7), shipped, delivered, None, None, 1,
    )  # fmt: skip
    return CaseFile(
        shop=Shop(7, "a shop", "us", "seller-7"),
        order=order,
        lines=lines,
        payments=(Payment(UUID(int=100), 1, "card", 9700, 9700, 0, 0, f"ch_{n}"),),
        allocations=tuple(Allocation(UUID(int=100), line.id, 4850, 0) for line in lines),
        parcels=(parcel,),
        scans=(),
        cases=(),
        case_lines=(),
    )


class Policy:
    """The real rules, pinned anew for every command as the desk pins them."""

    def __init__(self) -> None:
        self.book = CompiledBook(read_policies().books["us"], release="r1")
        written = yaml.safe_load((policies_folder() / "calendars" / f"{self.book.book.calendar}.yaml").read_text("utf-8"))
        self.calendar = calendar_from(written)

    def rules(self, file: CaseFile) -> Rules:
        book = self.book
        return Rules(
            asking=book, handling=book, asking_release="r1", asking_at=file.order.pinned_at, handling_release="r1", handling_at=NOW,
            calendar=self.calendar, zone=book.book.zone,
        )  # fmt: skip


Step = tuple[str, CaseFile, Command, datetime]


def opening(file: CaseFile) -> OpenCase:
    text = "the corner is bent, the stream showed it straight"
    proof = GivenProof(kind="chat_in_app", channel="platform_messages", text=text)
    line = AskedLine(line_id=file.lines[0].id, quantity=1)
    return OpenCase(
        shop_id=7,
        actor=BUYER,
        order_id=file.order.id,
        kind="return_refund",
        reason="not_as_described",
        lines=(line,),
        proof=(proof,),
    )


def steps(policy: Policy, n: int) -> list[Step]:
    """A return from the request to the refund, each command with the file and the moment that it meets."""
    file, now, made = auction(n), NOW, []

    def do(name: str, command: Command) -> None:
        nonlocal file
        outcome = act(file, command, policy.rules(file), now, an_id)
        assert isinstance(outcome, Recorded), (name, outcome)
        made.append((name, file, command, now))
        file = after(file, outcome)

    def of_case(shape: Any, actor: Actor, **said: Any) -> Any:
        return shape(shop_id=7, actor=actor, case_id=file.case.id if file.case else None, **said)

    do("open_case", opening(file))
    review = file.deadlines[0]
    fire = of_case(FireDeadline, SYSTEM, kind=review.kind, started_seq=review.started_seq)
    made.append(("fire_deadline", file, fire, review.due_at))
    do("approve", of_case(Approve, SELLER))
    do("ship_return", of_case(ShipReturn, BUYER, carrier="usps", tracking_number=NUMBER))
    scan = RecordScan(
        shop_id=7, actor=CARRIER, source="usps", event_id="e1", tracking_number=NUMBER, status="delivered", occurred_at=now
    )
    do("record_scan", scan)
    whole = InspectedLine(line_id=file.own_lines[0].line_id, accepted=1, disposition="restocked")
    do("inspect_return", of_case(InspectReturn, SELLER, lines=(whole,)))
    return made


def main() -> dict[str, float]:
    """Measure and print; the figures by name."""
    policy = Policy()
    flows = [steps(policy, n) for n in range(50)]
    figures: dict[str, float] = {}
    for place, (name, *_) in enumerate(flows[0]):
        asked = [(file, command, policy.rules(file), now) for _, file, command, now in (flow[place] for flow in flows)]
        figures[f"act_{name}_us"] = quiet_us(lambda one: act(one[0], one[1], replace(one[2]), one[3], an_id), asked)
    outcomes = [
        (file, act(file, command, policy.rules(file), now, an_id)) for _, file, command, now in (flow[0] for flow in flows)
    ]
    figures["after_us"] = quiet_us(lambda one: after(*one), outcomes)
    opened = [(file, policy.rules(file)) for _, file, _, _ in (flow[1] for flow in flows)]
    figures["moves_us"] = quiet_us(lambda one: moves(one[0], one[1], BUYER, NOW), opened)
    figures["case_body_us"] = quiet_us(lambda one: case_body(one[0], one[1], BUYER, NOW), opened)
    figures["slowdown"] = slowdown()
    for name, value in figures.items():
        print(f"{name:32} {value:8.2f}")
    return figures


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
