"""Every command has its action, of the same name."""

from typing import get_args

import msgspec
import pytest
from casebook import QUALITY, SELLER, Book, an_order, promised_or_final, rules_of

from amends.actions.catalogue import ACTIONS
from amends.actions.chargeback_commands import AnyChargebackCommand
from amends.actions.commands import AnyCommand, Reject
from amends.actions.conduct_commands import ConductCommand
from amends.actions.people_commands import PeopleCommand


def test_every_command_has_an_action_of_its_name() -> None:
    assert {shape.__struct_config__.tag: action.__name__ for shape, action in ACTIONS.items()} == {
        shape.__struct_config__.tag: shape.__struct_config__.tag
        for shape in get_args(AnyCommand | ConductCommand | PeopleCommand | AnyChargebackCommand)
    }


@pytest.mark.parametrize("kind", ["refund_in_transit", "refund_only", "return_refund"])
def test_a_refused_ground_can_be_written_down(kind: str) -> None:
    in_transit = kind == "refund_in_transit"
    book = Book(an_order("in_transit" if in_transit else "delivered"))
    book.open(kind, "late_delivery" if in_transit else "defective", proof=() if in_transit else QUALITY)
    for ground in rules_of().vocabulary.words("grounds"):
        refused = book.ask(Reject, SELLER, ground=ground)
        if hasattr(refused, "verdict"):
            assert msgspec.json.encode([refused.verdict, refused.detail if hasattr(refused, "detail") else None])


def test_the_check_that_every_live_case_waits_for_something_can_fail() -> None:
    book = Book(an_order()).open("refund_only", "defective", proof=QUALITY)
    forgotten = msgspec.structs.replace(book.file, all_deadlines=())
    with pytest.raises(AssertionError):
        promised_or_final(forgotten)


def test_the_check_that_money_stays_within_what_came_in_can_fail() -> None:
    file = an_order()
    overdrawn = msgspec.structs.replace(
        file, payments=tuple(msgspec.structs.replace(p, reserved=p.captured + 1) for p in file.payments)
    )
    with pytest.raises(AssertionError):
        promised_or_final(overdrawn)
