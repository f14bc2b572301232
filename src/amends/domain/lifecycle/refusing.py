"""Why a move on a parcel that is still on its way is closed: the unmet condition by name (U-06, F-04, C-08, L-01, L-02)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from amends.domain.facts.case import Case
from amends.domain.facts.file import CaseFile
from amends.domain.facts.forward import parcel_of
from amends.domain.facts.parcel import Parcel
from amends.domain.facts.sheet import Sheet, groups, request_of, sheet, what_became
from amends.domain.facts.travel import interception_of
from amends.domain.lifecycle.rules import Rules
from amends.domain.topics.logistics import carrier_complaints
from amends.domain.topics.programmes import unmet

PROGRAMME: Final = "refuse_the_parcel"
NOT_OFFERED: Final = "refusal_not_offered"
UNMET: Final = {
    "request.amount": "refusal_amount_too_high",
    "order.category": "refusal_category_not_supported",
    "parcel.carrier": "refusal_carrier_not_supported",
    "parcel.status": "refusal_parcel_not_moving",
    "request.reason": "refusal_for_another_reason",
    "seller.cross_border": "refusal_seller_not_eligible",
    "seller.duty_free_hainan": "refusal_seller_not_eligible",
}
"""The code of each condition of the programme, by the fact that it asks about."""
_CAN_BE_STOPPED: Final = frozenset({"picked_up", "in_transit", "exception", "intercept_requested"})
_AT_HOME: Final = frozenset({"not_shipped", "packed"})
Closed = Iterator[tuple[str, str]]


def closed(file: CaseFile, rules: Rules, case: Case, now: datetime) -> Closed:
    """Moves of a seller that the table has and this case does not come to, each with a reason; a move may have several."""
    if case.kind != "refund_in_transit":
        return
    if case.state == "pending_review":
        yield from (("agree_refusal", code) for code in why_not_refused(file, rules, now))
    if case.state == "refuse_sign_agreed" and not any(became(file, parcel) == "signed" for parcel in parcels_of(file)):
        yield "reject", "parcel_not_signed"
    yield from (("order_interception", code) for code in _why_not_intercepted(file))
    yield from (("complain_to_carrier", code) for code in why_no_complaint(file, rules, now))


def why_not_refused(file: CaseFile, rules: Rules, now: datetime) -> tuple[str, ...]:
    """The conditions of the programme that the case does not meet, as codes of `problems`; empty where it may be agreed."""
    codes: dict[str, None] = {}
    for facts in sheets(file, rules, now):
        codes.update(dict.fromkeys(unmet_codes(rules, facts)))
    return tuple(codes)


def unmet_codes(rules: Rules, facts: Sheet) -> tuple[str, ...]:
    """The same for one sheet of facts."""
    missed = unmet(rules.topic("eligibility"), facts, PROGRAMME)
    if missed is None:
        return (NOT_OFFERED,)
    return tuple(dict.fromkeys(UNMET.get(condition.fact, NOT_OFFERED) for condition in missed))


def sheets(file: CaseFile, rules: Rules, now: datetime) -> list[Sheet]:
    """The facts of the file's case, one sheet for each parcel and category that it asks about."""
    return [facts for _, facts in _by_parcel(file, rules, now)]


def _by_parcel(file: CaseFile, rules: Rules, now: datetime) -> Iterator[tuple[Parcel | None, Sheet]]:
    asked = request_of(file)
    for lines in groups(file, asked.lines) or [asked.lines]:
        parcel = parcel_of(file, file.line(lines[0])) if lines else None
        yield parcel, sheet(file, replace(asked, lines=tuple(lines)), now, rules.zone)


def parcels_of(file: CaseFile) -> tuple[Parcel, ...]:
    """The parcels in which the case's lines went out, each once."""
    found = {}
    for line in file.own_lines:
        parcel = parcel_of(file, file.line(line.line_id))
        if parcel is not None:
            found[parcel.id.int] = parcel
    return tuple(found.values())


def became(file: CaseFile, parcel: Parcel) -> str | None:
    """What became of a parcel, a word of `parcel_events`; None while it is on its way."""
    event = what_became(file, parcel)
    return event[0] if event else None


def why_not_stopped(file: CaseFile, parcel: Parcel) -> str | None:
    """Why this parcel cannot be intercepted any more, or not yet; None where it can."""
    ordered = interception_of(file.travel, parcel.id)
    if ordered is not None and ordered.under_way:
        return "interception_under_way"
    if parcel.status in _CAN_BE_STOPPED and parcel.tracking_number:
        return None
    return "interception_too_early" if parcel.status in _AT_HOME or not parcel.tracking_number else "interception_too_late"


def _why_not_intercepted(file: CaseFile) -> tuple[str, ...]:
    reasons = [why_not_stopped(file, parcel) for parcel in parcels_of(file)] or ["interception_too_early"]
    return () if None in reasons else tuple(dict.fromkeys(reason for reason in reasons if reason))


def why_no_complaint(file: CaseFile, rules: Rules, now: datetime) -> tuple[str, ...]:
    """Why nothing can be complained of; empty where an intercepted parcel has not come back in the time that policy gives."""
    reasons = [_no_complaint(file, rules, facts, parcel) for parcel, facts in _by_parcel(file, rules, now)]
    return () if None in reasons else tuple(dict.fromkeys(reason for reason in reasons if reason))


def overdue(file: CaseFile, rules: Rules, now: datetime) -> Parcel | None:
    """The first parcel of the case of which may be complained."""
    found = (parcel for parcel, facts in _by_parcel(file, rules, now) if _no_complaint(file, rules, facts, parcel) is None)
    return next(found, None)


def _no_complaint(file: CaseFile, rules: Rules, facts: Sheet, parcel: Parcel | None) -> str | None:
    ordered = interception_of(file.travel, parcel.id) if parcel else None
    if parcel is None or ordered is None or ordered.state != "succeeded":
        return "nothing_intercepted"
    if ordered.complaint is not None:
        return "complaint_already_lodged"
    if became(file, parcel) == "returned":
        return "goods_are_back"
    return None if carrier_complaints(rules.topic("logistics"), facts).sentences else "complaint_too_early"
