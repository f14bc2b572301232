"""What became of every row of an imported file: counted, and each problem named by file, row, column and code."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TextIO

import msgspec

from amends.exchange.cells import quoted
from amends.exchange.verdict_table import VerdictTable

KEPT: Final = 10_000
Progress = Callable[[str, int, int | None], None]
"""Told what is being read (a file, `orders`, `requests`), how many rows are done, and of how many where that is known."""
SHOWN: Final = 60
_RANK: Final = {"same": 0, "imported": 1, "refused": 2}


class RowRef(msgspec.Struct, frozen=True):
    """A row as a spreadsheet counts it: the header is row 1. Row 0 speaks of the whole file."""

    file: str
    row: int


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with a row. `taken` tells a remark (the row was imported) from a refusal (it was not)."""

    at: RowRef
    column: str
    code: str
    reference: str = ""
    taken: bool = False


class Tally(msgspec.Struct):
    """Rows of one file: `read` is always `imported` + `same` + `refused`."""

    imported: int = 0
    same: int = 0
    refused: int = 0

    @property
    def read(self) -> int:
        """How many rows came out of the file."""
        return self.imported + self.same + self.refused


def no_progress(stage: str, done: int, total: int | None) -> None:
    """Show nothing."""


def shown(text: str) -> str:
    """The beginning of outside text on one line, safe to print: at most 60 characters, controls escaped."""
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text[:SHOWN])[:SHOWN]


def worst(outcomes: Iterable[str]) -> str:
    """`refused` before `imported` before `same`: what a row comes to that stands in several orders."""
    return max(outcomes, key=_RANK.__getitem__)


class Report:
    """Filled row by row. It keeps the first 10,000 problems and counts all; `sink` receives each as it comes.

    `things` counts what the rows became: orders or requests by their result. `verdicts` is filled by an import of requests.
    """

    def __init__(self, say: Callable[[str], str] | None = None, sink: Callable[[Problem], None] | None = None) -> None:
        self.say = say or (lambda code: code)
        self.sink = sink
        self.files: dict[str, Tally] = {}
        self.things: Counter[str] = Counter()
        self.by_code: Counter[str] = Counter()
        self.problems: list[Problem] = []
        self.unreadable = False
        self.detail = ""
        self.verdicts: VerdictTable | None = None

    def note(self, problem: Problem) -> None:
        """Take down a problem."""
        self.by_code[problem.code] += 1
        if len(self.problems) < KEPT:
            self.problems.append(problem)
        if self.sink:
            self.sink(problem)

    def settle(self, file: str, outcome: str) -> None:
        """Count one row as `imported`, `same` or `refused`."""
        tally = self.files.setdefault(file, Tally())
        setattr(tally, outcome, getattr(tally, outcome) + 1)

    def cannot_read(self, file: str, code: str, column: str = "", detail: str = "") -> None:
        """Say that a whole file cannot be read; nothing of it was imported. `detail` is said in full (a mapping file of one's own)."""
        self.unreadable, self.detail = True, detail
        self.files.setdefault(file, Tally())
        self.note(Problem(at=RowRef(file, 0), column=column, code=code))

    @property
    def total(self) -> Tally:
        """All files together."""
        tallies = self.files.values()
        return Tally(sum(t.imported for t in tallies), sum(t.same for t in tallies), sum(t.refused for t in tallies))

    def lines(self, limit: int = 20) -> list[str]:
        """The report as a table in plain text, with the first problems."""
        rows = [("file", "rows", "imported", "same", "refused")]
        rows += [(shown(f), str(t.read), str(t.imported), str(t.same), str(t.refused)) for f, t in self.files.items()]
        out = _aligned(rows)
        if self.things:
            out += ["", ", ".join(f"{count} {word}" for word, count in sorted(self.things.items()))]
        if self.by_code:
            out += ["", *_aligned([("count", "code", "meaning"), *self._codes()])]
        if self.problems:
            found = [("file", "row", "column", "code", "order", "row is"), *(_cells(p) for p in self.problems[:limit])]
            out += ["", *_aligned(found)]
        if self.detail:
            out += ["", self.detail]
        left = sum(self.by_code.values()) - min(limit, len(self.problems))
        return [*out, f"… and {left} more"] if left > 0 else out

    def _codes(self) -> list[tuple[str, ...]]:
        return [(str(count), code, self.say(code)) for code, count in self.by_code.most_common()]

    def write_csv(self, out: TextIO) -> None:
        """Write the kept problems as CSV (UTF-8), cells that a spreadsheet might run made harmless."""
        writer = problem_writer(out, self.say)
        for problem in self.problems:
            writer(problem)


def problem_writer(out: TextIO, say: Callable[[str], str]) -> Callable[[Problem], None]:
    """Write the header and answer with a function that writes one problem; usable as the `sink` of a report."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("file", "row", "column", "code", "order", "row_is", "meaning"))

    def write(problem: Problem) -> None:
        writer.writerow([quoted(cell) for cell in (*_cells(problem), say(problem.code))])

    return write


def _cells(problem: Problem) -> tuple[str, ...]:
    row = str(problem.at.row) if problem.at.row else ""
    became = "imported" if problem.taken else "refused"
    return shown(problem.at.file), row, shown(problem.column), problem.code, shown(problem.reference), became


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
