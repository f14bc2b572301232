"""A verdict carries every reason, what is missing, and what would change it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.verdict import Need, Verdict, with_needs
from amends.domain.topics.eligibility import judge_eligibility

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
SAYS = "says: {zh: 中, en: English}"
RULES = f"""
- id: final_sale
  source: Final-sale rule
  when:
    order.sale_format: {{is: live_auction}}
    request.reason_group: {{is: change_of_mind}}
  decline: final_sale
  {SAYS}
- id: auction_window
  source: Final-sale rule
  when:
    order.sale_format: {{is: live_auction}}
    parcel.since_delivered: {{over: 14 days}}
  decline: window_closed
  {SAYS}
- id: auction_claims
  source: Final-sale rule
  when:
    order.sale_format: {{is: live_auction}}
    request.kind: {{in: [return_refund, refund_only]}}
    request.reason_group: {{in: [quality, fulfilment]}}
  allow: [refund_only, return_refund]
  review_by: seller
  {SAYS}
- id: no_protection
  source: Final-sale rule
  when:
    order.sale_format: {{is: live_auction}}
    request.reason_group: {{is: change_of_mind}}
  withhold: auction_protection
  {SAYS}
- id: shelf
  source: Base
  when: {{order.sale_format: {{is: shelf}}}}
  allow: [cancel, return_refund]
  {SAYS}
- id: live_to_a_person
  source: Base
  when: {{order.sale_format: {{is: live}}, item.used: {{is: true}}}}
  undecided: ask_a_person
  {SAYS}
- id: too_early
  source: Base
  when: {{order.sale_format: {{is: shelf}}, parcel.since_delivered: {{under: 2 days}}, request.kind: {{is: return_refund}}}}
  decline: window_not_begun
  {SAYS}
