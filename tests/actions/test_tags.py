"""A case is tagged with what it is when it is opened, by rules of its own that decide nothing (T-02, T-05)."""

import pytest
from casebook import BUYER, Book, an_order
from msgspec.structs import replace

from amends.actions.commands import OpenCase, Withdraw
from amends.domain.facts.file import CaseFile


def tags_of(file: CaseFile, kind: str, reason: str) -> tuple[str, ...]:
    return Book(file).do(OpenCase, BUYER, kind=kind, reason=reason).tags


@pytest.mark.requirement("T-02", "T-05")
@pytest.mark.parametrize(
    ("status", "kind", "reason", "tag"),
    [
        ("awaiting_shipment", "cancel", "no_longer_needed", "cancel_before_shipment"),
        ("in_transit", "refund_in_transit", "late_delivery", "shipped_refund_only"),
        ("delivered", "refund_only", "damaged", "full_refund_after_signing"),
    ],
)
def test_the_sub_type_of_a_request_is_its_tag(status: str, kind: str, reason: str, tag: str) -> None:
    assert tags_of(an_order(status), kind, reason) == (tag,)


@pytest.mark.requirement("T-05")
def test_what_the_order_and_its_seller_are_is_tagged_too() -> None:
    file = an_order()
    dear = replace(file, order=replace(file.order, high_value=True), shop=replace(file.shop, cross_border=True))
    assert tags_of(dear, "return_refund", "no_longer_needed") == ("cross_border", "high_value")


@pytest.mark.requirement("T-05")
def test_a_second_request_for_a_line_says_that_it_is_one() -> None:
    book = Book(an_order()).open("return_refund", "no_longer_needed")
    book.do(Withdraw, BUYER)
    book.file = replace(book.file, case=None)  # whoever asks speaks of no case yet
    assert book.do(OpenCase, BUYER, kind="return_refund", reason="no_longer_needed").tags == ("asked_before",)
