"""Requests for what is on its way follow what became of it: intercepted, refused, signed for, or back (rows 11 and 12; C-08, L-01, L-03)."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from amends.actions.fire_deadline import UNPAYABLE
from amends.actions.granting import NewId, grant
from amends.actions.outcome import Blocked, Outcome, Recorded
from amends.actions.recording import Change, record, row_for
from amends.domain.facts.file import CaseFile
from amends.domain.facts.parcel import Parcel
from amends.domain.facts.people import Actor
from amends.domain.facts.travel import Interception, Travel, interception_of, joined
from amends.domain.lifecycle.refusing import became, parcels_of, sheets
from amends.domain.lifecycle.rules import Rules
from amends.domain.topics.costs import refund_moments
from amends.kernel.ids import written

_ENDS: Final = {"intercepted": "succeeded", "signed": "failed", "refused": "failed"}


def settle(
    before: CaseFile, file: CaseFile, moved: Parcel, rules: Rules, carrier: Actor, now: datetime, new_id: NewId
) -> Recorded | Blocked:
    """What a forward parcel's end means for the order's requests; `file` has the parcel as it stands now. Nothing where nothing ended."""
    word = became(file, moved)
    nothing = Recorded(case=None)
    if word is None or word == became(before, moved_before(before, moved)):
        return nothing
    ended = _interception_ended(file, moved, word, now)
    travel = Travel(interceptions=(ended,)) if ended else nothing.travel
    file = replace(file, travel=joined(file.travel, travel))
    found = []
    for case in file.cases:
        if case.kind != "refund_in_transit" or case.historical:
            continue
        step = _step(file.focus(case.id), moved, ended, word, rules, carrier, now, new_id)
        if isinstance(step, Blocked):
            return step
        found += [step] if isinstance(step, Recorded) else []
    return replace(nothing, travel=travel, also=tuple(found))


def moved_before(before: CaseFile, moved: Parcel) -> Parcel:
    """The parcel as it stood before the scan."""
    return next((parcel for parcel in before.parcels if parcel.id == moved.id), moved)


def _interception_ended(file: CaseFile, moved: Parcel, word: str, now: datetime) -> Interception | None:
    """An interception under way ends with its parcel; an unanswered complaint ends when the goods are back."""
    ordered = interception_of(file.travel, moved.id)
    if ordered is None:
        return None
    if word == "returned" and ordered.complaint == "lodged":
        return replace(ordered, complaint="goods_back", complaint_ended_at=now)
    if not ordered.under_way or word not in _ENDS:
        return None
    return replace(ordered, state=_ENDS[word], ended_at=now, reason=None if word == "intercepted" else word)


def _step(
    file: CaseFile,
    moved: Parcel,
    ended: Interception | None,
    word: str,
    rules: Rules,
    carrier: Actor,
    now: datetime,
    new_id: NewId,
) -> Outcome | None:
    """What one request makes of it; None where it does not wait for this parcel."""
    case, mine = file.case, parcels_of(file)
    if case is None or all(parcel.id != moved.id for parcel in mine):
        return None
    body = {"parcel": written(moved.id), "event": word}
    if case.state == "refuse_sign_agreed":
        return _agreed(file, {became(file, parcel) for parcel in mine}, body, rules, carrier, now, new_id)
    if ended is None or ended.case_id != case.id:
        return None
    event = _ending(case.state, ended, parcels=len(mine))
    if event is None or row_for(file, event, carrier) is None:
        return None
    answered = body | ({"answer": "goods_back"} if event == "complaint_answered" else {})
    decided = grant(file, rules, carrier, now, new_id, Change(event=event, body=answered))
    return None if isinstance(decided, Blocked) and decided.code in UNPAYABLE else decided  # the seller's review goes on


def _ending(state: str, ended: Interception, *, parcels: int) -> str | None:
    """The event of an interception or a complaint that ended; where more parcels are on their way, the seller's review goes on."""
    if state != "pending_review":
        return "complaint_answered" if ended.complaint == "goods_back" else None
    if ended.state == "succeeded":
        return "interception_confirmed" if parcels == 1 else None
    return "interception_failed"


def _agreed(
    file: CaseFile, ends: set[str | None], body: dict[str, str], rules: Rules, carrier: Actor, now: datetime, new_id: NewId
) -> Outcome | None:
    """An agreed refund once nothing of it is on its way any more; what the payments cannot give waits for the clock, or for a person."""
    if None in ends:
        return None
    decided = grant(file, rules, carrier, now, new_id, Change(event=_event(file, ends, rules, now), body=body))
    if isinstance(decided, Blocked) and decided.code in UNPAYABLE:
        return record(file, rules, carrier, now, Change(event="parcel_settled", body=body | {"problem": decided.code}))
    return decided


def _event(file: CaseFile, ends: set[str | None], rules: Rules, now: datetime) -> str:
    """The row that this brings about: a refund at once, where the rules say so of every parcel, else the seller's clock grows short."""
    at_once = all(refund_moments(rules.topic("costs"), facts).sentences for facts in sheets(file, rules, now))
    if not at_once:
        return "parcel_settled"
    if ends == {"returned"}:
        return "parcel_back"
    online = all(facts["interception.ordered"] for facts in sheets(file, rules, now))
    return "interception_confirmed" if "intercepted" in ends and online else "refused_by_trusted_buyer"