"""


def facts(**changed: Any) -> dict[str, Any]:
    sheet = {
        "order.sale_format": "live_auction",
        "request.kind": "return_refund",
        "request.reason": "better_price",
        "request.reason_group": "change_of_mind",
        "parcel.since_delivered": 3,
        "item.used": NONE,
    }
    return sheet | {name.replace("__", "."): value for name, value in changed.items()}


@pytest.fixture(scope="module")
def topic(compiled: Any) -> Any:
    return compiled(RULES)


@pytest.mark.requirement("E-02", "E-07")
def test_a_change_of_mind_on_an_auction_is_declined_with_its_rule_words_and_source(topic: Any) -> None:
    verdict = judge_eligibility(topic, facts(), NOW)
    assert verdict.kind == "declined"
    (reason,) = verdict.reasons
    assert (reason.rule, reason.code, reason.source, reason.pack, reason.line) == (
        "final_sale",
        "final_sale",
        "Final-sale rule",
        "base",
        2,
    )
    assert reason.says.zh == "中"
    assert reason.release == "a" * 64
    assert [withheld.rule for withheld in verdict.withheld] == ["no_protection"]


@pytest.mark.requirement("E-03", "E-04")
def test_what_would_change_it_is_told_with_the_last_day_on_which_it_would_pass(topic: Any) -> None:
    verdict = judge_eligibility(topic, facts(), NOW)
    roads = {way.changes[0].to: way for way in verdict.ways if len(way.changes) == 1}
    way = roads[("quality",)]
    assert way.kind == "return_refund"
    assert way.changes[0].fact == "request.reason_group"
    assert way.last_day == date(2026, 12, 6)
    assert way.before == datetime(2026, 12, 7, 5, tzinfo=UTC)
    assert "until 2026-12-06 (America/New_York)" in way.says.en
    assert "截至 2026-12-06" in way.says.zh


def test_a_way_that_would_owe_proof_says_which(topic: Any) -> None:
    need = Need(kind="proof", name="p", rule="p", any_of=("photo_defect", "video_unboxing"), of="buyer", at="opening")
    asked: list[str] = []

    def proof_for(changed: Any) -> tuple[Need, ...]:
        asked.append(changed["request.reason_group"])
        return (need,) if changed["request.reason_group"] == "quality" else ()

    verdict = judge_eligibility(topic, facts(), NOW, proof_for)
    assert set(asked) == {"quality", "fulfilment"}
    by_group = {way.changes[0].to[0]: way for way in verdict.ways}
    assert by_group["quality"].proof == (need,)
    assert "photo_defect, video_unboxing" in by_group["quality"].says.en
    assert by_group["fulfilment"].proof == ()


def test_every_reason_is_told_and_no_way_is_offered_where_time_has_run_out(topic: Any) -> None:
    verdict = judge_eligibility(topic, facts(parcel__since_delivered=15), NOW)
    assert [reason.rule for reason in verdict.reasons] == ["auction_window", "final_sale"]
    assert verdict.ways == ()


def test_waiting_is_a_way_where_it_is_only_too_early(topic: Any) -> None:
    verdict = judge_eligibility(topic, facts(order__sale_format="shelf", parcel__since_delivered=0), NOW)
    assert verdict.code == "window_not_begun"
    waiting = [way for way in verdict.ways if not way.changes]
    assert [way.from_day for way in waiting] == [date(2026, 11, 27)]
    assert "from 2026-11-27 on" in waiting[0].says.en


def test_an_allowed_request_names_who_reviews_it(topic: Any) -> None:
    verdict = judge_eligibility(topic, facts(request__reason="damaged", request__reason_group="quality"), NOW)
    assert (verdict.kind, verdict.review_by, verdict.rules) == ("allowed", "seller", ("auction_claims",))


def test_an_unknown_fact_that_may_decline_is_needed(topic: Any) -> None:
    verdict = judge_eligibility(
        topic, facts(request__reason="damaged", request__reason_group="quality", parcel__since_delivered=UNKNOWN), NOW
    )
    assert verdict.kind == "needs"
    assert [(need.kind, need.name, need.rule) for need in verdict.needs] == [("fact", "parcel.since_delivered", "auction_window")]


def test_a_certain_decline_beats_what_is_unknown(topic: Any) -> None:
    assert judge_eligibility(topic, facts(parcel__since_delivered=UNKNOWN), NOW).kind == "declined"


def test_nothing_told_needs_what_would_settle_it_and_is_never_allowed(topic: Any) -> None:
    verdict = judge_eligibility(topic, {}, NOW)
    assert verdict.kind == "needs"
    assert {need.name for need in verdict.needs} >= {"order.sale_format", "request.reason_group"}


def test_a_rule_that_leaves_it_to_a_person_is_undecided(topic: Any) -> None:
    verdict = judge_eligibility(topic, facts(order__sale_format="live", item__used=True), NOW)
    assert (verdict.kind, verdict.code) == ("undecided", "ask_a_person")


def test_what_no_rule_answers_is_undecided(topic: Any) -> None:
    verdict = judge_eligibility(topic, facts(order__sale_format="shelf", request__kind="exchange"), NOW)
    assert (verdict.kind, verdict.code) == ("undecided", "no_rule_answers")
    assert {way.kind for way in verdict.ways} == {"cancel", "return_refund"}


def test_a_rule_that_breaks_leaves_it_undecided_and_never_allowed(topic: Any) -> None:
    verdict = judge_eligibility(topic, facts(request__reason_group="quality", parcel__since_delivered=[]), NOW)
    assert verdict.kind == "undecided"
    assert verdict.code == "rule_could_not_be_judged"


def test_proof_that_is_owed_turns_an_allowed_verdict_into_needs_and_no_other() -> None:
    need = Need(kind="proof", name="p", rule="p", any_of=("photo_defect",))
    assert with_needs(Verdict(kind="allowed"), [need]).kind == "needs"
    assert with_needs(Verdict(kind="declined"), [need]) == Verdict(kind="declined")
    assert with_needs(Verdict(kind="allowed"), []).kind == "allowed"


SITUATIONS = st.fixed_dictionaries(
    {
        "order.sale_format": st.sampled_from(["shelf", "live", "live_auction", UNKNOWN]),
        "request.kind": st.sampled_from(["cancel", "refund_only", "return_refund", "exchange"]),
        "request.reason": st.sampled_from(["better_price", "damaged", "late_delivery"]),
        "parcel.since_delivered": st.sampled_from([0, 1, 2, 3, 14, 15, NONE]),
        "item.used": st.sampled_from([True, False, NONE]),
    }
)
GROUPS = {"better_price": "change_of_mind", "damaged": "quality", "late_delivery": "fulfilment"}


@settings(max_examples=100, deadline=None)
@given(SITUATIONS)
def test_every_way_that_is_offered_really_passes_until_its_last_day_and_not_after(topic: Any, sheet: dict[str, Any]) -> None:
    told = sheet | {"request.reason_group": GROUPS[sheet["request.reason"]]}
    for way in judge_eligibility(topic, told, NOW).ways:
        changed = dict(told)
        for change in way.changes:
            changed[change.fact] = change.to[0]
        delivered = changed["parcel.since_delivered"]
        if way.from_day:
            changed["parcel.since_delivered"] = delivered + (way.from_day - NOW.date()).days
        assert judge_eligibility(topic, changed, NOW).kind == "allowed"
        if way.last_day:
            last = delivered + (way.last_day - NOW.date()).days
            assert judge_eligibility(topic, changed | {"parcel.since_delivered": last}, NOW).kind == "allowed"
            assert judge_eligibility(topic, changed | {"parcel.since_delivered": last + 1}, NOW).kind != "allowed"
