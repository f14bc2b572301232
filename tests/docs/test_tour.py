"""The tour names files and what stands in them; a renamed function made such pages lie for months elsewhere."""

import re

import pytest
from tests.docs.reading import ROOT

TOUR = (ROOT / "docs" / "tour.md").read_text("utf-8")
NAMED = re.findall(r"\[`([^`]+)`\]\(([^)]+)\)\s+`([A-Za-z_]\w*)`", TOUR)


def holds(path: str, name: str) -> bool:
    """Whether a file defines a function, class, constant, query or rule of that name."""
    shapes = rf"(?:def|class) {name}\b|^{name}\b[^=\n]*=|^-- name: {name}\b|^- id: {name}$"
    return bool(re.search(shapes, (ROOT / path).read_text("utf-8"), re.MULTILINE))


def test_the_tour_names_enough_to_be_one() -> None:
    assert len(NAMED) > 30


@pytest.mark.parametrize(("shown", "target", "name"), NAMED)
def test_what_the_tour_names_is_where_it_says(shown: str, target: str, name: str) -> None:
    assert target == f"../{shown}"
    assert holds(shown, name)


def test_a_name_that_is_not_there_would_be_noticed() -> None:
    assert not holds("src/amends/desk/desk.py", "handle_nothing")
