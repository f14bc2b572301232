"""What is wrong with rules, and the situation that shows it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

import msgspec

from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.quantities import Quantity, write_quantity
from amends.domain.rulebook.shape import Facts, Rule, Says, Vocabulary

FindingKind = Literal["contradiction", "never_applies", "shadowed", "override_never_bites", "hole", "worse_term", "law_broken"]
_BY_MARKET: Final = frozenset({"contradiction", "hole", "worse_term", "law_broken"})


class Witness(msgspec.Struct, frozen=True, kw_only=True):
    """One situation: all its facts, those worth naming (the others are as usual), in words, and the rules that stand in it."""

    facts: dict[str, Any]
    named: tuple[str, ...]
    says: Says
    standing: tuple[str, ...] = ()


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong with a rule, where it stands, in which markets, and a situation that shows it.

    `other` is the second rule, the clock or the law that it is about; `promise` says that it is a promise of the house, which its house may
    change. `key` names it in the list of accepted findings.
    """

    kind: FindingKind
    topic: str
    rule: str
    file: str
    line: int
    says: Says
    other: str = ""
    markets: tuple[str, ...] = ()
    witness: Witness | None = None
    accepted: str | None = None
    promise: bool = False

    @property
    def key(self) -> str:
        """Kind, rule and what it is about; the same in every market."""
        return " ".join(part for part in (self.kind, self.rule, self.other) if part)

    @property
    def in_each_market(self) -> bool:
        """Whether one market is enough for it; else it counts where every market that has the rule shows it."""
        return self.kind in _BY_MARKET


def finding(
    kind: FindingKind,
    vocabulary: Vocabulary,
    rule: Rule,
    other: str = "",
    *,
    witness: Witness | None = None,
    detail: Says | None = None,
) -> Finding:
    """A finding in the words of the vocabulary's `findings`."""
    words = vocabulary.says("findings", kind)
    more = detail or Says("", "")
    seen = witness.says if witness else Says("", "")
    zh = words.zh.format(rule=rule.id, other=other, detail=more.zh, situation=seen.zh)
    en = words.en.format(rule=rule.id, other=other, detail=more.en, situation=seen.en)
    return Finding(
        kind=kind, topic=rule.topic, rule=rule.id, file=rule.file, line=rule.line, other=other, witness=witness, says=Says(zh, en)
    )


def in_words(vocabulary: Vocabulary, facts: Mapping[str, Any], named: Iterable[str]) -> Says:
    """Facts as a sentence's end, in the order of the vocabulary."""
    chosen = set(named)
    parts = [fact_in_words(vocabulary, name, facts[name]) for name in vocabulary.facts if name in chosen]
    if not parts:
        return Says("一切如常", "everything as usual")
    return Says("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def fact_in_words(vocabulary: Vocabulary, name: str, value: Any) -> Says:
    """One fact with its value."""
    shape = vocabulary.facts[name]
    says = value_in_words(vocabulary, name, value)
    return Says(f"{shape.says.zh}：{says.zh}", f"{shape.says.en}: {says.en}")


def value_in_words(vocabulary: Vocabulary, name: str, value: Any) -> Says:
    """A value as people read it."""
    shape = vocabulary.facts[name]
    if value in (NONE, UNKNOWN):
        return Says("不适用", "does not apply") if value == NONE else Says("未告知", "not told")
    match shape.type:
        case "word":
            found = vocabulary.says(shape.words or "", str(value))
        case "flag":
            found = Says("是", "yes") if value else Says("否", "no")
        case "days":
            found = Says(f"{value} 天", f"{value} day{'' if value == 1 else 's'}")
        case "hours":
            found = Says(f"{value} 秒", f"{value} seconds")
        case _:
            found = _amount(vocabulary, shape.type, value)
    return found


def _amount(vocabulary: Vocabulary, sort: str, value: Any) -> Says:
    if sort == "money":
        text = write_quantity(Quantity(value[0], value[1]), vocabulary.exponents())
    elif sort == "percent":
        text = write_quantity(Quantity(value, "percent"), vocabulary.exponents())
    else:
        text = str(value)
    return Says(text.replace(" percent", "%"), text)


def witness_of(
    vocabulary: Vocabulary, facts: Facts, usual: Mapping[str, Any], about: Iterable[str], standing: Iterable[str]
) -> Witness:
    """A situation with what is unusual about it, and what the rules in question ask."""
    asked = set(about)
    named = tuple(name for name in vocabulary.facts if name in asked or facts[name] != usual[name])
    return Witness(facts=dict(facts), named=named, says=in_words(vocabulary, facts, named), standing=tuple(standing))
