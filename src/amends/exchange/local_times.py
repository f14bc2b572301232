"""Moments as exports write them: local wall clocks in several spellings, with day and month in either order."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from amends.kernel.moments import start_of_local_day, zone_named

DayRule = Literal["end", "start"]
MONTH_FIRST_MARKETS: Final = frozenset({"us", "ph"})
_SLASHED = re.compile(
    r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})(?:[ ,T]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:\s*([AaPp])\.?[Mm]\.?)?)?",
    re.ASCII,
)
_MONTHS: Final = 12
_YEARS: Final = (1990, 2200)


class Wall(datetime):
    """A local reading without a time of day: the day is known, the hour is not."""


def read_wall(text: str, *, day_first: bool) -> datetime | None:
    """Read a local or an aware moment; a day alone comes back as `Wall`. None where it is no moment."""
    found = _SLASHED.fullmatch(text)
    try:
        moment = _slashed(found, day_first=day_first) if found else _iso(text.replace("/", "-"))
    except ValueError:
        return None
    return moment if _YEARS[0] <= moment.year <= _YEARS[1] else None


def _iso(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return Wall(moment.year, moment.month, moment.day) if len(text) <= len("2026-11-22") else moment


def _slashed(found: re.Match[str], *, day_first: bool) -> datetime:
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    day, month = (first, second) if day_first else (second, first)
    if found[4] is None:
        return Wall(year, month, day)
    hour, half = int(found[4]), (found[7] or "").lower()
    if half:
        if not 1 <= hour <= _MONTHS:
            raise ValueError("twelve hours")
        hour = hour % 12 + (12 if half == "p" else 0)
    return datetime(year, month, day, hour, int(found[5]), int(found[6] or 0))  # noqa: DTZ001 - the zone is the shop's, put on later


def to_moment(wall: datetime, zone: str, day: DayRule | None = None) -> datetime:
    """Put a reading into UTC. A day without a time is the end of that local day: the last microsecond before midnight.

    With `day` the time of day is known to mean nothing (a column that holds days as midnights).
    """
    if wall.tzinfo is not None:
        return wall.astimezone(UTC)
    if day == "start":
        return start_of_local_day(wall.date(), zone)
    if day == "end" or isinstance(wall, Wall):
        return start_of_local_day(wall.date() + timedelta(days=1), zone) - timedelta(microseconds=1)
    return wall.replace(tzinfo=zone_named(zone)).astimezone(UTC)


class DayOrder:
    """Finds out, over a whole file, whether its slashed dates put the day or the month first.

    A number above 12 settles it; else the reading under which fewer orders run backwards; else the spelling (AM and PM go with
    month first) and the market. `assumed` tells that only the last was left.
    """

    def __init__(self, market: str) -> None:
        self._market = market
        self._first, self._second, self._halves, self._slashed = 0, 0, 0, 0
        self._backwards = {True: 0, False: 0}
        self._closed: bool | None = None
        self.assumed = False

    def see(self, texts: Sequence[str]) -> None:
        """Look at the moments of one row, given in the order in which they must have happened."""
        slashed = [
            (text, found) for text in texts if "/" in text or "." in text or "-" in text if (found := _SLASHED.fullmatch(text))
        ]
        for _, found in slashed:
            self._slashed += 1
            self._first += int(found[1]) > _MONTHS
            self._second += int(found[2]) > _MONTHS
            self._halves += found[7] is not None
        if len(slashed) > 1 and not (self._first or self._second):
            for day_first in (True, False):
                walls = [wall for text, _ in slashed if (wall := read_wall(text, day_first=day_first))]
                self._backwards[day_first] += walls != sorted(walls)

    def settle(self) -> None:
        """Decide; what is seen afterwards no longer counts."""
        self._closed = self._decide()

    @property
    def day_first(self) -> bool:
        """The answer, asked once the file has been seen."""
        return self._decide() if self._closed is None else self._closed

    def _decide(self) -> bool:
        if bool(self._first) != bool(self._second):
            return self._first > 0
        if self._first and self._second:
            return self._first >= self._second
        if self._backwards[True] != self._backwards[False]:
            return self._backwards[True] < self._backwards[False]
        self.assumed = self._slashed > 0
        return not self._halves and self._market not in MONTH_FIRST_MARKETS
