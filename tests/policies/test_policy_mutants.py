"""Examples notice what is spoiled in a rule: deleted, a condition dropped, a bound moved by its unit, a list shortened."""

from datetime import datetime
from fractions import Fraction

import pytest
from mutants import Killers, Mutant, mutants_of

from amends.exchange.policies import Policies

WANTED = Fraction(95, 100)
A_SAMPLE = 13


def every(policies: Policies) -> list[Mutant]:
    return [mutant for rules in policies.rules.values() for rule in rules for mutant in mutants_of(rule)]


def survivors(policies: Policies, now: datetime, mutants: list[Mutant]) -> list[str]:
    killers = Killers(policies, now)
    return [f"{m.rule.pack} {m.rule.topic} {m.rule.id}: {m.what}" for m in mutants if not killers.kills(m)]


def test_examples_notice_a_sample_of_what_can_be_spoiled(policies: Policies, now: datetime) -> None:
    mutants = every(policies)[::A_SAMPLE]
    left = survivors(policies, now, mutants)
    assert Fraction(len(mutants) - len(left), len(mutants)) >= WANTED, "\n".join(left)


@pytest.mark.long
def test_examples_notice_almost_everything_that_can_be_spoiled(
    policies: Policies, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    mutants = every(policies)
    left = survivors(policies, now, mutants)
    with capsys.disabled():
        noticed = len(mutants) - len(left)
        print(f"\npolicy mutants: {noticed} of {len(mutants)} noticed by examples ({100 * noticed / len(mutants):.1f} %)")  # noqa: T201 -- the figure
        print("\n".join(f"  not noticed: {each}" for each in left))  # noqa: T201
    assert Fraction(len(mutants) - len(left), len(mutants)) >= WANTED


def test_a_rule_without_examples_would_be_seen(policies: Policies, now: datetime) -> None:
    rule = next(rule for rule in policies.rules["base"] if rule.id == "filing_window")
    assert survivors(policies, now, list(mutants_of(rule))) == []
    assert len(list(mutants_of(rule))) > 5
