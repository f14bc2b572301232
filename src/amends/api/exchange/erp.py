"""What an ERP keeps a copy of (Q-07): orders, cases, refunds, returns and costs, by what changed; the same as Parquet.

Keys are stable, a row that is gone comes as one that says so, and a row may come again: what is told twice is the same. No buyer's data
leaves here; `erased` tells that the buyer of an order was forgotten.
"""

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, cast

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Moment, Positive
from amends.api.door.calls import Request
from amends.api.door.files import shops_of
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.shops import shop_of
from amends.api.insight.insight import told
from amends.kernel.moments import format_moment
from amends.store.columns.feeds import FEEDS
from amends.store.columns.question import Question
from amends.store.reading import storable

BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
READ_AT_ONCE: Final = 256 * 1024
Feed = Literal["orders", "order_lines", "cases", "case_lines", "refunds", "returns", "costs"]


class ErpQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changed since a moment: the `as_of` of the answer before, or nothing for all."""

    updated_since: Moment | None = None
    shop_id: Positive | None = None
    cursor: Annotated[str, Meta(max_length=1000)] | None = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 500


class ErpFileQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same for a file."""

    updated_since: Moment | None = None
    shop_id: Positive | None = None


class ErpPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page in the order of change. Each row has its `key` and `deleted`; `as_of` is the `updated_since` to ask with next, once the last page is read."""

    feed: str
    rows: list[dict[str, Any]]
    next_cursor: str | None
    as_of: datetime


class _Place(msgspec.Struct, frozen=True, array_like=True):
    at: datetime
    key: str
    as_of: datetime


def _read(text: str) -> _Place | None:
    try:
        place = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=_Place)
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        return None
    return place if all(map(storable, msgspec.structs.astuple(place))) else None


async def _question(request: Request, shop_id: int | None) -> Question | Problem:
    if shop_id is None:
        shops = await shops_of(request.context, request.caller)
    elif (shop := await shop_of(request.context, request.caller, shop_id)) is not None:
        shops = [shop]
    else:
        return Problem(code="not_found")
    return Question(shops=shops, begin=BEGINNING, end=BEGINNING + timedelta(days=1))


async def erp_page(request: Request) -> Reply | Problem:
    """A page of a feed."""
    query, feed = cast("ErpQuery", request.query), request.params["feed"]
    place = _read(query.cursor) if query.cursor else None
    if query.cursor and place is None:
        return Problem(code="bad_cursor")
    question = await _question(request, query.shop_id) if feed in FEEDS else Problem(code="not_found")
    if isinstance(question, Problem):
        return question
    after = [place.at, place.key] if place else None
    answer = await told(
        request, "feed", question, feed=feed, since=query.updated_since or BEGINNING, after=after, limit=query.limit + 1
    )
    if isinstance(answer, Problem):
        return answer
    as_of = place.as_of if place else answer["cut_off"]  # that of the first page: what changed while one read comes the next time
    rows = answer["rows"][: query.limit]
    more = None
    if len(answer["rows"]) > query.limit:
        written = msgspec.json.encode(_Place(rows[-1]["changed_at"], rows[-1]["key"], as_of))
        more = base64.urlsafe_b64encode(written).rstrip(b"=").decode()
    return json_reply(ErpPage(feed=feed, rows=rows, next_cursor=more, as_of=as_of))


async def erp_file(request: Request) -> Reply | Problem:
    """A whole feed as one Parquet file; `x-as-of` is the `updated_since` to ask with next."""
    query, feed = cast("ErpFileQuery", request.query), request.params["feed"]
    question = await _question(request, query.shop_id) if feed in FEEDS else Problem(code="not_found")
    if isinstance(question, Problem):
        return question
    answer = await told(request, "parquet", question, feed=feed, since=query.updated_since or BEGINNING)
    if isinstance(answer, Problem):
        return answer
    as_of = format_moment(answer["cut_off"]).encode()
    headers = ((b"content-disposition", f'attachment; filename="{feed}.parquet"'.encode()), (b"x-as-of", as_of))
    return Reply(stream=_parts(Path(answer["path"])), media_type=b"application/vnd.apache.parquet", headers=headers)


async def _parts(path: Path) -> AsyncIterator[bytes]:
    """The file, which nobody needs once it is sent."""
    try:
        with path.open("rb") as file:
            while part := await asyncio.to_thread(file.read, READ_AT_ONCE):
                yield part
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)


OPERATIONS = (
    Operation(id="erp_feed", method="GET", path="/v1/erp/{feed}", summary="What changed, for an ERP that keeps a copy", handler=erp_page, who=TRADE,
              permission="insight.read", query=ErpQuery, answer=ErpPage, problems=("not_found", "insight_preparing")),
    Operation(id="erp_file", method="GET", path="/v1/erp/{feed}/parquet", summary="The same as one Parquet file", handler=erp_file, who=TRADE,
              permission="insight.read", query=ErpFileQuery, media_types=("application/vnd.apache.parquet",),
              problems=("not_found", "insight_preparing")),
)  # fmt: skip
