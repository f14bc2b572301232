"""What tests of the lab share: rules as a file has them, and whether a sheet can be."""

from collections.abc import Mapping
from typing import Any

import yaml

from amends.domain.rulebook.reading import read_rules
from amends.domain.rulebook.shape import MarketBook, Rule
from amends.domain.rulebook.situations import declared_of, stands_together, together_of
from amends.exchange.policies import Policies


def rule_text(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule as a file has it; source and words are put in."""
    return {"source": "planted", "says": {"zh": "植入", "en": "planted"}, **rule}


def read_planted(policies: Policies, owner: str, topic: str, rule: Mapping[str, Any]) -> Rule:
    file = f"policies/{owner if owner.startswith('markets/') else 'packs/' + owner}/{topic}.yaml"
    text = yaml.safe_dump([rule_text(rule)], allow_unicode=True)
    read = read_rules(topic=topic, pack=owner, file=file, text=text, vocabulary=policies.vocabulary)
    assert read.errors == ()
    return read.rules[0]


def possible(facts: dict[str, Any], book: MarketBook) -> bool:
    """Whether a sheet is one that can be: every fact within what is declared of it, and all of them together."""
    declared = declared_of(book.vocabulary, book.currency)
    assert facts.keys() == book.vocabulary.facts.keys()
    return stands_together(together_of(book.vocabulary), lambda fact: facts[fact]) and all(
        value in each.may_be or value not in ("none", "unknown") for fact, each in declared.items() for value in (facts[fact],)
    )
