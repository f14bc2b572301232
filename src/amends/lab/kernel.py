"""Production's bitsets over columns: for each row the rules that certainly and possibly apply, millions of rows a second.

The conditions of all rules of all topics that are asked become the bits of one mask, once each however many rules share them, so two
releases that differ in a few rules cost hardly more than one. Rows with the same mask are one *situation*; what rules say is worked out
once for each.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.outcomes import Withhold
from amends.domain.rulebook.shape import Condition, Rule, Says
from amends.lab.interning import CHUNK, LANE, Bits, Interner, Lane, together

_MOST_CODES: Final = 4096
_LINE: Final = (1 << LANE) - 1
_ZERO: Final = np.uint64(0)


class Words(NamedTuple):
    """A column of words or flags: `codes` into `words`."""

    codes: NDArray[Any]
    words: Sequence[Any]


class Numbers(NamedTuple):
    """A measured column, whole numbers; the least two values of its type stand for NONE and UNKNOWN."""

    values: NDArray[Any]


Column = Words | Numbers


def special(dtype: Any) -> tuple[int, int]:
    """The numbers that stand for NONE and UNKNOWN in a column of a type."""
    least = int(np.iinfo(dtype).min)
    return least, least + 1


class Situations(msgspec.Struct, frozen=True, kw_only=True):
    """What the rows came to: `ids[row]` leads to a column of `certain` and `possible`, masks over the kernel's bits, 64 of them a line."""

    ids: NDArray[np.int32]
    certain: Bits
    possible: Bits


