"""Offer the buyer something else than what was asked: by the seller, or by the platform in the seller's place (N-05; row 6)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

import msgspec
from msgspec.structs import replace

from amends.actions.commands import Propose
from amends.actions.outcome import Blocked, Outcome, Recorded
from amends.actions.recording import Change, record, refused
from amends.actions.units import for_another_amount
from amends.domain.facts.case import Case
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import Actor
from amends.domain.facts.proposal import Channel, Proposal, ProposalKind, offer_of
from amends.domain.facts.sheet import request_of, sheet
from amends.domain.lifecycle.rules import Rules
from amends.domain.topics.negotiation import channels, proposes
from amends.kernel.ids import written

NewId = Callable[[], UUID]
WHATS: Final = ("withdraw", "prove", "change")
SENDS_BACK: Final = frozenset({"return_refund", "exchange"})
_AFTER_DELIVERY: Final = frozenset({"refund_only", "return_refund", "exchange"})
_REJECTED: Final = frozenset({"rejected_1", "rejected_2"})


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What is offered, and for the platform's own offers the rule that makes it, what was weighed, and the facts that it weighed."""

    what: str
    kind: str | None = None
    amount: int | None = None
    kinds: tuple[str, ...] = ()
    freight: str | None = None
    note: str | None = None
    rule: str | None = None
    why: tuple[dict[str, Any], ...] = ()
    score: tuple[int, int] | None = None
    by_rule: dict[str, Any] | None = None
    facts: dict[str, Any] = {}


