"""The tables, checked whole."""

import pytest

from amends.domain.lifecycle.case import CASE, PROMISED_ONLY_BY_SOME
from amends.domain.lifecycle.diagram import TABLES, document, mermaid
from amends.domain.lifecycle.machine import SAME, START, STORED, Row, Table, find, hanging, never_left, never_reached
from amends.domain.lifecycle.not_built_yet import NOT_BUILT_YET


def a_row(event: str, source: str, to: str, **more: object) -> Row:
    return Row(number=1, sources=(source,), event=event, by=("buyer",), to=to, action="x", **more)  # type: ignore[arg-type]


def test_all_rows_of_the_case_table_are_there() -> None:
    assert set(range(1, 44)) <= {row.number for row in CASE.rows}
    assert all(row.source for row in CASE.rows if row.number == 0), "a row beyond the numbered ones names its source"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_state_is_a_dead_end_and_none_is_out_of_reach(table: Table) -> None:
    assert not never_left(table)
    assert not never_reached(table)


def test_a_live_case_always_waits_for_something() -> None:
    assert not hanging(CASE, PROMISED_ONLY_BY_SOME)


def test_a_state_that_cannot_be_left_is_found() -> None:
    table = Table("t", [a_row("opened", START, "stuck"), a_row("seen", "stuck", SAME)], final=["done"])
    assert never_left(table) == {"stuck"}
    assert never_reached(table) == {"done"}


def test_a_case_that_hangs_without_a_clock_is_found() -> None:
    rows = [
        a_row("opened", START, "waiting", starts=("review",)),
        a_row("asked", "waiting", SAME, pauses=("review",), until="told"),
        a_row("told", "waiting", SAME, resumes=("review",)),
        a_row("closed", "waiting", "done", stops=("review",)),
    ]
    found = hanging(Table("t", rows, final=["done"]), frozenset())
    assert {(at.state, at.paused) for at in found} == {("waiting", frozenset({"review"}))}


def test_two_rows_for_one_question_are_refused() -> None:
    with pytest.raises(ValueError, match="two rows"):
        Table("t", [a_row("opened", START, "a"), a_row("opened", START, "b")], final=["a", "b"])


def test_a_row_knows_where_it_leads() -> None:
    declined = find(CASE, "negotiating", "refund_only", "proposal_declined", "buyer")
    assert declined is not None
    assert declined.to == STORED
    assert declined.target("negotiating", "refund_only", "rejected_1") == "rejected_1"
    assert find(CASE, "closed", "refund_only", "approved", "seller") is None


@pytest.mark.requirement("E-13", "E-14")
def test_only_a_parcel_on_its_way_can_be_refused() -> None:
    assert find(CASE, "pending_review", "refund_in_transit", "refuse_sign_agreed", "system")
    assert not find(CASE, "pending_review", "refund_only", "refuse_sign_agreed", "system")


def test_what_is_not_built_yet_names_rows_that_exist() -> None:
    assert set(NOT_BUILT_YET) <= {(row.number, row.event) for row in CASE.rows}


def test_the_picture_shows_every_state() -> None:
    drawn = mermaid(CASE)
    assert all(state in drawn for state in CASE.states)
    assert "[*] --> pending_review: case_opened" in drawn
    assert "negotiating --> the_state_before: proof_given, proposal_declined, proposal_expired" in drawn
    assert document().count("```mermaid") == len(TABLES)
