"""What chargebacks have in common: room on the payment, the refund as evidence, and the trace on the order's cases (M01, M11)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, cast
from uuid import UUID

import msgspec
from msgspec.structs import replace

from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome, Recorded
from amends.actions.recording import Change, Rows, record
from amends.domain.facts.case import Case
from amends.domain.facts.chargeback import FREEZING, Chargeback, ChargebackState
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import Payment
from amends.domain.facts.people import Actor
from amends.domain.facts.refund import Refund
from amends.domain.lifecycle.chargeback import CHARGEBACK
from amends.domain.lifecycle.machine import find
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

PAYMENT_RECORD: Final = "payment_record"


def moved_to(state: str, event: str, by: str) -> ChargebackState | None:
    """The state after an event; None where the table has no such row."""
    row = find(CHARGEBACK, state, "", event, by)
    return cast("ChargebackState", row.target(state)) if row else None


def room(payment: Payment) -> int:
    """What of a payment neither refunds nor chargebacks hold."""
    return max(0, payment.captured - payment.reserved - payment.charged_back)


def holding(chargeback: Chargeback, free: int) -> Chargeback:
    """The chargeback with as much set aside as it asks for and the payment has; nothing once it is won or withdrawn."""
    if chargeback.state not in FREEZING:
        return replace(chargeback, held=0)
    return replace(chargeback, held=min(chargeback.amount, chargeback.held + max(0, free)))


def freed(file: CaseFile, refund: Refund) -> tuple[Chargeback, ...]:
    """The chargebacks of a refund's payment once the refund is given up: they take what it held."""
    payment = next((p for p in file.payments if p.id == refund.payment_id), None)
    free = (room(payment) if payment else 0) + refund.amount
    made = []
    for chargeback in file.chargebacks:
        if chargeback.payment_id == refund.payment_id and chargeback.state in FREEZING:
            after = holding(chargeback, free)
            free -= after.held - chargeback.held
            made.append(after)
    return tuple(made)


def frozen(file: CaseFile) -> frozenset[UUID]:
    """Payments that nothing is refunded to for now (M11)."""
    return frozenset([chargeback.payment_id for chargeback in file.chargebacks if chargeback.freezes])


def as_evidence(file: CaseFile, refunds: Iterable[Refund], now: datetime, new_id: NewId) -> tuple[Evidence, ...]:
    """Refunds that have left already, as proof against the chargeback: what was paid, when, under which reference."""
    known = {piece.sha256 for piece in file.all_evidence if piece.kind == PAYMENT_RECORD}
    made = []
    for refund in refunds:
        said = {
            "refund": written(refund.id),
            "amount": refund.amount,
            "currency": file.order.currency,
            "reference": refund.provider_reference,
        }
        text = msgspec.json.encode(said).decode()
        digest = sha256(text.encode()).digest()
        if digest not in known:
            made.append(_record(new_id(), refund.case_id, text, digest, now))
    return tuple(made)


def _record(made: UUID, case_id: UUID, text: str, digest: bytes, now: datetime) -> Evidence:
    return Evidence(
        id=made, case_id=case_id, of="seller", at="dispute", kind=PAYMENT_RECORD, channel=None, state="clean", legible=True,
        matches_claim=True, sha256=digest, media_type="text/plain", size=len(text.encode()), text=text, given_by="amends", given_at=now,
        sealed_at=None,
    )  # fmt: skip


def traced(
    file: CaseFile, rules: Rules, actor: Actor, now: datetime, new_id: NewId, event: str, chargeback: Chargeback
) -> Outcome:
    """Record the chargeback, and leave a trace on every case of the order that it touches; where there is none, the row is the trace."""
    by = actor if actor.kind in ("provider", "platform", "seller") else replace(actor, kind="provider")
    outcomes: list[Recorded] = []
    for case in _touched(file, chargeback):
        at = file.focus(case.id)
        paid = [r for r in at.refunds if r.payment_id == chargeback.payment_id and r.status == "succeeded"]
        evidence = as_evidence(at, paid, now, new_id) if chargeback.state in FREEZING else ()
        change = Change(event=event, body=said(chargeback, evidence), rows=Rows(evidence=evidence))
        outcome = record(at, rules, by, now, change)
        if isinstance(outcome, Blocked):
            return outcome
        outcomes.append(outcome)
    if not outcomes:
        return Recorded(case=None, chargebacks=(chargeback,))
    first, *others = outcomes
    return replace(first, chargebacks=(chargeback,), also=tuple(others))


def said(chargeback: Chargeback, evidence: Sequence[Evidence] = ()) -> dict[str, Any]:
    """What an event says of a chargeback."""
    body: dict[str, Any] = {
        "chargeback": written(chargeback.id),
        "payment": written(chargeback.payment_id),
        "state": chargeback.state,
        "amount": chargeback.amount,
        "held": chargeback.held,
    }
    return body | ({"proof": [written(piece.id) for piece in evidence]} if evidence else {})


def _touched(file: CaseFile, chargeback: Chargeback) -> list[Case]:
    """Cases that are live, and ended ones that paid to the payment."""
    paid_to = {refund.case_id for refund in file.all_refunds if refund.payment_id == chargeback.payment_id}
    return [case for case in file.cases if not case.historical and (not case.final or case.id in paid_to)]
