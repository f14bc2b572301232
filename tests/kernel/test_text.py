import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.kernel.refusals import unreadable
from amends.kernel.text import formula_like, normalised, text_problem

any_text = st.text(st.characters(), max_size=30)  # lone surrogates too


@pytest.mark.parametrize("text", ["", "Zoë", "王小明", "محمد العربي", "O'Brien-Smith", "👩‍👩‍👧", "नमस्ते", "a  b"])
def test_names_of_all_scripts_are_kept(text: str) -> None:
    assert text_problem(text, 40) is None
    assert text_problem(text, 40, lines=True) is None


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\ud800", "\uffff", "\ufffe"])
@pytest.mark.parametrize("lines", [False, True])
def test_control_characters_and_lone_surrogates_are_refused_everywhere(character: str, lines: bool) -> None:  # noqa: FBT001
    assert text_problem(f"a{character}b", 40, lines=lines) == "text_control_characters"


@pytest.mark.parametrize("character", ["\u202a", "\u202e", "\u2066", "\u2069"])
@pytest.mark.parametrize("lines", [False, True])
def test_characters_that_reorder_their_neighbours_are_refused_everywhere(character: str, lines: bool) -> None:  # noqa: FBT001
    assert text_problem(f"photo{character}gpj.exe", 40, lines=lines) == "text_bidi_characters"


@pytest.mark.parametrize("mark", ["\u200e", "\u200f", "\u061c"])
def test_marks_of_direction_pass_in_a_note_and_not_in_a_name(mark: str) -> None:
    assert text_problem(f"سعر{mark} 5", 40) == "text_bidi_characters"
    assert text_problem(f"سعر{mark} 5", 40, lines=True) is None


@pytest.mark.parametrize("breaks", ["\n", "\r\n", "\t"])
def test_line_breaks_pass_in_a_note_and_not_in_a_name(breaks: str) -> None:
    assert text_problem(f"a{breaks}b", 40) == "text_control_characters"
    assert text_problem(f"a{breaks}b", 40, lines=True) is None


def test_a_lone_carriage_return_hides_what_stands_before_it() -> None:
    assert text_problem("approve\rreject", 40, lines=True) == "text_control_characters"


def test_length_is_counted_in_composed_characters() -> None:
    assert text_problem("e\u0301" * 10, 10) is None
    assert text_problem("é" * 11, 10) == "text_too_long"
    assert text_problem("王" * 200, 200) is None


@given(any_text, st.booleans())
def test_text_without_a_problem_can_be_stored(text: str, lines: bool) -> None:  # noqa: FBT001
    if text_problem(text, 30, lines=lines) is None:
        assert b"\x00" not in text.encode("utf-8")


@given(any_text)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


@given(any_text)
def test_what_a_refusal_shows_is_short_and_plain(text: str) -> None:
    assert unreadable("any", text, "x").found.isprintable()
    assert unreadable("any", text, "x").found.isascii()


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+cmd",
        "-cmd",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\t5",
        "＝1+1",
        "＋x",
        "－x",
        "＠x",
        "﹦1",
        " =1",
        "\ufeff=1",
        "-",
        "-1+cmd|' /C calc'!A0",
        "=1",
        "-1\n",
        "+1 =2",
        "－5",
    ],
)
def test_cells_that_a_spreadsheet_might_run_are_found(cell: str) -> None:
    assert formula_like(cell)


@pytest.mark.parametrize("cell", ["", "a=b", "-5", "+5", "-12.50", "-1,234.50", "-3%", "2026-11-22", "'=1", "王", " ", "x@y.z"])
def test_numbers_and_plain_text_are_no_formulas(cell: str) -> None:
    assert not formula_like(cell)


@given(st.sampled_from("=+-@\t\r\n＝＋－＠"), any_text)
def test_a_cell_that_starts_like_a_formula_is_one_unless_it_is_a_number(first: str, rest: str) -> None:
    cell = first + rest
    if not formula_like(cell):
        assert first in "+-"
        assert all(unicodedata.category(character) == "Nd" or character in ".,%" for character in rest)
        assert rest[0] in "0123456789"
