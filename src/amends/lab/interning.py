"""Rows that are alike under one number, whole chunks at a time."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

CHUNK: Final = 1 << 15
"""Rows that are worked on together: few enough to stay in the processor's cache."""
LANE: Final = 64
_MIXERS: Final = tuple(np.uint64(m) for m in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93))
_TABLE_BITS: Final = 16
Lane = NDArray[np.uint64]
Bits = NDArray[np.uint64]
"""Masks of any width, one a column: line n holds the bits from 64 n on."""


class Interner:
    """Gives each different row of lanes a number: two tables that are looked up whole chunks at a time, and a dictionary behind them."""

    def __init__(self, lanes: int) -> None:
        self._tables = [
            (mixers, np.zeros((lanes, 1 << _TABLE_BITS), dtype=np.uint64), np.full(1 << _TABLE_BITS, -1, dtype=np.int32))
            for mixers in (_MIXERS, _MIXERS[::-1])
        ]
        self.known: dict[tuple[int, ...], int] = {}

    def intern(self, lanes: Sequence[Lane], out: NDArray[np.int32]) -> None:
        """The number of each row, into `out`."""
        out[:], fresh = self._look(lanes, 0)
        rows = np.flatnonzero(fresh)
        if not len(rows):
            return
        lanes = [lane[rows] for lane in lanes]
        found, fresh = self._look(lanes, 1)
        if fresh.any():
            left = np.flatnonzero(fresh)
            found[left] = self._learn([lane[left] for lane in lanes])
        out[rows] = found

    def _look(self, lanes: Sequence[Lane], table: int) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """What a table says of each row, and where it says nothing."""
        mixers, keys, ids = self._tables[table]
        places = _places(lanes, mixers)
        found = ids[places]
        fresh = found < 0
        for lane, key in zip(lanes, keys, strict=True):
            fresh |= key[places] != lane
        return found, fresh

    def _learn(self, lanes: Sequence[Lane]) -> NDArray[np.int32]:
        if len(lanes) == 1:
            values, back = np.unique(lanes[0], return_inverse=True)
            told = [(value,) for value in values.tolist()]
        else:
            rows, back = np.unique(np.stack(lanes, axis=1), axis=0, return_inverse=True)
            told = [tuple(row) for row in rows.tolist()]
        ids = np.array([self.known.setdefault(key, len(self.known)) for key in told], dtype=np.int32)
        self._keep([np.array(lane, dtype=np.uint64) for lane in zip(*told, strict=True)], ids)
        return ids[back.reshape(-1)]

    def _keep(self, lanes: Sequence[Lane], ids: NDArray[np.int32]) -> None:
        """Into the first table where it has room, else over what the second holds."""
        places = _places(lanes, self._tables[0][0])
        room = self._tables[0][2][places] < 0
        for (mixers, keys, known), chosen in zip(self._tables, (room, ~room), strict=True):
            where = _places([lane[chosen] for lane in lanes], mixers)
            for key, lane in zip(keys, lanes, strict=True):
                key[where] = lane[chosen]
            known[where] = ids[chosen]


def _places(lanes: Sequence[Lane], mixers: Sequence[np.uint64]) -> NDArray[np.intp]:
    mixed = lanes[0] * mixers[0]
    for place, lane in enumerate(lanes[1:], 1):
        mixed ^= lane * mixers[place % len(mixers)]
    return (mixed >> np.uint64(LANE - _TABLE_BITS)).astype(np.intp)


def together(ids: NDArray[np.int32], shares: Sequence[range], interners: Sequence[Interner], rows: int, width: int) -> Bits:
    """The situations of all threads under one numbering, their lanes as lines; `width` of them where there is no row."""
    known: dict[tuple[int, ...], int] = {}
    for share, interner in zip(shares, interners, strict=True):
        moved = [known.setdefault(lanes, len(known)) for lanes in interner.known]
        if moved != list(range(len(moved))):
            table = np.array(moved, dtype=np.int32)
            for start in share:
                part = ids[start : min(start + CHUNK, rows)]
                part[:] = table[part]
    return np.array(list(known), dtype=np.uint64).reshape(-1, len(next(iter(known), ())) or width).T
