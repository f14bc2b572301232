"""When people are told that a deadline comes near: at half time, twelve hours and two hours before it ends."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from amends.domain.facts.deadline import Deadline

ALARMS: Final[Mapping[str, timedelta | None]] = {"half": None, "12_hours": timedelta(hours=12), "2_hours": timedelta(hours=2)}
"""The alarms by how long before the end; None is half time. Words: `vocabulary/alarms.yaml`."""


def alarm_moments(deadline: Deadline) -> dict[str, datetime]:
    """When each alarm of a running deadline is due.

    One that would come before its beginning is none; of two at one moment the one that names the hours is told.
    """
    begun, due = deadline.started_at, deadline.due_at
    found: dict[datetime, str] = {}
    for alarm, before in ALARMS.items():
        moment = begun + (due - begun) / 2 if before is None else due - before
        if begun < moment < due:
            found[moment] = alarm
    return {alarm: moment for moment, alarm in sorted(found.items())}


def alarm_due(deadline: Deadline, told: datetime | None, now: datetime) -> str | None:
    """The alarm that is to be told now: the last one whose moment has come, if nothing was told since; None when time is up.

    `told` is when somebody was last told of this clock. One that rested or got time back has later moments, and warns again at them.
    """
    if deadline.state != "running" or now >= deadline.due_at:
        return None
    come = [(alarm, moment) for alarm, moment in alarm_moments(deadline).items() if moment <= now]
    if not come:
        return None
    alarm, moment = come[-1]
    return alarm if told is None or told < moment else None


ALARMED: Final = (
    "first_response", "review", "review_return", "seller_ship", "refuse_sign", "appeal", "statutory_refund", "proposal", "proof",
    "escalate", "ship_back", "recheck", "dispute",
)  # fmt: skip
"""Clocks whose end takes a decision out of somebody's hands; those of carriers and of payments tell nobody anything before."""
