"""A parcel is where its scans say it is, in whatever order they came."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.domain.facts.parcel import Parcel, Scan
from amends.domain.lifecycle.parcel import FORWARD, RETURN, scanned

T = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
TOLD = [("not_shipped", None, None), ("packed", None, None), ("picked_up", T - 5 * DAY, None), ("in_transit", T - 5 * DAY, None)]
TOLD += [("delivered", T - 5 * DAY, T - DAY)]


def a_parcel(direction: Any, status: str, shipped: datetime | None, delivered: datetime | None) -> Parcel:
    return Parcel(UUID(int=1), None, direction, status, "ups", "1Z", None, shipped, delivered, None)


def a_scan(n: int, status: str, hour: int) -> Scan:
    return Scan(UUID(int=1), "carrier", str(n), status, T + timedelta(hours=hour), T)


def take(parcel: Parcel, scans: tuple[Scan, ...]) -> Parcel:
    for n, scan in enumerate(scans):
        parcel = scanned(parcel, scans[:n], scan)
    return parcel


def hours(words: list[str]) -> Any:
    return st.lists(st.tuples(st.sampled_from([*words, "a word that we do not know"]), st.integers(0, 3)), min_size=1, max_size=4)


@pytest.mark.requirement("L-07")
@given(told=st.sampled_from(TOLD), happened=hours([row.to for row in FORWARD.rows]))
def test_the_order_of_arrival_does_not_matter(told: Any, happened: Any) -> None:
    scans = tuple(a_scan(n, status, hour) for n, (status, hour) in enumerate(happened))
    ends = {
        (p.status, p.shipped_at, p.delivered_at)
        for p in (take(a_parcel("forward", *told), order) for order in permutations(scans))
    }
    assert len(ends) == 1


@pytest.mark.requirement("L-07")
@given(happened=hours([row.to for row in RETURN.rows]))
def test_the_order_of_arrival_does_not_matter_on_the_way_back(happened: Any) -> None:
    scans = tuple(a_scan(n, status, hour) for n, (status, hour) in enumerate(happened))
    parcel = a_parcel("return", "awaiting_scan", T - DAY, None)
    ends = {(p.status, p.shipped_at, p.delivered_at) for p in (take(parcel, order) for order in permutations(scans))}
    assert len(ends) == 1


@given(happened=hours([row.to for row in FORWARD.rows]), late=st.sampled_from([row.to for row in FORWARD.rows]))
def test_a_delivered_parcel_stays_delivered(happened: Any, late: str) -> None:
    scans = (a_scan(0, "delivered", 0), *(a_scan(n + 1, status, hour + 1) for n, (status, hour) in enumerate(happened)))
    parcel = take(a_parcel("forward", "in_transit", T - DAY, None), (*scans, a_scan(99, late, 50)))
    assert (parcel.status, parcel.delivered_at) == ("delivered", T)


def test_a_late_scan_of_something_earlier_changes_nothing() -> None:
    scans = (a_scan(1, "out_for_delivery", 5), a_scan(2, "picked_up", 1))
    parcel = take(a_parcel("forward", "not_shipped", None, None), scans)
    assert (parcel.status, parcel.shipped_at) == ("out_for_delivery", T + timedelta(hours=1))


def test_a_scan_of_another_parcel_is_not_counted() -> None:
    other = Scan(UUID(int=2), "carrier", "9", "delivered", T, T)
    parcel = scanned(a_parcel("forward", "packed", None, None), (other,), a_scan(1, "picked_up", 1))
    assert parcel.status == "picked_up"


def test_an_interception_comes_only_between_pickup_and_the_last_mile() -> None:
    packed = take(a_parcel("forward", "packed", None, None), (a_scan(1, "intercept_requested", 1),))
    moving = take(a_parcel("forward", "packed", None, None), (a_scan(1, "picked_up", 1), a_scan(2, "intercept_requested", 2)))
    assert (packed.status, moving.status) == ("packed", "intercept_requested")
