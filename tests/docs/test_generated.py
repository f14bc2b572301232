"""Pages that are drawn from rules and tables: a page that is not what they say misleads everybody who trusts it."""

from pathlib import Path

import pytest
from tools import docs
from tools.pages import rules

from amends.domain.lifecycle.diagram import TABLES
from amends.domain.lifecycle.not_built_yet import NOT_BUILT_YET
from amends.domain.rulebook.shape import TOPICS
from amends.exchange.policies import read_policies


@pytest.fixture(scope="module")
def found() -> dict[str, str]:
    return docs.pages()


def test_every_generated_page_says_what_the_rules_and_tables_say(found: dict[str, str]) -> None:
    assert not docs.stale(found), "run `make docs`"


def test_a_page_that_was_changed_by_hand_is_noticed(
    found: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted faults: one page altered, one missing, one that nothing makes."""
    for name, text in found.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.setattr(docs, "DOCS", tmp_path)
    assert not docs.stale(found)
    (tmp_path / "problems.md").write_text(found["problems.md"].replace("409", "500"), "utf-8")
    (tmp_path / "lifecycle.md").unlink()
    (tmp_path / "rules" / "magic.md").write_text("", "utf-8")
    assert docs.stale(found) == ["lifecycle.md", "problems.md", "rules/magic.md"]


def test_every_rule_stands_on_the_page_of_its_topic_with_its_words_and_source(found: dict[str, str]) -> None:
    policies = read_policies()
    for rule in (rule for owned in policies.rules.values() for rule in owned):
        page = found[f"rules/{rule.topic}.md"]
        for said in (f"### {rule.id}\n", rule.says.zh, rule.says.en, rule.source):
            assert said in page, (rule.id, said)
        assert (f"[{rule.id}](" in found["rules/assumed.md"]) is rule.assumed
    assert set(rules.QUESTIONS) == set(TOPICS)


def test_every_row_of_every_table_stands_on_the_page_of_the_lifecycle(found: dict[str, str]) -> None:
    page = found["lifecycle.md"]
    for table in TABLES:
        section = page.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        assert section.count("\n| ") == len(table.rows) + 2
    assert page.count("| not yet |") == sum((row.number, row.event) in NOT_BUILT_YET for table in TABLES for row in table.rows)


def test_every_event_stands_in_the_catalogue_with_a_body_that_is_really_made(found: dict[str, str]) -> None:
    page, words = found["events.md"], read_policies().vocabulary.words("events")
    assert [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")] == list(words)
    for event in ("case_opened", "deadline_near", "first_response_expired", "ruled_for_buyer", "freight_charged"):
        section = page.partition(f"## {event}\n")[2].partition("\n## ")[0]
        assert "```json" in section, event
    assert '"alarm"' in page.partition("## deadline_near\n")[2].partition("\n## ")[0]
