"""Metric clocks: how long something took, as intervals that are summed and never fire (C-09). A table, like the others."""

from typing import Final, NamedTuple

from amends.domain.facts.words import FINAL_STATES

REFUND_ONLY: Final = "refund_only_duration"
KINDS: Final = frozenset({"refund_in_transit", "refund_only"})
STANDS_STILL: Final = "refuse_sign_agreed"
RESUMES_ON: Final = frozenset({"parcel_settled"})
LOGISTICS_EXCEPTION: Final = frozenset({"exception", "lost", "damaged"})
"""A parcel in such a state is the carrier's trouble: the seller's clock goes on standing still."""
_OVER: Final = FINAL_STATES | {"refund_approved"}


class Step(NamedTuple):
    """What an event does to a metric clock: `start`, `stop`, or nothing."""

    metric: str
    verb: str


def step(kind: str, event: str, came_from: str | None, state: str, parcel: str | None) -> Step | None:
    """What an event does to the clock of a case of that kind. `parcel` is the forward parcel's status after it.

    It runs from the request until the money is granted or the case ends; while the refusal of the parcel is agreed it stands
    still, until the parcel is settled otherwise than by the carrier's fault.
    """
    if kind not in KINDS or came_from is None:
        return None  # nothing is written at the beginning: the first stop writes the whole interval
    if came_from != STANDS_STILL and state == STANDS_STILL:
        return Step(REFUND_ONLY, "stop")
    if came_from == state == STANDS_STILL and event in RESUMES_ON and parcel not in LOGISTICS_EXCEPTION:
        return Step(REFUND_ONLY, "start")
    if came_from == STANDS_STILL != state and state not in _OVER:
        return Step(REFUND_ONLY, "start")
    if came_from not in _OVER and state in _OVER:
        return Step(REFUND_ONLY, "stop")
    return None
