"""Topics of the rulebook and effects that are owed have names on the screens, in both languages: a new one stood there as its key."""

from pathlib import Path

import pytest

from amends.domain.facts.words import EFFECTS
from amends.domain.rulebook.shape import TOPICS

CONSOLE = Path(__file__).parents[2] / "console" / "src"


@pytest.mark.parametrize(
    ("area", "opened", "codes"),
    [("policies", "topics: {", frozenset(TOPICS)), ("lab", "topic: {", frozenset(TOPICS)), ("operations", "effects: {", EFFECTS)],
)
def test_each_of_them_has_its_words(area: str, opened: str, codes: frozenset[str]) -> None:
    lists = [part.partition("}")[0] for part in (CONSOLE / area / "words.ts").read_text("utf-8").split(f"  {opened}")[1:]]
    assert len(lists) == 2
    for words in lists:
        named = {line.partition(":")[0].strip() for line in words.splitlines()}
        assert codes <= named, codes - named
