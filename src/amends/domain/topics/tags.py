"""What is a case tagged with by itself? (T-02, T-05)."""

from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.outcomes import Tag
from amends.domain.rulebook.residue import MOST_ANSWERS
from amends.domain.rulebook.shape import Facts


def tags_for(topic: CompiledTopic, facts: Facts) -> tuple[str, ...]:
    """The words, each once, in their order. What depends on a fact that nobody told is left out: a tag decides nothing."""
    known = topic.prepared(_Known).by_rules
    certain = topic.match(facts).certain
    found = known.get(certain)
    if found is None:
        found = tuple(sorted({word for rule in topic.of(certain) if isinstance(rule.outcome, Tag) for word in rule.outcome.tag}))
        if len(known) < MOST_ANSWERS:
            known[certain] = found
    return found


class _Known:
    """The words of the rules that certainly stood before, by their mask."""

    def __init__(self, topic: CompiledTopic) -> None:  # noqa: ARG002 -- the topic that it is kept beside
        self.by_rules: dict[int, tuple[str, ...]] = {}
