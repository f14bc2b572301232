"""May this seller say no, on which ground, and what must the rejection carry? (R-01 to R-06, docs/glossary.md)."""

import msgspec

from amends.domain.rulebook.compiled import CompiledTopic, Match
from amends.domain.rulebook.conditions import holds
from amends.domain.rulebook.outcomes import Bar, MayReject, Overrule, Require
from amends.domain.rulebook.said import Said, Sentence, said, said_by
from amends.domain.rulebook.shape import Condition, Facts
from amends.domain.rulebook.verdict import BROKEN, Need, Reason, could_not_judge, own_reason

GROUND = "rejection.ground"
STAGE = "rejection.stage"
NOT_OPEN = "ground_not_open"
UNSURE = "fact_missing"


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """A ground at a stage: open, or closed with a code and why: the rule that bars it, or what would have to hold (`unmet`).

    `max_note` is the length of the note that it owes; 0 where no note is owed. The proof that it owes is asked of the topic of
    evidence, with the fact `rejection.ground` set.
    """

    ground: str
    open: bool
    code: str
    reasons: tuple[Reason, ...]
    needs: tuple[Need, ...] = ()
    unmet: tuple[Condition, ...] = ()
    max_note: int = 0


def grounds_at(topic: CompiledTopic, facts: Facts, *, stage: str) -> tuple[Ground, ...]:
    """Every ground of the vocabulary at a stage, open or closed with its reason, in the vocabulary's order."""
    return tuple(ground_at(topic, facts, stage=stage, ground=ground) for ground in topic.origin.vocabulary.words("grounds"))


def ground_at(topic: CompiledTopic, facts: Facts, *, stage: str, ground: str) -> Ground:
    """One ground at a stage. What cannot be judged is closed."""
    try:
        return _ground(topic, {**facts, GROUND: ground, STAGE: stage}, stage, ground)
    except Exception as problem:  # noqa: BLE001 -- nobody rejects because something broke
        return Ground(ground=ground, open=False, code=BROKEN, reasons=could_not_judge(topic, problem).reasons)


def _ground(topic: CompiledTopic, facts: Facts, stage: str, ground: str) -> Ground:
    match = topic.match(facts)
    opens, bars = topic.prepared(_by_ground).get(ground, (0, 0))
    barred = said_by(topic, match, facts, Bar, bars)
    if barred.sentences or barred.needs:
        reasons = tuple(sentence.reason for sentence in barred.sentences)
        return Ground(ground=ground, open=False, code=NOT_OPEN if reasons else UNSURE, reasons=reasons, needs=barred.needs)
    may = said_by(topic, match, facts, MayReject, opens)
    here = [sentence.reason for sentence in may.sentences if stage in sentence.outcome.stages]
    if here:
        return Ground(ground=ground, open=True, code="may_reject", reasons=tuple(here), max_note=_note(topic, match, facts))
    if may.needs:
        return Ground(ground=ground, open=False, code=UNSURE, reasons=(own_reason(topic, UNSURE),), needs=may.needs)
    unmet = tuple(c for rule in topic.of(opens) for c in rule.conditions if holds(c, facts) is False)
    return Ground(ground=ground, open=False, code=NOT_OPEN, reasons=(own_reason(topic, NOT_OPEN),), unmet=unmet)


def _note(topic: CompiledTopic, match: Match, facts: Facts) -> int:
    required: Said[Require] = said_by(topic, match, facts, Require)
    return min((sentence.outcome.require.note.max_chars for sentence in required.sentences), default=0)


def _by_ground(topic: CompiledTopic) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for position, rule in enumerate(topic.rules):
        match rule.outcome:
            case MayReject(may_reject=ground):
                opens, bars = found.get(ground, (0, 0))
                found[ground] = (opens | 1 << position, bars)
            case Bar(bar=ground):
                opens, bars = found.get(ground, (0, 0))
                found[ground] = (opens, bars | 1 << position)
    return found


def overruled(topic: CompiledTopic, facts: Facts) -> tuple[Sentence[Overrule], ...]:
    """Rules by which a rejection does not stand (R-01)."""
    return said(topic, facts, Overrule).sentences
