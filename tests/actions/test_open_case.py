"""Asking for after-sales: what passes, what does not, and what would."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from small_world import BUYER, IMPORTER, NOW, REVIEWER, SELLER, TRAINEE, World, a_case, a_line, a_photo

from amends.actions.commands import Withdraw
from amends.actions.outcome import Blocked, Previewed, Recorded
from amends.actions.proof import take
from amends.actions.units import cost
from amends.actions.withdraw import withdraw
from amends.domain.facts.case import CaseLine
from amends.domain.facts.order import OrderLine
from amends.domain.facts.people import Actor
from amends.domain.facts.sheet import request_of
from amends.kernel.money import split

Worlds = Callable[..., World]


def blocked(outcome: object, code: str) -> Blocked:
    assert isinstance(outcome, Blocked), outcome
    assert outcome.code == code
    return outcome


def test_an_ordinary_return_goes_to_the_seller_with_its_clock(world: Worlds) -> None:
    w = world()
    outcome = w.ask("return_refund", "defective")
    assert isinstance(outcome, Recorded)
    assert (w.case.state, w.case.seq, w.case.version, w.case.amount) == ("pending_review", 1, 1, 5000)
    assert w.kinds() == {("review", "running")}
    assert [event.type for event in outcome.events] == ["case_opened"]
    assert outcome.events[0].from_state is None
    assert outcome.verdict.kind == "allowed"


@pytest.mark.requirement("E-01", "E-02", "E-08")
@pytest.mark.parametrize("reason", ["misbid", "no_longer_needed", "better_price"])
def test_a_change_of_mind_about_an_auction_is_declined_with_the_ways_that_stay_open(world: Worlds, reason: str) -> None:
    w = world(sale_format="live_auction")
    refused = blocked(w.ask("return_refund", reason), "final_sale")
    assert refused.facts["order.sale_format"] == "live_auction"
    assert refused.verdict.kind == "declined"
    assert refused.verdict.ways
    assert w.file.case is None


def test_that_the_order_is_cancelled_is_said_before_anything_else(world: Worlds) -> None:
    w = world(sale_format="live_auction", status="cancelled")
    refused = blocked(w.ask("return_refund", "misbid"), "order_cancelled")
    assert refused.reasons[0] == "order_cancelled"
    assert len(refused.reasons) > 1


@pytest.mark.requirement("E-07")
def test_auction_protection_does_not_cover_a_change_of_mind(world: Worlds) -> None:
    refused = world(sale_format="live_auction").ask("return_refund", "misbid")
    assert isinstance(refused, Blocked)
    assert [reason.code for reason in refused.verdict.withheld] == ["withhold"]


@pytest.mark.requirement("E-03", "E-05")
@pytest.mark.parametrize("reason", ["missing_item", "damaged", "not_as_described"])
def test_a_claim_on_an_auction_item_waits_for_its_proof(world: Worlds, reason: str) -> None:
    w = world(sale_format="live_auction").opened("return_refund", reason)
    assert w.case.state == "awaiting_proof"
    assert w.kinds() == {("proof", "running")}
    assert w.deadline("proof").due_at == NOW + timedelta(hours=48)


@pytest.mark.requirement("E-03", "E-05")
def test_a_claim_on_an_auction_item_with_proof_goes_to_the_seller(world: Worlds) -> None:
    w = world(sale_format="live_auction").opened("return_refund", "not_as_described", proof=(a_photo(),))
    assert w.case.state == "pending_review"
    assert [piece.kind for piece in w.file.evidence] == ["photo_defect"]


@pytest.mark.requirement("V-17", "F-01")
@pytest.mark.parametrize("finding", [{"legible": False}, {"matches_claim": False}])
def test_proof_in_doubt_goes_to_a_person(world: Worlds, finding: dict[str, bool]) -> None:
    w = world(sale_format="live_auction").opened("return_refund", "damaged", proof=(a_photo(**finding),))
    assert w.case.state == "in_recheck"
    assert w.kinds() == {("recheck", "running")}


@pytest.mark.requirement("E-04", "C-01")
def test_the_window_of_an_auction_closes_after_fourteen_days(world: Worlds) -> None:
    late = datetime(2026, 12, 7, 5, tzinfo=UTC)  # midnight in New York
    for now, expected in ((late - timedelta(seconds=1), "pending_review"), (late, "window_closed")):
        w = world(sale_format="live_auction", delivered_ago=0, now=datetime(2026, 11, 22, 15, tzinfo=UTC))
        w.now = now
        outcome = w.ask("return_refund", "damaged", proof=(a_photo(),))
        assert (outcome.code if isinstance(outcome, Blocked) else w.case.state) == expected


@pytest.mark.requirement("E-06")
def test_a_buyer_cannot_cancel_an_auction_but_support_can_ask_and_the_seller_reviews(world: Worlds) -> None:
    w = world(sale_format="live_auction", status="awaiting_shipment")
    blocked(w.ask("cancel", "misbid"), "ask_seller_or_support")
    w.opened("cancel", "misbid", actor=REVIEWER)
    assert (w.case.state, w.case.opened_by, w.case.buyer) == ("pending_review", "support", "b1")


@pytest.mark.requirement("E-06")
def test_a_seller_may_open_the_cancellation_that_they_were_asked_for(world: Worlds) -> None:
    w = world(sale_format="live_auction", status="awaiting_shipment").opened("cancel", "misbid", actor=SELLER)
    assert w.case.opened_by == "seller"


@pytest.mark.requirement("C-02")
def test_a_high_request_in_the_us_gives_the_seller_four_working_days(world: Worlds) -> None:
    over = world(lines=((1, 10001),)).opened().deadline("review")
    under = world(lines=((1, 10000),)).opened().deadline("review")
    assert over.due_at == datetime(2026, 12, 1, 5, tzinfo=UTC), "Thanksgiving and the weekend do not count"
    assert under.due_at == datetime(2026, 11, 26, 5, tzinfo=UTC)


def test_a_preview_answers_and_records_nothing(world: Worlds) -> None:
    w = world(sale_format="live_auction")
    declined = w.ask("return_refund", "better_price", preview=True)
    assert isinstance(declined, Previewed)
    assert declined.verdict.kind == "declined"
    needs = w.ask("return_refund", "damaged", preview=True)
    assert isinstance(needs, Previewed)
    assert needs.verdict.kind == "needs"
    assert needs.verdict.needs[0].kind == "proof"
    assert (needs.amount, needs.currency) == (5000, "USD")
    assert not w.file.cases


def test_a_preview_of_a_part_says_what_the_whole_would_be(world: Worlds) -> None:
    part = world().ask("refund_only", "damaged", amount=1200, preview=True)
    assert isinstance(part, Previewed)
    assert (part.amount, part.most) == (1200, 5000)


def test_another_buyers_order_is_not_found(world: Worlds) -> None:
    stranger = Actor(kind="buyer", id="buyer-2", buyer="b2")
    blocked(world().ask(actor=stranger), "not_found")


@pytest.mark.requirement("P-02")
def test_staff_without_the_permission_are_told_which_one(world: Worlds) -> None:
    refused = blocked(world(status="awaiting_shipment").ask("cancel", "misbid", actor=TRAINEE), "permission_missing")
    assert refused.detail == {"permission": "cases.handle"}


@pytest.mark.parametrize("asked", [{"kind": "repair"}, {"reason": "bored"}])
def test_words_that_nobody_knows_are_named(world: Worlds, asked: dict[str, str]) -> None:
    refused = blocked(world().ask(**asked), "unknown_word")
    assert refused.detail["word"] in asked.values()


def test_another_reason_owes_a_note(world: Worlds) -> None:
    blocked(world().ask("return_refund", "other"), "note_required")


def test_a_line_that_is_not_there_is_named(world: Worlds) -> None:
    w = world()
    line = replace(a_line(w), line_id=UUID(int=999))
    blocked(w.ask(lines=(line,)), "line_unknown")


@pytest.mark.parametrize("quantity", [0, -1, 3])
def test_more_units_than_are_left_are_refused(world: Worlds, quantity: int) -> None:
    w = world(lines=((2, 5000),))
    refused = blocked(w.ask(lines=(a_line(w, quantity=quantity),)), "units_already_claimed")
    assert refused.detail["units_left"] == 2


def test_the_same_units_are_asked_for_once_at_a_time(world: Worlds) -> None:
    w = world(lines=((3, 1000),)).opened(lines=())
    assert "request_already_open" in blocked(w.ask(), "nothing_left_to_ask").reasons


def test_a_withdrawn_request_does_not_block_a_new_one(world: Worlds) -> None:
    w = world().opened()
    assert isinstance(w.do(withdraw, Withdraw, BUYER), Recorded)
    w.opened("return_refund", "damaged")
    assert len(w.file.cases) == 2
    assert w.case.reason == "damaged"


def test_units_of_a_line_add_up_to_what_was_paid(world: Worlds) -> None:
    w = world(lines=((3, 1000),))
    amounts = []
    for _ in range(3):
        w.opened(lines=(a_line(w, quantity=1),))
        amounts.append(w.case.amount)
    assert amounts == [334, 333, 333]


@given(paid=st.integers(0, 10**9), units=st.integers(1, 60), cut=st.integers(0, 60))
def test_a_units_cost_is_its_share_of_the_line(paid: int, units: int, cut: int) -> None:
    line = OrderLine(UUID(int=1), "1", "", "", "home", units, paid, 0, 0, paid, 0, None)
    shares = split(paid, [1] * units)
    first = min(cut, units)
    assert cost(line, 0, first, "damaged") == sum(shares[:first])
    assert cost(line, first, units - first, "damaged") == sum(shares[first:])


def test_less_may_be_asked_than_the_units_cost_but_not_more(world: Worlds) -> None:
    w = world(lines=((1, 3000), (1, 1000)))
    assert blocked(w.ask(amount=4001), "exceeds_refundable").detail["amount_left"] == 4000
    blocked(w.ask(amount=0), "amount_not_positive")
    blocked(w.ask(lines=(a_line(w, amount=3001),)), "exceeds_refundable")
    blocked(w.ask(lines=(a_line(w, amount=0),)), "amount_not_positive")
    w.opened(amount=1001)
    assert [line.amount for line in w.file.own_lines] == [751, 250]


def test_what_was_refunded_is_not_asked_for_again(world: Worlds) -> None:
    w = world(lines=((2, 1000),))
    shares = tuple(replace(share, refunded=900) for share in w.file.allocations)
    w.file = replace(w.file, allocations=shares)
    w.opened()
    assert w.case.amount == 100


def test_the_freight_alone_is_no_more_than_the_freight(world: Worlds) -> None:
    w = world()
    w.file = replace(w.file, lines=(replace(w.file.lines[0], price=4500, shipping=500),))
    w.opened("refund_only", "shipping_fee_only")
    assert w.case.amount == 500


def test_a_line_may_be_asked_about_five_times(world: Worlds) -> None:
    w = world()
    past = tuple(a_case(w.file, NOW, id=UUID(int=7000 + n), state="closed", ended="withdrawn") for n in range(5))
    lines = tuple(CaseLine(case.id, w.file.lines[0].id, 1, 5000) for case in past)
    w.file = replace(w.file, cases=past, case_lines=lines)
    blocked(w.ask(), "attempts_exhausted")
    w.file = replace(w.file, cases=past[:4], case_lines=lines[:4])
    w.opened()


def test_lines_of_two_categories_are_judged_apart_and_the_worst_answer_stands(world: Worlds) -> None:
    w = world(lines=((1, 1000), (1, 2000)), categories=("home", "made_to_order"))
    blocked(w.ask("return_refund", "no_longer_needed"), "exempt_category")
    w.opened("return_refund", "no_longer_needed", lines=(a_line(w, 0),))
    assert w.case.amount == 1000


def test_what_the_buyer_states_is_kept_with_the_case(world: Worlds) -> None:
    w = world().opened("return_refund", "no_longer_needed", told={"item.used": False})
    assert request_of(w.file).told == {"item.used": False}


def test_the_case_carries_both_pins(world: Worlds) -> None:
    w = world(sale_format="live_auction").opened("return_refund", "damaged", proof=(a_photo(),))
    assert w.case.eligibility_pinned_at == w.file.order.won_at
    assert w.case.handling_pinned_at == NOW
    assert (w.case.eligibility_release, w.case.handling_release) == ("asking", "handling")


def test_an_upload_of_the_order_becomes_proof_of_the_case(world: Worlds) -> None:
    w = world(sale_format="live_auction")
    made = take(
        w.file, (a_photo(),), actor=BUYER, at="opening", case_id=UUID(int=1), now=NOW, new_id=w.new_id, kinds=["photo_defect"]
    )
    assert not isinstance(made, Blocked)
    upload = replace(made[0], case_id=None)
    w.file = replace(w.file, all_evidence=(upload,))
    given_ = replace(a_photo(), upload_id=upload.id, text=None)
    w.opened("return_refund", "damaged", proof=(given_,))
    assert w.case.state == "pending_review"
    assert w.file.evidence[0].case_id == w.case.id


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": "quarantined"}, "upload_in_quarantine"),
        ({"state": "refused"}, "upload_refused"),
        ({"case_id": UUID(int=77)}, "upload_not_found"),
        ({"of": "seller"}, "upload_not_found"),
    ],
)
def test_an_upload_that_cannot_count_is_refused(world: Worlds, change: dict[str, Any], code: str) -> None:
    w = world(sale_format="live_auction").opened("return_refund", "damaged", proof=(a_photo(),))
    upload = replace(w.file.evidence[0], **{"case_id": None} | change)
    fresh = world(sale_format="live_auction")
    fresh.file = replace(fresh.file, all_evidence=(upload,))
    blocked(fresh.ask("return_refund", "damaged", proof=(replace(a_photo(), upload_id=upload.id, text=None),)), code)


def test_proof_without_anything_in_it_is_refused(world: Worlds) -> None:
    blocked(world().ask(proof=(replace(a_photo(), text=None),)), "missing_field")
    blocked(world().ask(proof=(replace(a_photo(), kind="a_dream"),)), "unknown_word")


def test_history_is_judged_by_what_was_known_then_and_promises_nothing(world: Worlds) -> None:
    w = world(delivered_ago=3)
    delivered = w.file.order.delivered_at
    assert delivered is not None
    w.now = delivered - timedelta(days=1)
    refused = w.ask("return_refund", "defective", actor=IMPORTER, moment=w.now)
    blocked(refused, "kind_not_open_in_status")
    w.now = delivered + timedelta(hours=1)
    outcome = w.ask("return_refund", "defective", actor=IMPORTER, moment=w.now)
    assert isinstance(outcome, Recorded)
    assert w.case.historical
    assert [(d.state, d.ended) for d in outcome.deadlines] == [("done", "historical")]
    assert outcome.events[0].wishes == ()
    assert outcome.events[0].at == w.now
