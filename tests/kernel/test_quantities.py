from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.kernel.quantities import (
    Days,
    Duration,
    Hours,
    Minutes,
    Percent,
    Quantity,
    WorkingDays,
    due_after,
    format_quantity,
    parse_quantity,
)
from amends.kernel.refusals import Unreadable
from amends.kernel.working_time import Calendar, Due

counts = st.integers(1, 9999)
quantities = (
    st.builds(Days, counts)
    | st.builds(Hours, counts)
    | st.builds(Minutes, counts)
    | st.builds(WorkingDays, counts)
    | st.builds(Percent, st.integers(0, 10**7))
)


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("14 days", Days(14)),
        ("1 day", Days(1)),
        ("0 days", Days(0)),
        ("48 hours", Hours(48)),
        ("15 minutes", Minutes(15)),
        ("2 working days", WorkingDays(2)),
        ("12.4 percent", Percent(124_000)),
        ("5 percent", Percent(50_000)),
        ("0.0001 percent", Percent(1)),
    ],
)
def test_quantities_are_read_as_policy_writes_them(text: str, quantity: Quantity) -> None:
    assert parse_quantity(text) == quantity


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("14", "not_a_quantity"),
        ("days", "not_a_quantity"),
        ("14days", "not_a_quantity"),
        ("14  days", "not_a_quantity"),
        (" 14 days", "not_a_quantity"),
        ("14 days\n", "not_a_quantity"),
        ("14 Days", "not_a_quantity"),
        ("１４ days", "not_a_quantity"),
        ("30 seconds", "unknown_unit"),
        ("2 weeks", "unknown_unit"),
        ("2 business days", "unknown_unit"),
        ("1.5 days", "not_a_whole_number"),
        ("-1 days", "not_a_whole_number"),
        ("014 days", "not_a_whole_number"),
        ("10000 hours", "not_a_whole_number"),
        ("0 working days", "not_a_whole_number"),
        ("12.40000 percent", "not_a_percentage"),
        ("-1 percent", "not_a_percentage"),
        ("1,5 percent", "not_a_percentage"),
    ],
)
def test_what_is_no_quantity_says_what_is_wrong(text: str, code: str) -> None:
    found = parse_quantity(text)
    assert isinstance(found, Unreadable)
    assert found.code == code
    assert found.wanted


@given(quantities)
def test_a_quantity_survives_being_written(quantity: Quantity) -> None:
    assert parse_quantity(format_quantity(quantity)) == quantity


@given(st.text(max_size=30))
def test_any_text_is_a_quantity_or_a_named_problem(text: str) -> None:
    assert isinstance(parse_quantity(text), Quantity | Unreadable)


@given(quantities, quantities)
def test_quantities_of_two_types_never_compare(left: Quantity, right: Quantity) -> None:
    if type(left) is not type(right):
        assert left != right
        with pytest.raises(TypeError):
            _ = left < right  # type: ignore[operator]


def test_quantities_of_one_type_order() -> None:
    assert Days(2) < Days(14)
    assert max(Percent(124_000), Percent(58_000)) == Percent(124_000)


@given(st.integers(0, 10**7), st.integers(0, 10**12))
def test_a_percentage_of_an_amount_is_exact_to_half_a_unit(millionths: int, amount: int) -> None:
    assert Percent(millionths).of(amount) == round(Fraction(millionths, 1_000_000) * amount)


def test_each_length_of_time_ends_in_its_own_way(calendar_of: Callable[[str], Calendar]) -> None:
    us = calendar_of("us")
    friday = datetime(2026, 11, 20, 20, tzinfo=UTC)
    assert due_after(Days(4), friday, us) == Due(datetime(2026, 11, 25, 5, tzinfo=UTC), provisional=False)
    assert due_after(Minutes(15), friday, us) == Due(friday + timedelta(minutes=15), provisional=False)
    assert due_after(Hours(96), friday, us) == Due(friday + timedelta(hours=96), provisional=False)
    assert due_after(WorkingDays(4), friday, us) == Due(datetime(2026, 11, 28, 5, tzinfo=UTC), provisional=False)


def test_a_percentage_is_no_length_of_time(calendar_of: Callable[[str], Calendar]) -> None:
    wrong: Duration = Percent(1)  # type: ignore[assignment]
    with pytest.raises(TypeError, match="no length of time"):
        due_after(wrong, datetime(2026, 11, 20, tzinfo=UTC), calendar_of("us"))
