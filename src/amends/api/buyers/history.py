"""A buyer's after-sales history with a shop (U-13): what was bought, what was asked for, how it ended. Counted, never a verdict."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import msgspec

from amends.api.door.bodies import Positive
from amends.api.door.calls import Request
from amends.api.door.files import shops_of
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.desk.views import MoneyView
from amends.kernel.text import text_problem
from amends.store.database import queries, transaction

LONGEST = 200
NEWEST = 20


class HistoryQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One shop; without it all shops of a seller. The platform names one."""

    shop_id: Positive | None = None


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """Orders in one currency and what was paid for them."""

    orders: int
    paid: MoneyView
    first_at: datetime
    last_at: datetime


class AskedFor(msgspec.Struct, frozen=True, kw_only=True):
    """Requests of one kind and group of reasons that ended alike; `ended` is null while they are open."""

    kind: str
    reason_group: str
    ended: str | None
    n: int
    refunded: MoneyView


class PastCase(msgspec.Struct, frozen=True, kw_only=True):
    """A request of the buyer."""

    id: UUID
    shop_id: int
    kind: str
    reason: str
    state: str
    ended: str | None
    amount: MoneyView
    opened_at: datetime


class History(msgspec.Struct, frozen=True, kw_only=True):
    """What a buyer did in these shops. `cases` are the newest."""

    buyer: str
    shops: list[int]
    bought: list[Bought]
    asked: list[AskedFor]
    cases: list[PastCase]


async def get_history(request: Request) -> Reply | Problem:
    """The history of a buyer with a shop, for those who sold to them and for the platform."""
    buyer, caller, wanted = request.params["buyer"], request.caller, cast("HistoryQuery", request.query).shop_id
    if not buyer or text_problem(buyer, LONGEST) is not None:
        return Problem(code="not_found")
    if wanted is None and caller.kind == "platform":
        return Problem(code="missing_field", errors=(FieldError("shop_id", "missing_field"),))
    shops = [shop for shop in await shops_of(request.context, caller) if wanted in (None, shop)]
    async with transaction(request.context.pool, shops) as connection:
        if not await connection.fetchval(queries("buyer_known_to"), shops, buyer):
            return Problem(code="not_found")
        bought = await connection.fetch(queries("orders_of_buyer"), shops, buyer)
        asked = await connection.fetch(queries("cases_of_buyer_counted"), shops, buyer)
        newest = await connection.fetch(queries("newest_cases_of_buyer"), shops, buyer, NEWEST)
    return json_reply(
        History(buyer=buyer, shops=shops, bought=[_bought(row) for row in bought], asked=[_asked(row) for row in asked],
                cases=[_past(row) for row in newest])
    )  # fmt: skip


def _bought(row: Any) -> Bought:
    return Bought(
        orders=row["orders"], paid=MoneyView(row["paid"], row["currency"]), first_at=row["first_at"], last_at=row["last_at"]
    )


def _asked(row: Any) -> AskedFor:
    return AskedFor(kind=row["kind"], reason_group=row["reason_group"], ended=row["ended"], n=row["n"],
                    refunded=MoneyView(row["refunded"], row["currency"]))  # fmt: skip


def _past(row: Any) -> PastCase:
    return PastCase(id=row["id"], shop_id=row["shop_id"], kind=row["kind"], reason=row["reason"], state=row["state"],
                    ended=row["ended"], amount=MoneyView(row["amount"], row["currency"]), opened_at=row["opened_at"])  # fmt: skip


OPERATIONS = (
    Operation(id="get_buyer_history", method="GET", path="/v1/buyers/{buyer}/history",
              summary="A buyer's after-sales history with a shop", handler=get_history, who=TRADE, permission="cases.read",
              query=HistoryQuery, answer=History, problems=("not_found", "missing_field")),
)  # fmt: skip
