"""The desk is tested against a real database with the real policies."""

from collections.abc import Iterator

import pytest
import structlog
from tests.marketplace_fixtures import marketplace, marketplace_template

__all__ = ["logs", "marketplace", "marketplace_template"]


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[structlog.typing.EventDict]]:
    """What is logged, kept instead of printed: long traces of planted faults help nobody."""
    with structlog.testing.capture_logs() as kept:
        yield kept
