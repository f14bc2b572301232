"""`amends import requests`: each row of a file asks for after-sales, now or at its own moment in the past."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec

from amends.actions.commands import OpenCase
from amends.exchange.asking import Asking, FoundLine, FoundOrder, RequestOptions, kind_as_of
from amends.exchange.local_times import DayOrder, DayRule, read_wall, to_moment
from amends.exchange.mapping import ColumnMapping, MappingProblem, Reading, read_mapping, squeezed
from amends.exchange.report import Problem, Progress, Report, RowRef, no_progress, worst
from amends.exchange.seller_center import Ids
from amends.exchange.spool import Kept, Spool
from amends.exchange.tables import CannotRead, Table, open_table
from amends.exchange.verdict_table import VerdictTable, judged

__all__ = ["FindOrders", "FoundLine", "FoundOrder", "Handle", "RequestOptions", "Rows", "import_requests", "kind_as_of"]
BATCH: Final = 500


FindOrders = Callable[[str], Awaitable[Sequence[FoundOrder]]]
Handle = Callable[[list[OpenCase]], Awaitable[Sequence[Any]]]


class Asked(msgspec.Struct, kw_only=True):
    """A row on its way: what it asks, and the answers that came back, one an order."""

    at: RowRef
    purchase: str
    reason: str
    commands: list[OpenCase]
    answers: list[Any] = []


async def import_requests(
    path: Path, options: RequestOptions, find_orders: FindOrders, handle: Handle, progress: Progress = no_progress
) -> Report:
    """Import a file of requests; `report.verdicts` holds the table. Run twice, the second run finds its own answers."""
    report = Report(options.say, options.sink)
    report.verdicts = VerdictTable()
    opened = open_requests(path, options, report)
    if opened is not None:
        table, reading, mapping = opened
        await _import(Rows(table, reading, mapping, options, report), options, report, find_orders, handle, progress)
    return report


def open_requests(
    path: Path, options: RequestOptions, report: Report, fields: Sequence[str] = ()
) -> tuple[Table, Reading, ColumnMapping] | None:
    """A file of requests with the columns that tell the order and these fields; None where it cannot be read, which is reported."""
    mapping = read_mapping(options.mapping)
    if isinstance(mapping, MappingProblem) or mapping.requests is None:
        words = mapping.words if isinstance(mapping, MappingProblem) else f"{options.mapping}: it says nothing of requests"
        report.cannot_read(options.mapping.name, "import_header_unknown", detail=words)
        return None
    table = open_table(path, mapping.sheet)
    if isinstance(table, CannotRead):
        report.cannot_read(path.name, table.code)
        return None
    reading = Reading(mapping.requests, table.header)
    present = {squeezed(name) for name in table.header}
    for wanted in (reading.order_column, *(reading.columns.get(field, "") for field in fields)):
        if table.header and squeezed(wanted) not in present:
            report.cannot_read(table.name, "import_missing_column", wanted)
            return None
    return table, reading, mapping


async def _import(
    rows: "Rows", options: RequestOptions, report: Report, find_orders: FindOrders, handle: Handle, progress: Progress
) -> None:
    desk = _Handover(report, handle)
    with rows.spool:
        await asyncio.to_thread(rows.take, progress)
        for done, kept in enumerate(rows.in_order(), 1):
            at = RowRef(rows.file, kept.row)
            found = await find_orders(kept.cells["order"])
            asked = Asking(at, kept.cells, rows.reading, options, rows.moment).commands(found)
            if isinstance(asked, Problem):
                report.note(asked)
                report.settle(rows.file, "refused")
            else:
                await desk.take(Asked(at=at, purchase=kept.cells["order"], reason=asked[0].reason, commands=asked))
            if done % 100 == 0:
                progress("requests", done, rows.spool.count)
        await desk.flush()
        progress("requests", rows.spool.count, rows.spool.count)


class Rows:
    """The rows of the file in our words, spooled in the order of their moments, so that history happens in its order."""

    def __init__(self, table: Table, reading: Reading, mapping: ColumnMapping, options: RequestOptions, report: Report) -> None:
        self.file, self.reading = table.name, reading
        self._table, self._report, self._history = table, report, options.history
        self.zone, self.dates = mapping.zone, DayOrder(mapping.market or "")
        self.spool = Spool()

    def take(self, progress: Progress) -> None:
        """Read all rows; what is no request at all is refused here."""
        ids = Ids(*self.reading.order_columns)
        for number, record in enumerate(self._table.rows, 1):
            key = record if isinstance(record, Problem) else ids.of(record)
            if isinstance(key, Problem):
                self._report.note(key)
                self._report.settle(self.file, "refused")
            elif key and not isinstance(record, Problem):
                values, unknown = self.reading.fields(record.cells)
                self.dates.see([values["asked_at"]] if "asked_at" in values else [])
                cells = {**values, "order": key, "unknown": " ".join(unknown)}
                self.spool.add(Kept(self._when(values), 0, record.at.row, cells))
            if number % 5_000 == 0:
                progress(self.file, number, None)

    def _when(self, values: dict[str, str]) -> str:
        """What to sort by: the moment as it is written, where that is ISO; a day stands behind the moments of the day."""
        text = values.get("asked_at", "")
        wall = read_wall(text, day_first=True) if self._history else None
        return wall.isoformat() if wall and wall.tzinfo is None else text if self._history else ""

    def in_order(self) -> Iterator[Kept]:
        """The rows by moment, then by their place in the file."""
        self.dates.settle()
        for _, kept in self.spool.groups():
            yield from kept

    def moment(self, text: str, zone: str) -> datetime | None:
        """A row's moment; a day without a time is the end of that local day."""
        wall = read_wall(text, day_first=self.dates.day_first)
        day: DayRule | None = self.reading.days.get("asked_at")
        return None if wall is None else to_moment(wall, self.zone or zone, day)


