"""Refunds and proof as lists, for whoever keeps a copy: what changed since a moment, and the moment from which to ask next.

`as_of` lies before everything that is still being written, so that nothing is skipped; what is told twice is the same.
"""

from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.as_of import on_from, reading_since
from amends.api.door.bodies import Limit, Moment, Word
from amends.api.door.calls import Request
from amends.api.door.files import shops_of
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import PEOPLE, Operation
from amends.store.database import queries, transaction
from amends.store.reading import read_id


class ListedRefund(msgspec.Struct, frozen=True, kw_only=True):
    """A refund as it stands; amounts in minor units."""

    shop_id: int
    id: UUID
    order_id: UUID
    case_id: UUID
    amount: int
    currency: str
    status: str
    attempts: int
    failure: str | None
    replaces: UUID | None
    created_at: datetime
    updated_at: datetime


class RefundPage(msgspec.Struct, frozen=True, kw_only=True):
    """Refunds, the newest first."""

    refunds: list[ListedRefund]
    next_cursor: str | None
    as_of: datetime


class ListedProof(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of proof without its words or file; `get_evidence` has those."""

    shop_id: int
    id: UUID
    order_id: UUID
    case_id: UUID | None
    of: str
    at: str
    kind: str
    channel: str | None
    state: str
    media_type: str | None
    size: int
    legible: bool | None
    matches_claim: bool | None
    given_at: datetime
    sealed_at: datetime | None
    updated_at: datetime


class ProofPage(msgspec.Struct, frozen=True, kw_only=True):
    """Proof, the newest first."""

    evidence: list[ListedProof]
    next_cursor: str | None
    as_of: datetime


class RefundsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Refunds in one state, or changed since a moment."""

    status: Word | None = None
    updated_since: Moment | None = None
    cursor: Annotated[str, Meta(max_length=64)] | None = None
    limit: Limit = 50


class ProofQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Proof of one order, or changed since a moment."""

    order_id: UUID | None = None
    updated_since: Moment | None = None
    cursor: Annotated[str, Meta(max_length=64)] | None = None
    limit: Limit = 50


async def list_refunds(request: Request) -> Reply | Problem:
    """The refunds that the caller may see."""
    query = cast("RefundsQuery", request.query)
    found = await _page(request, "list_refunds", query.status, query)
    if isinstance(found, Problem):
        return found
    as_of, rows, more = found
    return json_reply(RefundPage(refunds=[ListedRefund(**row) for row in rows], next_cursor=more, as_of=as_of))


async def list_evidence(request: Request) -> Reply | Problem:
    """The proof that the caller may see."""
    query = cast("ProofQuery", request.query)
    found = await _page(request, "list_evidence", request.caller.order_id or query.order_id, query)
    if isinstance(found, Problem):
        return found
    as_of, rows, more = found
    return json_reply(ProofPage(evidence=[ListedProof(**row) for row in rows], next_cursor=more, as_of=as_of))


async def _page(
    request: Request, name: str, wanted: object, query: RefundsQuery | ProofQuery
) -> tuple[datetime, list[dict[str, Any]], str | None] | Problem:
    """The moment first, then the rows: what is written in between comes again."""
    begun = await reading_since(request, query.cursor, read_id)
    if isinstance(begun, Problem):
        return begun
    as_of, after = begun
    shops = await shops_of(request.context, request.caller)
    async with transaction(request.context.pool, shops) as connection:
        rows = await connection.fetch(
            queries(name), shops, request.caller.buyer, wanted, query.updated_since, after, query.limit + 1
        )
    page = [dict(row) for row in rows[: query.limit]]
    return as_of, page, on_from(as_of, str(page[-1]["id"]) if len(rows) > query.limit else None)


OPERATIONS = (
    Operation(id="list_refunds", method="GET", path="/v1/refunds", summary="Refunds, the newest first", handler=list_refunds, who=PEOPLE,
              permission="cases.read", query=RefundsQuery, answer=RefundPage),
    Operation(id="list_evidence", method="GET", path="/v1/evidence", summary="Proof, the newest first", handler=list_evidence, who=PEOPLE,
              permission="evidence.read", query=ProofQuery, answer=ProofPage),
)  # fmt: skip
