"""What a leg of a parcel's way cost, and who bears it: by the rules of costs of the handling release (L-08, N-04)."""

from datetime import datetime
from typing import Final, Literal

from amends.actions.compensating import account_of
from amends.actions.conduct_commands import ChargeFreight
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome
from amends.actions.recording import Change, Rows, not_open, record
from amends.domain.facts.file import CaseFile
from amends.domain.facts.refund import Posting, Transaction
from amends.domain.facts.sheet import Sheet, request_of, sheet
from amends.domain.lifecycle.rules import Rules
from amends.domain.topics.costs import freight, to_warehouse

Leg = Literal["first_leg", "to_warehouse", "interception"]
LEGS: Final = ("first_leg", "to_warehouse", "interception")


def charge_freight(file: CaseFile, command: ChargeFreight, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Post what a leg cost: from whoever bears it to the carrier. The key of the command makes it once.

    Blocked: `amount_not_positive`, `currency_differs` (nobody knows the rate), `value_not_allowed` (a leg that is none), `several_rules_answer`.
    """
    if file.case is None:
        return not_open(file, "charge_freight")
    if command.amount <= 0:
        return Blocked(code="amount_not_positive", reasons=("amount_not_positive",))
    if command.currency not in (None, file.order.currency):
        return Blocked(code="currency_differs", reasons=("currency_differs",), detail={"currency": file.order.currency})
    if command.leg not in LEGS:
        return Blocked(code="value_not_allowed", reasons=("value_not_allowed",), detail={"allowed": list(LEGS)})
    bearer = bearer_of(rules, sheet(file, request_of(file), now, rules.zone), command.leg)
    if isinstance(bearer, Blocked):
        return bearer
    party, rule = bearer
    body = {"leg": command.leg, "amount": command.amount, "by": party, "carrier": command.carrier, "rule": rule}
    leg = charged(file, command.leg, command.amount, command.carrier, party, new_id)
    change = Change(event="freight_charged", body=body, rows=Rows(transactions=(leg,) if leg else ()))
    return record(file, rules, command.actor, now, change)


def charged(file: CaseFile, leg: str, amount: int, carrier: str, party: str, new_id: NewId) -> Transaction | None:
    """The postings of a leg: to the carrier, from the party that bears it. None where there is nothing to post."""
    if file.case is None or amount <= 0:
        return None
    return Transaction(
        id=new_id(),
        case_id=file.case.id,
        refund_id=None,
        reverses=None,
        why=f"freight_{leg}",
        currency=file.order.currency,
        postings=(Posting(f"carrier:{carrier}", amount), Posting(account_of(file, party), -amount)),
    )


def bearer_of(rules: Rules, facts: Sheet, leg: str) -> tuple[str, str | None] | Blocked:
    """Who bears a leg, and the rule that says so. An interception, and a leg that no rule speaks of, the seller bears (assumed)."""
    if leg == "interception":
        return "seller", None
    topic = rules.topic("costs")
    last = [(outcome.to_warehouse, rule.id) for outcome, rule, _ in to_warehouse(topic, facts).sentences]
    first = [(outcome.return_freight, rule.id) for outcome, rule, _ in freight(topic, facts).sentences]
    found = set(last or first) if leg == "to_warehouse" else set(first)
    if len({payer for payer, _ in found}) > 1:
        return Blocked(code="several_rules_answer", reasons=tuple(sorted(rule for _, rule in found)))
    return min(found) if found else ("seller", None)
