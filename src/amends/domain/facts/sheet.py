"""The fact sheet: what rules may ask about, laid out from the file. Names and types: `policies/vocabulary/facts.yaml`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from amends.domain.facts.case import Case
from amends.domain.facts.conduct import POINT, STARTS
from amends.domain.facts.file import CaseFile
from amends.domain.facts.forward import is_partial, parcel_of
from amends.domain.facts.order import Order
from amends.domain.facts.parcel import Parcel
from amends.domain.facts.people import Actor
from amends.domain.facts.travel import address_of, interception_of, plan_of
from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.kernel.moments import zone_named

Sheet = dict[str, Any]

_REQUESTERS: Final = {"buyer": "buyer", "importer": "buyer", "seller": "seller", "platform": "support"}
_STATUS_WITHOUT_PARCEL: Final = {
    "unpaid": "not_shipped",
    "on_hold": "not_shipped",
    "awaiting_shipment": "not_shipped",
    "awaiting_collection": "packed",
    "in_transit": "in_transit",
    "delivered": "delivered",
    "completed": "delivered",
    "cancelled": "not_shipped",
}
_NOT_YET: Final = frozenset({"not_shipped", "packed"})
_BECAME: Final = {"refused": "refused", "intercepted": "intercepted", "delivered": "signed", "returned_to_seller": "returned"}
"""What became of a parcel, by its status; one that is on its way back keeps what sent it there."""
_SENT_BACK: Final = frozenset({"refused", "intercepted"})
_BLANK: Final[Sheet] = {
    "evidence.kind": NONE,
    "evidence.channel": NONE,
    "evidence.legible": NONE,
    "evidence.matches_claim": NONE,
    "evidence.of": NONE,
    "evidence.at": NONE,
    "evidence.application_granted": NONE,
    "rejection.ground": NONE,
    "rejection.stage": NONE,
    "case.state": NONE,
    "case.programme": NONE,
    "return.number_reused": NONE,
    "return.postcode_matches": NONE,
    "return.weight": NONE,
    "case.appealed": False,
    "case.amendments": 0,
    "case.proof_requests": 0,
    "case.proposal_open": False,
    "proposal.by": NONE,
    "proposal.accepted": False,
    "deadline.missed": NONE,
    "request.theme": NONE,
    "request.attempts": 0,
    "conduct.kind": NONE,
    "conduct.excused": NONE,
    "buyer.refund_only_after_shipping": NONE,
    "buyer.refund_only_after_receipt": NONE,
    "buyer.refunds_without_return": NONE,
    "buyer.double_dips": NONE,
    "seller.complaints_30_days": UNKNOWN,
    # Weighed only where a market's rules of negotiation ask: `signals.py` lays them out then.
    "parcel.troubled": NONE,
    "parcel.days_late": NONE,
    "buyer.proof_stands": NONE,
    "request.whole": NONE,
    "request.partial": NONE,
    "signals.fault": NONE,
    "signals.fault_found": NONE,
}


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked. `by` is a word of `requesters`; `told` are facts that the asker stated (`item.used`, `item.opened`).

    `lines` are the order lines that it speaks of. The sheet shows the parcel and category of the first; whoever judges a
    request over several parcels or categories lays out one sheet each and takes the answer that is worst for the asker.
    `partial` is said of a cancellation alone: whether it leaves some of what is still to ship.
    """

    kind: str
    reason: str
    group: str
    by: str
    amount: int
    lines: tuple[UUID, ...]
    told: Mapping[str, bool] = {}
    partial: bool | None = None


class _Kept(msgspec.Struct, frozen=True):
    told: dict[str, bool] = {}


_kept = msgspec.json.Decoder(_Kept)


def requester(actor: Actor) -> str:
    """Who asks, as rules see it: platform staff ask for the buyer as `support`, an importer repeats what a buyer asked."""
    return _REQUESTERS.get(actor.kind, "system")


def request_of(file: CaseFile) -> Request:
    """What the file's case asks; what the asker stated when opening it is kept beside its verdict."""
    case = file.case
    if case is None:
        raise ValueError("a file without a case asks nothing")
    told = _kept.decode(case.verdict).told if case.verdict and b'"told"' in case.verdict else {}
    return Request(
        kind=case.kind,
        reason=case.reason,
        group=case.reason_group,
        by=case.opened_by,
        amount=case.amount,
        lines=tuple([line.line_id for line in file.case_lines if line.case_id == case.id]),
        told=told,
        partial=is_partial(file, file.own_lines, case.id) if case.kind == "cancel" and not case.historical else None,
    )


