"""What is asked of the copy, and what a figure is."""

from datetime import datetime
from typing import Any, Literal

import msgspec

Dimension = Literal["", "shop", "category", "product", "room", "host", "market", "reason", "kind", "day", "week"]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Which orders, or which cases, seen when.

    Attributes:
        shops: the ids that the asker may see; nothing else is ever counted.
        begin: the period begins (inclusive); orders count by their creation, cases by their opening.
        end: the period ends (exclusive).
        cut_off: nothing later is seen; None is the copy's own.
        maturity: each order is seen this many days after its creation; None sees all of them at the cut-off.
        by: `order`, or `line` for each order with each of its articles.
        offset: minutes that the asker's clock is ahead of UTC; days and weeks are theirs.
    """

    shops: list[int]
    begin: datetime
    end: datetime
    cut_off: datetime | None = None
    maturity: int | None = None
    by: Literal["order", "line"] = "order"
    market: str | None = None
    category: str | None = None
    sku: str | None = None
    room: str | None = None
    host: str | None = None
    reason: str | None = None
    kind: str | None = None
    offset: int = 0


class Maturity(msgspec.Struct, frozen=True, kw_only=True):
    """How long the orders of a figure had to ripen. A young period always looks better than it will be.

    `days` is the one that was asked for; `ripe` whether every order had as many. `youngest` and `oldest` are whole days at the cut-off.
    """

    days: int | None
    youngest: int | None
    oldest: int | None
    ripe: bool


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure with everything that it needs to be understood.

    `value` is exact text: percent with two places, whole seconds, whole minor units, or a count; None where there is nothing to divide by.
    """

    figure: str
    unit: Literal["percent", "seconds", "minor", "count"]
    value: str | None
    numerator: int
    denominator: int
    begin: datetime
    end: datetime
    cut_off: datetime
    maturity: Maturity
    by: Literal["order", "line", "case", "rejection", "dispute"]
    currency: str | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a breakdown with its figures."""

    part: str
    label: str | None
    figures: list[Figure]


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """Something that makes figures less than they seem: `unknown_statuses`, `told_without_history`."""

    code: str
    count: int


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One call of the process: what to do, about what, and further words."""

    id: int
    do: str
    question: Question
    more: dict[str, Any] = {}


def percent(numerator: int, denominator: int) -> str | None:
    """A share in percent with two places, half of a hundredth rounded up; no float is involved."""
    if denominator <= 0:
        return None
    hundredths = (numerator * 20_000 + denominator) // (2 * denominator)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def mean(total: int, count: int) -> str | None:
    """A mean as a whole number, halves away from zero."""
    if count <= 0:
        return None
    size = (2 * abs(total) + count) // (2 * count)
    return str(size if total >= 0 else -size)
