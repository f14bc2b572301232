"""A marketplace for stories and for tests of the desk: a real database, the real policies, and a clock that is moved by hand."""

import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from amends.actions.commands import Command, FireDeadline, GivenProof, OpenCase, RecordRefundResult, RecordScan
from amends.desk.answers import Answer
from amends.desk.desk import Desk
from amends.desk.orders import take_orders, take_shops
from amends.domain.facts.people import SYSTEM, Actor
from amends.domain.facts.told import Taken, ToldLine, ToldOrder, ToldParcel, ToldPayment, ToldShop

MONDAY = datetime(2026, 11, 16, 15, tzinfo=UTC)
"""10:00 in New York; the only holiday of the following two weeks is Thanksgiving, Thursday the 26th."""
EVERYTHING = frozenset({"*"})
BUYER = Actor(kind="buyer", id="buyer:mei", buyer="mei")
SELLER = Actor(kind="seller", id="seller:anna", permissions=EVERYTHING)
SUPPORT = Actor(kind="platform", id="support:omar", permissions=EVERYTHING)
PEOPLE = {"buyer": BUYER, "seller": SELLER, "platform": SUPPORT, "system": SYSTEM}
_numbers = itertools.count(1)


class Sold(NamedTuple):
    """An order as it stands in the database."""

    shop_id: int
    id: UUID
    told: ToldOrder