class Kernel:
    """The conditions of some topics as bits.

    `scale` says by how much a measured fact's column is multiplied; `probes` are further conditions to be told apart.
    """

    def __init__(
        self, topics: Sequence[CompiledTopic], scale: Callable[[str], int] = lambda _: 1, probes: Sequence[Condition] = ()
    ) -> None:
        self.topics = tuple(topics)
        self._scale = scale
        known: dict[tuple[Condition, ...], int] = {}
        kept: list[Rule] = []

        def bit_of(rule: Rule) -> int:
            if rule.conditions not in known:
                known[rule.conditions] = len(kept)
                kept.append(msgspec.structs.replace(rule, overrides=()))
            return known[rule.conditions]

        self._bits = [[bit_of(rule) for rule in topic.rules] for topic in topics]
        self._probes = {probe: bit_of(_probe(probe)) for probe in probes}
        self.whole = CompiledTopic(kept)
        self.facts = self.whole.facts

    def situations(self, columns: Mapping[str, Column], rows: int, *, threads: int = 2) -> Situations:
        """Every row's situation. A fact without a column is unknown in every row."""
        bound = _Bound(self.whole, {fact: columns[fact] for fact in self.facts if fact in columns}, self._scale)
        ids = np.empty(rows, dtype=np.int32)
        starts = range(0, rows, CHUNK)
        shares = [starts[place::threads] for place in range(threads)]
        with ThreadPoolExecutor(threads) as pool:
            interners = list(pool.map(lambda share: bound.run(share, rows, ids), shares))
        count = -(-max(self.whole.width, 1) // LANE)
        lanes = together(ids, shares, interners, rows, count)
        return Situations(ids=ids, certain=lanes[:count], possible=lanes[-count:])

    def match(self, situations: Situations, place: int) -> tuple[Bits, Bits]:
        """The rules of one topic that certainly and that possibly stand in each situation, overrides resolved; bit i is its rule i."""
        topic, bits = self.topics[place], self._bits[place]
        certain, possible = (_moved(side, bits) for side in (situations.certain, situations.possible))
        standing, standing_possibly = certain.copy(), possible.copy()
        for position, rule in enumerate(topic.rules):
            silenced = lined(sum(1 << topic.index[other] for other in rule.overrides if other in topic.index), len(certain))
            if silenced.any():
                standing_possibly &= ~np.where(has(certain, position), silenced, _ZERO)
                standing &= ~np.where(has(possible, position), silenced, _ZERO)
        return standing, standing_possibly

    def bit_of(self, probe: Condition) -> int:
        """The bit of a probe."""
        return self._probes[probe]


def _probe(condition: Condition) -> Rule:
    says, outcome = Says("", ""), Withhold(withhold="")
    return Rule(
        id="", topic="eligibility", pack="", file="", line=0, source="", outcome=outcome, says=says, conditions=(condition,)
    )


def lined(mask: int, lines: int) -> Bits:
    """A mask as one column of lines."""
    return np.array([[mask >> LANE * line & _LINE] for line in range(lines)], dtype=np.uint64)


def has(bits: Bits, position: int) -> NDArray[np.bool_]:
    """Which columns have a bit."""
    found: NDArray[np.bool_] = (bits[position // LANE] >> np.uint64(position % LANE) & np.uint64(1)).astype(bool)
    return found


def first(bits: Bits) -> NDArray[np.int32]:
    """The number of the lowest bit of each column; -1 where there is none."""
    found = np.full(bits.shape[1], -1, dtype=np.int32)
    for line in reversed(range(len(bits))):
        low = bits[line] & (~bits[line] + np.uint64(1))
        number = (low.astype(np.float64).view(np.int64) >> 52) - 1023  # a power of two is its exponent
        found = np.where(low != 0, number + line * LANE, found).astype(np.int32)
    return found


def _moved(bits: Bits, places: Sequence[int]) -> Bits:
    """Bits at other places: bit i of what is given back is bit `places[i]`."""
    found = np.zeros((-(-max(len(places), 1) // LANE), bits.shape[1]), dtype=np.uint64)
    for position, place in enumerate(places):
        bit = bits[place // LANE] >> np.uint64(place % LANE) & np.uint64(1)
        found[position // LANE] |= bit << np.uint64(position % LANE)
    return found


class _Group(NamedTuple):
    """Facts whose codes together are few: one table of masks for all of their combinations."""

    parts: tuple[tuple["_Coded", int], ...]
    lanes: tuple[Lane, ...]


class _Coded(NamedTuple):
    """A fact as small codes, and the (certain, possible) mask of each."""

    codes: Callable[[int, int], NDArray[Any]]
    masks: tuple[tuple[int, int], ...]


class _Bound:
    """A kernel's masks laid out for some columns."""

    def __init__(self, whole: CompiledTopic, columns: Mapping[str, Column], scale: Callable[[str], int]) -> None:
        self._whole = whole
        coded = [_coded(whole, fact, column, scale(fact)) for fact, column in columns.items()]
        base = whole.both
        for fact in whole.facts:
            if fact not in columns:
                base &= whole.mask_of(fact, UNKNOWN)
        self._base = base & whole.all, base >> whole.width
        sure = self._base[0] == self._base[1] and all(c == p for each in coded for c, p in each.masks)
        self._count = -(-max(whole.width, 1) // LANE)
        self._sides = (0,) if sure else (0, 1)
        self._groups = [self._group(parts) for parts in _grouped(coded)]

    def _lanes_of(self, mask: tuple[int, int]) -> tuple[int, ...]:
        return tuple(mask[side] >> LANE * lane & _LINE for side in self._sides for lane in range(self._count))

    def _group(self, coded: Sequence[_Coded]) -> _Group:
        masks: list[tuple[int, int]] = [(self._whole.all, self._whole.all)]
        parts = []
        for each in coded:
            parts.append((each, len(each.masks)))
            masks = [(c & mc, p & mp) for c, p in masks for mc, mp in each.masks]
        columns = zip(*(self._lanes_of(mask) for mask in masks), strict=True)
        return _Group(tuple(parts), tuple(np.array(column, dtype=np.uint64) for column in columns))

    def run(self, starts: Iterable[int], rows: int, ids: NDArray[np.int32]) -> "Interner":
        """Work through some chunks; what stands in `ids` then leads into this interner alone."""
        interner = Interner(self._count * len(self._sides))
        first = [np.uint64(lane) for lane in self._lanes_of(self._base)]
        room = np.empty(CHUNK, dtype=np.uint64)
        lanes = [np.empty(CHUNK, dtype=np.uint64) for _ in first]
        for start in starts:
            stop = min(start + CHUNK, rows)
            size = stop - start
            for lane, value in zip(lanes, first, strict=True):
                lane.fill(value)
            for group in self._groups:
                codes = _codes_of(group, start, stop).astype(np.intp)
                for lane, masks in zip(lanes, group.lanes, strict=True):
                    np.take(masks, codes, out=room[:size], mode="clip")
                    np.bitwise_and(lane[:size], room[:size], out=lane[:size])
            interner.intern([lane[:size] for lane in lanes], ids[start:stop])
        return interner


def _codes_of(group: _Group, start: int, stop: int) -> NDArray[Any]:
    (first, _), *others = group.parts
    found = first.codes(start, stop)
    if not others:
        return found
    found = found.astype(np.int16)
    for each, count in others:
        found *= np.int16(count)
        found += each.codes(start, stop).astype(np.int16, copy=False)
    return found


def _grouped(coded: Sequence[_Coded]) -> list[list[_Coded]]:
    """Facts put together, the smallest first, while their combinations stay few."""
    groups: list[list[_Coded]] = []
    sizes: list[int] = []
    for each in sorted(coded, key=lambda one: -len(one.masks)):
        place = next((n for n, size in enumerate(sizes) if size * len(each.masks) <= _MOST_CODES), None)
        if place is None:
            groups.append([each])
            sizes.append(len(each.masks))
        else:
            groups[place].append(each)
            sizes[place] *= len(each.masks)
    return groups


def _coded(whole: CompiledTopic, fact: str, column: Column, scale: int) -> _Coded:
    if isinstance(column, Words):
        masks = tuple(_split(whole, whole.mask_of(fact, word)) for word in column.words)
        codes = column.codes
        if not masks:
            masks = (_split(whole, whole.mask_of(fact, UNKNOWN)),)
        return _fewer(lambda start, stop: codes[start:stop], masks)
    scaled = whole.scales[fact]
    steps = [*scaled.masks, scaled.free, scaled.unknown]
    points = [int(point * scale) for point in scaled.points]
    told = tuple(_split(whole, mask) for mask in steps)
    has_special = bool(len(column.values)) and int(column.values.min()) <= special(column.values.dtype)[1]
    return _Coded(_stepper(column.values, points), told if has_special else told[:-2])


def _stepper(values: NDArray[Any], points: Sequence[int]) -> Callable[[int, int], NDArray[Any]]:
    """Below the first threshold 0, at it 1, above it 2 and so on; then NONE and UNKNOWN."""
    none, unknown = special(values.dtype)
    most = int(np.iinfo(values.dtype).max)

    def steps(start: int, stop: int) -> NDArray[Any]:
        part = values[start:stop]
        found = np.zeros(len(part), dtype=np.int8)
        for point in points:
            if point <= most:
                found += part >= point
                found += part > point
        if len(part) and int(part.min()) <= unknown:
            found[part == none] = 2 * len(points) + 1
            found[part == unknown] = 2 * len(points) + 2
        return found

    return steps


def _fewer(codes: Callable[[int, int], NDArray[Any]], masks: tuple[tuple[int, int], ...]) -> _Coded:
    """Words that no rule tells apart under one code, where that makes the table small."""
    distinct = {mask: n for n, mask in enumerate(dict.fromkeys(masks))}
    if len(distinct) * 2 > len(masks):
        return _Coded(codes, masks)
    places = np.array([distinct[mask] for mask in masks], dtype=np.int16)
    return _Coded(lambda start, stop: places[codes(start, stop)], tuple(distinct))


def _split(whole: CompiledTopic, mask: int) -> tuple[int, int]:
    return mask & whole.all, mask >> whole.width


def words_of(values: Sequence[Any]) -> Words:
    """A column from plain values: words, flags, NONE and UNKNOWN."""
    known: dict[Any, int] = {}
    codes = np.fromiter((known.setdefault(value, len(known)) for value in values), dtype=np.int32, count=len(values))
    return Words(codes, tuple(known))


def numbers_of(values: Iterable[Any], scale: int = 1) -> Numbers:
    """A measured column from plain values: whole numbers, points, NONE and UNKNOWN."""
    none, unknown = special(np.int64)
    return Numbers(np.array([none if v == NONE else unknown if v == UNKNOWN else int(v * scale) for v in values], dtype=np.int64))
