"""The queue of what no rule could settle: unclear or contradicting proof, and verdicts left to a person, what is due first first (V-17, F-01)."""

from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Limit, Word
from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.store.database import queries
from amends.store.reading import paged, read_cursor


class PausedView(msgspec.Struct, frozen=True, kw_only=True):
    """A clock of the seller's that stands still meanwhile: what was left of it, what it has at least when it resumes, and on what."""

    kind: str
    remaining_s: int
    at_least_s: int
    resumes_on: str


class DoubtedView(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of the buyer's proof and what the machine measured of it; `finding` is a word of `photo_findings`."""

    id: UUID
    kind: str
    channel: str | None
    at: str
    state: str
    media_type: str | None
    legible: bool | None
    matches_claim: bool | None
    given_at: datetime
    finding: str | None
    sharpness: int | None
    brightness: int | None
    contrast: int | None
    seen: str | None


class RecheckView(msgspec.Struct, frozen=True, kw_only=True):
    """A case that waits for a person: why it is here (`verdict`, and the proof in doubt), by when, and how often that was missed."""

    shop_id: int
    shop: str
    case_id: UUID
    order_id: UUID
    order_reference: str
    kind: str
    reason: str
    amount: int
    currency: str
    market: str
    lane: str | None
    version: int
    opened_at: datetime
    started_at: datetime
    due_at: datetime
    rule: str
    overdue: int
    paused: list[PausedView]
    proof: list[DoubtedView]
    verdict: msgspec.Raw | None


class Rechecks(msgspec.Struct, frozen=True, kw_only=True):
    """A page of re-checks, what is due first first."""

    rechecks: list[RecheckView]
    next_cursor: str | None
    server_now: datetime


class RechecksQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Those of one lane."""

    lane: Word | None = None
    cursor: Annotated[str, Meta(max_length=500)] | None = None
    limit: Limit = 50


async def list_rechecks(request: Request) -> Reply | Problem:
    """A page of the cases that wait in a re-check."""
    query, context = cast("RechecksQuery", request.query), request.context
    after = read_cursor(query.cursor) if query.cursor else None
    if query.cursor and after is None:
        return Problem(code="bad_cursor")
    if query.lane is not None and query.lane not in context.vocabulary.words("review_lanes"):
        return Problem(code="unknown_word")
    at, last = (after.at, after.id) if after else (None, None)
    rows = await context.reviewers.fetch(
        queries("list_rechecks"), query.lane, at, last, query.limit + 1, request.caller.only_markets
    )
    now = await context.reviewers.fetchval(queries("domain_now"))
    page, more = paged(rows, query.limit, "due_at", "case_id")
    return json_reply(Rechecks(rechecks=[_view(row) for row in page], next_cursor=more, server_now=now))


def _view(row: Any) -> RecheckView:
    known = dict(row)
    paused = msgspec.convert(_plain(known.pop("paused")), list[PausedView])
    proof = msgspec.convert(_plain(known.pop("proof")), list[DoubtedView])
    verdict = known.pop("verdict")
    return RecheckView(**known, paused=paused, proof=proof, verdict=msgspec.Raw(verdict) if verdict else None)


def _plain(kept: Any) -> Any:
    return msgspec.json.decode(kept) if isinstance(kept, bytes | str) else kept


OPERATIONS = (
    Operation(id="list_rechecks", method="GET", path="/v1/rechecks", summary="Cases whose proof or verdict a person has to look at",
              handler=list_rechecks, who=frozenset({"platform"}), permission="cases.recheck", query=RechecksQuery, answer=Rechecks,
              problems=("unknown_word",)),
)  # fmt: skip
