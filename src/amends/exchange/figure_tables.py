"""Tables of figures for spreadsheets: CSV with a BOM, ids as text, and no cell that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from amends.exchange.cells import quoted

BOM: Final = "\ufeff"
FLUSHED: Final = 64 * 1024


def csv_of(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The parts of a CSV file, made while they are sent."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out)
    writer.writerow([safe(cell) for cell in header])
    for row in rows:
        writer.writerow([safe(cell) for cell in row])
        if out.tell() > FLUSHED:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def safe(cell: object) -> str:
    """A cell as text that nothing runs: what looks like a formula gets an apostrophe in front, which shows that it is text."""
    return quoted("" if cell is None else str(cell))
