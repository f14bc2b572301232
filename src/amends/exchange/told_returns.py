"""`amends import returns`: what a Seller Center says has become of requests that were made there, kept as told and counted in the rates.

An unknown status stays unknown and is reported; a refund time proves no refund and is not read.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from amends.domain.facts.told import ToldReturn
from amends.exchange.amounts import read_amount
from amends.exchange.asking import MONEY_BACK, FoundOrder, RequestOptions, kind_as_of
from amends.exchange.mapping import ColumnMapping, ImportingShop, Reading
from amends.exchange.report import Problem, Progress, Report, RowRef, no_progress
from amends.exchange.requests import BATCH, FindOrders, Rows, open_requests
from amends.kernel.money import Exponents, Money

UNKNOWN: Final = "unknown"
LONGEST: Final = 200
_REPLACED: Final = {"complete": "replacement_complete", "pending": "replacement_pending", "approved": "replacement_pending"}
"""An exchange that is complete brought goods and no money back."""
TakeReturns = Callable[[list[ToldReturn]], Awaitable[Sequence[str]]]


async def import_returns(
    path: Path,
    options: RequestOptions,
    shop: ImportingShop,
    exponents: Exponents,
    find_orders: FindOrders,
    take: TakeReturns,
    progress: Progress = no_progress,
) -> Report:
    """Import a return export of one shop; every row ends as imported, same or refused. Nothing raises for bad input."""
    report = Report(options.say, options.sink)
    opened = open_requests(path, options, report, ("id", "asked_at"))
    if opened is None:
        return report
    table, reading, mapping = opened
    rows = Rows(table, reading, local(mapping, shop), options, report)
    with rows.spool:
        await asyncio.to_thread(rows.take, progress)
        await _import(rows, _Reader(reading, shop, exponents, rows.moment), find_orders, take, report, progress)
    return report


def local(mapping: ColumnMapping, shop: ImportingShop) -> ColumnMapping:
    """The mapping with the market and the zone of the shop whose file it is."""
    import msgspec

    return msgspec.structs.replace(mapping, market=mapping.market or shop.market, zone=mapping.zone or shop.zone)


async def _import(
    rows: Rows, reader: "_Reader", find_orders: FindOrders, take: TakeReturns, report: Report, progress: Progress
) -> None:
    waiting: list[tuple[RowRef, ToldReturn]] = []

    async def flush() -> None:
        results = await take([told for _, told in waiting]) if waiting else ()
        for (at, _), result in zip(waiting, results, strict=True):
            report.things[result] += 1
            report.settle(at.file, "same" if result == "same" else "imported")
        waiting.clear()

    for done, kept in enumerate(rows.in_order(), 1):
        at = RowRef(rows.file, kept.row)
        told = reader.read(at, kept.cells, await find_orders(kept.cells["order"]))
        if isinstance(told, Problem):
            report.note(told)
            report.settle(at.file, "refused")
        else:
            if told.status == UNKNOWN:
                report.note(reader.problem(at, kept.cells, "status", "import_unknown_status", taken=True))
            waiting.append((at, told))
        if len(waiting) >= BATCH:
            await flush()
            progress("returns", done, rows.spool.count)
    await flush()
    progress("returns", rows.spool.count, rows.spool.count)


class _Reader:
    """One row into what the host says of one request."""

    def __init__(
        self, reading: Reading, shop: ImportingShop, exponents: Exponents, moment: Callable[[str, str], datetime | None]
    ) -> None:
        self._reading, self._shop, self._exponents, self._moment = reading, shop, exponents, moment

    def problem(self, at: RowRef, cells: dict[str, str], field: str, code: str, *, taken: bool = False) -> Problem:
        """A problem of a field, with the column that it stands in."""
        column = self._reading.columns.get(field, self._reading.order_column if field == "order" else field)
        return Problem(at=at, column=column, code=code, reference=cells["order"], taken=taken)

    def read(self, at: RowRef, cells: dict[str, str], found: Sequence[FoundOrder]) -> ToldReturn | Problem:
        """What the row says, or why it says nothing that could be kept."""
        order = next(iter(found), None)
        if order is None:
            return self.problem(at, cells, "order", "import_missing_order")
        reference, sku = cells.get("id", "").strip("'\t "), cells.get("line", "")[:LONGEST]
        if not reference or len(reference) > LONGEST:
            return self.problem(at, cells, "id", "import_missing_value")
        if sku and sku not in {name for line in order.lines for name in (line.sku, line.reference)}:
            return self.problem(at, cells, "line", "line_unknown")
        asked_at = self._moment(cells.get("asked_at", ""), order.zone)
        if asked_at is None:
            return self.problem(at, cells, "asked_at", "import_time_unreadable")
        refund = self._amount(cells.get("refund", ""))
        if isinstance(refund, str):
            return self.problem(at, cells, "refund", refund)
        reason, kind = cells.get("reason") or "other", cells.get("kind") or MONEY_BACK
        if kind == MONEY_BACK:
            kind = kind_as_of(order, asked_at, reason, keeps=True)
        status = cells.get("status") or UNKNOWN
        quantity = cells.get("quantity", "")
        return ToldReturn(
            shop_id=order.shop_id, order_id=order.order_id, reference=reference, kind=kind, reason=reason, refund=refund,
            sku=next((line.sku for line in order.lines if sku and sku in (line.sku, line.reference)), ""),
            status=_REPLACED.get(status, status) if kind == "exchange" else status, said=cells.get("said", "")[:LONGEST],
            quantity=int(quantity) if quantity.isascii() and quantity.isdigit() and 0 < len(quantity) < 7 and int(quantity) else None,  # noqa: PLR2004
            currency=self._shop.currency, asked_at=asked_at,
        )  # fmt: skip

    def _amount(self, text: str) -> int | str | None:
        if not text:
            return None
        money = read_amount(text, self._shop.currency, self._exponents)
        return money.amount if isinstance(money, Money) else money.code
