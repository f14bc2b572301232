from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.kernel.moments import local_date, start_of_local_day
from amends.kernel.working_time import (
    Calendar,
    Due,
    after_hours,
    calendar_from,
    days_between,
    reconsidered,
    window_in_days,
    working_days_after,
)

CalendarOf = Callable[[str], Calendar]
NEW_YORK = ZoneInfo("America/New_York")
CODES = ["us", "gb", "ca", "my", "th", "vn", "ph", "sg", "sa", "ae", "id", "cn", "br"]
moments = st.datetimes(datetime(2014, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def at(*parts: int, zone: str = "America/New_York") -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone))  # type: ignore[misc, arg-type]


@pytest.mark.requirement("E-04")
def test_fourteen_days_after_a_delivery_end_before_the_local_midnight_of_day_fifteen() -> None:
    due = window_in_days(at(2026, 11, 22, 10), 14, "America/New_York")
    assert due == at(2026, 12, 7)
    assert due.tzinfo is UTC


def test_a_window_over_a_change_of_the_clock_still_ends_at_local_midnight() -> None:
    assert window_in_days(at(2026, 10, 31, 23, 59), 1, "America/New_York") == at(2026, 11, 2)
    assert window_in_days(at(2026, 3, 7, 23, 59), 1, "America/New_York") == at(2026, 3, 9)


def test_a_window_that_would_end_at_a_midnight_that_never_was_ends_when_the_clock_jumped() -> None:
    start = at(2018, 11, 2, 12, zone="America/Sao_Paulo")
    assert window_in_days(start, 1, "America/Sao_Paulo") == datetime(2018, 11, 4, 3, tzinfo=UTC)


def test_a_window_of_no_days_is_open_for_the_rest_of_the_day() -> None:
    assert window_in_days(at(2026, 11, 22, 10), 0, "America/New_York") == at(2026, 11, 23)


@given(moments, st.integers(0, 400), st.sampled_from(["America/New_York", "America/Sao_Paulo", "Asia/Riyadh", "Pacific/Apia"]))
def test_a_window_and_the_difference_of_days_agree_at_its_edge(start: datetime, days: int, zone: str) -> None:
    due = window_in_days(start, days, zone)
    assert days_between(start, due, zone) > days
    assert days_between(start, due - timedelta(microseconds=1), zone) <= days


def test_days_between_are_local_midnights_and_not_spans_of_24_hours() -> None:
    assert days_between(at(2026, 11, 22, 23, 59), at(2026, 11, 23, 0, 1), "America/New_York") == 1
    assert days_between(at(2026, 11, 22, 0, 1), at(2026, 11, 22, 23, 59), "America/New_York") == 0
    assert days_between(at(2026, 11, 23), at(2026, 11, 22, 23), "America/New_York") == -1


def test_hours_are_elapsed() -> None:
    assert after_hours(at(2026, 10, 31, 12), 24) == at(2026, 11, 1, 11)


@pytest.mark.requirement("C-02")
def test_four_working_days_from_friday_skip_the_weekend_and_thanksgiving(calendar_of: CalendarOf) -> None:
    due = working_days_after(at(2026, 11, 20, 15), 4, calendar_of("us"))
    assert due == Due(at(2026, 11, 28), provisional=False)


@pytest.mark.requirement("C-02")
def test_two_working_days_from_sunday_end_before_wednesday(calendar_of: CalendarOf) -> None:
    assert working_days_after(at(2026, 11, 15, 12), 2, calendar_of("us")).at == at(2026, 11, 18)


def test_the_day_of_the_event_is_the_local_one(calendar_of: CalendarOf) -> None:
    late = datetime(2026, 11, 18, 4, 59, tzinfo=UTC)  # Tuesday 23:59 in New York
    assert working_days_after(late, 1, calendar_of("us")).at == at(2026, 11, 19)
    assert working_days_after(late + timedelta(minutes=1), 1, calendar_of("us")).at == at(2026, 11, 20)


def test_a_saturday_that_makes_up_for_the_spring_festival_counts_in_china(calendar_of: CalendarOf) -> None:
    friday = at(2026, 2, 13, 15, zone="Asia/Shanghai")
    assert working_days_after(friday, 1, calendar_of("cn")).at == at(2026, 2, 15, zone="Asia/Shanghai")
    assert working_days_after(friday, 2, calendar_of("cn")).at == at(2026, 2, 25, zone="Asia/Shanghai")


def test_the_weekend_is_friday_and_saturday_in_saudi_arabia(calendar_of: CalendarOf) -> None:
    wednesday = at(2026, 11, 18, 12, zone="Asia/Riyadh")
    assert working_days_after(wednesday, 2, calendar_of("sa")).at == at(2026, 11, 23, zone="Asia/Riyadh")


