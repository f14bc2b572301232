"""What facts can be, and what stands together; `policies/vocabulary/situations.yaml` and `together.yaml`, kept with every release.

Only what the code that lays out a sheet guarantees is declared, so that nothing that rests on it is wrong outside of it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.levers import GROUP, REASON
from amends.domain.rulebook.shape import FactShape, Vocabulary

TOLD: Final = "told"
Words = Mapping[str, tuple[str, ...]]


class Declared(NamedTuple):
    """What a fact may be beside a value (`none`, `unknown`), its least value, and what it usually is."""

    may_be: frozenset[str] = frozenset({NONE, UNKNOWN})
    least: int | None = None
    usual: Any = NONE


class Together(NamedTuple):
    """Where every fact of `when` is one of its words, every fact of `then` is one of its own."""

    when: Words
    then: Words


def declared_of(vocabulary: Vocabulary, currency: str) -> dict[str, Declared]:
    """What is declared of every fact; one that is not declared may be anything and usually does not apply."""
    written = vocabulary.words("situations")
    found = {}
    for name, shape in vocabulary.facts.items():
        traits = written[name].traits if name in written else {}
        may_be = traits.get("may_be", [NONE, UNKNOWN])
        least = traits.get("least")
        usual = _read(str(traits.get("usual", NONE)), shape, currency)
        found[name] = Declared(frozenset(may_be), None if least is None else int(least), usual)
    return found


def _read(text: str, shape: FactShape, currency: str) -> Any:
    if text in (NONE, UNKNOWN) or shape.type == "word":
        return text
    if shape.type == "flag":
        return text in ("true", "yes")
    return (int(text), currency) if shape.type == "money" else int(text)


def together_of(vocabulary: Vocabulary) -> tuple[Together, ...]:
    """What stands together: what is written, and the one group of every reason."""
    found = [
        Together(*({fact: _texts(words) for fact, words in dict(term.traits[part]).items()} for part in ("when", "then")))
        for term in vocabulary.words("together").values()
    ]
    by_group: dict[str, list[str]] = {}
    for reason, group in vocabulary.reason_groups().items():
        by_group.setdefault(group, []).append(reason)
    found += [Together({REASON: tuple(reasons)}, {GROUP: (group,)}) for group, reasons in by_group.items()]
    return tuple(found)


def _texts(words: Any) -> tuple[str, ...]:
    return (str(words),) if isinstance(words, str) else tuple(str(word) for word in words)


def is_one_of(value: Any, words: Sequence[str]) -> bool:
    """Whether a value is one of these words, `told` standing for any that is neither none nor unknown."""
    if value is True or value is False:
        return TOLD in words or ("true" if value else "false") in words
    if value in (NONE, UNKNOWN):
        return value in words
    return TOLD in words or value in words


def stands_together(together: Iterable[Together], value_of: Callable[[str], Any]) -> bool:
    """Whether values break none of the constraints."""
    for each in together:
        if all(is_one_of(value_of(fact), words) for fact, words in each.when.items()) and not all(
            is_one_of(value_of(fact), words) for fact, words in each.then.items()
        ):
            return False
    return True
