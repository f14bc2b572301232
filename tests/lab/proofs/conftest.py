"""The shipped policies, and a way to spoil them in memory; whatever was proved before is kept, so that a test proves what it changes."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace
from situations import read_planted

from amends.domain.rulebook.book import assemble
from amends.domain.rulebook.shape import MarketBook
from amends.exchange.policies import Policies, read_policies
from amends.lab.prove import Kept

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
Books = dict[str, MarketBook]
Spoil = Callable[[Mapping[str, Any]], Books]


@pytest.fixture(scope="session")
def policies() -> Policies:
    return read_policies()


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def kept() -> Kept:
    return Kept()


@pytest.fixture(scope="session")
def spoil(policies: Policies) -> Spoil:
    """The books of all markets with one rule added, changed or taken away where a pack or market owns it."""

    def spoiled(patch: Mapping[str, Any]) -> Books:
        owner, _, topic = str(patch["into"]).rpartition("/")
        added = [read_planted(policies, owner, topic, patch["rule"])] if "rule" in patch else []
        gone = {rule.id for rule in added} | {str(patch.get("drop", ""))}
        books = {}
        for market, book in policies.books.items():
            if owner not in (*book.packs, f"markets/{market}"):
                books[market] = book
                continue
            own = [rule for rules in book.rules.values() for rule in rules if not (rule.pack == owner and rule.id in gone)]
            books[market] = assemble(replace(book, rules={}), [*own, *added]).book
        return books

    return spoiled
