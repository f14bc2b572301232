"""Tables out: one set of columns, written as CSV or as a workbook, in people's words or in codes."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec

from amends.domain.rulebook.shape import Vocabulary
from amends.exchange.cells import safe
from amends.kernel.moments import format_moment

Language = Literal["zh", "en", "codes"]
Kind = Literal["text", "whole", "number", "moment", "money", "word"]
BOM: Final = b"\xef\xbb\xbf"
Cell = str | int | Decimal | None
Row = Sequence[Any]
"""What a table holds of one thing, column by column, as the database has it."""


class Column(msgspec.Struct, frozen=True):
    """A column by its key, which is a word of `columns`.

    `kind`: `text`; `whole`; `number`, exact text with its decimals; `moment` (UTC, ISO 8601); `money`, minor units of the row's `currency`,
    written as a decimal number; or `word`, a code (or several) of the vocabulary's list `words`; what is no code of it stays as it is.
    """

    key: str
    kind: Kind = "text"
    words: str = ""


class Sheet(msgspec.Struct, frozen=True):
    """A table that can be taken along: its name is a word of `columns` too."""

    name: str
    columns: tuple[Column, ...]


class Way(msgspec.Struct, frozen=True):
    """How one column becomes cells: `says` names the words of its list."""

    kind: Kind
    says: dict[str, str] = {}


class Plan(msgspec.Struct, frozen=True):
    """How rows become cells, told to whoever writes them: the columns, where the currency stands, and the currencies' decimal places."""

    ways: tuple[Way, ...]
    currency: int | None
    exponents: dict[str, int]


class Writer:
    """Writes rows of a sheet in one language; `codes` leaves keys and codes as they are, for programs."""

    def __init__(self, sheet: Sheet, vocabulary: Vocabulary, language: Language) -> None:
        self.sheet = sheet
        self.language = language
        self._columns = _named(vocabulary, "columns", language)
        ways = tuple(Way(column.kind, _named(vocabulary, column.words, language)) for column in sheet.columns)
        keys = self._keys = [column.key for column in sheet.columns]
        self.plan = Plan(ways, keys.index("currency") if "currency" in keys else None, vocabulary.exponents())
        self.cells = cells_by(self.plan)

    def title(self) -> str:
        """What the table is called."""
        return self._columns.get(self.sheet.name, self.sheet.name)

    def header(self) -> list[str]:
        """The names of the columns."""
        return [self._columns.get(key, key) for key in self._keys]

    def row(self, told: Mapping[str, Any]) -> list[Any]:
        """What the table holds of one thing."""
        return [told[key] for key in self._keys]


def _named(vocabulary: Vocabulary, list_: str, language: Language) -> dict[str, str]:
    if language == "codes":
        return {}
    return {word: term.says.zh if language == "zh" else term.says.en for word, term in vocabulary.words(list_).items()}


def cells_by(plan: Plan) -> Callable[[Row], list[Cell]]:
    """What makes cells of a row; what is not known is an empty cell. Rows may have been through JSON."""
    makers = [_maker(way, at, plan) for at, way in enumerate(plan.ways)]
    return lambda row: [None if row[at] is None else make(row) for at, make in enumerate(makers)]


def _maker(way: Way, at: int, plan: Plan) -> Callable[[Row], Cell]:
    if way.kind == "money":
        currency, exponents = plan.currency, plan.exponents
        return lambda row: Decimal(row[at]).scaleb(-exponents.get("" if currency is None else row[currency], 2))
    if way.kind == "moment":
        return lambda row: row[at] if type(row[at]) is str else format_moment(row[at])
    if way.kind in ("whole", "number"):
        return lambda row: Decimal(row[at])
    return lambda row: _said(row[at], way.says)


def _said(value: Any, says: Mapping[str, str]) -> str:
    if isinstance(value, list | tuple):
        return ", ".join([_said(each, says) for each in value])
    text = value if type(value) is str else str(value)
    return says.get(text, text)


def csv_lines(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Rows as CSV (UTF-8, CRLF), every text safe to open."""
    out = io.StringIO()
    csv.writer(out).writerows([[_written(cell) for cell in row] for row in rows])
    return out.getvalue().encode()


def _written(cell: Cell) -> str:
    if isinstance(cell, str):
        return safe(cell)
    return "" if cell is None else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
