"""The way back: address and label, several cases in one parcel, a number corrected, and an arrival that means nothing (L-05, L-07)."""

from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace
from small_world import BUYER, CARRIER, NOW, REVIEWER, SELLER, World, a_line, a_photo, a_world

from amends.actions.approve import approve
from amends.actions.commands import (
    Approve,
    CorrectReturnNumber,
    FireDeadline,
    RecordLabel,
    RecordScan,
    SettleReturn,
    ShipReturn,
)
from amends.actions.correct_return_number import correct_return_number
from amends.actions.fire_deadline import fire_deadline
from amends.actions.outcome import Blocked, Recorded, Unchanged
from amends.actions.record_label import record_label
from amends.actions.record_scan import record_scan
from amends.actions.settle_return import settle_return
from amends.actions.ship_return import ship_return
from amends.desk.after import after
from amends.domain.facts.people import SYSTEM
from amends.domain.facts.travel import Reading, ReturnAddress, Travel
from amends.domain.lifecycle.moves import moves

LABEL = "9400111899223197428497"
OWN = "9400111899223100001234"
OTHER = "9400111899223100007777"


def an_address(n: int = 1, **told: Any) -> ReturnAddress:
    said = {"name": "Anna", "line": "12 Mill Road", "city": "Albany", "region": "NY", "postcode": "12207", "country": "US"}
    return ReturnAddress(id=UUID(int=600 + n), phone="", **({"preferred": False} | said | told))


def world(market: str = "us", *addresses: ReturnAddress, **told: Any) -> World:
    w = a_world(market=market, **told)
    w.file = replace(w.file, travel=Travel(addresses=addresses))
    return w


def asked(w: World, **told: Any) -> World:
    return w.opened("return_refund", "damaged", proof=(a_photo(),), **told)


def granted(w: World, **told: Any) -> World:
    outcome = asked(w).do(approve, Approve, SELLER, **told)
    assert isinstance(outcome, Recorded), outcome
    return w


def sent(w: World, number: str = OWN, **told: Any) -> World:
    outcome = w.do(ship_return, ShipReturn, BUYER, carrier="usps", tracking_number=number, **told)
    assert isinstance(outcome, Recorded), outcome
    return w


def scan(w: World, status: str, number: str = OWN, **said: Any) -> Any:
    w.ids += 1
    told = {"source": "usps", "event_id": f"e{w.ids}", "occurred_at": w.now, "tracking_number": number}
    at, command = w.case.id, RecordScan(shop_id=7, actor=CARRIER, status=status, **(told | said))
    outcome = record_scan(w.file, command, w.rules, w.now, w.new_id)
    assert isinstance(outcome, Recorded), outcome
    w.file, w.last = after(w.file, outcome).focus(at), outcome
    return outcome


def wishes(outcome: Any) -> set[str]:
    return {wish.effect for event in outcome.events for wish in event.wishes}


@pytest.mark.requirement("L-05", "U-16")
def test_in_the_united_states_a_granted_return_wishes_for_a_prepaid_label_and_elsewhere_not() -> None:
    for market, wished in (("us", True), ("sg", False)):
        w = granted(world(market, an_address()))
        assert ("make_label" in wishes(w.last)) is wished
        assert w.file.travel.plans[0].address_id == UUID(int=601)
        assert (w.file.travel.plans[0].label == "wished") is wished


@pytest.mark.requirement("L-06")
def test_the_approval_names_an_address_and_else_the_preferred_one_is_taken() -> None:
    book = (an_address(1), an_address(2, preferred=True), an_address(3))
    assert granted(world("sg", *book)).file.travel.plans[0].address_id == UUID(int=602)
    assert granted(world("sg", *book), return_address_id=UUID(int=603)).file.travel.plans[0].address_id == UUID(int=603)
    unknown = asked(world("sg", *book)).do(approve, Approve, SELLER, return_address_id=UUID(int=9))
    assert isinstance(unknown, Blocked)
    assert unknown.code == "return_address_required"


@pytest.mark.requirement("L-05")
def test_a_label_becomes_a_parcel_that_the_carriers_first_scan_sets_on_its_way() -> None:
    w = granted(world("us", an_address()))
    made = {"carrier": "usps", "tracking_number": LABEL, "service": "ground", "cost": 495, "currency": "USD"}
    outcome = w.do(record_label, RecordLabel, CARRIER, **made)
    assert "poll_parcel" in wishes(outcome)
    assert (w.file.return_parcel.status, w.file.travel.plans[0].cost, w.case.state) == (  # type: ignore[union-attr]
        "label_issued",
        495,
        "awaiting_buyer_ship",
    )
    assert isinstance(w.do(record_label, RecordLabel, CARRIER, **made), Unchanged)
    scan(w, "picked_up", LABEL)
    assert (w.case.state, w.kinds()) == ("return_in_transit", {("return_arrival", "running")})


