from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from amends.kernel.working_time import Calendar, calendar_from

CALENDARS = Path(__file__).parents[2] / "policies" / "calendars"


@pytest.fixture(scope="session")
def calendar_of() -> Callable[[str], Calendar]:
    """Load a committed calendar by its code, each once."""
    loaded: dict[str, Calendar] = {}

    def load(code: str) -> Calendar:
        if code not in loaded:
            loaded[code] = calendar_from(yaml.safe_load((CALENDARS / f"{code}.yaml").read_text("utf-8")))
        return loaded[code]

    return load
