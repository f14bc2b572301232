"""Rows out of CSV, XLSX and JSON Lines files, streamed, as text. Nothing here knows what the columns mean."""

import codecs
import csv
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

import msgspec

from amends.exchange.report import Problem, RowRef

LONGEST_LINE: Final = 1 << 20
LARGEST_WORKBOOK: Final = 1 << 30
_EXACT: Final = 10**15
_CHUNK: Final = 1 << 20


class Record(msgspec.Struct, frozen=True):
    """A row by its column names; `at` counts as a spreadsheet does."""

    at: RowRef
    cells: dict[str, str]


class Table(msgspec.Struct, frozen=True):
    """A file opened: its header, and its rows or what is wrong with them."""

    name: str
    header: tuple[str, ...]
    rows: Iterator[Record | Problem]


class CannotRead(msgspec.Struct, frozen=True):
    """The whole file cannot be read; `code` of `vocabulary/problems.yaml`."""

    code: str


def open_table(path: Path, sheet: str | None = None) -> Table | CannotRead:
    """Open a file by what it is, not by what it is called: a ZIP is a workbook, `{` begins JSON Lines, all else is CSV."""
    try:
        with path.open("rb") as opened:
            start = opened.read(64)
        if not start:
            return CannotRead("import_file_empty")
        if start.startswith(b"PK\x03\x04"):
            return _workbook(path, sheet)
        if start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
            return Table(path.name, (), _json_lines(path))
        return _csv(path)
    except OSError:
        return CannotRead("import_file_unreadable")


def _encoding(path: Path) -> str | None:
    """UTF-8 where the file is, UTF-16 where it says so, else GB18030, the one that Chinese Excel writes."""
    with path.open("rb") as opened:
        wide = opened.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as opened:
                while chunk := opened.read(_CHUNK):
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeError:
            continue
        return encoding
    return None


def _csv(path: Path) -> Table | CannotRead:
    encoding = _encoding(path)
    if encoding is None:
        return CannotRead("import_file_unreadable")
    with path.open(encoding=encoding, newline="") as opened:
        first = opened.readline(LONGEST_LINE)
    separator = max(",;\t|", key=first.count)
    lines = _csv_rows(path, encoding, separator)
    header = next(lines, None)
    if not isinstance(header, list) or not first.count(separator):
        return CannotRead("import_file_unreadable")
    names = tuple(cell.strip() for cell in header)
    return Table(path.name, names, _records(path.name, names, lines))


def _csv_rows(path: Path, encoding: str, separator: str) -> Iterator[list[str] | None]:
    """Rows of a CSV file; None for one that the format forbids (a cell of more than 128 KB, as after an open quote)."""
    with path.open(encoding=encoding, newline="") as opened:
        reader = csv.reader(opened, delimiter=separator)
        while True:
            try:
                yield next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield None


def _records(file: str, names: tuple[str, ...], rows: Iterable[list[str] | None], first: int = 2) -> Iterator[Record | Problem]:
    for number, row in enumerate(rows, start=first):
        at = RowRef(file, number)
        if row is None:
            yield Problem(at=at, column="", code="import_row_unreadable")
        elif not any(cell and not cell.isspace() for cell in row):
            continue
        elif len(row) > len(names) and any(row[len(names) :]):
            yield Problem(at=at, column="", code="import_row_too_long")
        else:
            cells: dict[str, str] = {}
            for name, cell in zip(names, row, strict=False):
                cells.setdefault(name, cell.strip())
            yield Record(at, cells)


def _workbook(path: Path, sheet: str | None) -> Table | CannotRead:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_WORKBOOK:
                return CannotRead("import_file_too_large")
        book = CalamineWorkbook.from_path(path)
        named = sheet if sheet in book.sheet_names else next(iter(book.sheet_names), None)
        if named is None:
            return CannotRead("import_file_empty")
        cells = book.get_sheet_by_name(named).to_python(skip_empty_area=False)
    except MemoryError:
        return CannotRead("import_file_too_large")
    except (zipfile.BadZipFile, CalamineError):
        return CannotRead("import_file_unreadable")
    rows = ((number, [_text(cell) for cell in row]) for number, row in enumerate(cells, start=1))
    number, header = next(((number, row) for number, row in rows if any(row)), (0, []))
    if not header:
        return CannotRead("import_file_empty")
    names = tuple(cell.strip() for cell in header)
    return Table(path.name, names, _records(path.name, names, (row for _, row in rows), first=number + 1))


def _text(cell: Any) -> str:
    """A spreadsheet's cell as text. A number past 15 digits keeps its exponent, so that a rounded id can be told."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell)) if abs(cell) < _EXACT else f"{cell:e}"
    return "" if cell is None else str(cell)


def _json_lines(path: Path) -> Iterator[Record | Problem]:
    with path.open("rb") as opened:
        number = 0
        while line := opened.readline(LONGEST_LINE):
            number += 1
            if line.isspace():
                continue
            yield _json_row(RowRef(path.name, number), line.removeprefix(codecs.BOM_UTF8))


def _json_row(at: RowRef, line: bytes) -> Record | Problem:
    try:
        loaded = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return Problem(at=at, column="", code="import_row_unreadable")
    if not isinstance(loaded, dict):
        return Problem(at=at, column="", code="import_row_unreadable")
    return Record(at, {name: _json_text(value) for name, value in loaded.items()})


def _json_text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    return msgspec.json.encode(value).decode()
