"""A cancellation of a part: only for want of stock, only where the market allows it; elsewhere it covers all that is still to ship (T-02)."""

import pytest
from casebook import BUYER, SELLER, Book, an_id, an_order
from msgspec.structs import replace

from amends.actions.commands import Amend, Approve, AskedLine, OpenCase
from amends.actions.outcome import Previewed
from amends.domain.facts.file import CaseFile
from amends.domain.facts.forward import is_partial
from amends.domain.facts.people import Actor

NO = "partial_cancellation_not_offered"


def part(units: int) -> tuple[AskedLine, ...]:
    return (AskedLine(line_id=an_id(1), quantity=units),)


def two_lines() -> CaseFile:
    """Two lines of two units, in a parcel each; the second parcel has left."""
    file = an_order("awaiting_shipment", quantity=2)
    (line,), (parcel,) = file.lines, file.parcels
    other = replace(line, id=an_id(2), reference="L2", parcel_id=an_id(501))
    gone = replace(parcel, id=an_id(501), status="in_transit")
    return replace(file, lines=(line, other), parcels=(parcel, gone))


@pytest.mark.requirement("T-02")
def test_a_buyer_cancels_all_that_is_still_to_ship_or_nothing() -> None:
    book = Book(an_order("awaiting_shipment", quantity=3))
    refused = book.refused(OpenCase, BUYER, kind="cancel", reason="no_longer_needed", lines=part(2))
    assert (refused.code, refused.facts["request.partial"]) == (NO, True)
    assert book.open("cancel", "no_longer_needed", lines=part(3)).case.state == "pending_review"


@pytest.mark.requirement("T-02")
def test_a_seller_who_has_run_out_cancels_a_part_and_then_may_cancel_the_rest_for_any_reason() -> None:
    book = Book(an_order("awaiting_shipment", quantity=3))
    assert book.refused(OpenCase, SELLER, kind="cancel", reason="agreed_with_seller", lines=part(1)).code == NO
    book.do(OpenCase, SELLER, kind="cancel", reason="out_of_stock", lines=part(1))
    book.do(Approve, SELLER)
    assert book.file.order.status == "awaiting_shipment"
    assert book.refused(OpenCase, SELLER, kind="cancel", reason="agreed_with_seller", lines=part(1)).code == NO
    book.do(OpenCase, SELLER, kind="cancel", reason="agreed_with_seller", lines=part(2))
    book.do(Approve, SELLER)
    assert book.file.order.status == "cancelled"


@pytest.mark.requirement("T-02")
def test_an_amendment_does_not_make_a_part_of_it() -> None:
    book = Book(an_order("awaiting_shipment", quantity=2)).open("cancel", "no_longer_needed")
    assert book.refused(Amend, BUYER, lines=part(1)).code == NO


@pytest.mark.requirement("T-02")
def test_what_has_left_or_is_held_by_another_request_is_not_still_to_ship() -> None:
    file = two_lines()
    book = Book(file).open("cancel", "no_longer_needed", lines=part(2))
    assert (len(book.file.own_lines), book.case.state) == (1, "pending_review")
    assert not is_partial(book.file, (), an_id(999)), "the first is held by the request, the second has left"
    home = replace(file, parcels=tuple(replace(parcel, status="packed") for parcel in file.parcels))
    assert is_partial(home, book.file.own_lines, book.case.id)
    assert is_partial(replace(home, parcels=()), book.file.own_lines, book.case.id), "without parcels the order's status says it"


def test_what_another_system_let_happen_is_imported_as_it_was() -> None:
    book = Book(an_order("awaiting_shipment", quantity=2))
    importer = Actor(kind="importer", id="import:seller-center", permissions=frozenset({"*"}), human=False)
    seen = book.ask(OpenCase, importer, kind="cancel", reason="no_longer_needed", lines=part(1), preview=True)
    assert isinstance(seen, Previewed)
    assert seen.verdict.kind == "allowed"