def sheet(file: CaseFile, request: Request, now: datetime, zone: str) -> Sheet:
    """Every fact about a request at a moment. NONE where a fact does not apply, UNKNOWN where nobody told us.

    Days are local calendar days in the market's `zone`; money is (minor units, currency).
    """
    order, shop = file.order, file.shop
    line = file.line(request.lines[0]) if request.lines else None
    facts: Sheet = {
        **_BLANK,
        "order.sale_format": order.sale_format,
        "order.status": order.status,
        "order.category": line.category if line else NONE,
        "order.high_value": UNKNOWN if order.high_value is None else order.high_value,
        "order.amount": (sum([each.paid for each in file.lines]), order.currency),
        "order.source": order.source,
        "order.channel": order.channel or UNKNOWN,
        "request.kind": request.kind,
        "request.reason": request.reason,
        "request.reason_group": request.group,
        "request.by": request.by,
        "request.amount": (request.amount, order.currency),
        "seller.cross_border": UNKNOWN if shop.cross_border is None else shop.cross_border,
        "seller.duty_free_hainan": UNKNOWN if shop.duty_free_hainan is None else shop.duty_free_hainan,
        "seller.local": UNKNOWN if shop.local is None else shop.local,
        "stream.review_lane": order.review_lane or "usual",
        "buyer.good_standing": file.buyer_standing is None or file.buyer_standing.good,
        "buyer.trusted": file.buyer_standing is not None and file.buyer_standing.good and file.buyer_standing.told,
    }
    if request.partial is not None:
        facts["request.partial"] = request.partial
    if file.cases:
        facts["request.attempts"] = attempts(file, request.lines)
    _conduct(facts, file)
    parcel = parcel_of(file, line)
    place = zone_named(zone)
    today = now.astimezone(place).toordinal()
    _travel(facts, order, parcel, today, place)
    _became(facts, file, parcel, today, place)
    if file.case is not None:
        _came_back(facts, file, parcel)
    _looked_at(facts, request, file.case)
    if file.dispute is not None:
        facts["case.appealed"] = file.dispute.round > 1
        facts["request.theme"] = file.dispute.theme or NONE
    if file.proposals:
        _proposed(facts, file)
    return facts


_COUNTED: Final = {
    "compliance": "seller.compliance_score",
    "service": "seller.service_score",
    "major_violations": "seller.major_violations_30_days",
}


def _points(stands: Mapping[str, int]) -> Sheet:
    """The scores as facts, in points."""
    found: Sheet = {}
    for score, fact in _COUNTED.items():
        whole, rest = divmod(stands[score], POINT)
        found[fact] = Decimal(stands[score]) / POINT if rest else whole
    return found


_BEGINNING: Final = _points(STARTS)


def _conduct(facts: Sheet, file: CaseFile) -> None:
    """Where the shop's scores stand; a shop of which nothing is written stands where all begin."""
    facts.update(_points({**STARTS, **dict(file.standing)}) if file.standing else _BEGINNING)


def _proposed(facts: Sheet, file: CaseFile) -> None:
    """Who made the proposal that waits, else the one that was accepted."""
    waiting, accepted = file.open_proposal, file.accepted_proposal
    facts["proposal.accepted"] = accepted is not None
    if spoken := waiting or accepted:
        facts["proposal.by"] = spoken.by


def _looked_at(facts: Sheet, request: Request, case: Case | None) -> None:
    """What can only be said of goods that are on their way, and of a case that is open."""
    arrived = facts["parcel.status"] not in _NOT_YET
    facts["item.used"] = request.told.get("item.used", UNKNOWN if arrived else NONE)
    facts["item.opened"] = request.told.get("item.opened", UNKNOWN if arrived else NONE)
    if case is not None:
        facts["case.state"] = case.state
        facts["case.programme"] = case.programme or NONE
        facts["case.amendments"] = case.amendments
        facts["case.proof_requests"] = case.proof_requests
        facts["case.proposal_open"] = case.state == "negotiating"


def attempts(file: CaseFile, lines: Sequence[UUID]) -> int:
    """How many other cases have asked about the most asked of these lines; cases split off by an inspection are no new asking."""
    own = file.case.id if file.case else None
    asking = {case.id for case in file.cases if case.parent_id is None and case.id != own}
    if not asking:
        return 0
    asked = [{each.case_id for each in file.case_lines if each.line_id == line} & asking for line in lines]
    return max(map(len, asked), default=0)


