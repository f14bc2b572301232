"""May this buyer ask for this, now? And if not: what would change it (E-01 to E-04, docs/glossary.md)."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from amends.domain.facts.unknown import UNKNOWN
from amends.domain.rulebook.compiled import CompiledTopic, Match
from amends.domain.rulebook.levers import KIND
from amends.domain.rulebook.outcomes import Allow, Decline, Undecided, Withhold
from amends.domain.rulebook.residue import MOST_ANSWERS
from amends.domain.rulebook.shape import Facts
from amends.domain.rulebook.verdict import NO_RULE, Need, Reason, Verdict, could_not_judge, facts_needed, own_reason, reasons_of
from amends.domain.rulebook.ways import Search

ProofFor = Callable[[Facts], tuple[Need, ...]]
"""What proof a request with these facts would owe; the caller asks the topic of evidence."""

DOES_NOT_COUNT: Final = frozenset({"order_cancelled", "order_source_not_eligible"})
"""Problems of the order itself: they are said first, for beside them no other reason matters to the one who asks."""


class _Question:
    """What eligibility works out once for its rules."""

    def __init__(self, topic: CompiledTopic) -> None:
        self.declines = topic.bits(lambda rule: isinstance(rule.outcome, Decline))
        self.undecided = topic.bits(lambda rule: isinstance(rule.outcome, Undecided))
        self.withholds = topic.bits(lambda rule: isinstance(rule.outcome, Withhold))
        kinds = topic.origin.vocabulary.words("kinds")
        self.allows = {
            kind: topic.bits(lambda rule, kind=kind: isinstance(rule.outcome, Allow) and kind in rule.outcome.allow)  # type: ignore[misc]
            for kind in kinds
        }
        self.any_allow = topic.bits(lambda rule: isinstance(rule.outcome, Allow))
        self.search = Search(topic, declines=self.declines | self.undecided, allows=self.allows)
        self.settled: dict[tuple[Match, str], tuple[Verdict, int]] = {}

    def settle(self, topic: CompiledTopic, match: Match, kind: str) -> tuple[Verdict, int]:
        """The verdict that a match comes to, without needs and ways, and the rules whose unknown facts it needs."""
        found = self._decide(topic, match, kind)
        if len(self.settled) < MOST_ANSWERS:
            self.settled[match, kind] = found
        return found

    def _decide(self, topic: CompiledTopic, match: Match, kind: str) -> tuple[Verdict, int]:
        certain, possible = match
        withheld = reasons_of(topic, certain & self.withholds)
        declined = certain & self.declines
        if declined:
            reasons = sorted(reasons_of(topic, declined), key=lambda reason: reason.code not in DOES_NOT_COUNT)
            return Verdict(kind="declined", reasons=tuple(reasons), withheld=withheld), 0
        allowing = self.any_allow if kind == UNKNOWN else self.allows.get(kind, 0)
        allowed, left = certain & allowing, certain & self.undecided
        unsure = possible & (self.declines | self.undecided) & ~certain
        if kind == UNKNOWN or not (allowed or left):
            unsure |= possible & allowing
        if unsure:
            return Verdict(kind="needs", reasons=reasons_of(topic, unsure), withheld=withheld), unsure
        if left:
            return Verdict(kind="undecided", reasons=reasons_of(topic, left), withheld=withheld), 0
        if not allowed:
            return Verdict(kind="undecided", reasons=(own_reason(topic, NO_RULE),), withheld=withheld), 0
        return self._allow(topic, allowed, withheld), 0

    def _allow(self, topic: CompiledTopic, allowed: int, withheld: tuple[Reason, ...]) -> Verdict:
        outcomes = [rule.outcome for rule in topic.of(allowed) if isinstance(rule.outcome, Allow)]
        return Verdict(
            kind="allowed",
            reasons=reasons_of(topic, allowed),
            withheld=withheld,
            review_by=next((outcome.review_by for outcome in outcomes if outcome.review_by), None),
            programmes=tuple(dict.fromkeys(outcome.programme for outcome in outcomes if outcome.programme)),
        )


def judge_eligibility(topic: CompiledTopic, facts: Facts, now: datetime, proof_for: ProofFor | None = None) -> Verdict:
    """The verdict on a request, with every reason, and for one that does not pass the ways that would.

    All declines that certainly apply decline it; else one that may apply needs its unknown facts; else what is left to a person
    is undecided; else a rule that allows this kind allows it; else no rule answers. A rule that breaks leaves it undecided.
    """
    try:
        return _judge(topic, facts, now, proof_for)
    except Exception as problem:  # noqa: BLE001 -- whatever breaks inside, the answer must be a person, never "allowed"
        return could_not_judge(topic, problem)


def plain_verdict(topic: CompiledTopic, facts: Facts) -> Verdict:
    """The verdict without what is needed and what would change it, for whoever judges many changed requests. A rule that breaks raises."""
    question = topic.prepared(_Question)
    match, kind = topic.match(facts), facts.get(KIND, UNKNOWN)
    settled = question.settled.get((match, kind)) or question.settle(topic, match, kind)
    return settled[0]


def _judge(topic: CompiledTopic, facts: Facts, now: datetime, proof_for: ProofFor | None) -> Verdict:
    question = topic.prepared(_Question)
    match = topic.match(facts)
    kind = facts.get(KIND, UNKNOWN)
    settled = question.settled.get((match, kind))
    if settled is None:
        settled = question.settle(topic, match, kind)
    verdict, unsure = settled
    if unsure:
        return msgspec.structs.replace(verdict, needs=facts_needed(topic, unsure, facts))
    if verdict.kind == "allowed" or not (verdict.kind == "declined" or verdict.code == NO_RULE):
        return verdict
    ways = question.search.ways(facts, now, proof_for)
    return Verdict(kind=verdict.kind, reasons=verdict.reasons, ways=ways, withheld=verdict.withheld) if ways else verdict
