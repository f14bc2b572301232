"""What does conduct cost a shop? (Q-01 to Q-03, C-14, R-08).

Two kinds of question: one thing that a shop did (`about_conduct` → `entries`), and where its scores stand (`about_shop` →
`privileges_lost`, `demotions`, `estimates`). A score is a fold of entries; where each begins is `starts_at` of the vocabulary's scores.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from amends.domain.facts.unknown import NONE
from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.outcomes import Demote, Estimate, Privilege, Score
from amends.domain.rulebook.said import Said, said
from amends.domain.rulebook.shape import Facts, Vocabulary

KIND: Final = "conduct.kind"
EXCUSED: Final = "conduct.excused"
COMPLIANCE: Final = "seller.compliance_score"
SERVICE: Final = "seller.service_score"
SERIOUS: Final = "seller.major_violations_30_days"


def about_conduct(topic: CompiledTopic, kind: str, *, excused: bool = False, more: Mapping[str, Any] | None = None) -> Facts:
    """The facts of one thing that a shop did (a word of `conducts`). What an outage explains is `excused`; what is not named does not apply."""
    return _blank(topic) | {KIND: kind, EXCUSED: excused} | dict(more or {})


def about_shop(topic: CompiledTopic, *, compliance: Decimal, service: Decimal, serious_violations: int) -> Facts:
    """The facts of a shop: its scores, and its serious violations of the last 30 days."""
    return _blank(topic) | {COMPLIANCE: compliance, SERVICE: service, SERIOUS: serious_violations}


def _blank(topic: CompiledTopic) -> dict[str, Any]:
    return dict.fromkeys(topic.facts, NONE)


def entries(topic: CompiledTopic, facts: Facts) -> Said[Score]:
    """What the conduct takes from which score, and for how many days it counts (no `expires`: for good)."""
    return said(topic, facts, Score)


def privileges_lost(topic: CompiledTopic, facts: Facts) -> Said[Privilege]:
    """What the shop loses at these scores (Q-01, C-14)."""
    return said(topic, facts, Privilege)


def demotions(topic: CompiledTopic, facts: Facts) -> Said[Demote]:
    """Where the shop is shown less at these scores (Q-02)."""
    return said(topic, facts, Demote)


def estimates(topic: CompiledTopic, facts: Facts) -> Said[Estimate]:
    """What the scores probably cost; shown, and never deciding (Q-02)."""
    return said(topic, facts, Estimate)


def starts_at(vocabulary: Vocabulary, score: str) -> Decimal:
    """Where a score begins, before any entry; a word that is no score raises KeyError."""
    return Decimal(str(vocabulary.words("scores")[score].traits["starts_at"]))
