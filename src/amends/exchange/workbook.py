"""A process of its own that writes a workbook as its rows come: `python -m amends.exchange.workbook` reads lines of JSON and writes the file.

The first line is a `Frame`, each further one an array of rows, the last one `null`: without it nothing is finished, so that a table whose
end never came is no whole file. A big workbook costs the API neither memory nor turns of its loop, and its beginning is on its way to
the reader before its end was asked for.
"""

import os
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import BinaryIO, Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec

from amends.exchange.sheets import Cell, Plan, Row, cells_by
from amends.exchange.workbook_parts import CONTENT_TYPES, RELATIONS, STYLES, book_of, relations_of, sheet_name

ROWS: Final = 1_048_576
"""So many fit on one sheet of a workbook, its header among them; what is more goes onto a further one."""
BYTES: Final = 1_900_000_000
"""And no sheet grows to where a ZIP needs the extension that older spreadsheets do not read."""
LONGEST: Final = 32_767
"""UTF-16 units of one cell."""
EXACT: Final = 15
"""Digits that a spreadsheet's number keeps; a longer one stays text."""
WIDTH: Final = 18
TEXT, BOLD, NUMBER, DECIMALS = 1, 2, 3, 4
"""Styles: text, header, and numbers with no to four decimal places from `NUMBER` on."""
_NOT_AS_IT_IS: Final = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class Frame(msgspec.Struct, frozen=True):
    """The first line: the sheet, its header, and how rows become cells."""

    name: str
    header: tuple[str, ...]
    plan: Plan


class Writing:
    """A workbook on its way: rows in, bytes out."""

    def __init__(self, out: BinaryIO, frame: Frame, most: int = ROWS) -> None:
        self.frame, self.most = frame, most
        self.zip = ZipFile(out, "w", ZIP_DEFLATED)
        self.cells = cells_by(frame.plan)
        self.columns = [_letters(n) for n in range(len(frame.header))]
        self.sheets: list[tuple[str, int]] = []
        self.part("[Content_Types].xml", CONTENT_TYPES)
        self.part("_rels/.rels", RELATIONS)
        self.part("xl/styles.xml", STYLES)
        self._begin()

    def part(self, name: str, text: str) -> None:
        """One small file of the workbook."""
        self.zip.writestr(_entry(name), text.encode(), ZIP_DEFLATED, 1)

    def _begin(self) -> None:
        number = len(self.sheets) + 1
        self.sheet = self.zip.open(_entry(f"xl/worksheets/sheet{number}.xml"), "w")
        self.at = self.size = 0
        last = len(self.columns)
        head = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0">'
            '<pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/></sheetView></sheetViews>'
            f'<cols><col min="1" max="{last}" width="{WIDTH}" customWidth="1"/></cols><sheetData>'
        )
        self._put(head + self._row(list(self.frame.header), BOLD))

    def _put(self, text: str) -> None:
        made = text.encode()
        self.size += len(made)
        self.sheet.write(made)

    def _row(self, cells: Sequence[Cell], style: int = TEXT) -> str:
        self.at += 1
        n = self.at
        parts = [f'<row r="{n}">']
        for column, cell in zip(self.columns, cells, strict=True):
            if cell is not None and cell != "":
                parts.append(_cell(column, n, cell, style))
        parts.append("</row>")
        return "".join(parts)

    def add(self, rows: Sequence[Row]) -> None:
        """Write rows; where a sheet is full, the next one is begun."""
        made: list[str] = []
        for row in rows:
            if self.at >= self.most:
                self._put("".join(made))
                made.clear()
                self._end_sheet()
                self._begin()
            made.append(self._row(self.cells(row)))
        self._put("".join(made))
        if self.size > BYTES:
            self._end_sheet()
            self._begin()

    def _end_sheet(self) -> None:
        filtered = f'<autoFilter ref="A1:{self.columns[-1]}{self.at}"/>' if self.at > 1 else ""
        self._put(f"</sheetData>{filtered}</worksheet>")
        self.sheet.close()
        self.sheets.append((sheet_name(self.frame.name, len(self.sheets) + 1), self.at))

    def end(self) -> None:
        """Write what stands around the sheets; only now it is a workbook."""
        self._end_sheet()
        self.part("xl/workbook.xml", book_of(self.sheets, self.columns[-1]))
        self.part("xl/_rels/workbook.xml.rels", relations_of(len(self.sheets)))
        self.zip.close()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)  # without the moment: the same rows give the same file
    entry.compress_type, entry._compresslevel = ZIP_DEFLATED, 1  # type: ignore[attr-defined]  # noqa: SLF001 - the only way before 3.13
    return entry


def _cell(column: str, row: int, cell: Cell, style: int) -> str:
    if isinstance(cell, str):
        kept = ' xml:space="preserve"' if cell[0] <= " " or cell[-1] <= " " else ""
        return f'<c r="{column}{row}" s="{style}" t="inlineStr"><is><t{kept}>{written(cell)}</t></is></c>'
    text = f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
    decimals = len(text.partition(".")[2])
    if len(text) > EXACT or decimals > DECIMALS:
        return _cell(column, row, text, style)
    return f'<c r="{column}{row}" s="{NUMBER + decimals}"><v>{text}</v></c>'


def written(text: str) -> str:
    """Text as it stands in a workbook's XML: no markup, no character that XML forbids, nothing that reads as an escape, not too long."""
    if len(text) * 2 > LONGEST and len(units := text.encode("utf-16-le", "replace")) > LONGEST * 2:
        text = units[: (LONGEST - 1) * 2].decode("utf-16-le", "ignore") + "…"
    return _NOT_AS_IT_IS.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    letter = found[0]
    if letter in "&<>":
        return escape(letter)
    if "\ud800" <= letter <= "\udfff":
        return "\ufffd"
    return f"_x{ord(letter):04X}_"


def _letters(column: int) -> str:
    """The name of a column: A to Z, AA and so on."""
    return (_letters(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)  # noqa: PLR2004 - letters


def begun(source: Iterator[bytes], out: BinaryIO) -> Writing:
    """A workbook by the first line."""
    return Writing(out, msgspec.json.decode(next(source), type=Frame))


def filled(writing: Writing, source: Iterator[bytes]) -> bool:
    """Write everything that comes; False where the end of the table never came."""
    for line in source:
        rows = msgspec.json.decode(line)
        if rows is None:
            writing.end()
            return True
        writing.add(rows)
    return False


def _main() -> None:
    """Leave at once when the end never came: a ZIP that is let go of would still write its directory, and look whole."""
    code, source = 1, iter(sys.stdin.buffer)
    writing = begun(source, sys.stdout.buffer)
    try:
        if filled(writing, source):
            sys.stdout.flush()
            code = 0
    except Exception:  # noqa: BLE001 - said to the log of whoever started it
        traceback.print_exc()
    os._exit(code)


if __name__ == "__main__":
    _main()
