"""Evidence, rejections, deadlines, costs and notices: each answers its one question."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.verdict import Verdict
from amends.domain.topics.costs import commission_back, compensations, share_of
from amends.domain.topics.deadlines import Promise, promise_of, shrinks
from amends.domain.topics.evidence import admit, demands
from amends.domain.topics.notices import notices_for
from amends.domain.topics.rejections import ground_at, grounds_at
from amends.kernel.money import Money
from amends.kernel.working_time import Calendar, Weekend

SAYS = "source: s\n  says: {zh: 中, en: English}"


def rules(*bodies: str) -> str:
    return "".join(f"- id: r{n}\n  {SAYS}\n  " + body.replace("\n", "\n  ") + "\n" for n, body in enumerate(bodies))


EVIDENCE = rules(
    "when: {order.sale_format: {is: live_auction}}\ndemand: {any_of: [photo_defect, video_unboxing]}\nof: buyer\nat: opening",
    "demand: {all_of: [chat_in_app, photo_defect]}\nof: seller\nat: rejection_1",
    "admit: [photo_defect, video_unboxing]\nof: buyer",
    "when: {evidence.legible: {is: false}}\nreject: unclear\nof: buyer\nthen: human_check",
)


@pytest.mark.requirement("E-05")
def test_proof_is_demanded_of_the_side_and_at_the_stage_that_the_rule_names(compiled: Any) -> None:
    topic = compiled(EVIDENCE, "evidence")
    auction = {"order.sale_format": "live_auction"}
    (need,) = demands(topic, auction, of="buyer", at="opening")
    assert (need.any_of, need.of, need.at) == (("photo_defect", "video_unboxing"), "buyer", "opening")
    assert demands(topic, auction, of="buyer", at="dispute") == ()
    assert demands(topic, {"order.sale_format": "shelf"}, of="buyer", at="opening") == ()


def test_one_of_any_and_every_one_of_all_meet_a_demand(compiled: Any) -> None:
    topic = compiled(EVIDENCE, "evidence")
    auction = {"order.sale_format": "live_auction"}
    assert demands(topic, auction, of="buyer", at="opening", held=["video_unboxing"]) == ()
    assert len(demands(topic, auction, of="seller", at="rejection_1", held=["chat_in_app"])) == 1
    assert demands(topic, auction, of="seller", at="rejection_1", held=["chat_in_app", "photo_defect"]) == ()


def test_where_it_is_unknown_whether_proof_is_owed_the_fact_is_needed(compiled: Any) -> None:
    needs = demands(compiled(EVIDENCE, "evidence"), {}, of="buyer", at="opening")
    assert [(need.kind, need.name) for need in needs] == [("fact", "order.sale_format")]


@pytest.mark.requirement("V-17")
def test_unclear_proof_is_rejected_and_a_person_looks_again(compiled: Any) -> None:
    answer = admit(compiled(EVIDENCE, "evidence"), {"evidence.kind": "photo_defect", "evidence.legible": False}, of="buyer")
    assert (answer.kind, answer.code, answer.human_check) == ("rejected", "unclear", True)


def test_proof_is_admitted_by_the_rule_that_lists_its_kind(compiled: Any) -> None:
    topic = compiled(EVIDENCE, "evidence")
    assert admit(topic, {"evidence.kind": "photo_defect", "evidence.legible": True}, of="buyer").kind == "admitted"
    assert (
        admit(topic, {"evidence.kind": "chat_in_app", "evidence.legible": True}, of="buyer").code == "evidence_kind_not_admitted"
    )
    assert admit(topic, {"evidence.kind": "photo_defect", "evidence.legible": True}, of="seller").kind == "rejected"


def test_proof_that_nobody_has_looked_at_is_left_to_a_person(compiled: Any) -> None:
    answer = admit(compiled(EVIDENCE, "evidence"), {"evidence.kind": "photo_defect", "evidence.legible": UNKNOWN}, of="buyer")
    assert (answer.kind, answer.human_check) == ("undecided", True)
    assert [need.name for need in answer.needs] == ["evidence.legible"]


REJECTIONS = rules(
    "when: {request.kind: {is: cancel}, order.status: {is: awaiting_shipment}}\nmay_reject: packed\nstages: [cancel]",
    "may_reject: other\nstages: [cancel, rejection_1, rejection_2]",
    "when: {rejection.ground: {is: other}}\nrequire: {note: {max_chars: 200}}",
    "when: {order.high_value: {is: true}}\nbar: other",
)
CANCEL = {"request.kind": "cancel", "order.status": "awaiting_shipment", "order.high_value": False}


@pytest.mark.requirement("R-02", "R-05")
def test_a_ground_is_open_at_the_stages_of_its_rule_and_another_ground_owes_200_characters(compiled: Any) -> None:
    topic = compiled(REJECTIONS, "rejections")
    at_cancel = {ground.ground: ground for ground in grounds_at(topic, CANCEL, stage="cancel")}
    assert {name: ground.open for name, ground in at_cancel.items()} == {
        "packed": True,
        "delivered_to_address": False,
        "other": True,
    }
    assert at_cancel["other"].max_note == 200
    assert at_cancel["packed"].max_note == 0
    assert not ground_at(topic, CANCEL, stage="rejection_1", ground="packed").open


def test_a_closed_ground_says_why(compiled: Any) -> None:
    topic = compiled(REJECTIONS, "rejections")
    shipped = ground_at(topic, CANCEL | {"order.status": "delivered"}, stage="cancel", ground="packed")
    assert (shipped.open, shipped.code) == (False, "ground_not_open")
    assert [condition.fact for condition in shipped.unmet] == ["order.status"]
    barred = ground_at(topic, CANCEL | {"order.high_value": True}, stage="cancel", ground="other")
    assert [reason.rule for reason in barred.reasons] == ["r3"]
    unsure = ground_at(topic, CANCEL | {"order.high_value": UNKNOWN}, stage="cancel", ground="other")
    assert (unsure.open, [need.name for need in unsure.needs]) == (False, ["order.high_value"])


DEADLINES = rules(
    "deadline: review\nwithin: 48 hours\non_expiry: approve\nat_least: 4 hours",
    "overrides: [r0]\ndeadline: review\nwithin: 2 working days\non_expiry: approve",
    "overrides: [r1]\nwhen: {request.amount: {over: 100.00 USD}}\ndeadline: review\nwithin: 4 working days\non_expiry: approve",
    "when: {order.high_value: {is: true}}\nshrink_to: 48 hours\nof: [review]",
    "deadline: first_response\nwithin: 15 minutes\non_expiry: close",
)
CALENDAR = Calendar(
    code="us",
    version="1",
    zone="America/New_York",
    weekends=(Weekend(None, frozenset({5, 6})),),
    holidays=frozenset({date(2026, 11, 26)}),
    workdays=frozenset(),
    confirmed_until=date(2027, 12, 31),
)


@pytest.mark.requirement("C-02")
def test_above_a_hundred_dollars_the_review_has_four_working_days(compiled: Any) -> None:
    topic = compiled(DEADLINES, "deadlines")
    usual = promise_of(topic, {"request.amount": (10000, "USD")}, "review")
    high = promise_of(topic, {"request.amount": (10001, "USD")}, "review")
    assert isinstance(usual, Promise)
    assert isinstance(high, Promise)
    assert (usual.rule, usual.within) == ("r1", Quantity(2, "working_days"))
    assert (high.rule, high.within, high.on_expiry) == ("r2", Quantity(4, "working_days"), "approve")
    friday = datetime(2026, 11, 20, 20, tzinfo=UTC)
    assert high.due(friday, CALENDAR).at == datetime(2026, 11, 28, 5, tzinfo=UTC)


def test_a_deadline_in_minutes_counts_elapsed_minutes(compiled: Any) -> None:
    promise = promise_of(compiled(DEADLINES, "deadlines"), {"request.amount": (1, "USD")}, "first_response")
    assert isinstance(promise, Promise)
    assert promise.due(datetime(2026, 11, 20, 20, tzinfo=UTC), CALENDAR).at == datetime(2026, 11, 20, 20, 15, tzinfo=UTC)


def test_a_deadline_that_is_unknown_missing_or_doubled_is_a_verdict_and_no_guess(compiled: Any) -> None:
    topic = compiled(DEADLINES, "deadlines")
    unsure = promise_of(topic, {}, "review")
    assert isinstance(unsure, Verdict)
    assert (unsure.kind, [need.name for need in unsure.needs]) == ("needs", ["request.amount"])
    missing = promise_of(topic, {"request.amount": NONE}, "no_such_kind")
    assert isinstance(missing, Verdict)
    assert missing.code == "no_rule_answers"
    two = compiled(rules(*["deadline: review\nwithin: 1 days\non_expiry: close"] * 2), "deadlines")
    doubled = promise_of(two, {}, "review")
    assert isinstance(doubled, Verdict)
    assert doubled.code == "several_rules_answer"


def test_clocks_are_shrunk_by_rules(compiled: Any) -> None:
    topic = compiled(DEADLINES, "deadlines")
    assert [s.outcome.shrink_to for s in shrinks(topic, {"order.high_value": True}).sentences] == [Quantity(48, "hours")]
    assert shrinks(topic, {"order.high_value": False}).sentences == ()


@pytest.mark.requirement("Q-10")
def test_commission_and_compensation_are_said_by_rules(compiled: Any) -> None:
    topic = compiled(
        rules(
            "return_commission: on_refunded_part",
            "when: {item.used: {is: true}}\ncompensate: {percent: 5 percent, at_least: 1, at_most: 10}",
        ),
        "costs",
    )
    assert [s.outcome.return_commission for s in commission_back(topic, {}).sentences] == ["on_refunded_part"]
    said = compensations(topic, {"item.used": True})
    share = said.sentences[0].outcome.compensate
    amounts = [share_of(share, Money(amount, "USD"), {"USD": 2}).amount for amount in (500, 10_000, 100_000)]
    assert amounts == [100, 500, 1000]
    assert share_of(share, Money(3000, "JPY"), {"JPY": 0}).amount == 10
    assert [need.name for need in compensations(topic, {}).needs] == ["item.used"]


@pytest.mark.requirement("U-14")
def test_notices_and_duties_are_gathered_each_once(compiled: Any) -> None:
    topic = compiled(
        rules(
            "when: {order.sale_format: {is: live_auction}}\nshow: [final_sale, bid_with_confidence]",
            "show: [final_sale]",
            "duty: [state_condition]",
        ),
        "notices",
    )
    told = notices_for(topic, {"order.sale_format": "live_auction"})
    assert told.show == ("final_sale", "bid_with_confidence")
    assert told.duties == ("state_condition",)
    assert len(told.reasons) == 3
    assert [need.name for need in notices_for(topic, {}).needs] == ["order.sale_format"]
