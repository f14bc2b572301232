"""Situations by the facts that matter: for each the classes that it may stand in, in words that people read."""

from collections.abc import Iterable, Mapping
from typing import Any

from amends.domain.rulebook.shape import Says
from amends.lab.facts_space import Klass, Space
from amends.lab.findings import value_in_words

Cube = dict[str, frozenset[int]]
_WORDS = ("word", "flag")


def values_of(space: Space, cube: Mapping[str, frozenset[int]]) -> dict[str, tuple[Any, ...]]:
    """The values that each fact may have; of a measured one those at and beside its thresholds."""
    return {
        fact: tuple(value for n in sorted(classes) for value in space.classes[fact][n].alike) for fact, classes in cube.items()
    }


def cube_in_words(space: Space, cube: Mapping[str, frozenset[int]]) -> Says:
    """All facts of a cube, in the order of the vocabulary."""
    parts = [_fact(space, fact, cube[fact]) for fact in space.vocabulary.facts if fact in cube]
    if not parts:
        return Says("任何情形", "in every situation")
    return Says("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def _fact(space: Space, fact: str, chosen: frozenset[int]) -> Says:
    """A fact with its classes; a long list is told by what is not in it, runs of a measured fact by their ends."""
    shape, classes = space.vocabulary.facts[fact], space.classes[fact]
    inside, outside = ([each for n, each in enumerate(classes) if (n in chosen) is side] for side in (True, False))
    if shape.type == "word" and 0 < 2 * _count(outside) < _count(inside):
        told = _list(space, fact, outside)
        return Says(f"{shape.says.zh}不是{told.zh}", f"{shape.says.en}: none of {told.en}")
    told = _list(space, fact, inside) if shape.type in _WORDS else _spans(space, fact, chosen)
    return Says(f"{shape.says.zh}：{told.zh}", f"{shape.says.en}: {told.en}")


def _count(classes: Iterable[Klass]) -> int:
    return sum(len(each.alike) for each in classes)


def _list(space: Space, fact: str, classes: Iterable[Klass]) -> Says:
    words = [value_in_words(space.vocabulary, fact, value) for each in classes for value in each.alike]
    return Says("、".join(word.zh for word in words), ", ".join(word.en for word in words))


def _spans(space: Space, fact: str, chosen: frozenset[int]) -> Says:
    classes = space.classes[fact]
    told = [n for n, each in enumerate(classes) if not isinstance(each.value, str)]
    runs: list[list[int]] = []
    for n in sorted(chosen & frozenset(told)):
        if runs and runs[-1][-1] == n - 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    parts = [_run(space, fact, run, (run[0] == told[0], run[-1] == told[-1])) for run in runs]
    parts += [value_in_words(space.vocabulary, fact, classes[n].value) for n in sorted(chosen - frozenset(told))]
    return Says(" 或 ".join(part.zh for part in parts), " or ".join(part.en for part in parts))


def _run(space: Space, fact: str, run: list[int], open_ends: tuple[bool, bool]) -> Says:
    values = [value for n in run for value in space.classes[fact][n].alike]
    first, last = (value_in_words(space.vocabulary, fact, end(values)) for end in (min, max))
    match open_ends:
        case (True, True):
            return Says("任何数值", "any number")
        case (True, False):
            return Says(f"至多 {last.zh}", f"at most {last.en}")
        case (False, True):
            return Says(f"至少 {first.zh}", f"at least {first.en}")
    return first if first == last else Says(f"{first.zh} 至 {last.zh}", f"{first.en} to {last.en}")
