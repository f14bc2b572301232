"""`amends import requests`: each row of a file asks for after-sales, now or at its own moment in the past."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec

from amends.actions.commands import AskedLine, OpenCase
from amends.domain.facts.people import Actor
from amends.exchange.local_times import DayOrder, DayRule, read_wall, to_moment
from amends.exchange.mapping import ColumnMapping, MappingProblem, Reading, read_mapping, squeezed
from amends.exchange.report import Problem, Progress, Report, RowRef, no_progress, worst
from amends.exchange.seller_center import Ids
from amends.exchange.spool import Kept, Spool
from amends.exchange.tables import CannotRead, Table, open_table
from amends.exchange.verdict_table import VerdictTable, judged
from amends.kernel.text import text_problem

BATCH: Final = 500
LONGEST_NOTE: Final = 2_000
ARRIVED: Final = frozenset({"delivered", "completed"})
NEVER_CAME: Final = frozenset({"not_received", "missing_item"})


class FoundLine(msgspec.Struct, frozen=True):
    """A line of a found order."""

    id: UUID
    reference: str
    sku: str = ""


class FoundOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order that a purchase number leads to, with what decides the kind of a request. Moments aware UTC, `zone` the market's."""

    shop_id: int
    order_id: UUID
    zone: str
    status: str
    buyer: str = ""
    placed_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    lines: tuple[FoundLine, ...] = ()


FindOrders = Callable[[str], Awaitable[Sequence[FoundOrder]]]
Handle = Callable[[list[OpenCase]], Awaitable[Sequence[Any]]]


class RequestOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to import. `history`: each request at its row's own moment; else with the desk's clock.

    `reasons` and `kinds` are the words that exist (none given: the desk alone judges them), `aliases` other spellings of reasons.
    """

    mapping: Path
    history: bool
    reasons: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    aliases: dict[str, str] = {}
    say: Callable[[str], str] | None = None
    sink: Callable[[Problem], None] | None = None


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
    mapping = read_mapping(options.mapping)
    if isinstance(mapping, MappingProblem) or mapping.requests is None:
        report.cannot_read(str(options.mapping), "import_header_unknown")
        return report
    table = open_table(path, mapping.sheet)
    if isinstance(table, CannotRead):
        report.cannot_read(path.name, table.code)
        return report
    reading = Reading(mapping.requests, table.header)
    if table.header and squeezed(reading.order_column) not in {squeezed(name) for name in table.header}:
        report.cannot_read(table.name, "import_missing_column", reading.order_column)
        return report
    await _import(_Rows(table, reading, mapping, options, report), options, report, find_orders, handle, progress)
    return report


async def _import(
    rows: "_Rows", options: RequestOptions, report: Report, find_orders: FindOrders, handle: Handle, progress: Progress
) -> None:
    desk = _Handover(report, handle)
    with rows.spool:
        rows.take(progress)
        for done, kept in enumerate(rows.in_order(), 1):
            at = RowRef(rows.file, kept.row)
            found = await find_orders(kept.cells["order"])
            asked = _Asking(at, kept.cells, rows, options).commands(found)
            if isinstance(asked, Problem):
                report.note(asked)
                report.settle(rows.file, "refused")
            else:
                await desk.take(Asked(at=at, purchase=kept.cells["order"], reason=asked[0].reason, commands=asked))
            if done % 100 == 0:
                progress("requests", done, rows.spool.count)
        await desk.flush()
        progress("requests", rows.spool.count, rows.spool.count)


class _Rows:
    """The rows of the file in our words, spooled in the order of their moments, so that history happens in its order."""

    def __init__(self, table: Table, reading: Reading, mapping: ColumnMapping, options: RequestOptions, report: Report) -> None:
        self.file, self.reading = table.name, reading
        self._table, self._report, self._history = table, report, options.history
        self.zone, self.dates = mapping.zone, DayOrder(mapping.market or "")
        self.spool = Spool()

    def take(self, progress: Progress) -> None:
        """Read all rows; what is no request at all is refused here."""
        ids = Ids(self.reading.order_column)
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


class _Asking:
    """Turns one row into commands: one an order of the purchase, so one attempt a shop."""

    def __init__(self, at: RowRef, cells: dict[str, str], rows: _Rows, options: RequestOptions) -> None:
        self._at, self._cells, self._rows, self._options = at, cells, rows, options

    def _problem(self, field: str, code: str) -> Problem:
        column = self._rows.reading.columns.get(field, self._rows.reading.order_column if field == "order" else field)
        return Problem(at=self._at, column=column, code=code, reference=self._cells["order"])

    def commands(self, found: Sequence[FoundOrder]) -> list[OpenCase] | Problem:
        """The commands, or why the row asks for nothing that could be put to the desk."""
        if not found:
            return self._problem("order", "import_missing_order")
        reason = self._reason()
        if isinstance(reason, Problem):
            return reason
        kind = self._cells.get("kind")
        if "kind" in self._cells["unknown"].split() or (kind and self._options.kinds and kind not in self._options.kinds):
            return self._problem("kind", "import_unknown_kind")
        if text_problem(self._cells.get("note", ""), LONGEST_NOTE, lines=True) == "text_too_long":
            return self._problem("note", "import_text_too_long")
        touched = self._touched(found)
        if isinstance(touched, Problem):
            return touched
        commands = [self._command(order, lines, reason, kind) for order, lines in touched]
        return next((c for c in commands if isinstance(c, Problem)), None) or [c for c in commands if isinstance(c, OpenCase)]

    def _reason(self) -> str | Problem:
        told = self._cells.get("reason", "")
        if not told and "reason" not in self._cells["unknown"].split():
            return self._problem("reason", "import_missing_value")
        reason = self._options.aliases.get(told.casefold(), told)
        known = self._options.reasons
        return reason if reason and (not known or reason in known) else self._problem("reason", "import_unknown_reason")

    def _touched(self, found: Sequence[FoundOrder]) -> list[tuple[FoundOrder, tuple[AskedLine, ...]]] | Problem:
        """Every order whole, or the one line that the row names."""
        name = self._cells.get("line")
        if not name:
            return [(order, ()) for order in found]
        quantity = self._cells.get("quantity", "")
        units = int(quantity) if quantity.isascii() and quantity.isdigit() and len(quantity) < 7 else None  # noqa: PLR2004
        if quantity and not units:
            return self._problem("quantity", "import_quantity_unreadable")
        for order in found:
            for line in order.lines:
                if name in (line.reference, line.sku):
                    return [(order, (AskedLine(line_id=line.id, quantity=units),))]
        return self._problem("line", "line_unknown")

    def _command(self, order: FoundOrder, lines: tuple[AskedLine, ...], reason: str, kind: str | None) -> OpenCase | Problem:
        text = self._cells.get("asked_at", "")
        moment = self._rows.moment(text, order.zone) if text else None
        if moment is None and (text or self._options.history):
            return self._problem("asked_at", "import_time_unreadable" if text else "import_missing_value")
        if self._options.history and moment and order.placed_at and moment < order.placed_at:
            return self._problem("asked_at", "import_time_order")
        at = moment if self._options.history else None
        told = {f"item.{name}": flag for name in ("used", "opened") if (flag := _flag(self._cells.get(name))) is not None}
        return OpenCase(
            shop_id=order.shop_id,
            actor=Actor(kind="importer", id="import", permissions=frozenset({"*"}), human=False, buyer=order.buyer or None),
            key=self._key(order, moment, reason),
            moment=at,
            order_id=order.order_id,
            kind=kind or kind_as_of(order, at, reason),
            reason=reason,
            lines=lines,
            note=_clean(self._cells.get("note", "")) or None,
            told=told,
        )

    def _key(self, order: FoundOrder, moment: datetime | None, reason: str) -> str:
        """The same request has the same key, whatever file it comes in: by its own id, else by order, moment, reason and line."""
        own = self._cells.get("id")
        what = [own] if own else [moment.isoformat() if moment else "", reason, self._cells.get("line", "")]
        mode = "history" if self._options.history else "live"
        told = "\x1f".join([mode, str(order.order_id), "id" if own else "", *what])
        return f"import-{sha256(told.encode()).hexdigest()[:40]}"


def kind_as_of(order: FoundOrder, moment: datetime | None, reason: str) -> str:
    """What a row without a kind asks for, by the parcel as of then (`None`: as it stands).

    Not shipped: cancel. Moving: refund_in_transit. Delivered: refund_only where nothing or not all came, else return_refund.
    """
    delivered = _happened(order.delivered_at, moment, unknown=order.status in ARRIVED)
    moving = _happened(order.shipped_at, moment, unknown=order.status == "in_transit")
    if delivered and (order.delivered_at or moving or not order.shipped_at):
        return "refund_only" if reason in NEVER_CAME else "return_refund"
    return "refund_in_transit" if moving else "cancel"


def _happened(told: datetime | None, moment: datetime | None, *, unknown: bool) -> bool:
    return unknown if told is None else moment is None or told <= moment


def _flag(text: str | None) -> bool | None:
    return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}.get((text or "").casefold())


def _clean(note: str) -> str:
    """A note keeps its line breaks and loses controls and marks that reorder what stands beside it."""
    kept = "".join(letter if letter.isprintable() or letter in "\n\t" else " " for letter in note.replace("\r\n", "\n"))
    return kept.strip()


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
            broken = answer.code in ("internal_error", "not_found", "idempotency_key_reused")
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
