"""The small world as a fixture."""

from collections.abc import Callable

import pytest
from small_world import World, a_world


@pytest.fixture
def world() -> Callable[..., World]:
    """Make a world; see `a_world` for what may be told of its order."""
    return a_world
