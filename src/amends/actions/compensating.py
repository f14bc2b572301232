"""Money that is owed on top of the refund when a promise was broken (C-04)."""

from datetime import datetime
from uuid import UUID

from amends.actions.granting import NewId
from amends.domain.facts.conduct import Compensation
from amends.domain.facts.file import CaseFile
from amends.domain.facts.refund import Posting, Transaction
from amends.domain.facts.sheet import Sheet, request_of, sheet
from amends.domain.lifecycle.rules import Rules
from amends.domain.topics.costs import compensations, share_of
from amends.kernel.money import Money


def facts_of(file: CaseFile, rules: Rules, missed: str, now: datetime) -> Sheet:
    """What a compensation for a missed deadline is judged by."""
    return {**sheet(file, request_of(file), now, rules.zone), "deadline.missed": missed}


def owed_for(file: CaseFile, rules: Rules, facts: Sheet, now: datetime, new_id: NewId) -> tuple[Compensation, ...]:
    """What the rules of the handling release owe for a missed deadline: a share of the request within its bounds. One a rule.

    Nothing where no rule speaks, where a rule lacks a fact, or for imported history: nobody pays by guess.
    """
    case = file.case
    if case is None or case.historical:
        return ()
    missed = str(facts["deadline.missed"])
    said = compensations(rules.topic("costs"), facts)
    exponents = rules.handling.book.vocabulary.exponents()
    found = []
    for outcome, rule, _ in said.sentences:
        amount = share_of(outcome.compensate, Money(case.amount, case.currency), exponents).amount
        if amount > 0:
            found.append(_pending(new_id(), file, outcome.by, outcome.to, amount, missed, rule.id, now))
    return tuple(found[:1])


def _pending(made: UUID, file: CaseFile, by: str, to: str, amount: int, missed: str, rule: str, now: datetime) -> Compensation:
    case = file.case
    if case is None:
        raise ValueError("a compensation needs a case")
    return Compensation(
        id=made,
        case_id=case.id,
        amount=amount,
        by_party=by,
        to_party=to,
        why=missed,
        rule=rule,
        status="pending",
        provider_reference=None,
        failure=None,
        attempts=0,
        decided_seq=case.seq + 1,
        created_at=now,
        updated_at=now,
    )


def posted_compensation(file: CaseFile, owed: Compensation) -> Transaction:
    """The transaction of a paid compensation. Its id is the compensation's own, so that none is posted twice."""
    return Transaction(
        id=owed.id,
        case_id=owed.case_id,
        refund_id=None,
        reverses=None,
        why="compensation",
        currency=file.order.currency,
        postings=(
            Posting(account_of(file, owed.to_party), owed.amount),
            Posting(account_of(file, owed.by_party), -owed.amount),
        ),
    )


def account_of(file: CaseFile, party: str) -> str:
    """The account of a party of this order."""
    named = {"buyer": f"buyer:{file.order.buyer}", "seller": f"shop:{file.order.shop_id}", "host": f"host:{file.order.shop_id}"}
    return named.get(party, f"{party}:costs")
