"""The fact sheet says what is known, what is not, and what does not apply."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import Order, OrderLine, Shop
from amends.domain.facts.parcel import Parcel
from amends.domain.facts.people import SYSTEM, Actor
from amends.domain.facts.sheet import Request, groups, request_of, requester, sheet
from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.exchange.policies import read_policies

NEW_YORK = "America/New_York"
NOW = datetime(2026, 12, 6, 15, tzinfo=UTC)
DELIVERED = datetime(2026, 11, 22, 15, tzinfo=UTC)


def a_file(status: str = "delivered", **told: Any) -> CaseFile:
    delivered = DELIVERED if status == "delivered" else None
    shipped = DELIVERED - timedelta(days=4) if status in ("delivered", "in_transit") else None
    travelled = {"awaiting_shipment": "not_shipped"}.get(status, status)
    order = Order(
        7, UUID(int=1), "O", "O", "us", "b1", "USD", status, "shelf", "marketplace", None, None,
        DELIVERED - timedelta(days=9), None, None, told.pop("promised_at", None), shipped, delivered, None, None, 1,
    )  # fmt: skip
    parcel = Parcel(UUID(int=3), None, "forward", travelled, "ups", "1Z", None, shipped, delivered, told.pop("signed_at", None))
    lines = tuple(
        OrderLine(UUID(int=10 + n), str(n), "", "", category, 1, 1000, 0, 0, 1000, 0, parcel_id)
        for n, (category, parcel_id) in enumerate(told.pop("lines", (("home", None),)))
    )
    parcels = told.pop("parcels", (parcel,))
    return CaseFile(Shop(7, "s", "us", "s1"), order, lines, (), (), parcels, (), (), ())


def ask(file: CaseFile, **told: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"kind": "return_refund", "reason": "damaged", "group": "quality", "by": "buyer", "amount": 500}
    fields["lines"] = (file.lines[0].id,)
    return sheet(file, Request(**fields | told), NOW, NEW_YORK)


def test_the_sheet_has_exactly_the_facts_of_the_vocabulary() -> None:
    assert set(ask(a_file())) == set(read_policies().vocabulary.facts)


@pytest.mark.requirement("C-01")
def test_days_are_local_calendar_days_from_the_sign_for_or_else_the_delivery() -> None:
    assert ask(a_file())["parcel.since_delivered"] == 14
    late = datetime(2026, 11, 23, 4, 59, tzinfo=UTC)  # 23:59 on the 22nd in New York
    assert ask(a_file(signed_at=late))["parcel.since_delivered"] == 14
    assert ask(a_file(signed_at=late + timedelta(minutes=1)))["parcel.since_delivered"] == 13


def test_what_has_not_happened_does_not_apply() -> None:
    facts = ask(a_file("awaiting_shipment"))
    names = ("parcel.since_delivered", "parcel.since_shipped", "parcel.carrier", "parcel.address_matches", "item.used")
    assert {facts[name] for name in names} == {NONE}
    assert facts["case.state"] == NONE
    assert facts["evidence.kind"] == NONE


def test_what_nobody_told_us_is_unknown() -> None:
    facts = ask(a_file())
    for name in (
        "order.high_value",
        "order.channel",
        "seller.local",
        "item.opened",
    ):
        assert facts[name] == UNKNOWN, name
    assert ask(a_file(), told={"item.opened": True})["item.opened"] is True


def test_an_address_that_nobody_checked_speaks_neither_way() -> None:
    assert ask(a_file())["parcel.address_matches"] == NONE
    file = a_file()
    elsewhere = replace(file, parcels=(replace(file.parcels[0], address_matches=False),))
    assert ask(elsewhere)["parcel.address_matches"] is False


def test_days_to_the_promise_are_negative_before_it() -> None:
    assert ask(a_file("in_transit", promised_at=NOW + timedelta(days=2)))["parcel.since_promised"] == -2
    assert ask(a_file("in_transit"))["parcel.since_promised"] == NONE


def test_money_carries_its_currency() -> None:
    facts = ask(a_file(lines=(("home", None), ("home", None))))
    assert facts["order.amount"] == (2000, "USD")
    assert facts["request.amount"] == (500, "USD")


def test_a_delivery_without_its_date_is_unknown_not_today() -> None:
    file = a_file()
    file = replace(file, order=replace(file.order, delivered_at=None), parcels=(replace(file.parcels[0], delivered_at=None),))
    assert ask(file)["parcel.since_delivered"] == UNKNOWN


def test_an_order_without_a_parcel_speaks_by_its_status() -> None:
    assert ask(a_file(parcels=()))["parcel.status"] == "delivered"
    assert ask(a_file("awaiting_collection", parcels=()))["parcel.status"] == "packed"


def test_a_line_is_judged_by_the_parcel_that_it_travelled_in() -> None:
    first, second = UUID(int=3), UUID(int=4)
    there = a_file(lines=(("home", first), ("home", second))).parcels[0]
    moving = replace(there, id=second, status="in_transit", delivered_at=None)
    file = a_file(lines=(("home", first), ("home", second)), parcels=(there, moving))
    assert ask(file)["parcel.status"] == "delivered"
    assert ask(file, lines=(file.lines[1].id,))["parcel.status"] == "in_transit"


def test_lines_are_grouped_by_what_tells_them_apart() -> None:
    file = a_file(lines=(("home", None), ("beauty", None), ("home", None)))
    ids = [line.id for line in file.lines]
    assert groups(file, ids) == [(ids[0], ids[2]), (ids[1],)]


@pytest.mark.parametrize(
    ("actor", "word"),
    [
        (Actor(kind="buyer", id="b"), "buyer"),
        (Actor(kind="seller", id="s"), "seller"),
        (Actor(kind="platform", id="p"), "support"),
        (Actor(kind="importer", id="i"), "buyer"),
        (SYSTEM, "system"),
    ],
)
def test_who_asks_has_a_word(actor: Actor, word: str) -> None:
    assert requester(actor) == word


def test_a_file_without_a_case_asks_nothing() -> None:
    with pytest.raises(ValueError, match="without a case"):
        request_of(a_file())
