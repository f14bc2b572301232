"""Figures come from a run, never from a pen."""

import pytest
from tests.docs.reading import ROOT
from tools import figures


def test_figures_stand_in_their_place_and_nothing_else_moves() -> None:
    page = "before\n<!-- figures -->\nold\n<!-- /figures -->\nafter\n"
    placed = figures.placed(page, {"match_us": 1.234567, "drain_per_s": 12345.6, "other": 1})
    assert placed.startswith("before\n<!-- figures -->\n")
    assert placed.endswith("<!-- /figures -->\nafter\n")
    assert "| 1.23 | at most 3 |" in placed
    assert "| 12,346 |" in placed
    assert "old" not in placed
    assert figures.placed(placed, {"match_us": 1.234567, "drain_per_s": 12345.6, "other": 1}) == placed


def test_a_page_without_a_place_for_figures_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        figures.placed("nothing here", {})


def test_the_readme_has_a_place_for_figures() -> None:
    figures.placed((ROOT / "README.md").read_text("utf-8"), {})
