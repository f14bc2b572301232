"""Tables out: one set of columns, written as CSV or as a workbook, in people's words or in codes."""

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec

from amends.domain.rulebook.shape import Vocabulary
from amends.exchange.cells import safe
from amends.kernel.moments import format_moment

Language = Literal["zh", "en", "codes"]
BOM: Final = b"\xef\xbb\xbf"
Cell = str | int | Decimal | None


class Column(msgspec.Struct, frozen=True):
    """A column by its key, which is a word of `columns`.

    `kind`: `text`; `whole`; `moment` (UTC, ISO 8601); `money`, minor units of the row's `currency`, written as a decimal number; or
    `word`, a code of the vocabulary's list `words`.
    """

    key: str
    kind: Literal["text", "whole", "moment", "money", "word"] = "text"
    words: str = ""


class Sheet(msgspec.Struct, frozen=True):
    """A table that can be taken along: its name is a word of `columns` too."""

    name: str
    columns: tuple[Column, ...]


class Writer:
    """Writes rows of a sheet in one language; `codes` leaves keys and codes as they are, for programs."""

    def __init__(self, sheet: Sheet, vocabulary: Vocabulary, language: Language) -> None:
        self.sheet = sheet
        self.language = language
        self.exponents = vocabulary.exponents()
        self._says = {c.words: self._named(vocabulary, c.words) for c in sheet.columns if c.words} | {
            "columns": self._named(vocabulary, "columns")
        }

    def _named(self, vocabulary: Vocabulary, list_: str) -> Mapping[str, str]:
        if self.language == "codes":
            return {}
        zh = self.language == "zh"
        return {word: term.says.zh if zh else term.says.en for word, term in vocabulary.words(list_).items()}

    def title(self) -> str:
        """What the table is called."""
        return self._says["columns"].get(self.sheet.name, self.sheet.name)

    def header(self) -> list[str]:
        """The names of the columns."""
        return [self._says["columns"].get(column.key, column.key) for column in self.sheet.columns]

    def cells(self, row: Mapping[str, Any]) -> list[Cell]:
        """One row; what is not known is an empty cell."""
        return [self._cell(column, row) for column in self.sheet.columns]

    def _cell(self, column: Column, row: Mapping[str, Any]) -> Cell:
        value = row[column.key]
        if value is None:
            return None
        if column.kind == "money":
            return Decimal(value).scaleb(-self.exponents.get(row["currency"], 2))
        if column.kind == "moment":
            return format_moment(value)
        if column.kind == "whole":
            return int(value)
        text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        return self._says[column.words].get(text, text) if column.words else text


def csv_lines(rows: Sequence[Sequence[Cell]]) -> bytes:
    """Rows as CSV (UTF-8, CRLF), every text safe to open."""
    out = io.StringIO()
    csv.writer(out).writerows([[_written(cell) for cell in row] for row in rows])
    return out.getvalue().encode()


def _written(cell: Cell) -> str:
    if isinstance(cell, str):
        return safe(cell)
    return "" if cell is None else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
