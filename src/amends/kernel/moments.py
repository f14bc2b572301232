"""Moments are aware datetimes in UTC with microseconds; a date belongs to a zone. `now` is always an argument."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from amends.kernel.refusals import Unreadable, unreadable

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})?", re.ASCII
)
_MICROSECOND = timedelta(microseconds=1)


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """Look up an IANA zone; an unknown name raises ValueError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as problem:  # a missing key, a path that leaves the folder, a folder
        raise ValueError(f"{name!r} is no time zone") from problem


def in_utc(moment: datetime) -> datetime:
    """Bring an aware moment to UTC; a naive one raises ValueError, for nobody knows when it is."""
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone is no moment")
    return moment.astimezone(UTC)


def parse_moment(text: str) -> datetime | Unreadable:
    """Read an RFC 3339 moment into UTC.

    Refused: no offset (`moment_without_zone`); anything else, finer than microseconds and leap seconds too
    (`not_a_moment`).
    """
    wanted = "a moment such as 2026-11-22T10:00:00Z"
    found = _RFC3339.fullmatch(text)
    if found is None:
        return unreadable("not_a_moment", text, wanted)
    if found[3] is None:
        return unreadable("moment_without_zone", text, wanted)
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return unreadable("not_a_moment", text, wanted)


def format_moment(moment: datetime) -> str:
    """Write RFC 3339 in UTC with Z; microseconds only where there are any."""
    return in_utc(moment).isoformat()[:-6] + "Z"


def local_date(moment: datetime, zone: str) -> date:
    """Say which day it is in a zone at a moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone is no moment")
    return moment.astimezone(zone_named(zone)).date()


@lru_cache(maxsize=4096)
def start_of_local_day(day: date, zone: str) -> datetime:
    """Find the moment from which on it is that day, or a later one, in the zone.

    Where the clock jumps over midnight (or over the whole day) it is the moment of the jump; where it falls back over
    midnight, the second midnight, for the day before has not ended until then.
    """
    place = zone_named(zone)
    midnight = datetime(day.year, day.month, day.day, tzinfo=place)
    first, second = midnight.astimezone(UTC), midnight.replace(fold=1).astimezone(UTC)
    if first == second:
        return first
    if first < second:
        return second if local_date(second - _MICROSECOND, zone) < day else first
    before, after = second, first  # a gap: the later offset names the earlier moment
    while after - before > timedelta(seconds=1):
        between = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (between, after) if local_date(between, zone) < day else (before, between)
    return after


def add_hours(moment: datetime, hours: int) -> datetime:
    """Add elapsed hours, whatever the clocks on the wall do meanwhile."""
    return in_utc(moment) + timedelta(hours=hours)
