from datetime import UTC, datetime

import pytest

from amends.domain.rulebook.compiled import CompiledBook
from amends.exchange.policies import Policies, read_policies

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def policies() -> Policies:
    return read_policies()


@pytest.fixture(scope="session")
def books(policies: Policies) -> dict[str, CompiledBook]:
    return {market: CompiledBook(book) for market, book in policies.books.items()}


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW
