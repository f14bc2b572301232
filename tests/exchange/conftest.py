import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from desk_stand_in import DeskStandIn


@pytest.fixture
def desk() -> DeskStandIn:
    return DeskStandIn()