@pytest.mark.requirement("L-05")
def test_a_carrier_that_makes_no_label_leaves_the_way_to_the_buyer() -> None:
    w = granted(world("us", an_address()))
    w.do(record_label, RecordLabel, CARRIER, problem="no_service")
    assert (w.file.travel.plans[0].label, w.file.travel.plans[0].problem) == ("refused", "no_service")
    assert sent(w).case.state == "return_in_transit"


def test_the_number_of_the_platforms_own_label_may_be_entered_too() -> None:
    w = granted(world("us", an_address()))
    w.do(record_label, RecordLabel, CARRIER, carrier="usps", tracking_number=LABEL)
    sent(w, LABEL)
    assert [p.status for p in w.file.parcels if p.direction == "return"] == ["awaiting_scan"]


@pytest.mark.requirement("L-07", "U-08", "C-10")
def test_a_wrong_number_is_corrected_until_a_carrier_has_seen_it() -> None:
    w = sent(granted(world("us", an_address())))
    w.later(hours=30)
    w.do(correct_return_number, CorrectReturnNumber, BUYER, carrier="usps", tracking_number=LABEL)
    assert w.file.return_parcel.tracking_number == LABEL  # type: ignore[union-attr]
    assert w.deadline("return_scan").started_at == w.now  # the first scan of the right one is watched anew
    wrong = w.do(correct_return_number, CorrectReturnNumber, BUYER, carrier="usps", tracking_number="1234")
    assert isinstance(wrong, Blocked)
    assert wrong.detail["log_code"] == "ERR_LOG_204"
    scan(w, "picked_up", LABEL)
    closed = next(m for m in moves(w.file, w.rules, BUYER, w.now) if m.move == "correct_return_number")
    assert closed.reasons == ("return_already_scanned",)


@pytest.mark.requirement("L-07")
def test_several_cases_travel_in_one_parcel_and_arrive_together() -> None:
    w = world("sg", an_address(), lines=((1, 5000), (1, 7000)))
    first = asked(w, lines=(a_line(w, 0),)).case.id
    w.do(approve, Approve, SELLER)
    second = asked(w, lines=(a_line(w, 1),)).case.id
    w.do(approve, Approve, SELLER)
    sent(w, together=(first,))
    states = {case.id: case.state for case in w.file.cases}
    assert states == {first: "return_in_transit", second: "return_in_transit"}
    assert len([p for p in w.file.parcels if p.direction == "return"]) == 1
    scan(w, "delivered")
    assert {case.state for case in w.file.cases} == {"return_delivered"}
    assert w.file.focus(first).return_parcel == w.file.focus(second).return_parcel


@pytest.mark.requirement("L-05", "L-07")
@pytest.mark.parametrize("used", ["own", "the other's"])
def test_of_two_labels_one_parcel_bears_one_and_both_cases_follow_it(used: str) -> None:
    w = world("us", an_address(), lines=((1, 5000), (1, 7000)))
    first = asked(w, lines=(a_line(w, 0),)).case.id
    w.do(approve, Approve, SELLER)
    w.do(record_label, RecordLabel, CARRIER, carrier="usps", tracking_number=LABEL)
    second = asked(w, lines=(a_line(w, 1),)).case.id
    w.do(approve, Approve, SELLER)
    w.do(record_label, RecordLabel, CARRIER, carrier="usps", tracking_number=OTHER)
    at, other = (first, second) if used == "own" else (second, first)
    w.file = w.file.focus(at)
    if used == "the other's":
        blocked = w.do(ship_return, ShipReturn, BUYER, carrier="usps", tracking_number=LABEL)
        assert isinstance(blocked, Blocked)
        assert blocked.code == "tracking_number_taken", "the other case still waits for what travels under it"
    sent(w, LABEL, together=(other,))
    (parcel,) = [p for p in w.file.parcels if p.tracking_number == LABEL]
    assert parcel.case_id == first, "the label stays whose it was, as the database keeps it"
    assert [w.file.focus(case).return_parcel for case in (first, second)] == [parcel, parcel]
    scan(w, "delivered", LABEL)
    assert {case.state for case in w.file.cases} == {"return_delivered"}


@pytest.mark.requirement("L-05")
def test_who_sends_it_back_before_the_label_is_there_needs_none() -> None:
    w = sent(granted(world("us", an_address())))
    assert w.file.travel.plans[0].label is None


@pytest.mark.requirement("L-07", "C-10")
def test_a_number_that_is_corrected_is_so_for_every_case_in_the_parcel() -> None:
    w = world("sg", an_address(), lines=((1, 5000), (1, 7000)))
    first = asked(w, lines=(a_line(w, 0),)).case.id
    w.do(approve, Approve, SELLER)
    asked(w, lines=(a_line(w, 1),)).do(approve, Approve, SELLER)
    sent(w, together=(first,))
    w.later(hours=30)
    w.do(correct_return_number, CorrectReturnNumber, BUYER, carrier="usps", tracking_number=LABEL)
    for case in w.file.cases:
        w.file = w.file.focus(case.id)
        assert w.deadline("return_scan").started_at == w.now
    scan(w, "picked_up", LABEL)
    assert {case.state for case in w.file.cases} == {"return_in_transit"}


