"""A proof as it is told: in the words of both languages, by whoever makes it and by whoever hands it on."""

from typing import Any

import msgspec

from amends.lab.findings import FindingKind

Words = dict[str, str]


class ProvenSituation(msgspec.Struct, frozen=True, kw_only=True):
    """A situation that shows something: in words, and the facts worth naming; all others are as usual."""

    words: Words
    facts: dict[str, Any]


class ProofFindingView(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong with a rule, where it stands and in which markets; `accepted` is the reason why it stays.

    A `promise` of the house that is broken does not keep a draft from being handed in.
    """

    kind: FindingKind
    topic: str
    rule: str
    other: str
    file: str
    line: int
    markets: tuple[str, ...]
    words: Words
    situation: ProvenSituation | None
    accepted: str | None
    promise: bool


class ChangedGroupView(msgspec.Struct, frozen=True, kw_only=True):
    """Situations that change alike: whenever these facts are so, whatever the others are; and one of them."""

    words: Words
    situation: ProvenSituation


class ProvenChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """One change of an answer: the verdict (of eligibility alone), the rules and their words, before and after."""

    topic: str
    before: str
    before_rules: tuple[str, ...]
    before_words: Words
    after: str
    after_rules: tuple[str, ...]
    after_words: Words
    groups: tuple[ChangedGroupView, ...]


class ProvedView(msgspec.Struct, frozen=True, kw_only=True):
    """The proof; `complete` is false where more situations change than are told."""

    findings: tuple[ProofFindingView, ...]
    accepted: tuple[ProofFindingView, ...]
    changes: tuple[ProvenChangeView, ...]
    complete: bool
    rules: int
    laws: int
    markets: int
