"""What is a case tagged with by itself? (T-02, T-05)."""

from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.outcomes import Tag
from amends.domain.rulebook.said import said
from amends.domain.rulebook.shape import Facts


def tags_for(topic: CompiledTopic, facts: Facts) -> tuple[str, ...]:
    """The words, each once, in their order. What depends on a fact that nobody told is left out: a tag decides nothing."""
    return tuple(sorted({word for each in said(topic, facts, Tag).sentences for word in each.outcome.tag}))
