"""May this buyer ask for this, now? And if not: what would change it (E-01 to E-04, docs/glossary.md)."""

from collections.abc import Callable
from datetime import datetime

from amends.domain.facts.unknown import UNKNOWN
from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.levers import KIND
from amends.domain.rulebook.outcomes import Allow, Decline, Undecided, Withhold
from amends.domain.rulebook.shape import Facts
from amends.domain.rulebook.verdict import NO_RULE, Need, Verdict, could_not_judge, facts_needed, own_reason, reasons_of
from amends.domain.rulebook.ways import Search

ProofFor = Callable[[Facts], tuple[Need, ...]]
"""What proof a request with these facts would owe; the caller asks the topic of evidence."""


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


def judge_eligibility(topic: CompiledTopic, facts: Facts, now: datetime, proof_for: ProofFor | None = None) -> Verdict:
    """The verdict on a request, with every reason, and for one that does not pass the ways that would.

    All declines that certainly apply decline it; else one that may apply needs its unknown facts; else what is left to a person
    is undecided; else a rule that allows this kind allows it; else no rule answers. A rule that breaks leaves it undecided.
    """
    try:
        return _judge(topic, facts, now, proof_for)
    except Exception as problem:  # noqa: BLE001 -- whatever breaks inside, the answer must be a person, never "allowed"
        return could_not_judge(topic, problem)


def _judge(topic: CompiledTopic, facts: Facts, now: datetime, proof_for: ProofFor | None) -> Verdict:
    question = topic.prepared(_Question)
    mask = question.search.masked(facts)
    certain, possible = topic.settle(mask)
    kind = facts.get(KIND, UNKNOWN)
    withheld = reasons_of(topic, certain & question.withholds)
    declined = certain & question.declines
    if declined:
        ways = question.search.ways(facts, now, proof_for)
        return Verdict(kind="declined", reasons=reasons_of(topic, declined), ways=ways, withheld=withheld)
    unsure = possible & (question.declines | question.undecided) & ~certain
    allowing = question.allows.get(kind, 0 if kind != UNKNOWN else question.any_allow)
    allowed = certain & allowing
    if not allowed and not certain & question.undecided:
        unsure |= possible & allowing
    if unsure:
        needs = facts_needed(topic, unsure, facts)
        return Verdict(kind="needs", reasons=reasons_of(topic, unsure), needs=needs, withheld=withheld)
    left = certain & question.undecided
    if left:
        return Verdict(kind="undecided", reasons=reasons_of(topic, left), withheld=withheld)
    if not allowed:
        ways = question.search.ways(facts, now, proof_for)
        return Verdict(kind="undecided", reasons=(own_reason(topic, NO_RULE),), ways=ways, withheld=withheld)
    return _allowed(topic, allowed, withheld=withheld)


def _allowed(topic: CompiledTopic, allowed: int, **more: tuple[object, ...]) -> Verdict:
    outcomes = [rule.outcome for rule in topic.of(allowed) if isinstance(rule.outcome, Allow)]
    return Verdict(
        kind="allowed",
        reasons=reasons_of(topic, allowed),
        review_by=next((outcome.review_by for outcome in outcomes if outcome.review_by), None),
        programmes=tuple(dict.fromkeys(outcome.programme for outcome in outcomes if outcome.programme)),
        **more,  # type: ignore[arg-type]
    )
