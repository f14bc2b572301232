"""Files of a shop's own work: decisions on cases, return reasons as the shop found them, tracking numbers. Read row by row (U-13).

Columns and words may stand in Chinese, in English or as codes, as the template has them.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from amends.domain.rulebook.shape import Vocabulary
from amends.exchange.cells import plain
from amends.exchange.report import Problem, Progress, Report, RowRef, no_progress
from amends.exchange.tables import CannotRead, open_table
from amends.kernel.text import text_problem

LONGEST_NOTE: Final = 200
BATCH: Final = 100


class Field(msgspec.Struct, frozen=True):
    """A column by its key, a word of `columns`; `words` is the vocabulary list that its cells come from."""

    key: str
    words: str = ""
    owed: bool = False


FORMS: Final[Mapping[str, tuple[Field, ...]]] = {
    "decisions": (Field("case", owed=True), Field("decision", "decisions", owed=True), Field("ground", "grounds"), Field("note")),
    "reasons": (Field("case", owed=True), Field("reason", "reasons", owed=True), Field("note")),
    "tracking": (Field("case", owed=True), Field("carrier", "carriers", owed=True), Field("tracking_number", owed=True)),
}
"""What each kind of file has; `case` is a case's id or an order's number."""


class HandedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A row in our words; `values` by the keys of its form, codes for words."""

    at: RowRef
    values: dict[str, str]


Do = Callable[[HandedIn], Awaitable[str | None]]
"""Carries a row out, or tries it: the code of what stands against it, `same` where it is so already, None where it is good."""


class Names:
    """What cells may be called: a word's code, its Chinese or its English, whatever the case."""

    def __init__(self, vocabulary: Vocabulary, list_: str) -> None:
        self._codes: dict[str, str] = {}
        for word, term in vocabulary.words(list_).items():
            for name in (term.says.zh, term.says.en, word):
                self._codes[name.strip().casefold()] = word

    def code(self, cell: str) -> str | None:
        """The code that a cell means."""
        return self._codes.get(cell.strip().casefold())


async def import_rows(
    path: Path,
    kind: str,
    vocabulary: Vocabulary,
    do: Do,
    say: Callable[[str], str] | None = None,
    progress: Progress = no_progress,
) -> Report:
    """Read a file of this kind and do each row; every row ends as imported, same or refused, with the column and the code."""
    report = Report(say)
    table = open_table(path)
    if isinstance(table, CannotRead):
        report.cannot_read(path.name, table.code)
        return report
    columns = Names(vocabulary, "columns")
    fields = {field.key: field for field in FORMS[kind]}
    named = {name: key for name in table.header if (key := columns.code(plain(name))) in fields}
    missing = next((key for key, field in fields.items() if field.owed and key not in named.values()), None)
    if missing is not None:
        report.cannot_read(table.name, "import_missing_column", vocabulary.says("columns", missing).en)
        return report
    words = {key: Names(vocabulary, field.words) for key, field in fields.items() if field.words}
    shown = {key: name for name, key in named.items()}
    for number, record in enumerate(table.rows, 1):
        row = (
            record
            if isinstance(record, Problem)
            else _row(record.at, {k: plain(record.cells.get(n, "")) for n, k in named.items()}, fields, words, shown)
        )
        found = row if isinstance(row, Problem) else await _done(row, do, shown)
        if isinstance(found, Problem):
            report.note(found)
        report.settle(table.name, "refused" if isinstance(found, Problem) else found)
        if number % BATCH == 0:
            progress(kind, number, None)
    progress(kind, report.total.read, report.total.read)
    return report


def _row(
    at: RowRef, cells: dict[str, str], fields: Mapping[str, Field], words: Mapping[str, Names], shown: Mapping[str, str]
) -> HandedIn | Problem:
    values: dict[str, str] = {}
    for key, field in fields.items():
        cell = cells.get(key, "")
        for code in _wrong(field, cell, words):
            return Problem(at=at, column=shown.get(key, key), code=code, reference=cells.get("case", ""))
        if cell:
            values[key] = words[key].code(cell) or cell if key in words else cell
    return HandedIn(at=at, values=values)


def _wrong(field: Field, cell: str, words: Mapping[str, Names]) -> Iterator[str]:
    if field.owed and not cell:
        yield "import_missing_value"
    elif cell and field.words and words[field.key].code(cell) is None and field.key != "carrier":
        yield "import_unknown_word"
    elif text_problem(cell, LONGEST_NOTE) is not None:
        yield "import_text_too_long" if len(cell) > LONGEST_NOTE else "text_not_clean"


async def _done(row: HandedIn, do: Do, shown: Mapping[str, str]) -> Problem | str:
    code = await do(row)
    if code is None or code == "same":
        return code or "imported"
    return Problem(at=row.at, column=shown.get("case", "case"), code=code, reference=row.values["case"])
