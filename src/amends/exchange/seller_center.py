"""What is peculiar to the order export of a Seller Center: everything else about it is said by `mappings/seller_center.yaml`."""

import re
from typing import Final

from amends.exchange.report import Problem
from amends.exchange.tables import Record

_ID: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,63}", re.ASCII)
_ROUNDED: Final = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+", re.ASCII)


class Ids:
    """Order ids as texts: with a trailing tab, after an apostrophe, in `="…"`; and the row of descriptions under the header.

    An id that a spreadsheet has rounded (`5.76E+17`) names no order any more.
    """

    def __init__(self, *columns: str) -> None:
        self._columns = columns
        self._first = True

    def of(self, record: Record) -> str | Problem | None:
        """The order's id, a problem, or None for the row that describes the columns."""
        first, self._first = self._first, False
        column, text = next(((c, cell) for c in self._columns if (cell := record.cells.get(c))), (self._columns[0], ""))
        text = text.removeprefix('="').removesuffix('"').removeprefix("'").strip()
        if _ROUNDED.fullmatch(text):
            return Problem(at=record.at, column=column, code="import_id_rounded")
        if _ID.fullmatch(text):
            return text
        if first and text and not any(letter.isdigit() for letter in text):
            return None
        code = "import_id_unreadable" if text else "import_missing_value"
        return Problem(at=record.at, column=column, code=code)