class _Handover:
    """Collects commands into batches and counts what comes back, row by row. One batch never meets an order twice."""

    def __init__(self, report: Report, handle: Handle) -> None:
        self._report, self._handle = report, handle
        self._waiting: list[Asked] = []
        self._commands: list[OpenCase] = []
        self._orders: set[UUID] = set()

    async def take(self, asked: Asked) -> None:
        """Take one row in; a full batch goes out."""
        touched = {command.order_id for command in asked.commands}
        if touched & self._orders or (self._commands and len(self._commands) + len(asked.commands) > BATCH):
            await self.flush()
        self._waiting.append(asked)
        self._commands += asked.commands
        self._orders |= touched

    async def flush(self) -> None:
        """Put what is collected to the desk."""
        waiting, commands = self._waiting, self._commands
        self._waiting, self._commands, self._orders = [], [], set()
        answers = iter(await self._handle(commands) if commands else ())
        for asked in waiting:
            self._settle(asked, [next(answers) for _ in asked.commands])

    def _settle(self, asked: Asked, answers: list[Any]) -> None:
        table = self._report.verdicts
        assert isinstance(table, VerdictTable)  # noqa: S101 - import_requests put it there
        judgements = [judged(answer) for answer in answers]
        outcomes = []
        for answer in answers:
            broken = answer.code in ("internal_error", "no_deadline_promised", "not_found", "idempotency_key_reused")
            outcome = "refused" if broken else "same" if answer.replayed else "imported"
            outcomes.append(outcome)
            self._report.things[
                "same" if answer.replayed else "refused" if broken else "declined" if answer.code else "opened"
            ] += 1
            if broken:
                code = "import_conflict" if answer.code == "idempotency_key_reused" else answer.code
                self._report.note(Problem(at=asked.at, column="", code=code, reference=asked.purchase))
        if "refused" not in outcomes:
            table.count(asked.reason, judgements)
        self._report.settle(asked.at.file, worst(outcomes))
