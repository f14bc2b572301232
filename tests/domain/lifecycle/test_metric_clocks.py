"""The clock of a refund without a return stands still while the refusal of the parcel is agreed, and never for the seller's delay (C-09)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.domain.lifecycle.case import CASE
from amends.domain.lifecycle.machine import START, find
from amends.domain.lifecycle.metric_clocks import KINDS, step

T0 = datetime(2026, 11, 16, 15, tzinfo=UTC)


def verb(
    event: str, came_from: str | None, state: str, parcel: str = "in_transit", kind: str = "refund_in_transit"
) -> str | None:
    found = step(kind, event, came_from, state, parcel)
    return found.verb if found else None


@pytest.mark.requirement("C-09")
def test_it_stands_still_when_the_refusal_is_agreed_and_runs_on_when_the_parcel_is_settled() -> None:
    assert verb("refuse_sign_agreed", "pending_review", "refuse_sign_agreed") == "stop"
    for parcel in ("refused", "intercepted", "delivered"):
        assert verb("parcel_settled", "refuse_sign_agreed", "refuse_sign_agreed", parcel) == "start"


@pytest.mark.requirement("C-09")
@pytest.mark.parametrize("parcel", ["exception", "lost", "damaged"])
def test_the_carriers_trouble_keeps_it_standing_still(parcel: str) -> None:
    assert verb("parcel_settled", "refuse_sign_agreed", "refuse_sign_agreed", parcel) is None


@pytest.mark.requirement("C-09")
def test_it_ends_with_the_grant_or_the_end_of_the_case_and_other_kinds_have_none() -> None:
    assert verb("approved", "pending_review", "refund_approved") == "stop"
    assert verb("withdrawn", "pending_review", "closed") == "stop"
    assert verb("refund_succeeded", "refund_approved", "completed") is None, "it ended with the grant"
    assert verb("rejected", "pending_review", "rejected_1") is None, "a rejection ends nothing yet"
    assert verb("rejected", "refuse_sign_agreed", "rejected_1") == "start"
    assert verb("approved", "pending_review", "refund_approved", kind="return_refund") is None


@given(st.lists(st.sampled_from(sorted({row.event for row in CASE.rows})), max_size=25), st.sampled_from(sorted(KINDS)))
def test_whatever_happens_it_never_runs_twice_and_never_after_the_end(events: list[str], kind: str) -> None:
    state, running = "pending_review", True
    for event in events:
        row = next(
            (r for by in ("buyer", "seller", "platform", "system", "carrier") if (r := find(CASE, state, kind, event, by))), None
        )
        if row is None or START in row.sources:
            continue
        after = row.target(state, kind, "pending_review")
        found = step(kind, event, state, after, "refused")
        if found and found.verb == "start":
            assert after not in ("completed", "closed")
            running = True
        elif found:
            running = False
        state = after
        if state in ("completed", "closed", "refund_approved"):
            assert not running, (event, state)
