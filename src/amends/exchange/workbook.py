"""A process of its own that writes a workbook row by row: `python -m amends.exchange.workbook FILE` reads frames of JSON on stdin.

The first line names the sheet and its columns, each further one is an array of rows. A cell is text or null, or an array of one
number and its decimals. So a big workbook costs the API neither memory nor turns of its loop.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from amends.exchange.sheets import Cell

WIDTH = 18


class Frame(msgspec.Struct, frozen=True):
    """The first line."""

    name: str
    header: tuple[str, ...]


def frame_of(rows: Iterable[Iterable[Cell]]) -> bytes:
    """Rows as one line for the process."""
    return msgspec.json.encode([[_packed(cell) for cell in row] for row in rows]) + b"\n"


def _packed(cell: Cell) -> Any:
    if cell is None or isinstance(cell, str):
        return cell
    text = format(cell, "f") if not isinstance(cell, int) else str(cell)
    return [text, len(text.partition(".")[2])]


def write(source: BinaryIO, target: Path) -> None:
    """Write everything that comes; text is never taken for a formula, a number or a link."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    first = msgspec.json.decode(source.readline(), type=Frame)
    with xlsxwriter.Workbook(str(target), options) as book:
        sheet = book.add_worksheet(first.name[:31])
        bold = book.add_format({"bold": True})
        formats = {
            decimals: book.add_format({"num_format": "0" + "." * bool(decimals) + "0" * decimals}) for decimals in range(5)
        }
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(first.header) - 1, WIDTH)
        sheet.write_row(0, 0, first.header, bold)
        at = 0
        for line in source:
            for row in msgspec.json.decode(line):
                at += 1
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(at, column, cell)
                    elif cell is not None:
                        sheet.write_number(at, column, float(cell[0]), formats[cell[1]])
        if at:
            sheet.autofilter(0, 0, at, len(first.header) - 1)


if __name__ == "__main__":
    write(sys.stdin.buffer, Path(sys.argv[1]))
