"""Days, hours and working days, said exactly. Calendars are versioned data: `policies/calendars/`."""

from array import array
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, Final

import msgspec

from amends.kernel.moments import add_hours, local_date, start_of_local_day, zone_named

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Due(msgspec.Struct, frozen=True):
    """When it is too late.

    Attributes:
        at: the first moment, in UTC, at which it is too late.
        provisional: it rests on days whose holidays are not announced yet; it may later move later, never earlier.
    """

    at: datetime
    provisional: bool


class Weekend(msgspec.Struct, frozen=True):
    """The days of rest (0 is Monday) from a date on; `since` is None for the oldest one."""

    since: date | None
    days: frozenset[int]


class Calendar(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The working days of a market.

    Attributes:
        code: of the market. version: of the data, it changes whenever the data does. zone: IANA name.
        weekends: oldest first. holidays: days of rest on top. workdays: make-up days, worked whatever else is said.
        confirmed_until: the last day whose holidays have been officially announced.
    """

    code: str
    version: str
    zone: str
    weekends: tuple[Weekend, ...]
    holidays: frozenset[date]
    workdays: frozenset[date]
    confirmed_until: date

    def is_working_day(self, day: date) -> bool:
        """Tell whether people work on a day; a make-up day beats a holiday, a holiday beats the week."""
        if day in self.workdays:
            return True
        return day not in self.holidays and day.weekday() not in self._weekend(day)

    def _weekend(self, day: date) -> frozenset[int]:
        for weekend in reversed(self.weekends):
            if weekend.since is None or weekend.since <= day:
                return weekend.days
        return frozenset()

    def nth_working_day_after(self, day: date, n: int) -> date:
        """Find the n-th working day after a day, which itself does not count; n below 1 raises ValueError."""
        if n < 1:
            raise ValueError("working days are counted from one")
        first, ahead, working = self._counted
        place = day.toordinal() - first
        if 0 <= place < len(ahead) and (index := ahead[place] + n - 1) < len(working):
            return date.fromordinal(working[index])
        while n:
            day += timedelta(days=1)
            n -= self.is_working_day(day)
        return day

    @cached_property
    def due_after_day(self) -> Callable[[int, int], Due]:
        """(ordinal of the local day of the event, n) -> when the n-th working day after it is over, remembered."""

        @lru_cache(maxsize=4096)
        def due(ordinal: int, n: int) -> Due:
            last = self.nth_working_day_after(date.fromordinal(ordinal), n)
            return Due(_midnight(last.toordinal() + 1, self.zone), last > self.confirmed_until)

        return due

    @cached_property
    def _counted(self) -> tuple[int, "array[int]", "array[int]"]:
        """(first day, for each day the index of the first working day after it, all working days), as ordinals."""
        known = self.holidays | self.workdays | {self.confirmed_until}
        first, last = date(min(known).year, 1, 1).toordinal(), date(max(known).year + 1, 12, 31).toordinal()
        ahead, working = array("i"), array("i")
        for ordinal in range(first, last + 1):
            if self.is_working_day(date.fromordinal(ordinal)):
                working.append(ordinal)
            ahead.append(len(working))
        return first, ahead, working


class _WrittenWeekend(msgspec.Struct, forbid_unknown_fields=True):
    days: list[str]
    since: date | None = None


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    version: str
    zone: str
    confirmed_until: date
    weekends: list[_WrittenWeekend]
    holidays: dict[date, str]
    workdays: dict[date, str] = {}
    country: str = ""
    subdivision: str | None = None
    source: str = ""


def calendar_from(loaded: Mapping[str, Any]) -> Calendar:
    """Make a calendar of the loaded `policies/calendars/<code>.yaml`; whatever is wrong in it raises ValueError.

    Shape: code, version, zone, confirmed_until, weekends [{since?, days: [saturday, sunday]}], holidays {date: name},
    workdays {date: name}, country, subdivision, source. Dates may be dates or ISO text.
    """
    written = msgspec.convert(loaded, _Written)
    zone_named(written.zone)
    weekends = tuple(Weekend(entry.since, frozenset(_weekday(word) for word in entry.days)) for entry in written.weekends)
    starts = [weekend.since or date.min for weekend in weekends]
    if not weekends or starts != sorted(set(starts)) or any(len(weekend.days) == len(WEEKDAYS) for weekend in weekends):
        raise ValueError(f"calendar {written.code}: weekends are listed oldest first and leave a day to work")
    return Calendar(
        code=written.code,
        version=written.version,
        zone=written.zone,
        weekends=weekends,
        holidays=frozenset(written.holidays),
        workdays=frozenset(written.workdays),
        confirmed_until=written.confirmed_until,
    )


def _weekday(word: str) -> int:
    if word not in WEEKDAYS:
        raise ValueError(f"{word!r} is no day of the week")
    return WEEKDAYS.index(word)


@lru_cache(maxsize=16_384)
def _midnight(ordinal: int, zone: str) -> datetime:
    """Start a local day given by its ordinal: adding a timedelta to a date costs more than all the rest."""
    return start_of_local_day(date.fromordinal(ordinal), zone)


def window_in_days(start: datetime, days: int, zone: str) -> datetime:
    """End a window of calendar days: the local midnight that begins the day after the last one.

    Delivered on 22 November at 10:00, 14 days: it is open until before 7 December 00:00.
    """
    return _midnight(local_date(start, zone).toordinal() + days + 1, zone)


def days_between(start: datetime, now: datetime, zone: str) -> int:
    """Count how many local midnights lie between two moments: 0 is the same day, negative is before."""
    return (local_date(now, zone) - local_date(start, zone)).days


def after_hours(start: datetime, hours: int) -> datetime:
    """End a window of elapsed hours."""
    return add_hours(start, hours)


def working_days_after(start: datetime, days: int, calendar: Calendar) -> Due:
    """End a window of working days: 24:00 of the n-th working day after the local day of the event.

    Friday 20 November 2026 15:00 in New York and 4 working days: Saturday 28 November 00:00, for Thanksgiving is out.
    """
    return calendar.due_after_day(local_date(start, calendar.zone).toordinal(), days)


def reconsidered(promised: Due, computed: Due) -> Due:
    """Move a provisional promise when the calendar became firmer: later is allowed, earlier never; a firm one stays."""
    if not promised.provisional:
        return promised
    return Due(max(promised.at, computed.at), computed.provisional)
