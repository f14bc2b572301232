"""The facts that a decision rests on, in the few bytes that its event keeps, so that it can be derived again and replayed under other rules."""

from collections.abc import Iterable
from decimal import Decimal
from operator import itemgetter
from typing import Any, Final

import msgspec

from amends.domain.facts.evidence import Evidence
from amends.domain.facts.unknown import NONE, UNKNOWN

ALWAYS: Final = (
    "order.sale_format", "order.status", "order.category", "order.high_value", "order.amount", "order.source", "order.channel",
    "request.kind", "request.reason", "request.reason_group", "request.by", "request.amount", "seller.cross_border",
    "seller.duty_free_hainan", "seller.local", "stream.review_lane", "buyer.good_standing", "buyer.trusted",
    "seller.compliance_score", "seller.service_score", "seller.major_violations_30_days", "parcel.status", "parcel.since_shipped",
    "parcel.since_delivered", "parcel.since_promised", "parcel.address_matches", "parcel.carrier", "interception.ordered",
    "parcel.event", "parcel.since_event", "item.used", "item.opened",
)  # fmt: skip
"""Told of nearly every request: kept by their place. What was written must stay readable, so neither list ever changes but at its end."""
SELDOM: Final = (
    "evidence.kind", "evidence.channel", "evidence.legible", "evidence.matches_claim", "evidence.of", "evidence.at",
    "evidence.application_granted", "rejection.ground", "rejection.stage", "case.state", "case.programme", "return.number_reused",
    "return.postcode_matches", "return.weight", "case.appealed", "case.amendments", "case.proof_requests", "case.proposal_open",
    "proposal.by", "proposal.accepted", "deadline.missed", "request.theme", "request.attempts", "conduct.kind", "conduct.excused",
    "buyer.refund_only_after_shipping", "buyer.refund_only_after_receipt", "buyer.refunds_without_return", "buyer.double_dips",
    "seller.complaints_30_days", "parcel.troubled", "parcel.days_late", "buyer.proof_stands", "request.whole", "request.partial",
    "signals.fault", "signals.fault_found",
)  # fmt: skip
"""Kept by their number, and only where they are not as they nearly always are."""
PROOF: Final = "evidence.pieces"
"""No fact that a rule can ask about: the pieces of proof that the judgement looked at, beside the facts that it rests on."""
_USUAL: Final = dict.fromkeys(SELDOM, NONE) | {
    "case.appealed": False,
    "case.amendments": 0,
    "case.proof_requests": 0,
    "case.proposal_open": False,
    "proposal.accepted": False,
    "request.attempts": 0,
    "seller.complaints_30_days": UNKNOWN,
}
_USUALLY: Final = tuple(_USUAL.values())
_COUNTS: Final = frozenset({"seller.compliance_score", "seller.service_score", "seller.major_violations_30_days"})
_PIECE: Final = ("of", "at", "kind", "channel", "state", "legible", "matches_claim", "granted")
_always = itemgetter(*ALWAYS)
_seldom = itemgetter(*SELDOM)
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode

Facts = dict[str, Any]


def recorded(facts: Facts, *, judged: bool) -> bytes:
    """A whole sheet as msgpack. `judged` says that the verdict which the case keeps rests on it, not only what follows for its clocks."""
    few = _seldom(facts)
    seldom = (
        {n: told for n, (told, usual) in enumerate(zip(few, _USUALLY, strict=True)) if told != usual} if few != _USUALLY else None
    )
    return _encode((judged, _always(facts), seldom, facts.get(PROOF)))


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What was recorded: the sheet, the proof beside it, and whether a kept verdict rests on it."""

    judged: bool
    facts: Facts
    proof: tuple[tuple[Any, ...], ...] = ()


def told(written: bytes) -> Told:
    """What `recorded` was given; facts that are newer than the record were not told."""
    judged, always, seldom, proof = _decode(written)
    facts: Facts = {**dict.fromkeys(ALWAYS, UNKNOWN), **_USUAL, **dict(zip(ALWAYS, always, strict=False))}
    facts.update({SELDOM[number]: value for number, value in (seldom or {}).items()})
    return Told(judged=judged, facts=restored(facts), proof=tuple(tuple(piece) for piece in proof or ()))


def restored(facts: Facts) -> Facts:
    """A sheet with the types that rules compare: money as a pair, points as numbers, whatever wrote it."""
    found = {}
    for name, value in facts.items():
        if name == PROOF:
            continue
        if isinstance(value, list):
            value = tuple(value)  # noqa: PLW2901 -- money, as the rules read it
        elif name in _COUNTS and isinstance(value, str) and value not in (NONE, UNKNOWN):
            value = Decimal(value)  # noqa: PLW2901 -- points between two whole ones
        found[name] = value
    return found


def laid(pieces: Iterable[Evidence]) -> list[tuple[Any, ...]]:
    """What the rules look at of each piece of proof; nobody's words, pictures or names."""
    return [tuple([getattr(piece, name) for name in _PIECE]) for piece in pieces]


def pieces_of(proof: tuple[tuple[Any, ...], ...]) -> tuple[dict[str, Any], ...]:
    """The pieces as fields of `Evidence`."""
    return tuple(dict(zip(_PIECE, piece, strict=False)) for piece in proof)
