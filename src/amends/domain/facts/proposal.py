"""Something else than what was asked: who offers it, until when, why, and what became of it."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

Channel = Literal["seller", "platform_after_rejection", "platform_proactive"]
ProposalKind = Literal["withdraw", "prove", "change"]
ProposalState = Literal["open", "accepted", "declined", "lapsed", "overtaken", "withdrawn"]


class Proposal(msgspec.Struct, frozen=True):
    """One proposal on a case (N-05). `kind` says what the buyer is invited to: withdraw, prove, or take another `offer_kind` or `offer_amount`.

    `offer_amount` is in minor units of the case's currency; `freight` who pays the way back; `proof` the kinds that are asked for.
    `why` is what the platform saw, rule by rule with its weight, as JSON. It may be answered from `opened_at` until before `expires_at`.
    """

    id: UUID
    case_id: UUID
    by: str
    channel: Channel
    kind: ProposalKind
    state: ProposalState
    offer_kind: str | None
    offer_amount: int | None
    freight: str | None
    proof: tuple[str, ...]
    note: str | None
    rule: str | None
    why: bytes | None
    made_by: str
    opened_seq: int
    opened_at: datetime
    expires_at: datetime
    decided_seq: int | None = None
    decided_at: datetime | None = None


def offer_of(proposal: Proposal) -> dict[str, Any]:
    """What is offered, without what does not apply: words and amounts alone, as an event may say it."""
    said = {
        "what": proposal.kind,
        "kind": proposal.offer_kind,
        "amount": proposal.offer_amount,
        "freight": proposal.freight,
        "proof": list(proposal.proof),
    }
    return {word: value for word, value in said.items() if value}
