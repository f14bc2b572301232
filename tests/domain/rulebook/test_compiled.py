"""The bitsets say exactly what the reference interpreter says."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.compiled import CompiledBook, CompiledTopic, compile_topic, in_force
from amends.domain.rulebook.conditions import applies, holds, standing
from amends.domain.rulebook.outcomes import Decline
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.shape import Condition, Rule, Says

WORDS = ["red", "blue", "green"]
WORD_FACTS, FLAGS, DAYS, HOURS, MONEY = ["w.a", "w.b", "w.c"], ["f.a"], ["d.a", "d.b"], ["h.a"], ["m.a"]
FACTS = [*WORD_FACTS, *FLAGS, *DAYS, *HOURS, *MONEY]


def conditions() -> st.SearchStrategy[Condition]:
    word = st.sampled_from(WORDS)
    compared = st.sampled_from(["over", "under", "at_least"])
    days = st.builds(Quantity, st.integers(-2, 4), st.just("days"))
    return st.one_of(
        st.builds(Condition, st.sampled_from(WORD_FACTS), st.sampled_from(["is", "is_not"]), word),
        st.builds(
            Condition, st.sampled_from(WORD_FACTS), st.sampled_from(["in", "not_in"]), st.lists(word, max_size=3, unique=True).map(tuple)
        ),
        st.builds(Condition, st.sampled_from(FLAGS), st.sampled_from(["is", "is_not"]), st.booleans()),
        st.builds(Condition, st.sampled_from(DAYS), st.sampled_from(["over", "under", "at_least", "is", "is_not"]), days),
        st.builds(Condition, st.sampled_from(HOURS), compared, st.builds(Quantity, st.integers(1, 3), st.just("hours"))),
        st.builds(Condition, st.sampled_from(MONEY), compared, st.builds(Quantity, st.integers(0, 300), st.just("USD"))),
    )


@st.composite
def rule_sets(draw: st.DrawFn) -> list[Rule]:
    count = draw(st.integers(1, 8))
    rules = []
    for n in range(count):
        later = [f"r{m}" for m in range(n + 1, count)]
        overrides = draw(st.lists(st.sampled_from(later), max_size=2, unique=True)) if later else []
        rules.append(make(f"r{n}", tuple(draw(st.lists(conditions(), max_size=4))), tuple(overrides)))
    return rules


def make(name: str, when: tuple[Condition, ...] = (), overrides: tuple[str, ...] = (), **more: Any) -> Rule:
    return Rule(
        id=name,
        topic="eligibility",
        pack="p",
        file="f",
        line=1,
        source="s",
        outcome=Decline(decline="x"),
        says=Says("z", "e"),
        conditions=when,
        overrides=overrides,
        **more,
    )


def values(fact: str) -> st.SearchStrategy[Any]:
    known: dict[str, st.SearchStrategy[Any]] = {
        "w": st.sampled_from([*WORDS, "a word that no rule names"]),
        "f": st.booleans(),
        "d": st.integers(-4, 6),
        "h": st.sampled_from([0, 3599, 3600, 3601, 7200, 10799, 10800, 20000]),
        "m": st.tuples(st.integers(-1, 301), st.sampled_from(["USD", "USD", "EUR"])),
    }
    return st.one_of(known[fact[0]], known[fact[0]], st.sampled_from([NONE, UNKNOWN]))


@st.composite
def sheets(draw: st.DrawFn) -> dict[str, Any]:
    told = draw(st.sets(st.sampled_from(FACTS)))
    return {fact: draw(values(fact)) for fact in told}


def as_said(topic: CompiledTopic, certain: int, possible: int) -> dict[str, bool | None]:
    return {
        rule.id: True if certain >> n & 1 else None if possible >> n & 1 else False for n, rule in enumerate(topic.rules)
    }


@settings(max_examples=400, deadline=None)
@given(rule_sets(), st.lists(sheets(), min_size=1, max_size=6))
def test_compiled_rules_say_what_the_reference_interpreter_says(rules: list[Rule], many: list[dict[str, Any]]) -> None:
    topic = CompiledTopic(rules)
    for facts in many:
        expected = standing(rules, facts)
        assert as_said(topic, *topic.match(facts)) == expected
        assert as_said(topic, *topic.plain_match(facts)) == expected


@settings(max_examples=100, deadline=None)
@given(rule_sets(), sheets())
def test_a_rule_that_does_not_match_names_a_condition_that_fails(rules: list[Rule], facts: dict[str, Any]) -> None:
    topic = CompiledTopic(rules)
    for rule in rules:
        failed = topic.failed(rule, facts)
        assert (failed is None) == (applies(rule, facts) is not False)
        if failed:
            assert holds(failed, facts) is False


def test_a_planted_fault_in_a_mask_is_seen() -> None:
    rules = [make("a", (Condition("w.a", "is", "red"),)), make("b", (Condition("w.b", "is", "red"),))]
    topic = CompiledTopic(rules)
    table, default = topic.tables["w.a"]
    topic.tables["w.a"] = ({**table, "red": 0}, default)
    facts = {"w.a": "red", "w.b": "red"}
    assert as_said(topic, *topic.match(facts)) != standing(rules, facts)


def test_every_comparison_with_a_fact_that_does_not_apply_is_false() -> None:
    for operator, value in [("is", "red"), ("is_not", "red"), ("in", ("red",)), ("not_in", ("red",))]:
        assert holds(Condition("w.a", operator, value), {"w.a": NONE}) is False  # type: ignore[arg-type]
    assert holds(Condition("d.a", "under", Quantity(5, "days")), {"d.a": NONE}) is False


def test_a_comparison_with_an_unknown_or_untold_fact_is_neither_true_nor_false() -> None:
    condition = Condition("w.a", "is_not", "red")
    assert holds(condition, {"w.a": UNKNOWN}) is None
    assert holds(condition, {}) is None


@pytest.mark.requirement("C-01")
def test_over_fourteen_days_begins_on_the_fifteenth_day() -> None:
    condition = Condition("d.a", "over", Quantity(14, "days"))
    assert holds(condition, {"d.a": 14}) is False
    assert holds(condition, {"d.a": 15}) is True


def test_over_an_hour_begins_at_the_full_hour_for_at_the_due_moment_it_is_too_late() -> None:
    condition = Condition("h.a", "over", Quantity(48, "hours"))
    assert holds(condition, {"h.a": 48 * 3600 - 1}) is False
    assert holds(condition, {"h.a": 48 * 3600}) is True


def test_money_of_another_currency_is_not_compared_but_unknown() -> None:
    assert holds(Condition("m.a", "over", Quantity(100, "USD")), {"m.a": (500, "EUR")}) is None


def test_money_may_come_back_from_json_as_a_list() -> None:
    topic = CompiledTopic([make("a", (Condition("m.a", "over", Quantity(100, "USD")),))])
    assert topic.match({"m.a": [500, "USD"]}).certain == 1


def test_an_overriding_rule_silences_its_target_when_it_applies() -> None:
    topic = CompiledTopic([make("base"), make("special", (Condition("f.a", "is", True),), ("base",))])
    assert [rule.id for rule in topic.of(topic.match({"f.a": True}).certain)] == ["special"]
    assert [rule.id for rule in topic.of(topic.match({"f.a": False}).certain)] == ["base"]


def test_an_unknown_override_leaves_its_target_uncertain_and_names_what_would_settle_it() -> None:
    topic = CompiledTopic([make("base"), make("special", (Condition("f.a", "is", True),), ("base",))])
    match = topic.match({"f.a": UNKNOWN})
    assert match.certain == 0
    assert [rule.id for rule in topic.of(match.possible)] == ["base", "special"]
    assert topic.unknown_facts(topic.rules[0], {"f.a": UNKNOWN}) == ("f.a",)


def test_in_a_chain_of_overrides_only_the_most_special_rule_stands() -> None:
    yes = (Condition("f.a", "is", True),)
    topic = CompiledTopic([make("base"), make("usual", (), ("base",)), make("high", yes, ("usual",))])
    assert [rule.id for rule in topic.of(topic.match({"f.a": True}).certain)] == ["high"]


def test_a_rule_is_in_force_from_its_first_local_day_through_its_last() -> None:
    rule = make("a", from_=datetime(2026, 6, 28, tzinfo=UTC).date(), until=datetime(2026, 6, 30, tzinfo=UTC).date())
    days = [day for day in range(26, 31) if in_force(rule, datetime(2026, 6, day, tzinfo=UTC).date())]
    assert days == [28, 29, 30]


def test_the_day_on_which_a_rule_begins_is_the_markets_day_not_utc() -> None:
    rule = make("a", from_=datetime(2026, 6, 28, tzinfo=UTC).date())
    three_hours_into_the_utc_day = datetime(2026, 6, 28, 3, tzinfo=UTC)
    assert compile_topic([rule], three_hours_into_the_utc_day, "America/New_York").rules == ()
    assert compile_topic([rule], three_hours_into_the_utc_day, "Asia/Shanghai").rules == (rule,)


def test_a_book_compiles_a_topic_once_for_each_epoch(book: Any) -> None:
    text = "- {id: a, source: s, from: 2026-06-28, decline: final_sale, says: {zh: a, en: b}}\n"
    compiled = CompiledBook(book(text).book)
    before, after = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
    assert compiled.topic("eligibility", before).rules == ()
    assert [rule.id for rule in compiled.topic("eligibility", after).rules] == ["a"]
    assert compiled.topic("eligibility", after) is compiled.topic("eligibility", datetime(2026, 9, 1, tzinfo=UTC))
    assert compiled.topic("costs", after).rules == ()
