"""What links people of the platform to a shop or a buyer; whoever is linked rules on nothing of theirs (T03)."""

from datetime import datetime
from typing import Annotated, Literal, cast

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Limit, Name, Strict
from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.domain.lifecycle.disputing import SENIOR
from amends.store.database import queries
from amends.store.reading import read_place, write_place

PLATFORM = frozenset({"platform"})


class InterestBody(Strict, frozen=True, kw_only=True):
    """A link to a `shop` (by its id) or a `buyer` (by their reference), and why; without a person: the caller's own."""

    kind: Literal["shop", "buyer"]
    of: Name
    why: Annotated[str, Meta(min_length=1, max_length=500)]
    person: Name | None = None
    ended: bool = False


class InterestView(msgspec.Struct, frozen=True, kw_only=True):
    """A link as it stands."""

    person: str
    kind: str
    of: str
    why: str
    declared_at: datetime
    ended_at: datetime | None


class Interests(msgspec.Struct, frozen=True, kw_only=True):
    """A page of links."""

    interests: list[InterestView]
    next_cursor: str | None


class InterestsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose; without: everybody's."""

    person: Annotated[str, Meta(max_length=200)] | None = None
    cursor: Annotated[str, Meta(max_length=1000)] | None = None
    limit: Limit = 50


async def declare_interest(request: Request) -> Reply | Problem:
    """Declare or end a link of one's own; that of somebody else with the permission of the senior lane alone, and so does its end."""
    body, caller = cast("InterestBody", request.body), request.caller
    person = f"platform:{body.person}" if body.person else caller.actor.id
    if (person != caller.actor.id or body.ended) and not caller.may(SENIOR):
        return Problem(code="permission_missing", detail={"permission": SENIOR})
    pool = request.context.pool
    if body.ended:
        done = await pool.fetchval(queries("end_interest"), person, body.kind, body.of)
        if done is None:
            return Problem(code="not_found")
    else:
        await pool.fetchval(queries("declare_interest"), person, body.kind, body.of, body.why)
    return Reply(done="removed")


async def list_interests(request: Request) -> Reply | Problem:
    """Who is linked to whom."""
    query = cast("InterestsQuery", request.query)
    after = read_place(query.cursor, 3) if query.cursor else ("", "", "")
    if after is None:
        return Problem(code="bad_cursor")
    person = f"platform:{query.person}" if query.person else None
    rows = await request.context.pool.fetch(queries("list_interests"), person, *after, query.limit + 1)
    page = [InterestView(**dict(row)) for row in rows[: query.limit]]
    more = write_place(page[-1].person, page[-1].kind, page[-1].of) if len(rows) > query.limit else None
    return json_reply(Interests(interests=page, next_cursor=more))


OPERATIONS = (
    Operation(id="declare_interest", method="POST", path="/v1/interests", summary="Declare or end a link to a shop or a buyer",
              handler=declare_interest, who=PLATFORM, permission="disputes.rule", body=InterestBody, done="removed", sort="write",
              problems=("not_found",)),
    Operation(id="list_interests", method="GET", path="/v1/interests", summary="Who of the platform is linked to whom",
              handler=list_interests, who=PLATFORM, permission="disputes.senior", query=InterestsQuery, answer=Interests),
)  # fmt: skip
