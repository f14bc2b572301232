"""docs/requirements.md says what is built; what no test names is only claimed."""

import re
from pathlib import Path

import pytest

from amends.exchange.policies import read_policies

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "requirements.md").read_text("utf-8")
STATUSES = {"built", "partly", "later", "context"}
_ROW = re.compile(r"^\| ([A-Z]-\d\d) \|.*\| (\w+) \| ([^|]*) \|$", re.MULTILINE)
_MARK = re.compile(r"mark\.requirement\(([^)]*)\)")
_ID = re.compile(r"\b[EVCRTPUQFLN]-\d\d\b")


def rows() -> dict[str, tuple[str, str]]:
    """Each requirement's status and note."""
    return {each: (status, note.strip()) for each, status, note in _ROW.findall(PAGE)}


def named_by_tests() -> set[str]:
    """Ids that a test is marked with, an example of the policies, or a rule: each rule has two examples, and all are run by tests."""
    marks = {
        each
        for path in (ROOT / "tests").rglob("test_*.py")
        for mark in _MARK.findall(path.read_text("utf-8"))
        for each in _ID.findall(mark)
    }
    policies = read_policies()
    ruled = {each for rules in policies.rules.values() for rule in rules for each in rule.requirements}
    return marks | ruled | {each for example in policies.examples for each in example.requirements}


def test_every_requirement_that_is_built_is_named_by_a_test() -> None:
    claimed = {each for each, (status, _) in rows().items() if status in ("built", "partly")}
    assert len(claimed) > 50
    assert not claimed - named_by_tests()


def test_no_test_and_no_rule_proves_what_is_not_said_to_be_built() -> None:
    known = rows()
    assert not named_by_tests() - known.keys()
    assert not {each for each in named_by_tests() if known[each][0] == "later"}


def test_every_requirement_has_one_status_and_a_partly_built_one_says_what_is_missing() -> None:
    assert {status for status, _ in rows().values()} <= STATUSES
    assert len(_ROW.findall(PAGE)) == len(rows()) == PAGE.count("\n| ") - PAGE.count("\n| id |")
    assert not {each for each, (status, note) in rows().items() if (status == "partly") is not bool(note)}


@pytest.mark.parametrize("folder", ["src", "policies", "docs/decisions", "docs/howto"])
def test_only_known_requirements_are_spoken_of(folder: str) -> None:
    known = rows().keys()
    texts = [path for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".yaml", ".md", ".sql"}]
    assert not {(str(path), each) for path in texts for each in _ID.findall(path.read_text("utf-8")) if each not in known}
