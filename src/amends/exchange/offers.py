"""What rules let a buyer do, asked of the rulebook itself: kind by kind and reason by reason, until when, with which proof, at whose cost.

Nothing is written down twice: every figure is found by judging requests, so that terms cannot say anything else than verdicts do.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from amends.domain.facts.unknown import NONE
from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.shape import Facts, TopicName, Vocabulary
from amends.domain.rulebook.verdict import Need, Reason, Verdict
from amends.domain.topics.costs import freight
from amends.domain.topics.deadlines import Promise, promise_of
from amends.domain.topics.eligibility import judge_eligibility
from amends.domain.topics.evidence import demands
from amends.domain.topics.logistics import label

DELIVERED: Final = "parcel.since_delivered"
NOT_FOR_THIS: Final = frozenset({"reason_does_not_fit_status", "withdrawal_not_offered", "kind_not_open_in_status"})
"""Codes by which a reason and a kind do not go together at all; no term speaks of those."""
_BACK: Final = ("return_refund", "exchange")
_CLOCKS: Final = ("review", "ship_back", "review_return", "escalate")
TopicOf = Callable[[TopicName], CompiledTopic]

_BEFORE_THE_HANDOVER: Final = {
    "parcel.status": "not_shipped", DELIVERED: NONE, "parcel.since_shipped": NONE, "parcel.carrier": NONE, "parcel.event": NONE,
    "parcel.since_event": NONE, "parcel.address_matches": NONE, "item.used": NONE, "item.opened": NONE,
}  # fmt: skip
_ON_ITS_WAY: Final = {
    "parcel.status": "in_transit", DELIVERED: NONE, "parcel.event": NONE, "parcel.since_event": NONE, "parcel.address_matches": NONE,
    "order.status": "in_transit", "parcel.since_shipped": 7,
}  # fmt: skip
STAGE_OF: Final[dict[str, dict[str, Any]]] = {
    "cancel": {"order.status": "awaiting_shipment", **_BEFORE_THE_HANDOVER},
    "refund_in_transit": _ON_ITS_WAY,
    "refund_only": {"order.status": "delivered", DELIVERED: 0},
    "return_refund": {"order.status": "delivered", DELIVERED: 0},
    "exchange": {"order.status": "delivered", DELIVERED: 0},
}
"""Where an order stands when a kind of request is usually made."""


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """A time that the rules promise for such a request: how long, and what happens when it is over."""

    kind: str
    within: Quantity
    on_expiry: str
    rule: str


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What a request of this kind comes to: open, or closed with why.

    `days` is the last day after delivery on which it may be asked (None: delivery does not limit it), `except_categories` those in
    which it may not, `freight` who pays the way back.
    """

    kind: str
    reason: str
    group: str
    open: bool
    days: int | None
    review_by: str | None
    programme: str | None
    proof: tuple[Need, ...]
    freight: str | None
    label: str | None
    clocks: tuple[Clock, ...]
    except_categories: tuple[str, ...]
    reasons: tuple[Reason, ...]


def offers(topic_of: TopicOf, sheet: Facts, now: datetime, *, staged: bool) -> list[Offer]:
    """Every kind with every reason that goes with it. `staged` puts the order where each kind is usually asked for; else it stands as it stands."""
    vocabulary = topic_of("eligibility").origin.vocabulary
    found = []
    for kind in STAGE_OF:
        stage: Mapping[str, Any] = STAGE_OF[kind] if staged else {}
        for reason, group in vocabulary.reason_groups().items():
            asked = {**sheet, **stage, "request.kind": kind, "request.reason": reason, "request.reason_group": group}
            offer = _offer(topic_of, asked, now, vocabulary)
            if offer is not None:
                found.append(offer)
    return found


def _offer(topic_of: TopicOf, facts: Facts, now: datetime, vocabulary: Vocabulary) -> Offer | None:
    topic = topic_of("eligibility")
    verdict = judge_eligibility(topic, facts, now)
    if verdict.kind == "declined" and NOT_FOR_THIS & {reason.code for reason in verdict.reasons}:
        return None
    passes, kind = _passes(verdict), str(facts["request.kind"])
    back = kind in _BACK and passes
    return Offer(
        kind=kind,
        reason=str(facts["request.reason"]),
        group=str(facts["request.reason_group"]),
        open=passes,
        days=_last_day(topic, facts, now) if passes else None,
        review_by=verdict.review_by,
        programme=next(iter(verdict.programmes), None),
        proof=tuple(need for need in demands(topic_of("evidence"), facts, of="buyer", at="opening") if need.kind == "proof")
        if passes
        else (),
        freight=next((s.outcome.return_freight for s in freight(topic_of("costs"), facts).sentences), None) if back else None,
        label=next((s.outcome.label for s in label(topic_of("logistics"), facts).sentences), None) if back else None,
        clocks=tuple(_clocks(topic_of("deadlines"), facts, reviewed=verdict.review_by is not None, back=back)) if passes else (),
        except_categories=_exempt(topic, facts, now, vocabulary) if passes else (),
        reasons=verdict.reasons,
    )


def _passes(verdict: Verdict) -> bool:
    return verdict.kind in ("allowed", "needs")


def _last_day(topic: CompiledTopic, facts: Facts, now: datetime) -> int | None:
    """The last day on which it passes, looking on from the day that the sheet counts; every threshold of a rule is looked at."""
    elapsed, scale = facts.get(DELIVERED, NONE), topic.scales.get(DELIVERED)
    if scale is None or not isinstance(elapsed, int):
        return None
    ahead = sorted({int(day) for point in scale.points for day in (point, point + 1) if day > elapsed})
    return next((day - 1 for day in ahead if not _passes(judge_eligibility(topic, {**facts, DELIVERED: day}, now))), None)


def _exempt(topic: CompiledTopic, facts: Facts, now: datetime, vocabulary: Vocabulary) -> tuple[str, ...]:
    if "order.category" not in topic.facts:
        return ()
    words = vocabulary.words("categories")
    return tuple(c for c in words if not _passes(judge_eligibility(topic, {**facts, "order.category": c}, now)))


def _clocks(topic: CompiledTopic, facts: Facts, *, reviewed: bool, back: bool) -> Iterable[Clock]:
    for kind in _CLOCKS:
        if (kind in ("review", "escalate") and not reviewed) or (kind in ("ship_back", "review_return") and not back):
            continue
        promise = promise_of(topic, facts, kind)
        if isinstance(promise, Promise):
            yield Clock(kind=kind, within=promise.within, on_expiry=promise.on_expiry, rule=promise.rule)
