"""The one sentence about the return rate names what moved it, and never what moved the other way (Q-08)."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from amends.api.insight.words import Told, sentence
from amends.exchange.policies import read_policies


def rate(value: str) -> dict[str, Any]:
    """A return rate whose orders are all old enough."""
    return {"return_rate": SimpleNamespace(value=value, denominator=40, maturity=SimpleNamespace(ripe=True, youngest=None))}


def moved(reason: str, points: int) -> dict[str, Any]:
    """What a reason adds to the change, in hundredths of a point."""
    return {"reason": reason, "title": "", "points": points}


@pytest.mark.requirement("Q-08")
def test_a_rise_is_put_down_to_what_rose_most() -> None:
    told = Told(now=cast("Any", rate("57.98")), then=cast("Any", rate("9.76")), trades=(),
                moved=(moved("damaged", -244), moved("defective", 232)))  # fmt: skip
    said = sentence(read_policies().vocabulary, told)
    assert "The largest part of it is “defective”, +2.32 points." in said["en"]
    assert "其中影响最大的是" in said["zh"]
    assert "-2.44" not in said["en"]


@pytest.mark.requirement("Q-08")
def test_a_change_that_nothing_explains_is_put_down_to_nothing() -> None:
    told = Told(now=cast("Any", rate("9.00")), then=cast("Any", rate("10.00")), trades=(), moved=(moved("damaged", 200),))
    assert "part of it" not in sentence(read_policies().vocabulary, told)["en"]
