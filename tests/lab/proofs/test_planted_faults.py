"""Every planted fault is named with its file and line, and its situation is true; the shipped rules have none."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from situations import possible

from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.conditions import applies, standing
from amends.domain.rulebook.shape import TOPICS, MarketBook, TopicName
from amends.exchange.policies import Policies
from amends.lab.findings import Finding
from amends.lab.laws import every_law, is_broken
from amends.lab.logic import answer
from amends.lab.prove import Kept, moments, prove

HERE = Path(__file__).parent
PLANTED: list[dict[str, Any]] = yaml.safe_load((HERE / "planted.yaml").read_text("utf-8"))


def test_thirty_faults_are_planted() -> None:
    assert len({patch["name"] for patch in PLANTED}) == len(PLANTED) >= 30
    assert {patch["kind"] for patch in PLANTED} == {
        "contradiction", "never_applies", "shadowed", "override_never_bites", "hole", "law_broken",
    }  # fmt: skip


@pytest.mark.parametrize("patch", PLANTED, ids=[patch["name"] for patch in PLANTED])
def test_a_planted_fault_is_named_with_a_true_witness(patch: dict[str, Any], spoil: Any, now: datetime, kept: Kept) -> None:
    books = spoil(patch)
    proof = prove(books, now, kept)
    wanted = {patch["kind"], patch["at"], patch.get("other", patch["at"])}
    about = [each for each in proof.findings if wanted <= {each.kind, each.rule, *each.other.split()}]
    assert about, [each.key for each in proof.findings]
    found = about[0]
    assert patch["market"] in found.markets
    assert found.line > 0
    assert found.file.endswith(".yaml")
    assert found.says.zh != found.says.en
    assert found.witness is not None
    assert true_in(found, books[patch["market"]], now)


def true_in(found: Finding, book: MarketBook, now: datetime) -> bool:
    """Whether the situation of a finding can be, and shows it, asked of the reference interpreter alone."""
    assert found.witness is not None
    facts = found.witness.facts
    assert possible(facts, book)
    name: TopicName = next(topic for topic in TOPICS if topic == found.topic)
    compiled = CompiledBook(book)
    return any(_shows(found, book, compiled.topic(name, moment).rules, facts, moment) for moment in moments(compiled, name, now))


def _shows(found: Finding, book: MarketBook, rules: Any, facts: dict[str, Any], moment: datetime) -> bool:
    by_id, said = {rule.id: rule for rule in rules}, standing(rules, facts)
    topic = CompiledBook(book).topic(found.topic, moment)  # type: ignore[arg-type]
    match found.kind:
        case "contradiction":
            return said[found.rule] is True and said[found.other] is True
        case "never_applies":
            return applies(by_id[found.rule], facts) is False
        case "override_never_bites":
            return not (applies(by_id[found.rule], facts) and applies(by_id[found.other], facts))
        case "shadowed":
            return applies(by_id[found.rule], facts) is True and (
                said[found.rule] is not True or len(answer(topic, facts).standing) > 1
            )
        case "law_broken":
            law = next(each for each in every_law(book.vocabulary) if each.code == found.other)
            return is_broken(law, topic, facts, book.vocabulary.exponents())
    verdict = answer(topic, facts).atoms
    answering = [
        rule.id for rule in rules if getattr(rule.outcome, "deadline", None) == found.other or hasattr(rule.outcome, found.other)
    ]
    return ("verdict", "no_rule") in verdict or not any(said[rule] is not False for rule in answering)


def test_nothing_is_wrong_with_the_shipped_rules_but_what_is_accepted_with_a_reason(
    policies: Policies, now: datetime, kept: Kept
) -> None:
    proof = prove(policies.books, now, kept)
    assert [f"{each.file}:{each.line}: {each.says.en}" for each in proof.findings] == []
    assert proof.markets == len(policies.books)
    assert proof.rules > 200
    assert proof.laws > 50


def test_what_is_accepted_is_still_found_true_and_has_a_reason(policies: Policies, now: datetime, kept: Kept) -> None:
    proof = prove(policies.books, now, kept)
    assert {each.key for each in proof.accepted} == set(policies.vocabulary.words("accepted_findings"))
    for each in proof.accepted:
        assert each.accepted
        assert true_in(each, policies.books[each.markets[0]], now)
