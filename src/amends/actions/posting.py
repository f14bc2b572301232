"""The postings that a refund leaves when it is paid, and when it comes back. Every transaction sums to zero."""

from datetime import datetime
from uuid import UUID

from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import OrderLine
from amends.domain.facts.refund import Posting, Refund, Transaction

COMMISSION = "platform:commission"


def commission_share(line: OrderLine, before: int, amount: int) -> int:
    """The commission that goes back with `amount` of a line of which `before` was given back already (Q-10).

    It follows the running total: once all that was paid is given back, in whatever slices, exactly the whole commission has gone back.
    """
    if line.paid <= 0:
        return 0
    reached = min(before + amount, line.paid)
    return line.commission * reached // line.paid - line.commission * min(before, line.paid) // line.paid


def commission_of(file: CaseFile, refund: Refund) -> int:
    """The commission that goes back with a refund. Slices stand in the order in which they were decided, whichever is paid first.

    One that had been given up by then leaves its place to whoever comes after it.
    """
    known = {r.id: r for r in (*file.all_refunds, *file.refunds)}
    first = _first(known, refund)
    earlier = [
        r
        for r in known.values()
        if r.replaces is None
        and (r.created_at, r.id) < (first.created_at, first.id)
        and not _given_up(known, r, first.created_at)
    ]
    share = 0
    for slice_ in refund.lines:
        line = file.line(slice_.line_id)
        before = sum(each.amount for r in earlier for each in r.lines if each.line_id == slice_.line_id)
        share += commission_share(line, before, slice_.amount) if line else 0
    return share


def _first(known: dict[UUID, Refund], refund: Refund) -> Refund:
    """The refund that this one replaces, and that one again; itself where it replaces none."""
    while refund.replaces is not None and refund.replaces in known:
        refund = known[refund.replaces]
    return refund


def _given_up(known: dict[UUID, Refund], refund: Refund, by: datetime) -> bool:
    """Whether nothing came of a refund, nor of what replaced it, and that was known at that moment."""
    after = {r.replaces: r for r in known.values() if r.replaces is not None}
    while refund.id in after:
        refund = after[refund.id]
    return refund.status == "given_up" and refund.updated_at <= by


def posted(file: CaseFile, refund: Refund, commission: int) -> Transaction:
    """The transaction of a paid refund: the buyer gets it, the platform returns `commission`, the shop bears the rest.

    Its id is the refund's own, so that a refund cannot be posted twice.
    """
    return Transaction(
        id=refund.id,
        case_id=refund.case_id,
        refund_id=refund.id,
        reverses=None,
        why="refund",
        currency=file.order.currency,
        postings=_legs(file, refund, commission),
    )


def reversal(file: CaseFile, refund: Refund, commission: int, made: UUID) -> Transaction:
    """The transaction that takes a paid refund back, leg by leg: the payment side found later that the money did not arrive."""
    return Transaction(
        id=made,
        case_id=refund.case_id,
        refund_id=refund.id,
        reverses=refund.id,
        why="refund_came_back",
        currency=file.order.currency,
        postings=tuple(Posting(leg.account, -leg.amount) for leg in _legs(file, refund, commission)),
    )


def _legs(file: CaseFile, refund: Refund, commission: int) -> tuple[Posting, ...]:
    legs = (
        Posting(f"buyer:{file.order.buyer}", refund.amount),
        Posting(f"shop:{file.order.shop_id}", commission - refund.amount),
        Posting(COMMISSION, -commission),
    )
    return tuple(leg for leg in legs if leg.amount)
