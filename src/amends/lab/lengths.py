"""How long a time limit is at least and at most, in seconds: a working day is a day at least, and with holidays it has no end."""

from math import inf
from typing import Final

from amends.domain.rulebook.quantities import Quantity

_SECONDS: Final = {"minutes": 60, "hours": 3600, "days": 86400, "working_days": 86400}


def shortest(length: Quantity) -> float:
    """The fewest seconds that it can be."""
    return float(length.number) * _SECONDS[length.unit]


def longest(length: Quantity) -> float:
    """The most seconds that it can be."""
    return inf if length.unit == "working_days" else shortest(length)
