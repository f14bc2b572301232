"""Who pays what: freight, compensation, commission? (Q-10, L-08, C-04)."""

import msgspec

from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.outcomes import Compensate, RefundWhen, ReturnCommission, ReturnFreight, Share, ToWarehouse
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.said import Said, said
from amends.domain.rulebook.shape import Facts, Says
from amends.kernel.money import Exponents, Money


def commission_back(topic: CompiledTopic, facts: Facts) -> Said[ReturnCommission]:
    """Whether the commission on the refunded part goes back (Q-10)."""
    return said(topic, facts, ReturnCommission)


def freight(topic: CompiledTopic, facts: Facts) -> Said[ReturnFreight]:
    """Who pays the way back from the buyer; its first leg where `to_warehouse` names who pays the rest (L-08, N-04)."""
    return said(topic, facts, ReturnFreight)


class WayBack(msgspec.Struct, frozen=True, kw_only=True):
    """Who pays the way back, the rule that says so, and its words. Free return shipping (退货包运费) is a way back that the buyer does not pay (T-02)."""

    by: str
    rule: str
    says: Says


def way_back(topic: CompiledTopic, facts: Facts) -> WayBack | None:
    """Who pays the way back from the buyer. None where nothing comes back, and where facts are missing or rules differ."""
    sentences = freight(topic, facts).sentences
    if len({each.outcome.return_freight for each in sentences}) != 1:
        return None
    first = sentences[0]
    return WayBack(by=first.outcome.return_freight, rule=first.rule.id, says=first.rule.says)


def to_warehouse(topic: CompiledTopic, facts: Facts) -> Said[ToWarehouse]:
    """Who pays the leg from the collection point to the seller's warehouse; nobody says so where there is one leg only (L-08)."""
    return said(topic, facts, ToWarehouse)


def compensations(topic: CompiledTopic, facts: Facts) -> Said[Compensate]:
    """Money owed on top of the refund (C-04)."""
    return said(topic, facts, Compensate)


def refund_moments(topic: CompiledTopic, facts: Facts) -> Said[RefundWhen]:
    """When the money goes back (L-01, L-03)."""
    return said(topic, facts, RefundWhen)


def share_of(share: Share, amount: Money, exponents: Exponents) -> Money:
    """The share of an amount, raised to its lower bound and cut to its upper one, rounded half to even."""
    minor = share.percent.percent.of(amount.amount)
    if share.at_least:
        minor = max(minor, _minor(share.at_least, amount, exponents))
    if share.at_most:
        minor = min(minor, _minor(share.at_most, amount, exponents))
    return Money(minor, amount.currency)


def _minor(bound: Quantity, amount: Money, exponents: Exponents) -> int:
    if not bound.is_money:
        return int(bound.number * 10 ** exponents[amount.currency])
    if bound.unit != amount.currency:
        raise TypeError(f"{bound.unit} and {amount.currency} do not mix")
    return int(bound.number)
