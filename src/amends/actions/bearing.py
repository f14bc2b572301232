"""Who bears a refund in the seller's place: by a ruling (N-08), or because the goods were lost on their way back (row 41).

The refund is the buyer's and stays with them. Beside its transaction stands a second one that gives the shop, and the platform's
commission, back what the first took, at the expense of whoever is liable. Its id follows from the refund and the event, so that it
cannot be posted twice.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from amends.actions.compensating import account_of
from amends.actions.posting import COMMISSION, commission_of
from amends.domain.facts.dispute import Ruling
from amends.domain.facts.file import CaseFile
from amends.domain.facts.refund import Posting, Refund, Transaction
from amends.domain.facts.sheet import request_of, sheet
from amends.domain.facts.travel import plan_of
from amends.domain.lifecycle.rules import Rules
from amends.domain.topics.costs import commission_back

_BEARS: Final = {"platform": "platform", "nobody": "platform", "carrier": "carrier", "host": "host"}


def bearer(file: CaseFile) -> str | None:
    """The account that bears the case's refunds in the shop's place; None where the shop does.

    What was granted to the buyer and then found for the seller is borne by whoever is liable, and by the platform where that is
    the buyer, whose money it stays.
    """
    plan = plan_of(file.travel, file.case.id) if file.case else None
    if plan is not None and plan.borne_by is not None:
        return account_of(file, plan.borne_by)
    standing = [ruling for ruling in file.rulings if ruling.state == "stands"]
    if not standing:
        return None
    last = standing[-1]
    party = _BEARS.get(last.liability, None if last.ruling != "seller" else "platform")
    return account_of(file, party) if party else None


def borne(file: CaseFile, refund: Refund, commission: int, account: str, seq: int) -> Transaction:
    """The refund's cost, moved from the shop to the account, by the event `seq` of the case."""
    return _transaction(file, refund, commission, account, seq, 1)


def no_longer_borne(file: CaseFile, refund: Refund, commission: int, account: str, seq: int) -> Transaction:
    """The same, taken back: the refund came back, or a later ruling says otherwise."""
    return _transaction(file, refund, commission, account, seq, -1)


def borne_now(file: CaseFile, ruling: Ruling, rules: Rules, now: datetime, seq: int) -> tuple[Transaction, ...]:
    """What a ruling after the money has left moves: each paid refund's cost, from whoever bore it to whom this ruling says."""
    before = bearer(file)
    account = bearer(replace(file, all_rulings=(*file.all_rulings, ruling)))
    if account == before:
        return ()
    moves: list[Transaction] = []
    for refund in file.refunds:
        if refund.status != "succeeded":
            continue  # once it is paid, its result finds the ruling
        commission = returned_commission(file, refund, rules, now)
        if before is not None:
            moves.append(no_longer_borne(file, refund, commission, before, seq))
        if account is not None:
            moves.append(borne(file, refund, commission, account, seq))
    return tuple(moves)


def returned_commission(file: CaseFile, refund: Refund, rules: Rules, now: datetime) -> int:
    """What the platform gives back of its own with a refund, by the rule of Q-10."""
    facts = sheet(file, request_of(file), now, rules.zone)
    return commission_of(file, refund) if commission_back(rules.topic("costs"), facts).sentences else 0


def _transaction(file: CaseFile, refund: Refund, commission: int, account: str, seq: int, sign: int) -> Transaction:
    legs = (
        Posting(f"shop:{file.order.shop_id}", sign * (refund.amount - commission)),
        Posting(COMMISSION, sign * commission),
        Posting(account, -sign * refund.amount),
    )
    return Transaction(
        id=UUID(int=refund.id.int ^ (seq << 1 | (sign > 0))),
        case_id=refund.case_id,
        refund_id=None,
        reverses=None,
        why="refund_borne" if sign > 0 else "refund_no_longer_borne",
        currency=file.order.currency,
        postings=tuple(leg for leg in legs if leg.amount),
    )
