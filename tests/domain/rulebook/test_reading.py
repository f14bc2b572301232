"""Policy files are read with file and line, and every error is told at once."""

from datetime import date
from typing import Any

import pytest

from amends.domain.rulebook.outcomes import Allow, Decline
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.shape import Condition, Says
from amends.domain.rulebook.words import read_vocabulary

GOOD = """
- id: final_sale
  from: 2026-06-28
  source: "Final-sale rule, 2026-06-28"
  requirements: [E-01, E-02]
  when:
    order.sale_format: {is: live_auction}
    request.kind: {in: [refund_only, return_refund]}
    parcel.since_delivered: {over: 14 days, under: 30 days}
    request.amount: {at_least: 100.00 USD}
  decline: final_sale
  says: {zh: 最终销售, en: A final sale.}

- id: allowed
  source: x
  assumed: true
  allow: [refund_only]
  review_by: seller
  says: {zh: 可以, en: You may.}
"""


def rule(body: str, says: str = "{zh: a, en: b}") -> str:
    lines = "\n".join("  " + line for line in body.strip().splitlines())
    return f"- id: one\n  source: s\n  says: {says}\n{lines}\n"


@pytest.mark.requirement("E-01", "E-02")
def test_a_rule_is_read_with_its_line_its_dates_and_its_conditions(read: Any) -> None:
    found = read(GOOD)
    assert found.errors == ()
    first, second = found.rules
    assert (first.id, first.line, first.pack, first.requirements) == ("final_sale", 2, "base", ("E-01", "E-02"))
    assert first.from_ == date(2026, 6, 28)
    assert first.outcome == Decline(decline="final_sale")
    assert first.says == Says("最终销售", "A final sale.")
    assert first.conditions == (
        Condition("order.sale_format", "is", "live_auction"),
        Condition("request.kind", "in", ("refund_only", "return_refund")),
        Condition("parcel.since_delivered", "over", Quantity(14, "days")),
        Condition("parcel.since_delivered", "under", Quantity(30, "days")),
        Condition("request.amount", "at_least", Quantity(10000, "USD")),
    )
    assert second.outcome == Allow(allow=("refund_only",), review_by="seller")
    assert second.assumed
    assert second.line == 14


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("decline: final_sale\nbecause: x", "unknown_key"),
        ("decline: no_such_problem", "unknown_word"),
        ("decline: final_sale\nallow: [cancel]", "two_outcomes"),
        ("when: {order.sale_format: {is: live}}", "no_outcome"),
        ("when: {order.colour: {is: red}}\ndecline: final_sale", "unknown_fact"),
        ("when: {order.sale_format: {is: raffle}}\ndecline: final_sale", "unknown_word"),
        ("when: {order.sale_format: {like: live}}\ndecline: final_sale", "unknown_operator"),
        ("when: {order.sale_format: {over: live}}\ndecline: final_sale", "operator_does_not_fit"),
        ("when: {item.used: {is: perhaps}}\ndecline: final_sale", "value_does_not_fit"),
        ("when: {parcel.since_delivered: {over: 14 hours}}\ndecline: final_sale", "unit_does_not_fit"),
        ("when: {parcel.unscanned: {over: 2 days}}\ndecline: final_sale", "unit_does_not_fit"),
        ("when: {parcel.since_delivered: {over: 14}}\ndecline: final_sale", "unit_does_not_fit"),
        ("when: {parcel.since_delivered: {over: a while}}\ndecline: final_sale", "value_does_not_fit"),
        ("when: {request.amount: {over: 100.00 EUR}}\ndecline: final_sale", "value_does_not_fit"),
        ("when: {request.amount: {over: 1.005 USD}}\ndecline: final_sale", "value_does_not_fit"),
        ("when: {order.sale_format: live}\ndecline: final_sale", "not_a_mapping"),
        ("allow: [refund]", "unknown_word"),
        ("from: 2026-13-01\ndecline: final_sale", "not_a_date"),
        ("from: 2026-06-02\nuntil: 2026-06-01\ndecline: final_sale", "ends_before_it_begins"),
        ("decline: final_sale\ndecline: window_closed", "duplicate_key"),
        ("assumed: maybe\ndecline: final_sale", "value_does_not_fit"),
    ],
)
def test_what_cannot_be_taken_is_an_error_with_its_line(read: Any, body: str, code: str) -> None:
    found = read(rule(body))
    assert [error.code for error in found.errors] == [code]
    assert found.rules == ()
    error = found.errors[0]
    assert error.file.endswith("eligibility.yaml")
    assert error.line >= 1
    assert error.message.zh
    assert error.message.en


