"""How long and how much, as policy writes it. "14 days" and "14 hours" are different types and never compare."""

import re
from datetime import datetime, timedelta
from typing import Final

import msgspec

from amends.kernel.moments import in_utc
from amends.kernel.money import percent_of
from amends.kernel.refusals import Unreadable, unreadable
from amends.kernel.working_time import Calendar, Due, after_hours, window_in_days, working_days_after

WHOLE: Final = 1_000_000


class Days(msgspec.Struct, frozen=True, order=True):
    """Calendar days in the market's zone."""

    n: int


class Hours(msgspec.Struct, frozen=True, order=True):
    """Elapsed hours."""

    n: int


class Minutes(msgspec.Struct, frozen=True, order=True):
    """Elapsed minutes."""

    n: int


class WorkingDays(msgspec.Struct, frozen=True, order=True):
    """Working days of the market's calendar."""

    n: int


class Percent(msgspec.Struct, frozen=True, order=True):
    """A share, exact to four decimals of a percent: 12.4 percent is 124,000 millionths."""

    millionths: int

    def of(self, amount: int) -> int:
        """Take this share of minor units, rounded half to even."""
        return percent_of(amount, self.millionths, WHOLE)


Duration = Days | Hours | Minutes | WorkingDays
Quantity = Duration | Percent

_SHAPE = re.compile(r"(-?[0-9][0-9.,]*) ([a-z]+(?: [a-z]+)*)", re.ASCII)
_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,3}", re.ASCII)
_SHARE = re.compile(r"(0|[1-9][0-9]{0,3})(?:\.([0-9]{1,4}))?", re.ASCII)
_DURATIONS: Final[dict[str, type[Duration]]] = {
    "day": Days,
    "days": Days,
    "hour": Hours,
    "hours": Hours,
    "minute": Minutes,
    "minutes": Minutes,
    "working day": WorkingDays,
    "working days": WorkingDays,
}


def parse_quantity(text: str) -> Quantity | Unreadable:
    """Read "14 days", "48 hours", "2 working days" or "12.4 percent".

    Refused: another shape (`not_a_quantity`), another unit (`unknown_unit`), a part of a day or hour, a sign, leading zeros
    or more than 9999 (`not_a_whole_number`), a percent with more than four decimals (`not_a_percentage`), 0 working days.
    """
    found = _SHAPE.fullmatch(text)
    if found is None:
        return unreadable("not_a_quantity", text, "a number, one blank and a unit, such as 14 days")
    number, unit = found[1], found[2]
    if unit == "percent":
        return _percent(number, text)
    kind = _DURATIONS.get(unit)
    if kind is None:
        return unreadable("unknown_unit", text, "days, hours, minutes, working days or percent")
    if not _WHOLE_NUMBER.fullmatch(number) or (kind is WorkingDays and number == "0"):
        return unreadable("not_a_whole_number", text, f"a whole number of {unit} up to 9999")
    return kind(int(number))


def _percent(number: str, text: str) -> Percent | Unreadable:
    found = _SHARE.fullmatch(number)
    if found is None:
        return unreadable("not_a_percentage", text, "a percentage with at most four decimals, such as 12.4 percent")
    return Percent(int(found[1] + (found[2] or "").ljust(4, "0")))


def format_quantity(quantity: Quantity) -> str:
    """Write a quantity as `parse_quantity` reads it: "1 day", "2 working days", "12.4 percent"."""
    match quantity:
        case Percent(millionths):
            whole, rest = divmod(millionths, 10_000)
            decimals = f"{rest:04d}".rstrip("0")
            return f"{whole}.{decimals} percent" if decimals else f"{whole} percent"
        case Days(n):
            unit = "day"
        case Hours(n):
            unit = "hour"
        case Minutes(n):
            unit = "minute"
        case WorkingDays(n):
            unit = "working day"
    return f"{n} {unit}" if n == 1 else f"{n} {unit}s"


def due_after(quantity: Duration, start: datetime, calendar: Calendar) -> Due:
    """Say when a window that began at `start` is over. A percentage raises TypeError."""
    if isinstance(quantity, WorkingDays):
        return working_days_after(start, quantity.n, calendar)
    if isinstance(quantity, Hours):
        return Due(after_hours(start, quantity.n), provisional=False)
    if isinstance(quantity, Days):
        return Due(window_in_days(start, quantity.n, calendar.zone), provisional=False)
    if isinstance(quantity, Minutes):
        return Due(in_utc(start) + timedelta(minutes=quantity.n), provisional=False)
    raise TypeError(f"{type(quantity).__name__} is no length of time")
