"""Chargebacks: told by the platform or by the bank's signed messages, listed, answered, and overridden by name."""

from datetime import UTC, datetime
from typing import Annotated, Final, Literal, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.actions.chargeback_commands import AnswerChargeback, OverrideChargeback, RecordChargeback
from amends.api.door.bodies import Currency, Limit, Moment, Name, Positive, Strict, Word
from amends.api.door.calls import Request
from amends.api.door.files import shops_of
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.desk.answers import Answer
from amends.domain.facts.people import Actor
from amends.kernel.ids import parse_id
from amends.store.database import queries, transaction
from amends.store.reading import Cursor, read_cursor, write_cursor

PLATFORM: Final = frozenset({"platform"})
NO_ANSWER_DUE: Final = datetime.max.replace(tzinfo=UTC)
MOST_ORDERS: Final = 100
"""Of one checkout, paid by one charge."""
State = Literal["open", "won", "lost", "withdrawn"]


class ChargebackBody(Strict, frozen=True, kw_only=True):
    """What a bank says of a payment, by the provider's reference or our id of it; known by (source, reference).

    A reference that paid several orders stands for all of them where `amount` is what it captured; else name one by our id.
    """

    payment: Name
    source: Word
    reference: Name
    state: State
    amount: Positive
    currency: Currency
    reason: Annotated[str, Meta(max_length=200)] | None = None
    respond_by: Moment | None = None


class AnswerBody(Strict, frozen=True, kw_only=True):
    """Nothing to say: the answer went to the bank."""


class OverrideBody(Strict, frozen=True, kw_only=True):
    """Why refunds are let through although the payment is disputed."""

    why: Annotated[str, Meta(min_length=1, max_length=1000)]


class ChargebackView(msgspec.Struct, frozen=True, kw_only=True):
    """A chargeback. `held` is set aside on the payment; `refunded` had left before, and is the answer to the bank."""

    shop_id: int
    id: UUID
    order_id: UUID
    payment_id: UUID
    source: str
    reference: str
    amount: int
    currency: str
    held: int
    refunded: int
    reason: str | None
    state: str
    opened_at: datetime
    respond_by: datetime | None
    closed_at: datetime | None
    override_at: datetime | None
    override_why: str | None
    updated_at: datetime
    cases: list[UUID]


class ChargebackPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of chargebacks, those first whose answer is due first."""

    chargebacks: list[ChargebackView]
    next_cursor: str | None


class ChargebacksQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filters."""

    state: Literal["open", "answered", "won", "lost", "withdrawn"] | None = None
    updated_since: Moment | None = None
    cursor: Annotated[str, Meta(max_length=500)] | None = None
    limit: Limit = 50


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the message: `recorded`, or `known` where it changed nothing."""

    result: str


async def put_chargeback(request: Request) -> Reply | Problem:
    """Record what the bank says; the same again is known and changes nothing."""
    answer = await told(request, cast("ChargebackBody", request.body), request.caller.actor, request.key)
    if isinstance(answer, Problem):
        return answer
    return _recorded(answer)


def _recorded(answer: Answer) -> Reply | Problem:
    if answer.code is not None:
        return Problem(code=answer.code, told=answer.body)
    known = answer.replayed or type(answer.outcome).__name__ == "Unchanged"
    return json_reply(Recorded(result="known" if known else "recorded"))


async def told(request: Request, body: ChargebackBody, actor: Actor, key: str | None) -> Answer | Problem:
    """Hand a message of a bank to the desk.

    One charge that paid several orders is charged back for all of them, each for its own part and under a reference of its own; which of
    them a part of it is about, nobody can know.
    """
    made = parse_id(body.payment)
    rows = await request.context.reviewers.fetch(
        queries("places_of_payments"), body.payment, made if isinstance(made, UUID) else None
    )
    if not rows:
        return Problem(code="payment_missing")
    fields = {name: getattr(body, name) for name in body.__struct_fields__}
    if len(rows) == 1:
        return (
            await request.context.desk.handle([RecordChargeback(shop_id=rows[0]["shop_id"], actor=actor, key=key, **fields)])
        )[0]
    if len(rows) > MOST_ORDERS or sum(row["captured"] for row in rows) != body.amount:
        return Problem(code="payment_ambiguous", detail={"payments": [str(row["id"]) for row in rows[:MOST_ORDERS]]})
    commands = []
    for row in rows:
        own = {"payment": str(row["id"]), "amount": row["captured"], "reference": f"{body.reference}#{row['order_reference']}"}
        commands.append(RecordChargeback(shop_id=row["shop_id"], actor=actor, key=key and f"{key}#{row['id']}", **(fields | own)))
    return _worst(await request.context.desk.handle([command for command in commands if command.amount]))


def _worst(answers: list[Answer]) -> Answer:
    """What was refused before what is new, and that before what was known."""
    return min(answers, key=lambda answer: (answer.code is None, answer.replayed or type(answer.outcome).__name__ == "Unchanged"))


async def list_chargebacks(request: Request) -> Reply | Problem:
    """A page of the chargebacks that the caller may see."""
    query, context = cast("ChargebacksQuery", request.query), request.context
    after = read_cursor(query.cursor) if query.cursor else None
    if query.cursor and after is None:
        return Problem(code="bad_cursor")
    shops = await shops_of(context, request.caller)
    async with transaction(context.pool, shops) as connection:
        rows = await connection.fetch(
            queries("list_chargebacks"), shops, query.state, query.updated_since, None,
            after.at if after else None, after.id if after else None, query.limit + 1,
        )  # fmt: skip
    page = [ChargebackView(**dict(row)) for row in rows[: query.limit]]
    last = page[-1] if len(rows) > query.limit else None
    more = write_cursor(Cursor(last.respond_by or NO_ANSWER_DUE, last.id)) if last else None
    return json_reply(ChargebackPage(chargebacks=page, next_cursor=more))


async def answer(request: Request) -> Reply | Problem:
    """Say that the answer went to the bank."""
    return await _commanded(request, AnswerChargeback)


async def override(request: Request) -> Reply | Problem:
    """Let refunds through, by name."""
    return await _commanded(request, OverrideChargeback, why=cast("OverrideBody", request.body).why)


async def _commanded(request: Request, shape: type, **fields: str) -> Reply | Problem:
    thing = parse_id(request.params["chargeback_id"])
    place = await request.context.reviewers.fetchval(queries("place_of_chargeback"), thing) if isinstance(thing, UUID) else None
    caller = request.caller
    if place is None or (caller.kind == "seller" and place not in caller.shops):
        return Problem(code="not_found")
    command = shape(shop_id=place, actor=caller.actor, key=request.key, chargeback_id=thing, **fields)
    return _recorded((await request.context.desk.handle([command]))[0])


OPERATIONS = (
    Operation(id="put_chargeback", method="POST", path="/v1/chargebacks", summary="Tell of a chargeback, or how it ended",
              handler=put_chargeback, who=PLATFORM, permission="chargebacks.write", body=ChargebackBody, answer=Recorded, keyed=True,
              sort="write", problems=("payment_missing", "payment_ambiguous", "currency_differs", "move_not_open", "value_not_allowed")),
    Operation(id="list_chargebacks", method="GET", path="/v1/chargebacks", summary="Chargebacks, by when their answer is due",
              handler=list_chargebacks, who=TRADE, permission="cases.read", query=ChargebacksQuery, answer=ChargebackPage),
    Operation(id="answer_chargeback", method="POST", path="/v1/chargebacks/{chargeback_id}/answer",
              summary="Say that the answer went to the bank", handler=answer, who=TRADE, permission="cases.handle", body=AnswerBody,
              answer=Recorded, keyed=True, sort="write", problems=("not_found", "move_not_open", "deadline_passed")),
    Operation(id="override_chargeback", method="POST", path="/v1/chargebacks/{chargeback_id}/override",
              summary="Let refunds through although the payment is disputed", handler=override, who=PLATFORM,
              permission="chargebacks.override", body=OverrideBody, answer=Recorded, keyed=True, sort="write",
              problems=("not_found", "move_not_open")),
)  # fmt: skip
