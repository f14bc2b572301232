"""What a list of cases can be narrowed to, and how a tab, a side or a word becomes states and kinds of deadline."""

from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Minor, Moment, Positive, Word
from amends.api.door.callers import Caller
from amends.api.door.calls import Request
from amends.api.door.context import Context
from amends.api.door.files import shops_of
from amends.api.door.messages import FieldError, Problem
from amends.domain.facts.words import CaseKind, CaseState
from amends.store.reading import MOST, CaseFilter, Order

_BY_TIME: Final = (
    "review_expired",
    "review_return_expired",
    "refuse_sign_expired",
    "statutory_refund_expired",
    "converted_to_refund",
)
_BY_RULE: Final = ("approved", "returnless_refund")
GRANTED_BY: Final = {"time": _BY_TIME, "rule": _BY_RULE, "itself": (*_BY_TIME, *_BY_RULE)}
"""What the system recorded when nobody decided: a deadline ended, a rule of the shop's own granted it, or either."""


class CasesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filters; `order=urgent` brings first what is due next, `order=amount` the largest within each currency.

    `tab` is a word of `tabs`; `due` a kind of running deadline, `owes` whose they are (`me`: my side's). `q` is a case, an order, a purchase,
    a parcel's number or a buyer. `assignee` is a colleague's subject, `me`, or `nobody`; it and `tag` are those of one's own side.
    `counted` is the query of a drill (`figure=return_rate&from=…`) and leaves the cases that its figure counted.
    `granted_by` finds what nobody decided: time did, a rule of the shop's own, or either (`itself`).
    """

    shop_id: Positive | None = None
    tab: Word | None = None
    state: CaseState | None = None
    kind: CaseKind | None = None
    reason: Word | None = None
    due: Word | None = None
    owes: Literal["me", "seller", "buyer", "platform", "carrier"] | None = None
    amount_at_least: Minor | None = None
    amount_at_most: Minor | None = None
    q: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    counted: Annotated[str, Meta(min_length=1, max_length=2000)] | None = None
    market: Annotated[str, Meta(max_length=8)] | None = None
    updated_since: Moment | None = None
    deadline_before: Moment | None = None
    order_id: UUID | None = None
    assignee: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    tag: Annotated[str, Meta(min_length=1, max_length=40)] | None = None
    granted_by: Literal["time", "rule", "itself"] | None = None
    order: Order = "newest"
    cursor: Annotated[str, Meta(max_length=500)] | None = None
    limit: Annotated[int, Meta(ge=1, le=MOST)] = 50


async def shops_listed(request: Request, named: int | None) -> list[int] | Problem:
    """The one shop that is named, or all whose cases the caller may list."""
    shops = await shops_of(request.context, request.caller)
    if named is None:
        return shops
    return [named] if named in shops else Problem(code="not_found")


def deadlines_of(context: Context, side: str) -> tuple[str, ...]:
    """The kinds of deadline that bind a side."""
    return tuple(term.word for term in context.vocabulary.words("deadlines").values() if term.traits.get("owes") == side)


def narrowed(request: Request, query: CasesQuery) -> CaseFilter | Problem:
    """The query as the store reads it."""
    context, caller = request.context, request.caller
    tab = context.vocabulary.words("tabs").get(query.tab) if query.tab else None
    if query.tab and tab is None:
        return Problem(code="unknown_word", errors=(FieldError("tab", "unknown_word"),))
    if query.due and query.due not in context.vocabulary.words("deadlines"):
        return Problem(code="unknown_word", errors=(FieldError("due", "unknown_word"),))
    return CaseFilter(
        buyer=caller.buyer, state=query.state, kind=query.kind, market=query.market, updated_since=query.updated_since,
        deadline_before=query.deadline_before, order_id=query.order_id, side=caller.kind, assignee=_assignee(caller, query.assignee),
        unassigned=query.assignee == "nobody", tag=query.tag, states=tuple(tab.traits["states"]) if tab else None, reason=query.reason,
        deadlines=_deadlines(context, caller, query), amount_at_least=query.amount_at_least, amount_at_most=query.amount_at_most,
        granted_by=GRANTED_BY[query.granted_by] if query.granted_by else None,
    )  # fmt: skip


def _deadlines(context: Context, caller: Caller, query: CasesQuery) -> tuple[str, ...] | None:
    """The kinds of deadline of which one must run; None where it does not matter."""
    if query.owes is None:
        return (query.due,) if query.due else None
    theirs = deadlines_of(context, caller.kind if query.owes == "me" else query.owes)
    return tuple(kind for kind in theirs if query.due in (None, kind))


def _assignee(caller: Caller, named: str | None) -> str | None:
    """The person that a filter names, as events name them."""
    if named is None or named == "nobody":
        return None
    return caller.actor.id if named == "me" else f"{caller.kind}:{named}"
