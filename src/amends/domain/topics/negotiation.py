"""May, or should, somebody propose something else, and what may each side do meanwhile? (N-01 to N-06, C-06)."""

from typing import Final

import msgspec

from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.outcomes import AutoAgree, FaultFrom, Keep, Only, Propose, Signal
from amends.domain.rulebook.said import Said, said
from amends.domain.rulebook.shape import Facts, Says
from amends.domain.rulebook.verdict import Reason

FAULT: Final = "signals.fault"
FAULT_FOUND: Final = "signals.fault_found"


class Sign(msgspec.Struct, frozen=True):
    """One signal that stood, by its rule, with what it weighed and its words."""

    rule: str
    signal: str
    weight: int
    says: Says


class Weighed(msgspec.Struct, frozen=True):
    """All signals that certainly stand, and the weight from which on they make a fault; None where the rules name no one threshold."""

    signs: tuple[Sign, ...]
    threshold: int | None

    @property
    def score(self) -> int:
        """What they weigh together."""
        return sum(sign.weight for sign in self.signs)

    @property
    def found(self) -> bool:
        """Whether they make a fault. What nobody knows weighs nothing."""
        return self.threshold is not None and self.score >= self.threshold


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """What the platform should propose: the kind, who pays the way back, the rule that says so, and what was weighed."""

    kind: str
    freight: str | None
    reason: Reason
    weighed: Weighed


def weigh(topic: CompiledTopic, facts: Facts) -> Weighed:
    """Add up the signals under these facts (N-02, N-06)."""
    signs = tuple(
        Sign(s.rule.id, s.outcome.signal, int(s.outcome.weight.number), s.rule.says) for s in said(topic, facts, Signal).sentences
    )
    limits = [int(s.outcome.fault_from.number) for s in said(topic, facts, FaultFrom).sentences]
    return Weighed(signs, limits[0] if len(limits) == 1 else None)


def with_signals(facts: Facts, weighed: Weighed) -> dict[str, object]:
    """The facts with what was weighed among them."""
    return {**facts, FAULT: weighed.score, FAULT_FOUND: weighed.found}


def proposes(topic: CompiledTopic) -> bool:
    """Whether any rule of the market makes the platform propose by itself."""
    return bool(topic.prepared(_proposing))


def _proposing(topic: CompiledTopic) -> tuple[str, ...]:
    return tuple(rule.id for rule in topic.rules if isinstance(rule.outcome, Propose))


def advice(topic: CompiledTopic, facts: Facts) -> Advice | None:
    """What the rules make the platform propose; None where they do not, where an unknown fact might matter, or where they disagree."""
    weighed = weigh(topic, facts)
    found = said(topic, with_signals(facts, weighed), Propose)
    if found.needs or len(found.sentences) != 1:
        return None
    only = found.sentences[0]
    return Advice(kind=only.outcome.propose, freight=only.outcome.freight, reason=only.reason, weighed=weighed)


def open_moves(topic: CompiledTopic, facts: Facts) -> tuple[frozenset[str], Reason] | None:
    """The only moves that the seller keeps, and the rule that says so; None where no rule closes any (C-06)."""
    found = said(topic, facts, Only).sentences
    if not found:
        return None
    return frozenset.intersection(*(frozenset(s.outcome.only) for s in found)), found[0].reason


def channels(topic: CompiledTopic, facts: Facts) -> frozenset[str]:
    """The channels of negotiation that stand beside each other (N-05)."""
    return frozenset(word for s in said(topic, facts, Keep).sentences for word in s.outcome.keep)


def agreed_by_itself(topic: CompiledTopic, facts: Facts) -> Said[AutoAgree]:
    """Programmes that are agreed without anybody's decision (E-12)."""
    return said(topic, facts, AutoAgree)
