"""An answer as a value: what was decided, by every rule that had a say, what is missing, and what would change it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final, Literal

import msgspec

from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.outcomes import Demand
from amends.domain.rulebook.shape import Facts, Rule, Says

VerdictKind = Literal["allowed", "declined", "needs", "undecided"]
NO_RULE: Final = "no_rule_answers"
BROKEN: Final = "rule_could_not_be_judged"
CODES: Final = (NO_RULE, BROKEN)
"""Problem codes that the rulebook itself gives; `vocabulary/problems.yaml` has their words."""


class Reason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rule's say. `code` is a word of `problems`, or the form of the rule's outcome where it refuses nothing.

    `release` is the content hash of the release it was judged by, `founding` marks one that was adopted for the past.
    """

    rule: str
    code: str
    says: Says
    source: str = ""
    pack: str = ""
    file: str = ""
    line: int = 0
    assumed: bool = False
    release: str | None = None
    founding: bool = False


class Need(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is missing: a `fact` by name, or a `proof` (one of `any_of`, all of `all_of`) that a side owes at a stage."""

    kind: Literal["fact", "proof"]
    name: str
    rule: str
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    of: str | None = None
    at: str | None = None


class Change(msgspec.Struct, frozen=True):
    """A fact that would have to be otherwise: any of the words `to`, told by `by`."""

    fact: str
    to: tuple[str, ...]
    by: str = "buyer"


class Way(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What would pass: as this kind, with these changes (none: by waiting) and this proof.

    From the local day `from_day` on where it is too early now; through `last_day`, that is before the moment `before`.
    """

    kind: str
    changes: tuple[Change, ...]
    says: Says
    proof: tuple[Need, ...] = ()
    from_day: date | None = None
    last_day: date | None = None
    before: datetime | None = None
    zone: str = ""


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Declined beats needs beats allowed; what no rule answers, and what could not be judged, is undecided and goes to a person.

    `withheld` are protections that do not cover the request; they never decide. `review_by` and `programmes` stand only on an allowed one.
    """

    kind: VerdictKind
    reasons: tuple[Reason, ...] = ()
    needs: tuple[Need, ...] = ()
    ways: tuple[Way, ...] = ()
    withheld: tuple[Reason, ...] = ()
    review_by: str | None = None
    programmes: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The first reason's code; the kind where there is no reason."""
        return self.reasons[0].code if self.reasons else self.kind

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that decided."""
        return tuple([reason.rule for reason in self.reasons])


def reason_of(rule: Rule, topic: CompiledTopic) -> Reason:
    """A rule's say, in its own words."""
    outcome: Any = rule.outcome
    form = outcome.__struct_config__.tag
    code = getattr(outcome, form, form) if form in ("decline", "undecided", "reject", "overrule", "hold") else form
    return Reason(
        rule=rule.id,
        code=code,
        says=rule.says,
        source=rule.source,
        pack=rule.pack,
        file=rule.file,
        line=rule.line,
        assumed=rule.assumed,
        release=topic.origin.release,
        founding=topic.origin.founding,
    )


def reasons_by_rule(topic: CompiledTopic) -> tuple[Reason, ...]:
    """Every rule's say, in the order of the topic's bits."""
    return tuple(reason_of(rule, topic) for rule in topic.rules)


def reasons_of(topic: CompiledTopic, mask: int) -> tuple[Reason, ...]:
    """The say of every rule of a mask."""
    known = topic.prepared(reasons_by_rule)
    found = []
    while mask:
        bit = mask & -mask
        found.append(known[bit.bit_length() - 1])
        mask ^= bit
    return tuple(found)


def own_reason(topic: CompiledTopic, code: str, detail: str = "") -> Reason:
    """A reason of the rulebook itself, worded by the vocabulary."""
    says = topic.origin.vocabulary.says("problems", code)
    if detail:
        says = Says(f"{says.zh} ({detail})", f"{says.en} ({detail})")
    return Reason(rule="", code=code, says=says, release=topic.origin.release, founding=topic.origin.founding)


def facts_needed(topic: CompiledTopic, mask: int, facts: Facts) -> tuple[Need, ...]:
    """The unknown facts that would settle the rules of a mask, each once."""
    needs: dict[str, Need] = {}
    for rule in topic.of(mask):
        for fact in topic.unknown_facts(rule, facts):
            needs.setdefault(fact, Need(kind="fact", name=fact, rule=rule.id))
    return tuple(needs.values())


def proof_needed(rule: Rule, outcome: Demand) -> Need:
    """The proof that a rule demands."""
    proof = outcome.demand
    return Need(kind="proof", name=rule.id, rule=rule.id, any_of=proof.any_of, all_of=proof.all_of, of=outcome.of, at=outcome.at)


def with_needs(verdict: Verdict, needs: Iterable[Need]) -> Verdict:
    """The verdict once more needs are known: an allowed one with needs is `needs`, any other stands."""
    needs = tuple(needs)
    if not needs or verdict.kind not in ("allowed", "needs"):
        return verdict
    return msgspec.structs.replace(verdict, kind="needs", needs=verdict.needs + needs)


def could_not_judge(topic: CompiledTopic, problem: Exception) -> Verdict:
    """The answer to a rule that broke: never allowed, never skipped."""
    return Verdict(kind="undecided", reasons=(own_reason(topic, BROKEN, type(problem).__name__),))
