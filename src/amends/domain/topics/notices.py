"""What must be shown, and what must the seller declare? (U-14, V-13 to V-15)."""

import msgspec

from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.outcomes import Duty, Show
from amends.domain.rulebook.said import said_by
from amends.domain.rulebook.shape import Facts
from amends.domain.rulebook.verdict import Need, Reason


class Notices(msgspec.Struct, frozen=True, kw_only=True):
    """Notices to show and duties of the seller, each word once, with the rules that say so; `needs` where that depends on an unknown fact.

    `owed` are the rules that lay a duty on the seller, in their own words.
    """

    show: tuple[str, ...]
    duties: tuple[str, ...]
    owed: tuple[Reason, ...]
    reasons: tuple[Reason, ...]
    needs: tuple[Need, ...]


def notices_for(topic: CompiledTopic, facts: Facts) -> Notices:
    """What must be shown before the deal, and what the seller must declare and keep."""
    match = topic.match(facts)
    shown, owed = said_by(topic, match, facts, Show), said_by(topic, match, facts, Duty)
    duties = tuple(s.reason for s in owed.sentences)
    return Notices(
        show=tuple(dict.fromkeys(word for sentence in shown.sentences for word in sentence.outcome.show)),
        duties=tuple(dict.fromkeys(word for sentence in owed.sentences for word in sentence.outcome.duty)),
        owed=duties,
        reasons=tuple(s.reason for s in shown.sentences) + duties,
        needs=shown.needs + owed.needs,
    )
