"""Whatever a text holds: opened in a spreadsheet it stays text, and read again by us it is the same."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.exchange.cells import plain, safe
from amends.kernel.text import formula_like

PAYLOADS = [
    f"{start}{rest}" for start in "=+-@＝＋－＠" for rest in ("cmd|' /C calc'!A0", 'HYPERLINK("http://x")', "1+1", "SUM(A1)")
]
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40).map(str.strip)


@pytest.mark.parametrize("payload", [*PAYLOADS, "\t=1", "\r=1", " =1", "'=1"])
def test_what_a_spreadsheet_would_run_is_written_as_text(payload: str) -> None:
    assert not formula_like(safe(payload))


@pytest.mark.requirement("Q-07")
@given(TEXTS | st.sampled_from(PAYLOADS) | st.from_regex(r"'{0,3}[=+@-]?[0-9a-z]{0,20}", fullmatch=True).map(str.strip))
def test_a_cell_comes_back_whole(text: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow([safe(text)])
    (cell,) = next(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert not formula_like(cell.rstrip("\t"))
    assert plain(cell) == text


def test_an_order_number_of_nineteen_digits_is_marked_as_text() -> None:
    assert safe("5760000000000000001") == "5760000000000000001\t"
    assert safe("12") == "12"
    assert safe("-12.50") == "-12.50"
