"""What written policy looks like once it has been read: rules, the words they may use, and the book of one market."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, get_args

import msgspec

from amends.domain.rulebook.outcomes import Outcome
from amends.domain.rulebook.quantities import Quantity

Operator = Literal["is", "is_not", "in", "not_in", "over", "under", "at_least"]
FactType = Literal["word", "flag", "money", "days", "hours", "count", "percent"]
Changeable = Literal["buyer", "seller", "no"]
TopicName = Literal[
    "eligibility",
    "evidence",
    "deadlines",
    "rejections",
    "negotiation",
    "logistics",
    "costs",
    "scores",
    "notices",
    "benchmarks",
    "tags",
]
TOPICS: Final[tuple[TopicName, ...]] = get_args(TopicName)
BUYER_TOPICS: Final[frozenset[str]] = frozenset({"eligibility", "evidence", "notices"})
"""Judged by the release in force when the order was placed; all other topics by the one in force when the case was opened."""

Value = str | bool | tuple[str, ...] | Quantity
FactValue = str | bool | int | Decimal | tuple[int, str] | list[Any]
"""A word, a flag, a number (days: calendar days, hours: elapsed seconds, percent: millionths), money as (minor units, currency), NONE or UNKNOWN."""
Facts = Mapping[str, Any]


class Says(msgspec.Struct, frozen=True):
    """The same sentence in both languages."""

    zh: str
    en: str


class Condition(msgspec.Struct, frozen=True):
    """One comparison of a fact. Several of one rule must all hold."""

    fact: str
    operator: Operator
    value: Value


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule as written. `from_` and `until` are local dates in the market's zone, the last day included.

    A rule silences the rules that it `overrides` whenever its own conditions hold, also when it is silenced itself: so a chain
    of ever more special rules leaves only the most special one.
    """

    id: str
    topic: TopicName
    pack: str
    file: str
    line: int
    source: str
    outcome: Outcome
    says: Says
    conditions: tuple[Condition, ...] = ()
    requirements: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    assumed: bool = False
    from_: date | None = None
    until: date | None = None


class FactShape(msgspec.Struct, frozen=True):
    """A fact that rules may ask about; `words` names the list of its words, `changeable` who can still change it."""

    name: str
    type: FactType
    says: Says
    words: str | None = None
    changeable: Changeable = "no"


class Term(msgspec.Struct, frozen=True):
    """A word of a list. `traits` are its other columns (a reason's group, a ground's stages, a problem's next step …)."""

    word: str
    says: Says
    traits: dict[str, Any] = {}


class Vocabulary(msgspec.Struct, frozen=True):
    """Every word that rules may use: the facts, and the lists (`reasons`, `kinds`, `grounds`, `problems` …) by name."""

    facts: dict[str, FactShape] = {}
    lists: dict[str, dict[str, Term]] = {}

    def words(self, name: str) -> dict[str, Term]:
        """The words of a list in the order they are written; empty for a list that does not exist."""
        return self.lists.get(name, {})

    def says(self, name: str, word: str) -> Says:
        """What a word of a list is called; the word itself where it has no name."""
        term = self.lists.get(name, {}).get(word)
        return term.says if term else Says(word, word)

    def exponents(self) -> dict[str, int]:
        """Decimal places of each currency."""
        return {code: int(term.traits.get("exponent", 2)) for code, term in self.words("currencies").items()}

    def reason_groups(self) -> dict[str, str]:
        """The one group of each reason."""
        return {word: str(term.traits["group"]) for word, term in self.words("reasons").items() if "group" in term.traits}


class MarketBook(msgspec.Struct, frozen=True, kw_only=True):
    """All rules of one market: its packs' and its own. Self-contained, so that a release can be judged by without any file."""

    market: str
    says: Says
    currency: str
    country: str
    zone: str
    packs: tuple[str, ...]
    rules: dict[str, tuple[Rule, ...]]
    vocabulary: Vocabulary
    calendar: str = ""
    subdivision: str | None = None
    weekend: tuple[str, ...] = ("saturday", "sunday")
    supported: bool = True

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id, in whichever topic."""
        return next((rule for rules in self.rules.values() for rule in rules if rule.id == rule_id), None)


class PolicyError(msgspec.Struct, frozen=True):
    """Something in a policy file that cannot be taken, where it stands, and why, in both languages."""

    file: str
    line: int
    code: str
    message: Says
