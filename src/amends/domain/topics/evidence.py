"""What proof is demanded, and what proof is admitted? Whose, and at which stage (E-05, V-01 to V-11, V-17)."""

from collections.abc import Collection
from typing import Literal

import msgspec

from amends.domain.facts.unknown import UNKNOWN
from amends.domain.rulebook.compiled import CompiledTopic, Match
from amends.domain.rulebook.outcomes import Admit, Demand, RejectProof, Weigh
from amends.domain.rulebook.residue import MOST_ANSWERS
from amends.domain.rulebook.said import Said, said, said_by
from amends.domain.rulebook.shape import Facts
from amends.domain.rulebook.verdict import NO_RULE, Need, Reason, could_not_judge, facts_needed, own_reason, proof_needed

EVIDENCE_KIND = "evidence.kind"
NOT_ADMITTED = "evidence_kind_not_admitted"


class Admission(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a piece of proof counts. `human_check` asks a person to look; `undecided` always does."""

    kind: Literal["admitted", "rejected", "undecided"]
    code: str
    human_check: bool
    reasons: tuple[Reason, ...] = ()
    needs: tuple[Need, ...] = ()


def demands(topic: CompiledTopic, facts: Facts, *, of: str, at: str, held: Collection[str] = ()) -> tuple[Need, ...]:
    """The proof that a side still owes at a stage, with what it `held` (kinds that were admitted) taken off.

    Where it is unknown whether a demand applies, the facts that would settle it. A topic that breaks owes nothing to nobody:
    it raises, and the caller leaves the case undecided.
    """
    match = topic.match(facts)
    owed = topic.prepared(_Owed)
    known = owed.by_match.get((match, of, at))
    if known is None:
        known = owed.find(topic, match, of, at)
    needs, unsure = known
    if held:
        needs = tuple(need for need in needs if not met(need, held))
    return needs + facts_needed(topic, unsure, facts) if unsure else needs


def met(need: Need, held: Collection[str]) -> bool:
    """Whether the kinds of proof at hand meet a need."""
    if need.all_of and not all(kind in held for kind in need.all_of):
        return False
    return not need.any_of or any(kind in held for kind in need.any_of)


class _Owed:
    """The demands of each side at each stage, and what they came to for matches met before."""

    def __init__(self, topic: CompiledTopic) -> None:
        self.masks: dict[tuple[str, str], int] = {}
        for position, rule in enumerate(topic.rules):
            if isinstance(rule.outcome, Demand):
                key = (rule.outcome.of, rule.outcome.at)
                self.masks[key] = self.masks.get(key, 0) | 1 << position
        self.by_match: dict[tuple[Match, str, str], tuple[tuple[Need, ...], int]] = {}

    def find(self, topic: CompiledTopic, match: Match, of: str, at: str) -> tuple[tuple[Need, ...], int]:
        """The proof owed under a match, and the demands that may be owed."""
        mask = self.masks.get((of, at), 0)
        needs = tuple(
            proof_needed(rule, rule.outcome) for rule in topic.of(match.certain & mask) if isinstance(rule.outcome, Demand)
        )
        found = needs, match.possible & mask & ~match.certain
        if len(self.by_match) < MOST_ANSWERS:
            self.by_match[match, of, at] = found
        return found


def admit(topic: CompiledTopic, facts: Facts, *, of: str) -> Admission:
    """Judge one piece of proof by the facts of the case and its own (`evidence.kind`, `.channel`, `.legible`, `.matches_claim`).

    A rule that rejects it beats every rule that admits it; one that may reject it leaves it to a person. A kind that no rule
    admits is rejected; a kind that is unknown, and a rule that breaks, is undecided.
    """
    try:
        return _admit(topic, facts, of)
    except Exception as problem:  # noqa: BLE001 -- proof is never admitted because something broke
        return Admission(kind="undecided", code=NO_RULE, human_check=True, reasons=could_not_judge(topic, problem).reasons)


def _admit(topic: CompiledTopic, facts: Facts, of: str) -> Admission:
    match, kind = topic.match(facts), facts.get(EVIDENCE_KIND, UNKNOWN)
    known = topic.prepared(_Admissions).known
    found = known.get((match, kind, of))
    if found is None:
        found = _judged(topic, match, facts, kind, of)
        if not found.needs and len(known) < MOST_ANSWERS:  # what is still to be told is in the facts, not in the match
            known[match, kind, of] = found
    return found


class _Admissions:
    """What proof came to under matches met before."""

    def __init__(self, topic: CompiledTopic) -> None:  # noqa: ARG002 -- the topic that it is kept beside
        self.known: dict[tuple[Match, str, str], Admission] = {}


def _judged(topic: CompiledTopic, match: Match, facts: Facts, kind: str, of: str) -> Admission:
    rejects = said_by(topic, match, facts, RejectProof, _of(topic, RejectProof, of))
    if rejects.sentences:
        reasons = tuple(sentence.reason for sentence in rejects.sentences)
        human = any(sentence.outcome.then == "human_check" for sentence in rejects.sentences)
        return Admission(kind="rejected", code=reasons[0].code, human_check=human, reasons=reasons)
    if rejects.needs:
        return Admission(kind="undecided", code="fact_missing", human_check=True, needs=rejects.needs)
    admits: Said[Admit] = said_by(topic, match, facts, Admit, _of(topic, Admit, of))
    reasons = tuple(sentence.reason for sentence in admits.sentences if kind in sentence.outcome.admit)
    if reasons:
        return Admission(kind="admitted", code="admit", human_check=False, reasons=reasons)
    if kind == UNKNOWN or admits.needs:
        return Admission(kind="undecided", code="fact_missing", human_check=True, needs=admits.needs)
    return Admission(kind="rejected", code=NOT_ADMITTED, human_check=False, reasons=(own_reason(topic, NOT_ADMITTED),))


def _of(topic: CompiledTopic, form: type[Admit | RejectProof], of: str) -> int:
    return topic.prepared(_judgements_by_side).get((form, of), 0)


def _judgements_by_side(topic: CompiledTopic) -> dict[tuple[type, str], int]:
    found: dict[tuple[type, str], int] = {}
    for position, rule in enumerate(topic.rules):
        if isinstance(rule.outcome, Admit | RejectProof):
            key = (type(rule.outcome), rule.outcome.of)
            found[key] = found.get(key, 0) | 1 << position
    return found


def weighs(topic: CompiledTopic, facts: Facts) -> Said[Weigh]:
    """Whose proof is looked at first (V-11)."""
    return said(topic, facts, Weigh)