def test_the_emirates_moved_their_weekend_on_1_january_2022(calendar_of: CalendarOf) -> None:
    emirates = calendar_of("ae")
    assert not emirates.is_working_day(date(2021, 11, 19))
    assert emirates.is_working_day(date(2021, 11, 21))
    assert emirates.is_working_day(date(2022, 1, 7))
    assert not emirates.is_working_day(date(2022, 1, 9))


@pytest.mark.parametrize(("code", "day"), [("gb", date(2026, 12, 28)), ("us", date(2026, 7, 3)), ("br", date(2017, 9, 7))])
def test_a_holiday_is_no_working_day(calendar_of: CalendarOf, code: str, day: date) -> None:
    assert day.weekday() < 5
    assert not calendar_of(code).is_working_day(day)


def test_a_due_day_after_the_last_announced_one_is_provisional(calendar_of: CalendarOf) -> None:
    china = calendar_of("cn")
    assert china.confirmed_until == date(2026, 12, 31)
    wednesday = at(2026, 12, 30, 9, zone="Asia/Shanghai")
    assert working_days_after(wednesday, 1, china) == Due(at(2027, 1, 1, zone="Asia/Shanghai"), provisional=False)
    assert working_days_after(wednesday, 2, china).provisional


def test_a_provisional_promise_moves_later_never_earlier_and_a_firm_one_stays() -> None:
    early, late = Due(at(2027, 1, 5), provisional=True), Due(at(2027, 1, 6), provisional=False)
    assert reconsidered(early, late) == late
    assert reconsidered(Due(late.at, provisional=True), Due(early.at, provisional=False)) == late
    assert reconsidered(late, Due(at(2027, 1, 9), provisional=False)) == late


def due_by_walking(start: datetime, days: int, calendar: Calendar) -> datetime:
    """Count day by day with the rules spelled out once more."""
    day = local_date(start, calendar.zone)
    while days:
        day += timedelta(days=1)
        weekend = next(entry.days for entry in reversed(calendar.weekends) if entry.since is None or day >= entry.since)
        rest = (day in calendar.holidays or day.weekday() in weekend) and day not in calendar.workdays
        days -= 0 if rest else 1
    return start_of_local_day(day + timedelta(days=1), calendar.zone)


@given(moments, st.integers(1, 60) | st.integers(1, 1500), st.sampled_from(CODES))
def test_counting_ahead_equals_walking_day_by_day(calendar_of: CalendarOf, start: datetime, days: int, code: str) -> None:
    calendar = calendar_of(code)
    assert working_days_after(start, days, calendar).at == due_by_walking(start, days, calendar)


@given(moments, st.integers(1, 30), st.sampled_from(CODES))
def test_one_more_working_day_is_always_later(calendar_of: CalendarOf, start: datetime, days: int, code: str) -> None:
    calendar = calendar_of(code)
    assert start < working_days_after(start, days, calendar).at < working_days_after(start, days + 1, calendar).at


@pytest.mark.parametrize("days", [0, -1])
def test_working_days_are_counted_from_one(calendar_of: CalendarOf, days: int) -> None:
    with pytest.raises(ValueError, match="counted from one"):
        working_days_after(at(2026, 11, 20), days, calendar_of("us"))
    with pytest.raises(ValueError, match="counted from one"):
        calendar_of("us").nth_working_day_after(date(2026, 11, 20), days)


WRITTEN: dict[str, Any] = {
    "code": "xx",
    "version": "1",
    "zone": "UTC",
    "confirmed_until": "2026-12-31",
    "weekends": [{"days": ["sunday"]}],
    "holidays": {"2026-01-01": "New Year"},
}


def test_a_calendar_reads_dates_as_text_or_as_dates() -> None:
    as_text = calendar_from(WRITTEN)
    as_dates = calendar_from(WRITTEN | {"holidays": {date(2026, 1, 1): "New Year"}, "confirmed_until": date(2026, 12, 31)})
    assert as_text == as_dates
    assert as_text.is_working_day(date(2026, 1, 3))
    assert not as_text.is_working_day(date(2026, 1, 4))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"zone": "Mars/Olympus"}, "no time zone"),
        ({"weekends": []}, "leave a day to work"),
        ({"weekends": [{"days": ["sunday", "funday"]}]}, "no day of the week"),
        ({"weekends": [{"since": "2022-01-01", "days": ["sunday"]}, {"days": ["friday"]}]}, "oldest first"),
        ({"weekends": [{"days": ["sunday"]}, {"days": ["friday"]}]}, "oldest first"),
        (
            {"weekends": [{"days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]}]},
            "leave a day to work",
        ),
    ],
)
def test_a_calendar_that_makes_no_sense_does_not_load(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        calendar_from(WRITTEN | change)


@pytest.mark.parametrize("change", [{"holiday": {}}, {"holidays": ["2026-01-01"]}, {"confirmed_until": "soon"}, {"version": 1}])
def test_a_calendar_of_another_shape_does_not_load(change: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        calendar_from(WRITTEN | change)
