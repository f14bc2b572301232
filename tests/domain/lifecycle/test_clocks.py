"""Promised is promised: five verbs on a promise."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.domain.facts.deadline import Deadline
from amends.domain.lifecycle import clocks

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
SPAN = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30))


def a_promise(due: timedelta = timedelta(hours=48), **told: object) -> Deadline:
    fields = {"kind": "review", "started_seq": 1, "started_at": NOW, "due_at": NOW + due, "state": "running"}
    return Deadline(**fields | {"rule": "review_base", "on_expiry": "approve", "at_least": 4 * 3600} | told)  # type: ignore[arg-type]


@given(due=SPAN, waited=SPAN, paused=SPAN)
def test_a_pause_takes_no_time_away(due: timedelta, waited: timedelta, paused: timedelta) -> None:
    """What was left is left again, or four hours if that is more."""
    stopped = NOW + waited
    stood = clocks.pause(a_promise(due), stopped, "proof_given")
    again = clocks.resume(stood, stopped + paused)
    left = max(due - waited, timedelta(0))
    assert stood.state == "paused"
    assert stood.resumes_on == "proof_given"
    assert again.state == "running"
    assert again.remaining is None
    assert again.due_at - (stopped + paused) >= max(left, timedelta(hours=4))
    assert again.due_at - (stopped + paused) < max(left, timedelta(hours=4)) + timedelta(seconds=1)


@pytest.mark.requirement("C-08")
@given(due=SPAN, wanted=SPAN)
def test_shrinking_never_gives_more_time(due: timedelta, wanted: timedelta) -> None:
    shorter = clocks.shrink(a_promise(due), NOW, NOW + wanted)
    assert shorter.due_at == min(NOW + due, NOW + wanted)


@pytest.mark.requirement("C-08")
def test_a_clock_with_less_than_48_hours_left_does_not_change() -> None:
    nearly = a_promise(timedelta(hours=30))
    assert clocks.shrink(nearly, NOW, NOW + timedelta(hours=48)).due_at == nearly.due_at


def test_a_paused_clock_shrinks_in_what_is_left_of_it() -> None:
    stood = clocks.pause(a_promise(timedelta(hours=100)), NOW, "x")
    assert clocks.shrink(stood, NOW, NOW + timedelta(hours=48)).remaining == 48 * 3600


def test_a_done_clock_is_left_alone() -> None:
    done = clocks.stop(a_promise(), NOW)
    assert (done.state, done.ended, done.ended_at) == ("done", "stopped", NOW)
    assert clocks.pause(done, NOW, "x") is done
    assert clocks.resume(done, NOW) is done
    assert clocks.stop(done, NOW + timedelta(1), "fired") is done
    assert clocks.shrink(done, NOW, NOW) is done


def test_pausing_twice_changes_only_what_it_waits_for() -> None:
    stood = clocks.pause(a_promise(), NOW, "proof_given")
    again = clocks.pause(stood, NOW + timedelta(hours=9), "recheck_admitted")
    assert (again.remaining, again.resumes_on) == (stood.remaining, "recheck_admitted")


def test_a_running_clock_does_not_resume() -> None:
    running = a_promise()
    assert clocks.resume(running, NOW + timedelta(hours=1)) is running


def test_a_promise_of_the_past_is_remembered_as_done() -> None:
    past = clocks.historical(a_promise())
    assert (past.state, past.ended, past.ended_at) == ("done", "historical", NOW)
