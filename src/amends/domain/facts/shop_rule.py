"""Rules that a shop owns. By their very shape they approve, let the buyer keep the goods, or propose: there is no word for less."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

Does = Literal["approve", "let_keep", "propose"]


class ShopRule(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule looks at and does. Empty lists and None look at nothing; amounts are minor units of the order's currency.

    `approve` grants what was asked, `let_keep` refunds a return without the goods coming back, `propose` offers the kind `offer_kind`,
    which the buyer may decline and lose nothing by. At most `per_buyer` times in `per_buyer_days` days; from `begins` until before `ends`.
    """

    does: Does
    kinds: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    amount_at_least: int | None = None
    amount_at_most: int | None = None
    currency: str | None = None
    per_buyer: int | None = None
    per_buyer_days: int = 30
    begins: datetime | None = None
    ends: datetime | None = None
    offer_kind: str | None = None


class Standing(msgspec.Struct, frozen=True):
    """A rule as it stands, and how often it acted for the buyer of an order: ever, and within its own days."""

    id: UUID
    version: int
    rule: ShopRule
    used: int = 0
    used_lately: int = 0


class Use(msgspec.Struct, frozen=True):
    """A rule acted on a case: the `number`-th time for this buyer."""

    rule_id: UUID
    version: int
    case_id: UUID
    buyer: str
    number: int
    at: datetime


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule looks at: the request, and the categories of its goods."""

    kind: str
    reason: str
    amount: int
    currency: str
    categories: frozenset[str]


def fits(standing: Standing, asked: Asked, now: datetime) -> bool:
    """Whether a rule speaks of this request, now, and may still act for its buyer."""
    rule = standing.rule
    looked_at = (
        not rule.kinds or asked.kind in rule.kinds,
        not rule.reasons or asked.reason in rule.reasons,
        not rule.categories or asked.categories <= frozenset(rule.categories),
        rule.currency in (None, asked.currency),
        rule.amount_at_least is None or asked.amount >= rule.amount_at_least,
        rule.amount_at_most is None or asked.amount <= rule.amount_at_most,
        rule.per_buyer is None or standing.used_lately < rule.per_buyer,
        rule.begins is None or now >= rule.begins,
        rule.ends is None or now < rule.ends,
    )
    return all(looked_at)
