"""Whom a lane asks, and how each answered so far: who may be asked how often at once, who is slow, who wants to be left alone."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Final

SLOW_S: Final = 5.0
"""Whoever takes longer than this to answer is slow, until it answers sooner."""


class Targets:
    """The targets of one lane. Moments are seconds of a clock that only goes forward.

    One target has a quarter of the room at most. Where targets are `shared` by many effects, one that never answered yet has a single
    try at a time, and so have those that were slow to answer, with half of the room among them: however many hang, the others are not
    kept waiting. A target that asked to be left alone for a while is.
    """

    def __init__(self, room: int, *, shared: bool) -> None:
        self.room = room
        self.shared = shared
        self.most = max(room // 4, 1)
        self.quick: set[str] = set()
        self.slow: dict[str, int] = {}
        """The shop of each slow target."""
        self.resting: dict[str, float] = {}

    def answered(self, target: str, shop_id: int, took_s: float, rest: timedelta, now: float) -> None:
        """Remember how a target answered, for who is to be asked next."""
        if self.shared and took_s > SLOW_S:
            self.slow[target] = shop_id
            self.quick.discard(target)
        elif self.shared:
            self.slow.pop(target, None)
            self.quick.add(target)
        if rest:
            self.resting[target] = now + rest.total_seconds()

    def closed(self, under_way: Mapping[str, int], now: float) -> set[str]:
        """Those that may not be asked now: they have as much under way as they may, or they rest."""
        self.resting = {target: until for target, until in self.resting.items() if until > now}
        full = {target for target, number in under_way.items() if number >= self._most(target)}
        return full | self.resting.keys()

    def slow_ones(self, shops: Collection[int], under_way: Mapping[str, int], closed: Collection[str]) -> list[str]:
        """The slow targets of these shops that may have their one try now."""
        wanted = set(shops)
        return [
            target for target, shop in self.slow.items() if shop in wanted and not under_way.get(target) and target not in closed
        ]

    def room_for_slow(self, free: int, under_way: Mapping[str, int]) -> int:
        """How many slow ones may be asked, where so much room is free."""
        return min(free, self.room // 2 - sum(under_way.get(target, 0) for target in self.slow))

    def _most(self, target: str) -> int:
        return self.most if target in self.quick or not self.shared else 1
