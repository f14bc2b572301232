"""A link that leads nowhere is worse than none; a command that no page names is not there for its readers."""

import re
from pathlib import Path

import pytest
from tests.docs.reading import ROOT, WRITTEN, anchors, links
from typer.main import get_command

from amends.cli import command_line


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    assert not [target for target in links(page.read_text("utf-8")) if not leads(page, target)]


def leads(page: Path, target: str) -> bool:
    """Whether a link's file is there, and the heading in it that it names."""
    if re.match(r"(https?|mailto):", target):
        return True
    name, _, anchor = target.partition("#")
    file = (page.parent / name).resolve() if name else page
    if not file.exists() or not file.is_relative_to(ROOT):
        return False
    return not anchor or file.suffix != ".md" or anchor in anchors(file.read_text("utf-8"))


def test_a_link_to_nowhere_and_one_to_a_missing_heading_are_noticed() -> None:
    page = ROOT / "README.md"
    assert leads(page, "docs/tour.md#one-request")
    assert not leads(page, "docs/tour.md#two-requests")
    assert not leads(page, "docs/nothing.md")
    assert not leads(page, "../outside.md")


def commands() -> list[str]:
    """Every command of the command line, groups written out."""
    found = []
    for name, command in get_command(command_line()).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [f"amends {name} {each}" for each in inner] if inner else [f"amends {name}"]
    return found


def targets() -> list[str]:
    """Every target of the Makefile that has a word of help."""
    return [f"make {name}" for name in re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)]


@pytest.mark.parametrize("name", [*commands(), *targets()])
def test_every_command_is_named_by_a_page(name: str) -> None:
    pages = "".join(page.read_text("utf-8") for page in WRITTEN if "decisions" not in page.parts)
    assert f"`{name}" in pages or f"\n{name}" in pages


def test_every_variable_that_can_be_set_is_documented() -> None:
    known = set(re.findall(r'"((?:AMENDS|DATABASE)_[A-Z_]+)"', (ROOT / "src/amends/settings.py").read_text("utf-8")))
    page = (ROOT / "docs/howto/run-in-production.md").read_text("utf-8")
    assert len(known) > 8
    assert not {name for name in known if f"`{name}" not in page}


def test_decision_records_stay_short_and_are_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text("utf-8")
    for record in (path for path in folder.glob("*.md") if path.name != "README.md"):
        assert len(record.read_text("utf-8").splitlines()) <= 25
        assert record.name == "README.md" or f"({record.name})" in index
