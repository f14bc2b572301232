"""The carrier answers an interception: it can or cannot, at what cost, and what came of it (L-01)."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from amends.actions.commands import RecordInterception
from amends.actions.fire_deadline import UNPAYABLE
from amends.actions.granting import NewId, grant, plain
from amends.actions.outcome import Blocked, Outcome, Recorded, Unchanged
from amends.actions.recording import Change, Rows, record, row_for
from amends.domain.facts.file import CaseFile
from amends.domain.facts.travel import Interception, Travel
from amends.domain.lifecycle.interception import INTERCEPTION
from amends.domain.lifecycle.machine import find
from amends.domain.lifecycle.refusing import became, parcels_of
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

_EVENTS: Final = {
    "accepted": "interception_accepted",
    "declined": "interception_failed",
    "failed": "interception_failed",
    "succeeded": "interception_confirmed",
}


def record_interception(file: CaseFile, command: RecordInterception, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Keep the answer; a success refunds at once, unless other goods of the case are still out, or what was paid cannot go back.

    An answer that leads back, or comes a second time, is `Unchanged`. Blocked: `not_found`, `value_not_allowed`.
    """
    before = next((each for each in file.travel.interceptions if each.id == command.interception_id), None)
    if before is None or file.case is None:
        return Blocked(code="not_found", reasons=("not_found",))
    event = _EVENTS.get(command.result)
    if event is None:
        return Blocked(code="value_not_allowed", reasons=("value_not_allowed",), detail={"allowed": list(_EVENTS)})
    if find(INTERCEPTION, before.state, "", command.result, command.actor.kind) is None:
        return Unchanged(why="interception_answered")
    travel = Travel(interceptions=(_answered(before, command, now),))
    kept = Recorded(case=None, travel=travel)
    if file.case.historical or row_for(file, event, command.actor) is None:  # decided meanwhile: kept, and nothing moves
        return kept
    body = plain(interception=written(before.id), parcel=written(before.parcel_id), reason=command.reason, cost=command.cost)
    change = Change(event=event, body=body, rows=Rows(travel=travel))
    if event != "interception_confirmed":
        return record(file, rules, command.actor, now, change)
    return _confirmed(file, before, command, rules, now, new_id, change) or kept


def _confirmed(
    file: CaseFile,
    stopped: Interception,
    command: RecordInterception,
    rules: Rules,
    now: datetime,
    new_id: NewId,
    change: Change,
) -> Outcome | None:
    """What a success brings about; None where nothing moves yet. What cannot be paid waits for the clock, or for a person."""
    if not _nothing_else_out(file, stopped):
        return None
    granted = grant(file, rules, command.actor, now, new_id, change)
    if not isinstance(granted, Blocked) or granted.code not in UNPAYABLE:
        return granted
    settled = replace(change, event="parcel_settled", body=change.body | {"problem": granted.code})
    known = row_for(file, settled.event, command.actor) is not None
    return record(file, rules, command.actor, now, settled) if known else None


def _nothing_else_out(file: CaseFile, stopped: Interception) -> bool:
    """Whether the rest of what the case asks about, where it went out in further parcels, is stopped or back as well."""
    others = (parcel for parcel in parcels_of(file) if parcel.id != stopped.parcel_id)
    return all(became(file, parcel) in ("intercepted", "returned") for parcel in others)


def _answered(before: Interception, command: RecordInterception, now: datetime) -> Interception:
    over = command.result != "accepted"
    return replace(
        before,
        state=command.result,
        reason=command.reason or before.reason,
        cost=before.cost if command.cost is None else command.cost,
        currency=command.currency or before.currency,
        reference=command.reference or before.reference,
        answered_at=before.answered_at or now,
        ended_at=now if over else None,
    )
