"""Orders out of files through a mapping: rows joined by order, in memory that does not grow with the files."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Final, Self

from amends.exchange.amounts import read_amount
from amends.exchange.local_times import DayOrder, DayRule, read_wall, to_moment
from amends.exchange.mapping import ColumnMapping, ImportingShop, Part, Reading, squeezed
from amends.exchange.order_reader import read_order
from amends.exchange.report import Problem, Progress, Report, RowRef
from amends.exchange.seller_center import Ids
from amends.exchange.spool import Kept, Spool
from amends.exchange.tables import CannotRead, Table, open_table
from amends.exchange.told import Fields, Read, Source
from amends.kernel.money import Exponents, Money
from amends.kernel.refusals import Unreadable, unreadable

PARTS: Final = ("orders", "lines", "payments")
NEEDED: Final = {"orders": ("placed_at",), "lines": (), "payments": ("amount",)}
EVERY: Final = 5_000


class MappedOrders:
    """First `spool` the files, then `read` the orders."""

    def __init__(self, mapping: ColumnMapping, exponents: Exponents, shop: ImportingShop | None) -> None:
        self._mapping, self._exponents, self._shop = mapping, exponents, shop
        self._market = shop.market if shop else mapping.market or ""
        self._zone = mapping.zone or (shop.zone if shop else "UTC")
        self._currency = mapping.currency or (shop.currency if shop else "")
        self._dates = DayOrder(self._market)
        self._spool = Spool()
        self._parts: dict[str, Reading] = {}
        self._files: dict[int, str] = {}
        self._report: Report | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._spool.__exit__(None, None, None)

    @property
    def count(self) -> int:
        """How many rows wait in the spool."""
        return self._spool.count

    def spool(self, paths: Sequence[Path], report: Report, progress: Progress) -> bool:
        """Read all rows; False where a file cannot be read or lacks what the mapping needs (said in the report)."""
        self._report = report
        for number, name in enumerate(PARTS):
            part: Part | None = getattr(self._mapping, name)
            if part is None or (number and part.file is None):
                continue
            path = _file_of(part, paths)
            if path is None:
                report.cannot_read(part.file or name, "import_file_unreadable")
                return False
            if not self._take(number, name, path, progress):
                return False
        self._dates.settle()
        if self._dates.assumed:
            report.note(Problem(at=RowRef(self._files[0], 0), column="", code="import_day_order_assumed", taken=True))
        return True

    def _take(self, number: int, name: str, path: Path, progress: Progress) -> bool:
        assert self._report is not None  # noqa: S101 - spool() sets it first
        table = open_table(path, self._mapping.sheet)
        if isinstance(table, CannotRead):
            self._report.cannot_read(path.name, table.code)
            return False
        self._files[number] = table.name
        names = [name] + [other for other in PARTS[1:] if number == 0 and (p := getattr(self._mapping, other)) and not p.file]
        for each in names:
            self._parts[each] = Reading(getattr(self._mapping, each), table.header)
        if missing := self._missing(names, table):
            self._report.cannot_read(table.name, "import_missing_column", missing)
            return False
        for problem in self._rows(number, name, table, progress):
            self._report.note(problem)
            self._report.settle(table.name, "refused")
        return True

    def _missing(self, names: list[str], table: Table) -> str | None:
        """The first needed column that the file does not have."""
        columns = {squeezed(column) for column in table.header}
        part = self._parts[names[0]]
        if squeezed(part.order_column) not in columns:
            return part.order_column or "order"
        for name in names:
            reading = self._parts[name]
            for field in NEEDED[name]:
                if field not in reading.there:
                    return reading.columns.get(field, field)
            if name == "lines" and not reading.there & {"price", "unit_price"}:
                return reading.columns.get("price", "price")
        return None

    def _rows(self, number: int, name: str, table: Table, progress: Progress) -> Iterator[Problem]:
        reading = self._parts[name]
        ids = Ids(*reading.order_columns)
        for read, record in enumerate(table.rows, 1):
            if read % EVERY == 0:
                progress(table.name, read, None)
            if isinstance(record, Problem):
                yield record
                continue
            key = ids.of(record)
            if isinstance(key, Problem):
                yield key
            elif key:
                self._dates.see(list(reading.moments(record.cells)))
                self._spool.add(Kept(key, number, record.at.row, record.cells))
        progress(table.name, self._spool.count, None)

    def read(self) -> Iterator[Read]:
        """Each order of the files with its rows joined, in the order of its reference."""
        source = self._source()
        for key, kept in self._spool.groups():
            yield self._one(key, kept, source)

    def _one(self, key: str, kept: list[Kept], source: Source) -> Read:
        orders = [row for row in kept if row.part == 0]
        refs = tuple(RowRef(self._files[row.part], row.row) for row in kept)
        if not orders:
            lost = tuple(self._problem(row, "import_missing_order", key) for row in kept)
            return Read(key, refs, problems=lost)
        flat = self._mapping.lines is not None and self._mapping.lines.file is None
        again = [] if flat else orders[1:]
        order = self._fields("orders", orders[0])
        if flat and (unlike := self._unlike(key, order, orders[1:])):
            return Read(key, refs, problems=unlike)
        lines = [self._fields("lines", row) for row in (orders if flat else kept) if flat or row.part == 1]
        payments = [self._fields("payments", row) for row in kept if row.part == 2]  # noqa: PLR2004
        read = read_order(key, order, lines, payments, source)
        repeated = tuple(
            self._problem(row, "import_duplicate" if row.cells == orders[0].cells else "import_conflict", key) for row in again
        )
        raw = tuple(row.cells for row in orders)
        return Read(key, refs, read.ready, read.problems + repeated, raw)

    def _unlike(self, key: str, order: Fields, others: list[Kept]) -> tuple[Problem, ...]:
        """Rows of one order whose amounts of the order differ: no one can say which of them was paid."""
        problems = []
        for other in others:
            values = self._fields("orders", other).values
            for field in ("order_amount", "order_shipping", "order_tax"):
                if field in values and values[field] != order.values.setdefault(field, values[field]):
                    column = self._parts["orders"].columns[field]
                    at = RowRef(self._files[0], other.row)
                    problems.append(Problem(at=at, column=column, code="import_conflict", reference=key))
        return tuple(problems)

    def _problem(self, row: Kept, code: str, key: str) -> Problem:
        return Problem(at=RowRef(self._files[row.part], row.row), column="", code=code, reference=key)

    def _fields(self, part: str, row: Kept) -> Fields:
        values, unknown = self._parts[part].fields(row.cells)
        return Fields(RowRef(self._files[row.part], row.row), values, unknown)

    def _source(self) -> Source:
        columns = {field: column for reading in self._parts.values() for field, column in reading.columns.items()}
        present = {field for reading in self._parts.values() for field in reading.there}
        return Source(
            currency=self._currency,
            amount=self._amount,
            moment=self._moment,
            columns={field: column for field, column in columns.items() if field in present},
            shop=self._shop.reference if self._shop else None,
            days={field: day for reading in self._parts.values() for field, day in reading.days.items()},
            defaults=self._mapping.defaults,
            with_payments="payments" in self._parts,
        )

    def _amount(self, text: str) -> int | Unreadable:
        money = read_amount(text, self._currency, self._exponents, self._mapping.decimal_mark)
        return money.amount if isinstance(money, Money) else money

    def _moment(self, text: str, day: DayRule | None) -> datetime | Unreadable:
        wall = read_wall(text, day_first=self._dates.day_first)
        if wall is None:
            return unreadable("import_time_unreadable", text, "a moment")
        return to_moment(wall, self._zone, day)


def _file_of(part: Part, paths: Sequence[Path]) -> Path | None:
    """The file that a part names, or the only one there is."""
    if part.file is None:
        return paths[0] if paths else None
    return next((path for path in paths if fnmatch(path.name, part.file)), None)
