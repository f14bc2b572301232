"""What a case cost whom, as postings that sum to zero, and the freight that is told of (L-08, N-04, Q-10, C-04, C-09)."""

from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

import msgspec

from amends.actions.commands import RecordRefundResult
from amends.actions.conduct_commands import ChargeFreight, RetryCompensation
from amends.actions.record_refund_result import CAME_BACK
from amends.api.door.answering import answered
from amends.api.door.bodies import Positive, Strict, Word
from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.shops import shop_of
from amends.desk.views import CaseView, MoneyView
from amends.kernel.ids import parse_id
from amends.store.database import queries, transaction

PLATFORM = frozenset({"platform"})


class PostingView(msgspec.Struct, frozen=True, kw_only=True):
    """One leg: positive to the account, negative from it."""

    transaction: UUID
    why: str
    at: datetime
    reverses: UUID | None
    account: str
    amount: MoneyView


class PartyView(msgspec.Struct, frozen=True, kw_only=True):
    """What a case came to for one party: positive it got, negative it paid."""

    party: str
    amount: MoneyView


class CompensationView(msgspec.Struct, frozen=True, kw_only=True):
    """Money on top of the refund, and whether it was paid."""

    id: UUID
    amount: MoneyView
    by: str
    to: str
    why: str
    rule: str
    status: str
    failure: str | None


class MetricClockView(msgspec.Struct, frozen=True, kw_only=True):
    """One interval of a metric clock; without end it runs."""

    metric: str
    started_at: datetime
    ended_at: datetime | None
    seconds: int


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """What a case cost whom: the sums by party are zero together, and every leg that they are made of. Clocks are summed, and never fire."""

    case_id: UUID
    parties: list[PartyView]
    postings: list[PostingView]
    compensations: list[CompensationView]
    clocks: list[MetricClockView]


class FreightBody(Strict, frozen=True, kw_only=True):
    """What a leg cost, minor units of the order's currency. Who bears it is a rule."""

    leg: Literal["first_leg", "to_warehouse", "interception"]
    amount: Positive
    carrier: Word


async def case_costs(request: Request) -> Reply | Problem:
    """What a case cost whom."""
    place = await request.context.places.case(request.caller, request.params["case_id"])
    if place is None:
        return Problem(code="not_found")
    async with transaction(request.context.pool, [place[0]]) as connection:
        if not await connection.fetch(queries("places_of_case"), [place[1]]):
            return Problem(code="not_found")
        legs = await connection.fetch(queries("costs_of_case"), *place)
        owed = await connection.fetch(queries("compensations_of_case"), *place)
        clocks = await connection.fetch(queries("clocks_of_case"), *place)
    return json_reply(
        Costs(case_id=place[1], parties=_by_party(legs), postings=[_posting(leg) for leg in legs],
              compensations=[_compensation(row) for row in owed], clocks=[MetricClockView(**dict(row)) for row in clocks])
    )  # fmt: skip


def _by_party(legs: list[Any]) -> list[PartyView]:
    """Accounts are `party:whose`; a party's legs are summed for each currency."""
    sums: dict[tuple[str, str], int] = {}
    for leg in legs:
        key = (leg["account"].partition(":")[0], leg["currency"])
        sums[key] = sums.get(key, 0) + leg["amount"]
    return [PartyView(party=party, amount=MoneyView(amount, currency)) for (party, currency), amount in sorted(sums.items())]


def _posting(leg: Any) -> PostingView:
    return PostingView(transaction=leg["id"], why=leg["why"], at=leg["at"], reverses=leg["reverses"], account=leg["account"],
                       amount=MoneyView(leg["amount"], leg["currency"]))  # fmt: skip


def _compensation(row: Any) -> CompensationView:
    return CompensationView(id=row["id"], amount=MoneyView(row["amount"], row["currency"]), by=row["by_party"], to=row["to_party"],
                            why=row["why"], rule=row["rule"], status=row["status"], failure=row["failure"])  # fmt: skip


async def charge_freight(request: Request) -> Reply | Problem:
    """Post what a leg cost, to whoever bears it by the rules of the case."""
    place, body = await request.context.places.case(request.caller, request.params["case_id"]), cast("FreightBody", request.body)
    if place is None:
        return Problem(code="not_found")
    command = ChargeFreight(shop_id=place[0], actor=request.caller.actor, key=request.key, case_id=place[1], leg=body.leg,
                            amount=body.amount, carrier=body.carrier)  # fmt: skip
    return answered(await request.context.group.handle(command))


async def retry_compensation(request: Request) -> Reply | Problem:
    """Pay a compensation anew that failed for good."""
    place, wanted = (
        await request.context.places.case(request.caller, request.params["case_id"]),
        parse_id(request.params["compensation_id"]),
    )
    if place is None or not isinstance(wanted, UUID):
        return Problem(code="not_found")
    command = RetryCompensation(
        shop_id=place[0], actor=request.caller.actor, key=request.key, case_id=place[1], compensation_id=wanted
    )
    return answered(await request.context.group.handle(command))


async def refund_came_back(request: Request) -> Reply | Problem:
    """Tell that a refund which was paid came back: it is reversed, and its case waits for an operator who pays it another way."""
    wanted = parse_id(request.params["refund_id"])
    shop = await request.context.reviewers.fetchval(queries("place_of_refund"), wanted) if isinstance(wanted, UUID) else None
    if not isinstance(wanted, UUID) or shop is None or await shop_of(request.context, request.caller, shop) is None:
        return Problem(code="not_found")
    command = RecordRefundResult(shop_id=shop, actor=request.caller.actor, key=request.key, refund_id=wanted, result=CAME_BACK)
    return answered(await request.context.group.handle(command))


OPERATIONS = (
    Operation(id="case_costs", method="GET", path="/v1/cases/{case_id}/costs", summary="What a case cost whom", handler=case_costs,
              who=TRADE, permission="cases.read", answer=Costs, problems=("not_found",)),
    Operation(id="charge_freight", method="POST", path="/v1/cases/{case_id}/freight", summary="Post what a leg of the way back cost",
              handler=charge_freight, who=PLATFORM, permission="parcels.write", body=FreightBody, answer=CaseView, keyed=True,
              sort="write", problems=("not_found", "amount_not_positive", "several_rules_answer")),
    Operation(id="retry_compensation", method="POST", path="/v1/cases/{case_id}/compensations/{compensation_id}/retry",
              summary="Pay a failed compensation anew", handler=retry_compensation, who=PLATFORM, permission="refunds.handle",
              answer=CaseView, keyed=True, sort="write", problems=("not_found", "move_not_open")),
    Operation(id="refund_came_back", method="POST", path="/v1/refunds/{refund_id}/came_back",
              summary="Tell that a refund which was paid came back", handler=refund_came_back, who=PLATFORM,
              permission="refunds.handle", answer=CaseView, keyed=True, sort="write", problems=("not_found", "refund_not_paid")),
)  # fmt: skip
