"""What the list of moves says is what the actions do: an open move goes through, a closed one does not."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from small_world import BUYER, NOW, REVIEWER, SELLER, TRAINEE, World, a_clock, a_photo, a_world

from amends.actions.catalogue import ACTIONS
from amends.actions.chargeback_commands import GiveUpRefund
from amends.actions.commands import (
    AcceptReplacement,
    AgreeRefusal,
    Amend,
    AnswerProposal,
    Appeal,
    Approve,
    AskForProof,
    CancelDispute,
    ClaimReview,
    ComplainToCarrier,
    ConfirmRuling,
    ConvertToRefund,
    CorrectReturnNumber,
    DecideRecheck,
    Escalate,
    InspectedLine,
    InspectReturn,
    OrderInterception,
    Propose,
    Reject,
    RetryRefund,
    Rule,
    SettleReturn,
    ShipReplacement,
    ShipReturn,
    SubmitEvidence,
    Withdraw,
)
from amends.actions.outcome import Blocked, Outcome
from amends.domain.facts.people import Actor
from amends.domain.lifecycle.case import CASE
from amends.domain.lifecycle.machine import reached
from amends.domain.lifecycle.moves import DECIDED_BY_TIME, MOVES, closed_reason, moves

Worlds = Callable[..., World]
PEOPLE = [BUYER, SELLER, TRAINEE, REVIEWER, Actor(kind="buyer", id="b-2", buyer="b2")]


def attempt(w: World, move: str, actor: Actor) -> Outcome:
    """Make a move with a command that has all that it needs."""
    accepted = tuple(InspectedLine(line_id=line.line_id, accepted=line.quantity) for line in w.file.own_lines)
    said: dict[str, tuple[type, dict[str, Any]]] = {
        "approve": (Approve, {}),
        "reject": (Reject, {"ground": "other", "note": "in our words"}),
        "ask_for_proof": (AskForProof, {"kinds": ("photo_defect",)}),
        "inspect_return": (InspectReturn, {"lines": accepted}),
        "convert_to_refund": (ConvertToRefund, {}),
        "ship_replacement": (ShipReplacement, {"carrier": "usps", "tracking_number": "9400111899223100001234"}),
        "accept_replacement": (AcceptReplacement, {}),
        "propose": (Propose, {"what": "withdraw"}),
        "answer_proposal": (AnswerProposal, {"answer": "decline"}),
        "submit_evidence": (SubmitEvidence, {"proof": (a_photo(),)}),
        "amend": (Amend, {"amount": 100, "proof": (a_photo(),)}),
        "ship_return": (ShipReturn, {"carrier": "usps", "tracking_number": "9400111899223100001234"}),
        "withdraw": (Withdraw, {}),
        "decide_recheck": (DecideRecheck, {"decision": "admit"}),
        "settle_return": (SettleReturn, {"decision": "lost"}),
        "retry_refund": (RetryRefund, {"refund_id": UUID(int=1)}),
        "give_up_refund": (GiveUpRefund, {"refund_id": UUID(int=1)}),
        "escalate": (Escalate, {}),
        "cancel_dispute": (CancelDispute, {}),
        "appeal": (Appeal, {}),
        "claim_review": (ClaimReview, {}),
        "rule": (Rule, {"ruling": "seller", "liability": "buyer", "rationale": "it works"}),
        "confirm_ruling": (ConfirmRuling, {}),
        "correct_return_number": (CorrectReturnNumber, {"carrier": "usps", "tracking_number": "9400111899223100001234"}),
        "agree_refusal": (AgreeRefusal, {}),
        "order_interception": (OrderInterception, {}),
        "complain_to_carrier": (ComplainToCarrier, {}),
    }
    command, told = said[move]
    return ACTIONS[command](w.file, command(shop_id=7, actor=actor, case_id=w.case.id, **told), w.rules, w.now, w.new_id)


def test_every_move_that_can_be_made_is_tried_here() -> None:
    w = a_world().put("pending_review")
    shown = {move.move for actor in PEOPLE for move in moves(w.file, w.rules, actor, NOW)}
    assert shown == set(MOVES)


def test_nobody_is_shown_what_their_side_can_never_do() -> None:
    w = a_world().put("pending_review")
    listed = {actor.kind: [move.move for move in moves(w.file, w.rules, actor, NOW)] for actor in (BUYER, SELLER, REVIEWER)}
    assert listed == {
        "buyer": [
            "convert_to_refund",
            "accept_replacement",
            "answer_proposal",
            "submit_evidence",
            "amend",
            "ship_return",
            "withdraw",
            "escalate",
            "cancel_dispute",
            "appeal",
            "correct_return_number",
        ],
        "seller": [
            "approve",
            "reject",
            "ask_for_proof",
            "inspect_return",
            "convert_to_refund",
            "ship_replacement",
            "propose",
            "submit_evidence",
            "appeal",
            "agree_refusal",
            "order_interception",
            "complain_to_carrier",
        ],
        "platform": [
            "inspect_return",
            "propose",
            "submit_evidence",
            "decide_recheck",
            "settle_return",
            "retry_refund",
            "give_up_refund",
            "claim_review",
            "rule",
            "confirm_ruling",
            "correct_return_number",
        ],
    }
    closed = closed_reason(w.file, w.rules, BUYER, "approve", NOW)
    assert closed is not None
    assert closed.reasons == ("permission_missing", "move_not_open")


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    placed=st.sampled_from([(state, kind) for kind in CASE.kinds for state in sorted(reached(CASE, kind))]),
    actor=st.sampled_from(PEOPLE),
    told=st.fixed_dictionaries(
        {},
        optional={
            "amendments": st.sampled_from([1, 2]),
            "proof_requests": st.just(1),
            "historical": st.just(True),
        },
    ),
    due=st.booleans(),
)
def test_open_moves_go_through_and_closed_ones_do_not(
    placed: tuple[str, str],
    actor: Actor,
    told: dict[str, Any],
    due: bool,  # noqa: FBT001
) -> None:
    state, kind = placed
    status = {"cancel": "awaiting_shipment", "refund_in_transit": "in_transit"}.get(kind, "delivered")
    clock = DECIDED_BY_TIME.get(state)
    clocks = (a_clock(clock, NOW, hours=0 if due else 48),) if clock else ()
    for move in MOVES:
        w = a_world(status=status).put(state, kind, clocks=clocks, **told)
        shown = next((each for each in moves(w.file, w.rules, actor, w.now) if each.move == move), None)
        outcome = attempt(w, move, actor)
        listed = shown or closed_reason(w.file, w.rules, actor, move, w.now)
        assert listed is not None
        assert listed.open is not bool(listed.reasons)
        if listed.open:
            assert not (isinstance(outcome, Blocked) and outcome.code == "move_not_open"), (move, outcome)
        else:
            assert isinstance(outcome, Blocked), (move, listed)
            assert outcome.code in (*listed.reasons, "move_not_open"), (listed, outcome.code)


@pytest.mark.requirement("P-02", "F-03", "U-06")
def test_a_button_that_staff_may_not_press_names_the_permission(world: Worlds) -> None:
    w = world().opened()
    closed = closed_reason(w.file, w.rules, TRAINEE, "approve", NOW)
    assert closed is not None
    assert (closed.reasons, closed.permission) == (("permission_missing",), "cases.handle")
    assert closed_reason(w.file, w.rules, SELLER, "approve", NOW) is None


@pytest.mark.requirement("C-06", "U-06")
def test_while_a_proposal_is_open_only_the_original_can_be_approved(world: Worlds) -> None:
    w = world().put("negotiating", return_to="pending_review", clocks=(a_clock("proposal", NOW, hours=12),))
    listed = {move.move: move for move in moves(w.file, w.rules, SELLER, NOW)}
    assert {word for word, move in listed.items() if move.open} == {"approve", "submit_evidence"}
    assert listed["reject"].reasons == ("proposal_open",)
    assert listed["ask_for_proof"].reasons == ("proposal_open",)


def test_at_the_due_moment_it_is_too_late_for_everybody(world: Worlds) -> None:
    w = world().opened()
    w.now = w.deadline("review").due_at
    for actor in (BUYER, SELLER):
        listed = moves(w.file, w.rules, actor, w.now)
        assert not any(move.open for move in listed)
        assert all("deadline_passed" in move.reasons for move in listed)


def test_a_move_names_the_clock_that_it_answers(world: Worlds) -> None:
    w = world().opened()
    listed = {move.move: move.deadline for move in moves(w.file, w.rules, SELLER, NOW)}
    assert listed["approve"] == "review"
    assert listed["inspect_return"] is None


def test_a_buyer_may_convert_once_the_replacement_is_overdue(world: Worlds) -> None:
    clock = a_clock("seller_ship", NOW, on_expiry="buyer_may_convert")
    w = world().put("awaiting_seller_ship", "exchange", clocks=(clock,))
    closed = closed_reason(w.file, w.rules, BUYER, "convert_to_refund", NOW)
    assert closed is not None
    assert closed.reasons == ("window_not_begun",)
    late = replace(clock, on_expiry="refund_approved")
    w = world().put("awaiting_seller_ship", "exchange", clocks=(late,))
    assert closed_reason(w.file, w.rules, BUYER, "convert_to_refund", NOW) is None


def test_what_is_no_move_at_all_is_closed(world: Worlds) -> None:
    w = world().opened()
    closed = closed_reason(w.file, w.rules, SELLER, "dance", NOW)
    assert closed is not None
    assert closed.reasons == ("move_not_open",)
    w.file = replace(w.file, case=None)
    assert moves(w.file, w.rules, SELLER, NOW) == ()
