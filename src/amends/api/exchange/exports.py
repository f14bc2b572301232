"""Tables to take along: what a list shows under its filters, whole, as CSV or as a workbook, streamed (Q-07)."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final, cast

import asyncpg
import msgspec
from msgspec import Meta

from amends.api.cases.counted import wanted_cases, with_text
from amends.api.cases.filters import CasesQuery, shops_listed
from amends.api.door.bodies import Moment, Positive, Word
from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.tables_out import MEDIA_TYPES, Form, Pages, table_reply
from amends.exchange.sheets import Column, Language, Sheet, Writer
from amends.store.database import queries, transaction
from amends.store.reading import CaseFilter, page_of_cases, page_of_orders

PAGE: Final = 1000
LISTED: Final = 10_000
"""Cases are listed so many at a time: over several shops each list has to be put in order anew."""
Rows = list[Mapping[str, Any]]
ReadPage = Callable[[asyncpg.Connection, Any], Awaitable[tuple[Rows, Any]]]
"""A page of rows behind a place, and the place behind it; None when it was the last."""

CASES: Final = Sheet(
    "cases",
    (Column("case_id"), Column("shop"), Column("order_reference"), Column("purchase"), Column("market"), Column("buyer"),
     Column("kind", "word", "kinds"), Column("reason", "word", "reasons"), Column("state", "word", "states"), Column("amount", "money"),
     Column("currency"), Column("skus"), Column("quantity", "whole"), Column("opened_at", "moment"), Column("updated_at", "moment"),
     Column("deadline_kind", "word", "deadlines"), Column("deadline_at", "moment"), Column("closed_at", "moment"),
     Column("ended", "word", "endings"), Column("refunded", "money"), Column("return_carrier", "word", "carriers"),
     Column("return_tracking"), Column("assignee"), Column("tags", "word", "tags")),
)  # fmt: skip
ORDERS: Final = Sheet(
    "orders",
    (Column("order_reference"), Column("shop"), Column("purchase"), Column("market"), Column("buyer"),
     Column("status", "word", "order_statuses"), Column("sale_format", "word", "sale_formats"), Column("paid", "money"), Column("currency"),
     Column("placed_at", "moment"), Column("paid_at", "moment"), Column("shipped_at", "moment"), Column("delivered_at", "moment"),
     Column("cancelled_at", "moment"), Column("updated_at", "moment")),
)  # fmt: skip
REFUNDS: Final = Sheet(
    "refunds",
    (Column("refund_id"), Column("shop"), Column("order_reference"), Column("case_id"), Column("amount", "money"), Column("currency"),
     Column("status", "word", "refund_statuses"), Column("destination"), Column("provider_reference"), Column("failure"),
     Column("created_at", "moment"), Column("updated_at", "moment")),
)  # fmt: skip
REJECTIONS: Final = Sheet(
    "rejections",
    (Column("case_id"), Column("shop"), Column("order_reference"), Column("kind", "word", "kinds"), Column("reason", "word", "reasons"),
     Column("amount", "money"), Column("currency"), Column("ground", "word", "grounds"), Column("rejected_at", "moment"),
     Column("outcome", "word", "rejection_outcomes"), Column("outcome_at", "moment")),
)  # fmt: skip


class CasesExport(CasesQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The filters of the list; `language` names columns and values, `codes` leaves them as the API has them."""

    form: Form = "csv"
    language: Language = "en"