class Said:
    """What the desk answered."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.code = answer, answer.code
        self.body: dict[str, Any] = json.loads(answer.body)

    @property
    def case_id(self) -> UUID:
        assert self.code is None, self.body
        assert self.answer.case_id is not None, self.body
        return self.answer.case_id

    @property
    def state(self) -> str:
        return str(self.body["state"])

    @property
    def reasons(self) -> list[str]:
        return list(self.body.get("reasons", ()))

    @property
    def due(self) -> datetime:
        return datetime.fromisoformat(self.body["deadline_at"])

    def moves(self) -> dict[str, list[str]]:
        """Every move with the reasons that close it; none where it is open."""
        return {move["move"]: list(move.get("reasons", ())) for move in self.body["moves"]}


def told(shop: str, reference: str, now: datetime, **more: Any) -> ToldOrder:
    """An order of one line of 50.00, delivered three days ago; `delivered_ago`, `lines` and `payments` tell it otherwise."""
    ago = more.pop("delivered_ago", timedelta(days=3))
    status = more.pop("status", "delivered")
    placed = now - ago - timedelta(days=5)
    shipped = now - ago - timedelta(days=3) if status in ("in_transit", "delivered", "completed") else None
    delivered = now - ago if status in ("delivered", "completed") else None
    lines = more.pop(
        "lines", (ToldLine(reference="1", sku="VASE", title="Blue vase", category="home", price=5000, commission=400),)
    )
    whole = sum(line.price + line.shipping + line.tax for line in lines)
    parcel_status = {"in_transit": "in_transit", "awaiting_collection": "packed"}.get(
        status, "delivered" if delivered else "not_shipped"
    )
    known: dict[str, Any] = {
        "shop": shop,
        "reference": reference,
        "buyer": "mei",
        "currency": "USD",
        "status": status,
        "placed_at": placed,
        "won_at": placed if more.get("sale_format") == "live_auction" else None,
        "paid_at": placed,
        "shipped_at": shipped,
        "delivered_at": delivered,
        "lines": tuple(lines),
        "payments": (ToldPayment(sequence=1, method="card", amount=whole, provider_reference=f"pay_{reference}"),),
        "parcels": (
            ToldParcel(
                status=parcel_status,
                carrier="usps" if shipped else None,
                tracking_number=f"9400{reference.encode().hex()[:16]:0>16}" if shipped else None,
                shipped_at=shipped,
                delivered_at=delivered,
            ),
        ),
    }
    return ToldOrder(**(known | more))


class Marketplace:
    """One marketplace; `desk` is its door, `administrator` a connection that may look at everything and move the clock."""

    def __init__(self, dsn: str, desk: Desk, administrator: asyncpg.Connection) -> None:
        self.dsn, self.desk, self.administrator = dsn, desk, administrator
        self.shops: dict[str, int] = {}

    async def now(self) -> datetime:
        """The domain's moment."""
        moment: datetime = await self.administrator.fetchval("select amends.moment()")
        return moment

    async def set_clock(self, moment: datetime) -> None:
        """Move the one clock of the domain."""
        await self.administrator.execute("update amends.clock set offset_by = $1::timestamptz - clock_timestamp()", moment)

    async def shop(self, reference: str = "anna", market: str = "us") -> int:
        """A shop, made when it is first asked for."""
        if reference not in self.shops:
            made = ToldShop(reference=reference, name=f"Shop of {reference}", market=market, seller=reference)
            (self.shops[reference],) = await take_shops(self.desk.pool, [made])
        return self.shops[reference]

    async def order(self, shop: str = "anna", market: str = "us", **more: Any) -> Sold:
        """An order as `told` lays it out."""
        shop_id = await self.shop(shop, market)
        order = told(shop, more.pop("reference", f"O{next(_numbers)}"), await self.now(), **more)
        return await self.take(shop_id, order)

    async def take(self, shop_id: int, order: ToldOrder) -> Sold:
        """Take an order, new or known."""
        (taken,) = await self.take_all([order])
        assert taken.result != "refused", taken
        return Sold(shop_id, UUID(taken.order_id), order)

    async def take_all(self, orders: Sequence[ToldOrder]) -> list[Taken]:
        """Take orders as they are told."""
        return await take_orders(self.desk, orders)

    async def say(self, command: Command) -> Said:
        """One command."""
        return Said((await self.desk.handle([command]))[0])

    async def ask(
        self,
        sold: Sold,
        kind: str,
        reason: str,
        *,
        by: Actor = BUYER,
        proof: Sequence[str | GivenProof] = (),
        **more: Any,
    ) -> Said:
        """Ask for after-sales; `proof` are kinds of evidence or whole pieces."""
        pieces = tuple(GivenProof(kind=p, text="what it shows") if isinstance(p, str) else p for p in proof)
        return await self.say(
            OpenCase(shop_id=sold.shop_id, actor=by, order_id=sold.id, kind=kind, reason=reason, proof=pieces, **more)
        )

    async def do(self, case: tuple[int, UUID], command: type, *, by: Actor = SELLER, **fields: Any) -> Said:
        """A command on a case."""
        return await self.say(command(shop_id=case[0], case_id=case[1], actor=by, **fields))

    async def scan(self, shop_id: int, tracking_number: str, status: str, **more: Any) -> Said:
        """A carrier's scan, now."""
        carrier = Actor(kind="carrier", id="usps", human=False)
        known: dict[str, Any] = {"event_id": f"scan-{next(_numbers)}", "source": "usps"}
        if "occurred_at" not in more:
            known["occurred_at"] = await self.now()
        return await self.say(
            RecordScan(shop_id=shop_id, actor=carrier, tracking_number=tracking_number, status=status, **(known | more))
        )

    async def told_result(self, shop_id: int, refund_id: UUID, result: str, **more: Any) -> Said:
        """What the payments provider said of a refund."""
        provider = Actor(kind="provider", id="fake", human=False)
        return await self.say(RecordRefundResult(shop_id=shop_id, actor=provider, refund_id=refund_id, result=result, **more))

    async def fire(self, shop_id: int, case_id: UUID, kind: str) -> Said:
        """Time acts on the running deadline of that kind."""
        seq = await self.administrator.fetchval(
            "select started_seq from amends.deadline where shop_id = $1 and case_id = $2 and kind = $3 and state = 'running'",
            shop_id,
            case_id,
            kind,
        )
        return await self.say(FireDeadline(shop_id=shop_id, actor=SYSTEM, case_id=case_id, kind=kind, started_seq=seq))

    async def case(self, case_id: UUID) -> Mapping[str, Any]:
        """The row of a case."""
        row: Mapping[str, Any] = await self.administrator.fetchrow("select * from amends.cases where id = $1", case_id)
        return row

    async def events(self, case_id: UUID) -> list[str]:
        """The types of a case's events, in their order."""
        rows = await self.administrator.fetch("select type from amends.event where case_id = $1 order by seq", case_id)
        return [row["type"] for row in rows]

    async def count(self, table: str) -> int:
        """How many rows a table has."""
        number: int = await self.administrator.fetchval(f"select count(*) from amends.{table}")  # noqa: S608 - a test's own word
        return number

    async def counts(self) -> dict[str, int]:
        """How many rows every table has that a command can write."""
        return {table: await self.count(table) for table in WRITTEN}


WRITTEN = (
    "cases", "case_line", "event", "deadline", "evidence", "scan", "refund", "refund_line", "money_transaction", "posting",
    "outbox", "idempotency", "attempt", "parcel", "compensation", "score_event", "standing", "metric_interval", "deadline_alarm",
    "deadline_excuse", "buyer_signal", "interception", "return_plan", "parcel_reading",
)  # fmt: skip
