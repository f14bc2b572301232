"""No move is without its form: the console's list against the interface's own table."""

import re
from pathlib import Path

import pytest

from amends.api.cases.moves import MOVES
from amends.domain.lifecycle.moves import states_by_move

FORMS = Path(__file__).parents[2] / "console/src/case/moves/forms.ts"
KINDS = ("cancel", "refund_in_transit", "refund_only", "return_refund", "exchange")


def theirs(side: str) -> set[str]:
    """Every move that a side can make on some case."""
    return {move for kind in KINDS for move in states_by_move(kind, side)}


@pytest.mark.requirement("T-03", "T-04", "U-06")
def test_the_console_has_a_form_for_every_move_of_sellers_and_the_platform_and_for_no_other() -> None:
    listed = FORMS.read_text().partition("export const FORMS")[2].partition("{")[2].partition("};")[0]
    forms = set(re.findall(r"^\s+(\w+),$", listed, re.MULTILINE))
    assert forms == theirs("seller") | theirs("platform")
    assert forms <= set(MOVES)
