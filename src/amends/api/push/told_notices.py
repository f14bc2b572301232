"""Notices to one's own side about cases, in its language (T-07); who carries them outside is the worker's business."""

from datetime import datetime
from typing import Annotated, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Limit, Moment, Strict
from amends.api.door.calls import Request
from amends.api.door.files import shops_of
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import PEOPLE, Operation
from amends.kernel.ids import parse_id
from amends.store.database import queries, transaction


class ToldNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A word about an event of a case; `says` is in `language`."""

    id: UUID
    shop_id: int
    case_id: UUID
    seq: int
    word: str
    language: str
    says: str
    at: datetime
    read_at: datetime | None


class NoticePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of notices, the newest first."""

    notices: list[ToldNotice]
    next_cursor: str | None


class NoticesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to go on."""

    unread: bool = False
    updated_since: Moment | None = None
    cursor: Annotated[str, Meta(max_length=64)] | None = None
    limit: Limit = 50


class ReadBody(Strict, frozen=True, kw_only=True):
    """Notices that were read."""

    notices: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=500)]


class ReadNotices(msgspec.Struct, frozen=True, kw_only=True):
    """Those of them that were not read before."""

    read: list[UUID]


async def list_notices(request: Request) -> Reply | Problem:
    """What my side was told."""
    context, caller, query = request.context, request.caller, cast("NoticesQuery", request.query)
    after = parse_id(query.cursor) if query.cursor else None
    if after is not None and not isinstance(after, UUID):
        return Problem(code="bad_cursor")
    shops = await shops_of(context, caller)
    async with transaction(context.pool, shops) as connection:
        rows = await connection.fetch(queries("notices_of"), shops, caller.kind, caller.buyer, query.unread, query.updated_since,
                                      after, query.limit + 1)  # fmt: skip
    page = rows[: query.limit]
    shown = [
        ToldNotice(**dict(row), says=getattr(context.vocabulary.says("events", row["word"]), row["language"])) for row in page
    ]
    return json_reply(NoticePage(notices=shown, next_cursor=str(page[-1]["id"]) if len(rows) > query.limit else None))


async def read_notices(request: Request) -> Reply | Problem:
    """Mark notices as read for one's own side; those of others are left alone."""
    context, caller, body = request.context, request.caller, cast("ReadBody", request.body)
    shops = await shops_of(context, caller)
    async with transaction(context.pool, shops) as connection:
        rows = await connection.fetch(queries("read_notices"), shops, list(body.notices), caller.kind, caller.buyer)
    return json_reply(ReadNotices(read=[row["id"] for row in rows]))


OPERATIONS = (
    Operation(id="list_notices", method="GET", path="/v1/notices", summary="What my side was told", handler=list_notices,
              who=PEOPLE, permission="cases.read", query=NoticesQuery, answer=NoticePage),
    Operation(id="read_notices", method="POST", path="/v1/notices:read", summary="Mark notices as read", handler=read_notices,
              who=PEOPLE, permission="cases.read", body=ReadBody, answer=ReadNotices, sort="write"),
)  # fmt: skip
