"""Every topic of the rulebook has a name on the screens, in both languages: a new one stood there as its key."""

from pathlib import Path

import pytest

from amends.domain.rulebook.shape import TOPICS

CONSOLE = Path(__file__).parents[2] / "console" / "src"


@pytest.mark.parametrize(("area", "opened"), [("policies", "topics: {"), ("lab", "topic: {")])
def test_every_topic_has_its_words(area: str, opened: str) -> None:
    lists = [part.partition("}")[0] for part in (CONSOLE / area / "words.ts").read_text("utf-8").split(f"  {opened}")[1:]]
    assert len(lists) == 2
    for words in lists:
        named = {line.partition(":")[0].strip() for line in words.splitlines()}
        assert set(TOPICS) <= named, set(TOPICS) - named
