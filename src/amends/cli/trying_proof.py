"""What is proved of a draft: everything wrong in it, and exactly which situations it answers otherwise than the release in force."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from amends.domain.rulebook.shape import Says

if TYPE_CHECKING:
    from amends.domain.rulebook.shape import MarketBook
    from amends.exchange.policies import Policies
    from amends.lab.difference import Change, Difference
    from amends.lab.findings import Finding, Witness

Words = dict[str, str]


class ShownSituation(msgspec.Struct, frozen=True, kw_only=True):
    """A situation that shows something: in words, and the facts worth naming."""

    words: Words
    facts: dict[str, Any]


class ShownFinding(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong with a rule; `accepted` is the reason why it stays, `promise` one that its house may change."""

    kind: str
    topic: str
    rule: str
    other: str
    file: str
    line: int
    markets: tuple[str, ...]
    words: Words
    situation: ShownSituation | None
    accepted: str | None
    promise: bool


class ShownGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Situations that change alike, in words, and one of them."""

    words: Words
    situation: ShownSituation


class ShownChange(msgspec.Struct, frozen=True, kw_only=True):
    """One change of an answer: verdict (eligibility alone), rules and words before and after, and where it happens."""

    topic: str
    before: str
    before_rules: tuple[str, ...]
    before_words: Words
    after: str
    after_rules: tuple[str, ...]
    after_words: Words
    groups: tuple[ShownGroup, ...]


class Proved(msgspec.Struct, frozen=True, kw_only=True):
    """The proof of a draft. `complete` is false where more situations change than are told."""

    findings: tuple[ShownFinding, ...]
    accepted: tuple[ShownFinding, ...]
    changes: tuple[ShownChange, ...]
    complete: bool
    rules: int
    laws: int
    markets: int


def proved(policies: "Policies", market: str, standing: "MarketBook", now: datetime) -> Proved:
    """Prove the draft's rules with those of every market beside it, and hold its market against the release in force."""
    from amends.lab.difference import difference
    from amends.lab.prove import prove

    proof = prove(policies.books, now)
    changes: Difference = difference(standing, policies.books[market], now)
    return Proved(
        findings=tuple(_finding(each) for each in proof.findings),
        accepted=tuple(_finding(each) for each in proof.accepted if market in each.markets),
        changes=tuple(_change(each) for each in changes.changes),
        complete=changes.complete,
        rules=proof.rules,
        laws=proof.laws,
        markets=proof.markets,
    )


def _words(says: Says) -> Words:
    return {"zh": says.zh, "en": says.en}


def _situation(witness: "Witness") -> ShownSituation:
    return ShownSituation(words=_words(witness.says), facts={name: witness.facts[name] for name in witness.named})


def _finding(each: "Finding") -> ShownFinding:
    return ShownFinding(
        kind=each.kind,
        topic=each.topic,
        rule=each.rule,
        other=each.other,
        file=each.file,
        line=each.line,
        markets=each.markets,
        words=_words(each.says),
        situation=_situation(each.witness) if each.witness else None,
        accepted=each.accepted,
        promise=each.promise,
    )


def _change(each: "Change") -> ShownChange:
    return ShownChange(
        topic=each.topic,
        before=each.before.verdict,
        before_rules=each.before.rules,
        before_words=_words(each.before.says),
        after=each.after.verdict,
        after_rules=each.after.rules,
        after_words=_words(each.after.says),
        groups=tuple(ShownGroup(words=_words(group.says), situation=_situation(group.witness)) for group in each.groups),
    )
