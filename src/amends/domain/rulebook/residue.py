"""What is left of a topic once its most asked facts are known: few rules, small masks, and answers that were worked out before."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Any, Final

from amends.domain.facts.unknown import UNKNOWN
from amends.domain.rulebook.shape import Facts

MOST_ANSWERS: Final = 4096
_MOST_VALUES: Final = 256


class _Row(dict[Any, int]):
    """Value (or step of a scale) of one fact → the squeezed mask, worked out when it is first met."""

    def __init__(self, find: Callable[[Any], int]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: Any) -> int:
        mask = self._find(key)
        if len(self) < _MOST_VALUES:
            self[key] = mask
        return mask


class Residue:
    """The rules that the pivots leave, renumbered from zero. `settle` turns a doubled mask of the topic into an answer."""

    def __init__(
        self, left: int, width: int, words: dict[str, Any], scales: dict[str, Any], settle: Callable[[int], Any]
    ) -> None:
        possible = left >> width
        self._bits = [position for position in range(width) if possible >> position & 1]
        self._width = width
        self._settle = settle
        self._all = self._squeeze(left)
        self._words = [(fact, self._row(mask)) for fact, mask in words.items()]
        self._scales = [(fact, scale.points, scale.currency, self._row(scale.step)) for fact, scale in scales.items()]
        self._asked = (*words, *scales)
        self._answers: dict[int, Any] = {}

    def _row(self, mask_of: Callable[[Any], int]) -> _Row:
        return _Row(lambda key: self._squeeze(mask_of(key)))

    def _squeeze(self, mask: int) -> int:
        count = len(self._bits)
        small = 0
        for place, bit in enumerate(self._bits):
            small |= (mask >> bit & 1) << place | (mask >> bit + self._width & 1) << place + count
        return small

    def _unsqueezed(self, small: int) -> int:
        count = len(self._bits)
        mask = 0
        for place, bit in enumerate(self._bits):
            mask |= (small >> place & 1) << bit | (small >> place + count & 1) << bit + self._width
        return mask

    def match(self, facts: Facts) -> Any:
        """The answer under all facts, of which the pivots are those that led here."""
        mask = self._all
        try:
            for fact, row in self._words:
                mask &= row[facts[fact]]
            for fact, points, currency, row in self._scales:
                value = facts[fact]
                if value.__class__ is str:
                    mask &= row[value]
                elif currency is None:
                    mask &= row[bisect_left(points, value) + bisect_right(points, value)]
                elif value[1] != currency:
                    mask &= row[UNKNOWN]
                else:
                    mask &= row[bisect_left(points, value[0]) + bisect_right(points, value[0])]
        except KeyError:
            return self.match({**dict.fromkeys(self._asked, UNKNOWN), **facts})
        answer = self._answers.get(mask)
        if answer is None:
            answer = self._settle(self._unsqueezed(mask))
            if len(self._answers) < MOST_ANSWERS:
                self._answers[mask] = answer
        return answer
