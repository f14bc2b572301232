"""A year of a large marketplace: a million orders, a hundred thousand cases, and a screen that is there within a second."""

import pytest
from benchmarks.insight import measure
from benchmarks.quiet import slowdown

pytestmark = pytest.mark.long


@pytest.mark.requirement("C-13")
def test_the_figures_of_a_million_orders_are_there_within_a_second() -> None:
    before = slowdown()
    figures = measure(1_000_000)
    slower = max(1.0, (before + slowdown()) / 2)  # others may share the machine
    assert figures["insight_dashboard_s"] / slower < 1.0, figures
    assert figures["insight_refresh_s"] / slower < 2.0, figures
    assert figures["insight_process_mb"] < 700, figures