def test_what_is_not_waited_for_does_not_travel_along() -> None:
    w = world("sg", lines=((1, 5000), (1, 7000)))
    first = asked(w, lines=(a_line(w, 0),)).case.id  # nobody granted it
    asked(w, lines=(a_line(w, 1),)).do(approve, Approve, SELLER)
    blocked = w.do(ship_return, ShipReturn, BUYER, carrier="usps", tracking_number=OWN, together=(first,))
    assert isinstance(blocked, Blocked)
    assert blocked.code == "return_not_yours"


def test_what_was_due_before_it_was_sent_does_not_travel_along_either() -> None:
    w = world("sg", an_address(), lines=((1, 5000), (1, 7000)))
    late = asked(w, lines=(a_line(w, 0),)).case.id
    w.do(approve, Approve, SELLER)
    due = w.deadline("ship_back").due_at
    w.later(days=2)
    asked(w, lines=(a_line(w, 1),)).do(approve, Approve, SELLER)
    w.now = due
    blocked = w.do(ship_return, ShipReturn, BUYER, carrier="usps", tracking_number=OWN, together=(late,))
    assert isinstance(blocked, Blocked)
    assert blocked.code == "return_not_yours"
    assert sent(w).case.state == "return_in_transit"


def weighed_out(w: World, weight: int) -> World:
    """What went out was weighed."""
    reading = Reading(parcel_id=w.file.parcels[0].id, source="ups", event_id="out", weight=weight)
    w.file = replace(w.file, travel=replace(w.file.travel, readings=(reading,)))
    return w


def doubtful(w: World, code: str) -> None:
    held = w.last.events[-1]  # type: ignore[union-attr]
    assert (held.type, held.body["problems"]) == ("return_held", [code])
    assert w.kinds() == {("review_return", "paused"), ("recheck", "running")}


@pytest.mark.requirement("L-07")
def test_a_number_that_was_used_twice_holds_the_automatic_refund() -> None:
    w = sent(granted(world("sg", an_address())))
    w.file = replace(w.file, travel=replace(w.file.travel, reused=(w.file.return_parcel.id,)))  # type: ignore[union-attr]
    scan(w, "delivered")
    doubtful(w, "return_number_reused")


@pytest.mark.requirement("L-07")
@pytest.mark.parametrize(("postcode", "held"), [("12207", False), ("12207-1234", False), ("90210", True)])
def test_an_arrival_in_another_postcode_holds_the_automatic_refund(postcode: str, held: bool) -> None:  # noqa: FBT001
    w = sent(granted(world("us", an_address())))
    scan(w, "delivered", postcode=postcode)
    assert (w.last.events[-1].type == "return_held") is held  # type: ignore[union-attr]
    if held:
        doubtful(w, "return_delivered_elsewhere")


@pytest.mark.requirement("L-07")
@pytest.mark.parametrize(("weight", "held"), [(499, True), (500, False), (2000, False), (2001, True)])
def test_a_box_that_is_much_too_light_or_heavy_holds_the_automatic_refund(weight: int, held: bool) -> None:  # noqa: FBT001
    w = weighed_out(sent(granted(world("sg", an_address()))), 1000)
    scan(w, "delivered", weight=weight)
    assert (w.last.events[-1].type == "return_held") is held  # type: ignore[union-attr]


@pytest.mark.requirement("L-07")
def test_a_person_finds_it_genuine_or_never_sent_and_time_alone_pays_nothing_meanwhile() -> None:
    w = sent(granted(world("us", an_address())))
    scan(w, "delivered", postcode="90210")
    w.later(hours=24)
    due = w.deadline("recheck")
    w.do(fire_deadline, FireDeadline, SYSTEM, kind="recheck", started_seq=due.started_seq)
    assert (w.case.state, w.deadline("review_return").state) == ("return_delivered", "paused")
    before = w.file
    w.do(settle_return, SettleReturn, REVIEWER, decision="genuine")
    assert (w.case.state, w.kinds()) == ("return_delivered", {("review_return", "running")})
    w.file = before
    w.do(settle_return, SettleReturn, REVIEWER, decision="never_sent")
    assert (w.case.state, w.case.ended) == ("closed", "never_sent")


def test_a_person_has_nothing_to_settle_of_an_arrival_that_nothing_holds() -> None:
    w = sent(granted(world("us", an_address())))
    scan(w, "delivered")
    blocked = w.do(settle_return, SettleReturn, REVIEWER, decision="never_sent")
    assert isinstance(blocked, Blocked)


def test_a_seller_who_has_the_goods_need_not_wait_for_the_person() -> None:
    w = sent(granted(world("us", an_address())))
    scan(w, "delivered", postcode="90210")
    w.do(approve, Approve, SELLER)
    assert w.case.state == "refund_approved"
    assert w.now >= NOW
