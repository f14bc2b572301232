# ruff: noqa: DTZ001 - wall clocks without a zone are what is tested
from datetime import UTC, datetime

import pytest

from amends.exchange.local_times import DayOrder, Wall, read_wall, to_moment

JAKARTA = "Asia/Jakarta"


@pytest.mark.parametrize(
    ("text", "day_first", "expected"),
    [
        ("03/14/2026 2:05:09 PM", False, "2026-03-14T14:05:09"),
        ("03/04/2026 12:05:09 AM", False, "2026-03-04T00:05:09"),
        ("03/04/2026 12:05:09 PM", True, "2026-04-03T12:05:09"),
        ("14/03/2026 23:59:01", True, "2026-03-14T23:59:01"),
        ("2026-03-14 23:59:01", True, "2026-03-14T23:59:01"),
        ("2026-03-14T23:59:01", False, "2026-03-14T23:59:01"),
        ("2026/03/14 23:59", False, "2026-03-14T23:59:00"),
        ("14.03.2026 23:59", True, "2026-03-14T23:59:00"),
    ],
)
def test_moments_are_read_in_each_spelling(text: str, day_first: bool, expected: str) -> None:  # noqa: FBT001
    assert read_wall(text, day_first=day_first) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text", ["", "soon", "31/31/2026 10:00", "13/13/2026 1:00:00 PM", "03/04/2026 13:00:00 PM", "0001-01-01", "=NOW()"]
)
def test_what_is_no_moment_is_none(text: str) -> None:
    assert read_wall(text, day_first=True) is None


def test_a_local_clock_becomes_utc() -> None:
    assert to_moment(datetime(2026, 3, 14, 7, 0), JAKARTA) == datetime(2026, 3, 14, 0, 0, tzinfo=UTC)


def test_a_day_without_a_time_is_the_end_of_that_local_day() -> None:
    wall = read_wall("2026-03-14", day_first=True)
    assert isinstance(wall, Wall)
    assert to_moment(wall, JAKARTA) == datetime(2026, 3, 14, 16, 59, 59, 999999, tzinfo=UTC)


def test_a_column_of_days_written_as_midnights_is_read_as_days() -> None:
    assert to_moment(datetime(2026, 3, 14), JAKARTA, "end") == datetime(2026, 3, 14, 16, 59, 59, 999999, tzinfo=UTC)
    assert to_moment(datetime(2026, 3, 14, 9), JAKARTA, "start") == datetime(2026, 3, 13, 17, 0, tzinfo=UTC)


def test_a_day_that_lost_its_midnight_to_the_summer_clock_still_ends() -> None:
    wall = read_wall("2018-11-03", day_first=True)
    assert wall is not None
    assert to_moment(wall, "America/Sao_Paulo") == datetime(2018, 11, 4, 2, 59, 59, 999999, tzinfo=UTC)


def test_one_day_above_twelve_settles_the_whole_file() -> None:
    order = DayOrder("us")
    order.see(["03/04/2026 10:00:00"])
    order.see(["13/04/2026 10:00:00"])
    assert order.day_first
    assert not order.assumed


def test_orders_that_would_run_backwards_tell_day_from_month() -> None:
    order = DayOrder("id")
    order.see(["03/04/2026 10:00:00", "04/01/2026 10:00:00"])  # 4 March, then 1 April: only the month-first reading runs forwards
    assert not order.day_first
    assert not order.assumed


@pytest.mark.parametrize(
    ("market", "text", "day_first"),
    [("id", "03/04/2026 10:00:00", True), ("us", "03/04/2026 10:00", False), ("gb", "03/04/2026 1:00:00 AM", False)],
)
def test_where_nothing_tells_the_spelling_and_the_market_are_taken_and_said_so(market: str, text: str, day_first: bool) -> None:  # noqa: FBT001
    order = DayOrder(market)
    order.see([text])
    assert order.day_first is day_first
    assert order.assumed
