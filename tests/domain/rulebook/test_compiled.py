"""The bitsets say exactly what the reference interpreter says."""

from datetime import UTC, datetime
from random import Random
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


def condition(rng: Random) -> Condition:
    fact = rng.choice(FACTS)
    compared: Any = rng.choice(["over", "under", "at_least"])
    match fact[0]:
        case "w" if rng.random() < 0.5:
            return Condition(fact, rng.choice(["is", "is_not"]), rng.choice(WORDS))
        case "w":
            return Condition(fact, rng.choice(["in", "not_in"]), tuple(rng.sample(WORDS, rng.randint(0, 3))))
        case "f":
            return Condition(fact, rng.choice(["is", "is_not"]), rng.random() < 0.5)
        case "d":
            operator: Any = rng.choice(["over", "under", "at_least", "is", "is_not"])
            return Condition(fact, operator, Quantity(rng.randint(-2, 4), "days"))
        case "h":
            return Condition(fact, compared, Quantity(rng.randint(1, 3), "hours"))
    return Condition(fact, compared, Quantity(rng.randint(0, 300), "USD"))


def rule_set(rng: Random) -> list[Rule]:
    count = rng.randint(1, 8)
    rules = []
    for n in range(count):
        later = [f"r{m}" for m in range(n + 1, count)]
        overrides = rng.sample(later, min(len(later), rng.choice([0, 0, 1, 2])))
        rules.append(make(f"r{n}", tuple(condition(rng) for _ in range(rng.randint(0, 4))), tuple(overrides)))
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


def value(rng: Random, fact: str) -> Any:
    if rng.random() < 0.25:
        return rng.choice([NONE, UNKNOWN])
    match fact[0]:
        case "w":
            return rng.choice([*WORDS, "a word that no rule names"])
        case "f":
            return rng.random() < 0.5
        case "d":
            return rng.randint(-4, 6)
        case "h":
            return rng.choice([0, 3599, 3600, 3601, 7200, 10799, 10800, 20000])
    return rng.randint(-1, 301), rng.choice(["USD", "USD", "EUR"])


def sheet(rng: Random) -> dict[str, Any]:
    """Some facts told, others not."""
    return {fact: value(rng, fact) for fact in FACTS if rng.random() < 0.8}


def as_said(topic: CompiledTopic, certain: int, possible: int) -> dict[str, bool | None]:
    return {rule.id: True if certain >> n & 1 else None if possible >> n & 1 else False for n, rule in enumerate(topic.rules)}


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_compiled_rules_say_what_the_reference_interpreter_says(seed: int) -> None:
    rng = Random(seed)  # noqa: S311
    rules = rule_set(rng)
    topic = CompiledTopic(rules)
    for _ in range(12):
        facts = sheet(rng)
        expected = standing(rules, facts)
        assert as_said(topic, *topic.match(facts)) == expected
        assert as_said(topic, *topic.plain_match(facts)) == expected


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32))
def test_a_rule_that_does_not_match_names_a_condition_that_fails(seed: int) -> None:
    rng = Random(seed)  # noqa: S311
    rules, facts = rule_set(rng), sheet(rng)
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