class RowsExport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What orders, refunds and rejections are narrowed to; `status` of a refund, `outcome` of a rejection."""

    form: Form = "csv"
    language: Language = "en"
    shop_id: Positive | None = None
    updated_since: Moment | None = None
    status: Word | None = None
    outcome: Word | None = None
    reference: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


async def export_cases(request: Request) -> Reply | Problem:
    """The cases that the list would show, all of them."""
    query = cast("CasesExport", request.query)
    shops, wanted = await shops_listed(request, query.shop_id), await wanted_cases(request, query)
    if isinstance(shops, Problem):
        return shops
    if isinstance(wanted, Problem):
        return wanted
    kept: CaseFilter = wanted

    async def page(connection: asyncpg.Connection, place: Any) -> tuple[Rows, Any]:
        listed, after = place or ((), None)
        if not listed:
            narrow = await with_text(connection, shops, kept, query.q)
            listed, after = await page_of_cases(connection, shops, narrow, order=query.order, after=after, limit=LISTED)
        now, left = listed[:PAGE], listed[PAGE:]
        rows = await connection.fetch(
            queries("export_cases"), [r["shop_id"] for r in now], [r["id"] for r in now], request.caller.kind
        )
        return rows, (left, after) if left or after else None

    return await _taken(request, CASES, query, shops, page)


def _export(sheet: Sheet) -> Callable[[Request], Awaitable[Reply | Problem]]:
    async def handle(request: Request) -> Reply | Problem:
        query = cast("RowsExport", request.query)
        shops = await shops_listed(request, query.shop_id)
        if isinstance(shops, Problem):
            return shops
        async with transaction(request.context.pool, shops) as connection:
            names = dict(await connection.fetch(queries("names_of_shops"), shops))
        reader = {"orders": _orders, "refunds": _refunds, "rejections": _rejections}[sheet.name]
        return await _taken(request, sheet, query, shops, reader(query, shops, names))

    handle.__doc__ = f"The {sheet.name} of the caller's shops as a table."
    return handle


def _orders(query: RowsExport, shops: list[int], names: Mapping[int, str]) -> ReadPage:
    async def page(connection: asyncpg.Connection, after: Any) -> tuple[Rows, Any]:
        found = await page_of_orders(
            connection, shops, buyer=None, reference=query.reference, purchase=None, after=after, limit=PAGE,
            updated_since=query.updated_since,
        )  # fmt: skip
        rows: Rows = [{**r, "shop": names[r["shop_id"]], "order_reference": r["reference"]} for r in found[:PAGE]]
        return rows, found[PAGE - 1]["id"] if len(found) > PAGE else None

    return page


def _refunds(query: RowsExport, shops: list[int], _: Mapping[int, str]) -> ReadPage:
    async def page(connection: asyncpg.Connection, after: Any) -> tuple[Rows, Any]:
        found = await connection.fetch(queries("export_refunds"), shops, query.status, query.updated_since, after, PAGE + 1)
        return found[:PAGE], found[PAGE - 1]["refund_id"] if len(found) > PAGE else None

    return page


def _rejections(query: RowsExport, shops: list[int], names: Mapping[int, str]) -> ReadPage:
    async def page(connection: asyncpg.Connection, after: Any) -> tuple[Rows, Any]:
        at, last = after or (None, None)
        told = (shops, query.outcome, None, query.updated_since, at, last, PAGE + 1)
        found = await connection.fetch(queries("rejections_of_shops"), *told)
        rows: Rows = [{**r, "shop": names[r["shop_id"]], "rejected_at": r["at"]} for r in found[:PAGE]]
        return rows, (found[PAGE - 1]["at"], found[PAGE - 1]["case_id"]) if len(found) > PAGE else None

    return page


async def _taken(request: Request, sheet: Sheet, query: CasesExport | RowsExport, shops: list[int], read: ReadPage) -> Reply:
    writer = Writer(sheet, request.context.vocabulary, query.language)
    day = datetime.now(UTC).date().isoformat()
    return table_reply(writer, query.form, f"{sheet.name}-{day}", _pages(request, writer, shops, read))


async def _pages(request: Request, writer: Writer, shops: list[int], read: ReadPage) -> Pages:
    """Each page in a transaction of its own: nobody's export holds a snapshot for minutes. The next one is read while one is written."""

    async def page(after: Any) -> tuple[Rows, Any]:
        async with transaction(request.context.pool, shops) as connection:
            return await read(connection, after)

    coming = asyncio.create_task(page(None))
    try:
        while True:
            rows, after = await coming
            if after is not None:
                coming = asyncio.create_task(page(after))
            yield [writer.row(row) for row in rows]
            if after is None:
                return
    finally:
        coming.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await coming


_ALL: Final = ((ORDERS, "orders.read", "Orders"), (REFUNDS, "cases.read", "Refunds"), (REJECTIONS, "cases.read", "Rejections"))
OPERATIONS = (
    Operation(id="export_cases", method="GET", path="/v1/exports/cases", summary="Cases as a table, under the filters of the list",
              handler=export_cases, who=TRADE, permission="cases.read", query=CasesExport, media_types=MEDIA_TYPES,
              problems=("not_found", "unknown_word", "value_not_allowed", "period_invalid", "too_many", "insight_preparing")),
    *(
        Operation(id=f"export_{sheet.name}", method="GET", path=f"/v1/exports/{sheet.name}", summary=f"{title} as a table",
                  handler=_export(sheet), who=TRADE, permission=permission, query=RowsExport, media_types=MEDIA_TYPES,
                  problems=("not_found",))
        for sheet, permission, title in _ALL
    ),
)  # fmt: skip
