"""May (or should) somebody propose something else, and what may each side do meanwhile? (N-01 to N-07, E-14)."""

from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.outcomes import AutoAgree, Keep, Only, Propose
from amends.domain.rulebook.said import Said, said
from amends.domain.rulebook.shape import Facts


def proposals(topic: CompiledTopic, facts: Facts) -> Said[Propose]:
    """What the platform proposes instead, and who then pays the freight (N-01, N-04)."""
    return said(topic, facts, Propose)


def agreed_by_itself(topic: CompiledTopic, facts: Facts) -> Said[AutoAgree]:
    """Programmes that are agreed without anybody's decision (E-12)."""
    return said(topic, facts, AutoAgree)


def roads_kept(topic: CompiledTopic, facts: Facts) -> Said[Keep]:
    """Roads that stay open beside the one under way (N-05)."""
    return said(topic, facts, Keep)


def only_moves(topic: CompiledTopic, facts: Facts) -> Said[Only]:
    """The only moves that stay open (C-06)."""
    return said(topic, facts, Only)
