"""Alarms come between the beginning and the end of a deadline, the later ones later, whatever its length."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from amends.domain.facts.deadline import Deadline
from amends.domain.lifecycle.alarms import ALARMS, alarm_due, alarm_moments

T0 = datetime(2026, 11, 16, 15, tzinfo=UTC)


def lasting(**span: float) -> Deadline:
    return Deadline("review", 1, T0, T0 + timedelta(**span), "running", "r", "approve")


def hours(deadline: Deadline) -> dict[str, float]:
    return {alarm: (moment - T0) / timedelta(hours=1) for alarm, moment in alarm_moments(deadline).items()}


def test_two_days_are_told_of_at_half_time_twelve_and_two_hours_before_the_end() -> None:
    assert hours(lasting(hours=48)) == {"half": 24, "12_hours": 36, "2_hours": 46}


def test_of_two_alarms_at_one_moment_the_one_that_names_the_hours_is_told() -> None:
    assert hours(lasting(hours=24)) == {"12_hours": 12, "2_hours": 22}


def test_a_two_hour_lane_is_told_of_at_half_time_alone() -> None:
    assert hours(lasting(hours=2)) == {"half": 1}


@given(st.integers(1, 60 * 24 * 40), st.integers(0, 60 * 24 * 41))
def test_an_alarm_is_due_from_its_moment_to_the_end_and_never_twice(minutes: int, after: int) -> None:
    deadline, now = lasting(minutes=minutes), T0 + timedelta(minutes=after)
    moments = alarm_moments(deadline)
    assert list(moments.values()) == sorted(moments.values())
    assert set(moments) <= set(ALARMS)
    due = alarm_due(deadline, None, now)
    if due is not None:
        assert moments[due] <= now < deadline.due_at
        assert alarm_due(deadline, now, now) is None
    else:
        assert now >= deadline.due_at or all(now < moment for moment in moments.values())


@given(st.integers(1, 60 * 24 * 40), st.integers(1, 60 * 24 * 40), st.sampled_from(sorted(ALARMS)))
def test_a_clock_that_got_time_back_tells_each_alarm_again_at_its_later_moment(minutes: int, back: int, alarm: str) -> None:
    deadline = lasting(minutes=minutes)
    if (first := alarm_moments(deadline).get(alarm)) is None:
        return
    moved = replace(deadline, due_at=deadline.due_at + timedelta(minutes=back))
    assert alarm_due(deadline, first, first) is None
    assert alarm_due(moved, first, first) is None, "what comes before it was told of with it"
    again = alarm_moments(moved).get(alarm)
    if again is not None:
        assert alarm_due(moved, first, again) == alarm
