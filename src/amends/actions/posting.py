"""The postings that a refund leaves when it is paid, and when it comes back. Every transaction sums to zero."""

from uuid import UUID

from amends.domain.facts.order import Order, OrderLine
from amends.domain.facts.refund import Posting, Refund, Transaction

COMMISSION = "platform:commission"


def commission_share(line: OrderLine, before: int, amount: int) -> int:
    """The commission that goes back with `amount` of a line of which `before` was given back already (Q-10).

    It follows the running total: once all that was paid is given back, in whatever slices, exactly the whole commission has gone back.
    """
    if line.paid <= 0:
        return 0
    return line.commission * (before + amount) // line.paid - line.commission * before // line.paid


def posted(refund: Refund, order: Order) -> Transaction:
    """The transaction of a paid refund: the buyer gets it, the platform returns its commission, the shop bears the rest.

    Its id is the refund's own, so that a refund cannot be posted twice.
    """
    return Transaction(
        id=refund.id,
        case_id=refund.case_id,
        refund_id=refund.id,
        reverses=None,
        why="refund",
        currency=order.currency,
        postings=_legs(refund, order),
    )


def reversal(refund: Refund, order: Order, made: UUID) -> Transaction:
    """The transaction that takes a paid refund back, leg by leg: the payment side found later that the money did not arrive."""
    return Transaction(
        id=made,
        case_id=refund.case_id,
        refund_id=refund.id,
        reverses=refund.id,
        why="refund_came_back",
        currency=order.currency,
        postings=tuple(Posting(leg.account, -leg.amount) for leg in _legs(refund, order)),
    )


def _legs(refund: Refund, order: Order) -> tuple[Posting, ...]:
    commission = sum(line.commission for line in refund.lines)
    legs = (
        Posting(f"buyer:{order.buyer}", refund.amount),
        Posting(f"shop:{order.shop_id}", commission - refund.amount),
        Posting(COMMISSION, -commission),
    )
    return tuple(leg for leg in legs if leg.amount)
