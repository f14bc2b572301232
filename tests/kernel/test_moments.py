from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.kernel.moments import (
    add_hours,
    format_moment,
    in_utc,
    local_date,
    parse_moment,
    start_of_local_day,
    zone_named,
)
from amends.kernel.refusals import Unreadable

MINUTE = timedelta(minutes=1)
moments = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds it


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T10:00:00Z", utc(2026, 11, 22, 10)),
        ("2026-11-22t10:00:00z", utc(2026, 11, 22, 10)),
        ("2026-11-22 10:00:00+08:00", utc(2026, 11, 22, 2)),
        ("2026-11-22T10:00-05:00", utc(2026, 11, 22, 15)),
        ("2026-11-22T10:00:00.123456Z", utc(2026, 11, 22, 10, 0, 0, 123456)),
        ("2026-11-22T10:00:00.5Z", utc(2026, 11, 22, 10, 0, 0, 500000)),
    ],
)
def test_moments_are_read_into_utc(text: str, moment: datetime) -> None:
    read = parse_moment(text)
    assert read == moment
    assert isinstance(read, datetime)
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-11-22T10:00:00", "moment_without_zone"),
        ("2026-11-22", "not_a_moment"),
        ("2026-13-22T10:00:00Z", "not_a_moment"),
        ("2026-02-30T10:00:00Z", "not_a_moment"),
        ("2026-11-22T24:30:00Z", "not_a_moment"),
        ("2026-11-22T23:59:60Z", "not_a_moment"),
        ("2026-11-22T10:00:00.1234567Z", "not_a_moment"),
        ("2026-W47-7T10:00:00Z", "not_a_moment"),
        ("0001-01-01T00:00:00+14:00", "not_a_moment"),
        ("２026-11-22T10:00:00Z", "not_a_moment"),
        ("", "not_a_moment"),
    ],
)
def test_what_is_no_moment_is_named(text: str, code: str) -> None:
    found = parse_moment(text)
    assert isinstance(found, Unreadable)
    assert found.code == code


@given(moments)
def test_a_moment_survives_being_written(moment: datetime) -> None:
    text = format_moment(moment)
    assert text.endswith("Z")
    assert parse_moment(text) == moment


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_a_named_problem(text: str) -> None:
    assert isinstance(parse_moment(text), datetime | Unreadable)


def test_a_moment_elsewhere_is_written_in_utc() -> None:
    assert format_moment(datetime(2026, 11, 22, 10, tzinfo=timezone(timedelta(hours=8)))) == "2026-11-22T02:00:00Z"


def test_a_naive_moment_is_a_bug() -> None:
    naive = datetime(2026, 11, 22)  # noqa: DTZ001 - the fault that is planted
    for use in (in_utc, format_moment, lambda moment: local_date(moment, "UTC"), lambda moment: add_hours(moment, 1)):
        with pytest.raises(ValueError, match="without a zone"):
            use(naive)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "America", "\x00"])
def test_an_unknown_zone_is_a_bug(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        zone_named(name)


def test_a_day_begins_at_another_moment_in_each_zone() -> None:
    moment = utc(2026, 11, 22, 3)
    assert local_date(moment, "America/New_York") == date(2026, 11, 21)
    assert local_date(moment, "Asia/Shanghai") == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("America/New_York", date(2026, 3, 8), utc(2026, 3, 8, 5)),
        ("America/New_York", date(2026, 3, 9), utc(2026, 3, 9, 4)),
        ("America/New_York", date(2026, 11, 2), utc(2026, 11, 2, 5)),
        ("America/Sao_Paulo", date(2018, 11, 4), utc(2018, 11, 4, 3)),  # 00:00 became 01:00
        ("America/Sao_Paulo", date(2018, 2, 18), utc(2018, 2, 18, 3)),  # 00:00 became 23:00 of the day before
        ("America/Havana", date(2026, 11, 1), utc(2026, 11, 1, 4)),  # 01:00 becomes 00:00 of the same day
        ("America/St_Johns", date(2010, 11, 7), utc(2010, 11, 7, 3, 30)),  # 00:01 became 23:01 of the day before
        ("Pacific/Apia", date(2011, 12, 30), utc(2011, 12, 30, 10)),  # a day that never was
        ("Asia/Riyadh", date(2026, 6, 1), utc(2026, 5, 31, 21)),
    ],
)
def test_a_local_day_starts_where_the_clock_on_the_wall_says(zone: str, day: date, start: datetime) -> None:
    assert start_of_local_day(day, zone) == start


def day_start_by_walking(day: date, place: ZoneInfo) -> datetime:
    """Walk backwards by the minute from well inside the next days until it is an earlier day."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=40)
    while (moment - MINUTE).astimezone(place).date() >= day:
        moment -= MINUTE
    return moment


def changes(place: ZoneInfo, first: datetime, last: datetime) -> list[datetime]:
    """Find the moments, to six hours, at which the offset of a zone changes."""
    step = timedelta(hours=6)
    found, moment = [], first
    while moment < last:
        if moment.astimezone(place).utcoffset() != (moment + step).astimezone(place).utcoffset():
            found.append(moment)
        moment += step
    return found


@pytest.mark.parametrize(
    "zone",
    ["America/New_York", "America/Toronto", "Europe/London", "America/Havana", "Asia/Beirut", "Atlantic/Azores", "America/Nuuk"],
)
def test_around_every_change_of_the_clock_days_start_as_a_walk_by_the_minute_finds(zone: str) -> None:
    place = ZoneInfo(zone)
    found = changes(place, utc(2024, 1, 1), utc(2029, 1, 1))
    assert found
    for change in found:
        for shift in (-1, 0, 1):
            day = (change + timedelta(days=shift)).astimezone(place).date()
            assert start_of_local_day(day, zone) == day_start_by_walking(day, place)


@pytest.mark.long
def test_in_every_zone_around_every_change_days_start_as_a_walk_finds() -> None:
    for zone in sorted(available_timezones() - {"localtime"}):
        place = ZoneInfo(zone)
        for change in changes(place, utc(2024, 1, 1), utc(2033, 1, 1)):
            day = (change + timedelta(hours=6)).astimezone(place).date()
            assert start_of_local_day(day, zone) == day_start_by_walking(day, place), (zone, day)


def test_hours_are_elapsed_hours_over_a_change_of_the_clock() -> None:
    evening = datetime(2026, 10, 31, 20, tzinfo=ZoneInfo("America/New_York"))
    assert add_hours(evening, 24) == utc(2026, 11, 2, 0)
    assert add_hours(evening, 24).astimezone(ZoneInfo("America/New_York")).hour == 19