def test_every_error_of_a_file_is_told_not_only_the_first(read: Any) -> None:
    text = rule("decline: nothing") + rule("allow: [refund]") + "- source: s\n  decline: final_sale\n"
    found = read(text)
    assert [(error.line, error.code) for error in found.errors] == [
        (4, "unknown_word"),
        (8, "unknown_word"),
        (9, "missing_key"),
        (9, "missing_key"),
        (9, "missing_words"),
        (9, "missing_words"),
    ]


@pytest.mark.parametrize("missing", ["of: buyer", "at: opening"])
def test_a_demand_for_proof_must_say_whose_and_when(read: Any, missing: str) -> None:
    body = "demand: {any_of: [photo_defect]}\nof: buyer\nat: opening".replace(missing, "").replace("\n\n", "\n")
    found = read(rule(body), "evidence")
    assert [error.code for error in found.errors] == ["proof_without_side_or_stage"]


def test_a_demand_that_says_both_is_read(read: Any) -> None:
    found = read(rule("demand: {any_of: [photo_defect]}\nof: buyer\nat: opening"), "evidence")
    assert found.errors == ()
    assert found.rules[0].outcome.demand.any_of == ("photo_defect",)


def test_rules_that_admit_reject_or_weigh_must_name_a_side(read: Any) -> None:
    for body in ("admit: [photo_defect]", "reject: unclear", "weigh: first"):
        assert [error.code for error in read(rule(body), "evidence").errors] == ["missing_key"]


def test_words_are_owed_in_both_languages(read: Any) -> None:
    found = read(rule("decline: final_sale", says="{zh: 好}"))
    assert [error.code for error in found.errors] == ["missing_words"]


def test_broken_yaml_is_an_error_and_no_exception(read: Any) -> None:
    found = read("- id: [unclosed\n  source: s\n")
    assert [error.code for error in found.errors] == ["not_yaml"]


def test_an_unknown_topic_is_refused(read: Any) -> None:
    assert [error.code for error in read("[]", "weather").errors] == ["unknown_topic"]


@pytest.mark.parametrize("word", ["none", "unknown"])
def test_the_words_for_no_value_may_not_be_a_rules_name(read: Any, word: str) -> None:
    text = rule("decline: final_sale").replace("id: one", f"id: {word}")
    assert [error.code for error in read(text).errors] == ["reserved_word"]


@pytest.mark.parametrize("word", ["none", "unknown"])
def test_the_words_for_no_value_may_not_be_words_of_a_fact(word: str) -> None:
    facts = "request.kind: {type: word, words: kinds, zh: a, en: b}"
    _, errors = read_vocabulary([("facts", "facts.yaml", facts), ("kinds", "kinds.yaml", f"{word}: {{zh: a, en: b}}")])
    assert [error.code for error in errors] == ["reserved_word"]


def test_a_fact_of_a_list_that_does_not_exist_is_an_error() -> None:
    _, errors = read_vocabulary([("facts", "facts.yaml", "a.b: {type: word, words: colours, zh: a, en: b}")])
    assert [error.code for error in errors] == ["unknown_list"]


def test_two_rules_of_one_id_do_not_load(book: Any) -> None:
    text = rule("decline: final_sale") + rule("allow: [cancel]")
    assert [error.code for error in book(text).errors] == ["duplicate_rule"]


def test_money_of_another_currency_than_the_markets_is_never_compared(book: Any) -> None:
    found = book(rule("when: {request.amount: {over: 1000.00 CNY}}\ndecline: final_sale"))
    assert [error.code for error in found.errors] == ["other_currency"]
    assert "1000.00 CNY" in found.errors[0].message.en


def test_a_rule_may_override_only_rules_of_its_topic(book: Any) -> None:
    found = book(rule("overrides: [somebody]\ndecline: final_sale"))
    assert [error.code for error in found.errors] == ["overrides_unknown_rule"]


def test_rules_may_not_override_each_other_in_a_circle(book: Any) -> None:
    one = rule("overrides: [two]\ndecline: final_sale")
    two = rule("overrides: [three]\ndecline: final_sale").replace("id: one", "id: two")
    three = rule("overrides: [one]\ndecline: final_sale").replace("id: one", "id: three")
    assert [error.code for error in book(one + two + three).errors] == ["overrides_in_a_circle"] * 3


def test_the_order_of_packs_means_nothing(read: Any, frame: Any) -> None:
    from amends.domain.rulebook.book import assemble

    rules = read(GOOD).rules
    assert assemble(frame, rules).book == assemble(frame, reversed(rules)).book