def _travel(facts: Sheet, order: Order, parcel: Parcel | None, today: int, place: tzinfo) -> None:
    status = parcel.status if parcel else _STATUS_WITHOUT_PARCEL.get(order.status, UNKNOWN)
    gone, there = status not in _NOT_YET, status == "delivered"
    shipped = (parcel.shipped_at if parcel else None) or order.shipped_at
    delivered = ((parcel.signed_at or parcel.delivered_at) if parcel else None) or order.delivered_at
    facts["parcel.status"] = status
    facts["parcel.since_shipped"] = _days(shipped, today, place, gone)
    facts["parcel.since_delivered"] = _days(delivered if there else None, today, place, there)
    facts["parcel.since_promised"] = _days(order.promised_at, today, place, expected=False)
    told = parcel.address_matches if parcel and there else None
    facts["parcel.address_matches"] = NONE if told is None else told  # nobody checks it unless asked: not told bars no ground
    facts["parcel.carrier"] = ((parcel.carrier if parcel else None) or UNKNOWN) if gone else NONE


def _became(facts: Sheet, file: CaseFile, parcel: Parcel | None, today: int, place: tzinfo) -> None:
    facts["interception.ordered"] = parcel is not None and _is_intercepted_online(file, parcel)
    event = what_became(file, parcel) if parcel else None
    if event is None:
        facts["parcel.event"] = facts["parcel.since_event"] = NONE
        return
    facts["parcel.event"] = event[0]
    signed = event[0] == "signed"
    facts["parcel.since_event"] = facts["parcel.since_delivered"] if signed else _days(event[1], today, place, expected=True)


def _came_back(facts: Sheet, file: CaseFile, out: Parcel | None) -> None:
    """What carriers measured of the return; NONE where nobody did, for then it speaks neither way."""
    back = file.return_parcel
    if back is None:
        return
    facts["return.number_reused"] = back.id in file.travel.reused
    if not file.travel.readings:
        return
    seen = [each for each in file.travel.readings if each.parcel_id.int == back.id.int]
    postcode = next((each.postcode for each in reversed(seen) if each.postcode), None)
    address = address_of(file.travel, plan_of(file.travel, file.case.id) if file.case else None)
    if postcode and address and address.postcode:
        facts["return.postcode_matches"] = _plain(postcode) == _plain(address.postcode)
    sent = [each.weight for each in file.travel.readings if out and each.parcel_id.int == out.id.int and each.weight]
    weighed = [each.weight for each in seen if each.weight]
    if sent and weighed and file.all_units_return:
        facts["return.weight"] = max(weighed) * 1_000_000 // max(sent)


def _plain(postcode: str) -> str:
    """A postcode as it is compared: the first five signs where a carrier prints more of it (ZIP+4)."""
    return "".join(sign for sign in postcode.upper() if sign.isalnum())[:5]


def _is_intercepted_online(file: CaseFile, parcel: Parcel) -> bool:
    ordered = interception_of(file.travel, parcel.id)
    return ordered is not None and ordered.state in ("ordered", "accepted", "succeeded")


def what_became(file: CaseFile, parcel: Parcel) -> tuple[str, datetime | None] | None:
    """A word of `parcel_events` and when it was; None while the parcel is on its way. One that returns was refused or intercepted first."""
    if parcel.status == "delivered":
        return "signed", parcel.signed_at or parcel.delivered_at
    if parcel.status not in _BECAME and parcel.status != "returning":
        return None
    mine = [scan for scan in file.scans if scan.parcel_id.int == parcel.id.int]
    if parcel.status == "returning":
        sent = [scan for scan in mine if scan.status in _SENT_BACK] or [scan for scan in mine if scan.status == "returning"]
        first = min(sent, key=lambda scan: scan.occurred_at, default=None)
        word = first.status if first and first.status in _SENT_BACK else "refused"
        return word, first.occurred_at if first else None
    return _BECAME[parcel.status], max((scan.occurred_at for scan in mine if scan.status == parcel.status), default=None)


def _days(moment: datetime | None, today: int, place: tzinfo, expected: bool) -> int | str:  # noqa: FBT001 -- read beside its name
    if moment is None:
        return UNKNOWN if expected else NONE
    return today - moment.astimezone(place).toordinal()


def groups(file: CaseFile, lines: Sequence[UUID]) -> list[tuple[UUID, ...]]:
    """The asked lines, put together where category and parcel are the same: each group needs a sheet of its own."""
    found: dict[tuple[str, UUID | None], list[UUID]] = {}
    for line_id in lines:
        line = file.line(line_id)
        if line is not None:
            found.setdefault((line.category, line.parcel_id), []).append(line_id)
    return [tuple(ids) for ids in found.values()]
