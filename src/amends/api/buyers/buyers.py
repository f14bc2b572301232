"""What the platform holds of a buyer, with its reasons (Q-13). A seller sees it of those who bought from them."""

from datetime import datetime
from typing import Annotated, Any, cast

import asyncpg
import msgspec
from msgspec import Meta

from amends.api.door.bodies import Moment, Strict, Word
from amends.api.door.calls import Request
from amends.api.door.files import shops_of
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.kernel.text import text_problem
from amends.store.database import queries, transaction

PLATFORM = frozenset({"platform"})
LONGEST = 200


class StandingBody(Strict, frozen=True, kw_only=True):
    """What the platform says of a buyer; until when, or for good."""

    good: bool
    reasons: Annotated[tuple[Word, ...], Meta(max_length=20)] = ()
    until: Moment | None = None


class SignalView(msgspec.Struct, frozen=True, kw_only=True):
    """How often something was seen in the last 90 days."""

    kind: str
    n: int
    last_at: datetime


class StandingView(msgspec.Struct, frozen=True, kw_only=True):
    """A buyer's standing. Where it is not good, requests to keep the goods are looked at by a person first; none is declined for it.

    `reasons` are rules of scores, or words of the platform where `told_by` says who.
    """

    buyer: str
    good: bool
    reasons: list[str]
    told_by: str | None
    judged_at: datetime | None
    until: datetime | None
    signals: list[SignalView]


async def _known(request: Request) -> str | None:
    """The buyer in the path, where the caller may know of them."""
    buyer, caller = request.params["buyer"], request.caller
    if not buyer or text_problem(buyer, LONGEST) is not None:
        return None
    if caller.kind == "platform":
        return buyer
    shops = await shops_of(request.context, caller)
    async with transaction(request.context.pool, shops) as connection:
        return buyer if await connection.fetchval(queries("buyer_known_to"), shops, buyer) else None


async def get_standing(request: Request) -> Reply | Problem:
    """What the platform holds of a buyer."""
    buyer = await _known(request)
    if buyer is None:
        return Problem(code="not_found")
    row = await request.context.pool.fetchrow(queries("standing_of_buyer"), buyer)
    signals = await request.context.pool.fetch(queries("signals_counted"), buyer)
    return json_reply(_view(buyer, row, signals))


async def put_standing(request: Request) -> Reply | Problem:
    """A person of the platform says how a buyer stands; it goes before what signals say."""
    buyer, body = await _known(request), cast("StandingBody", request.body)
    if buyer is None:
        return Problem(code="not_found")
    if body.until is not None and body.until <= await request.context.pool.fetchval(queries("domain_now")):
        return Problem(code="bad_moment", errors=(FieldError("until", "bad_moment"),))
    row = await request.context.pool.fetchrow(
        queries("tell_standing"), buyer, body.good, list(body.reasons), request.caller.actor.id, body.until
    )
    signals = await request.context.pool.fetch(queries("signals_counted"), buyer)
    return json_reply(_view(buyer, row, signals))


def _view(buyer: str, row: asyncpg.Record | None, signals: Any) -> StandingView:
    said: dict[str, Any] = dict(row) if row else {"good": True, "reasons": [], "told_by": None, "judged_at": None, "until": None}
    return StandingView(buyer=buyer, signals=[SignalView(**dict(signal)) for signal in signals], **said)


OPERATIONS = (
    Operation(id="get_buyer_standing", method="GET", path="/v1/buyers/{buyer}/standing", summary="What the platform holds of a buyer",
              handler=get_standing, who=TRADE, permission="cases.read", answer=StandingView, problems=("not_found",)),
    Operation(id="put_buyer_standing", method="PUT", path="/v1/buyers/{buyer}/standing", summary="Say how a buyer stands",
              handler=put_standing, who=PLATFORM, permission="cases.recheck", body=StandingBody, answer=StandingView, sort="write",
              problems=("not_found", "bad_moment")),
)  # fmt: skip
