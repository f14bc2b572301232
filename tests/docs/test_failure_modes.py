"""The page of failure modes names tests that are there, for each of the twenty-four."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "failure-modes.md").read_text("utf-8")
ROW = re.compile(r"^\| (\d+) \|.*\| ([^|]+) \|$", re.MULTILINE)


def test_each_way_of_going_wrong_is_shown_by_tests_that_are_there() -> None:
    there = {
        name for path in (ROOT / "tests").rglob("test_*.py") for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))
    }
    named = {number: re.findall(r"`(test_\w+)`", tests) for number, tests in ROW.findall(PAGE)}
    assert list(named) == [str(number) for number in range(1, 25)]
    assert all(named.values())
    assert not {name for names in named.values() for name in names} - there