def propose(file: CaseFile, command: Propose, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Put a proposal before the buyer. One is open at a time; the platform's takes the place of the seller's.

    Blocked: `move_not_open` (also a channel that the market's rules do not keep), `proposal_open` (one waits already),
    `value_not_allowed` (`what`, or a kind that does not fit the goods' state), `missing_field`, `unknown_word`,
    `proposal_changes_nothing`, `exceeds_refundable`, `amount_not_positive`.
    """
    if blocked := refused(file, rules, command, "propose", now):
        return blocked
    case = file.case
    if case is None:
        return Blocked(code="not_found", reasons=("case_unknown",))
    offer = Offer(
        what=command.what,
        kind=command.kind,
        amount=command.amount,
        kinds=command.kinds,
        freight=command.freight,
        note=command.note,
    )
    blocked = _not_sound(file, case, rules, offer) or _closed_channel(file, case, rules, command.actor, now)
    return blocked or offered(file, case, rules, command.actor, now, new_id, offer)


def offered(
    file: CaseFile, case: Case, rules: Rules, actor: Actor, now: datetime, new_id: NewId, offer: Offer
) -> Recorded | Blocked:
    """The case with a proposal open on it; what it says is taken as sound."""
    by = "platform" if actor.kind == "platform" else "seller"
    proposal = _proposal(case, actor, by, now, new_id, offer)
    body: dict[str, Any] = {"proposal": written(proposal.id), "channel": proposal.channel, "offer": offer_of(proposal)}
    if offer.rule:
        body |= {"rule": offer.rule, "why": [{"rule": w["rule"], "weight": w["weight"]} for w in offer.why]}
    if offer.score:
        body |= {"score": offer.score[0], "threshold": offer.score[1]}
    if offer.by_rule:
        body["by_rule"] = offer.by_rule
    facts = {**(offer.facts or sheet(file, request_of(file), now, rules.zone)), "case.proposal_open": True, "proposal.by": by}
    recorded = record(file, rules, actor, now, Change(event="proposal_made", body=body, facts=facts))
    if isinstance(recorded, Blocked) or recorded.case is None:
        return recorded
    until = next(d.due_at for d in recorded.deadlines if d.kind == "proposal" and d.state == "running")
    made = replace(proposal, opened_seq=recorded.case.seq, expires_at=until)
    return replace(recorded, proposals=(*recorded.proposals, made))


def _proposal(case: Case, actor: Actor, by: str, now: datetime, new_id: NewId, offer: Offer) -> Proposal:
    change = offer.what == "change"
    kind = (offer.kind or case.kind) if change else None
    return Proposal(
        id=new_id(),
        case_id=case.id,
        by=by,
        channel=_channel(case, by),
        kind=cast("ProposalKind", offer.what),
        state="open",
        offer_kind=kind,
        offer_amount=(offer.amount or case.amount) if change else None,
        freight=(offer.freight or "seller") if kind in SENDS_BACK and not _goods_back(case) else None,
        proof=offer.kinds if offer.what == "prove" else (),
        note=offer.note,
        rule=offer.rule,
        why=msgspec.json.encode(offer.why) if offer.why else None,
        made_by=actor.id,
        opened_seq=0,
        opened_at=now,
        expires_at=now,
    )


def _channel(case: Case, by: str) -> Channel:
    if by == "seller":
        return "seller"
    return "platform_after_rejection" if (case.return_to or case.state) in _REJECTED else "platform_proactive"


def _goods_back(case: Case) -> bool:
    return (case.return_to or case.state) == "rejected_2"


def _closed_channel(file: CaseFile, case: Case, rules: Rules, actor: Actor, now: datetime) -> Blocked | None:
    """Where the platform proposes by itself, the other channels stand because a rule keeps them."""
    topic = rules.topic("negotiation")
    channel = _channel(case, "platform" if actor.kind == "platform" else "seller")
    if channel == "platform_proactive" or not proposes(topic):
        return None
    if channel in channels(topic, sheet(file, request_of(file), now, rules.zone)):
        return None
    return Blocked(code="move_not_open", reasons=("move_not_open",), detail={"move": "propose", "channel": channel})


def _not_sound(file: CaseFile, case: Case, rules: Rules, offer: Offer) -> Blocked | None:
    if offer.what not in WHATS:
        return Blocked(code="value_not_allowed", detail={"field": "what", "allowed": list(WHATS)})
    if offer.freight and offer.freight not in rules.vocabulary.words("parties"):
        return Blocked(code="unknown_word", detail={"word": offer.freight, "list": "parties"})
    if offer.what == "prove":
        return _no_proof(rules, offer)
    return sound_change(file, case, offer) if offer.what == "change" else None


def _no_proof(rules: Rules, offer: Offer) -> Blocked | None:
    if not offer.kinds:
        return Blocked(code="missing_field", detail={"field": "kinds"})
    known = rules.vocabulary.words("evidence_kinds")
    unknown = next((kind for kind in offer.kinds if kind not in known), None)
    return Blocked(code="unknown_word", detail={"word": unknown, "list": "evidence_kinds"}) if unknown else None


def sound_change(file: CaseFile, case: Case, offer: Offer) -> Blocked | None:
    """Whether a change of kind or amount fits the goods' state and the money that is left; the refusal where it does not."""
    allowed = kinds_open(file, case)
    if offer.kind is not None and offer.kind not in allowed:
        return Blocked(code="value_not_allowed", detail={"field": "kind", "allowed": sorted(allowed)})
    if (offer.kind or case.kind) == case.kind and (offer.amount or case.amount) == case.amount:
        return Blocked(code="proposal_changes_nothing", reasons=("proposal_changes_nothing",))
    if offer.amount is None:
        return None
    units = for_another_amount(file, case, offer.amount)
    return units if isinstance(units, Blocked) else None


def kinds_open(file: CaseFile, case: Case) -> frozenset[str]:
    """The kinds that a case may be changed to: what is to come back must have arrived, and what is back already does not travel again."""
    if case.kind == "cancel" or case.freight_only or _goods_back(case):
        return frozenset({case.kind})
    arrived = file.order.status in ("delivered", "completed")
    return _AFTER_DELIVERY | {case.kind} if arrived else frozenset({case.kind})
