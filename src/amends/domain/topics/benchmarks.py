"""What is normal in this trade? (Q-05). Shown beside a shop's own figure, and never a reason to decide anything."""

from typing import Final

from amends.domain.facts.unknown import NONE
from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.outcomes import Benchmark
from amends.domain.rulebook.said import Sentence, said
from amends.domain.rulebook.shape import Facts

RETURN_RATE: Final = "return_rate"


def about_category(topic: CompiledTopic, category: str) -> Facts:
    """The facts of a trade, named by its category."""
    return dict.fromkeys(topic.facts, NONE) | {"order.category": category}


def benchmark(topic: CompiledTopic, facts: Facts, *, of: str = RETURN_RATE) -> Sentence[Benchmark] | None:
    """The benchmark of a rate, `at_most` in percent, with its source; None where the rules know none."""
    found = [sentence for sentence in said(topic, facts, Benchmark).sentences if sentence.outcome.of == of]
    return found[0] if found else None
