"""The carrier answers an interception: it can or cannot, at what cost, and what came of it (L-01)."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from amends.actions.charge_freight import charged
from amends.actions.commands import RecordInterception
from amends.actions.granting import NewId, grant, plain
from amends.actions.outcome import Blocked, Outcome, Recorded, Unchanged
from amends.actions.recording import Change, Rows, record, row_for
from amends.domain.facts.file import CaseFile
from amends.domain.facts.travel import Interception, Travel
from amends.domain.lifecycle.interception import INTERCEPTION
from amends.domain.lifecycle.machine import find
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

_EVENTS: Final = {
    "accepted": "interception_accepted",
    "declined": "interception_failed",
    "failed": "interception_failed",
    "succeeded": "interception_confirmed",
}


def record_interception(file: CaseFile, command: RecordInterception, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Keep the answer; a success refunds at once. An answer that leads back, or comes a second time, is `Unchanged`.

    Blocked: `not_found`, `value_not_allowed`, `exceeds_refundable`, `destination_required`.
    """
    before = next((each for each in file.travel.interceptions if each.id == command.interception_id), None)
    if before is None or file.case is None:
        return Blocked(code="not_found", reasons=("not_found",))
    event = _EVENTS.get(command.result)
    if event is None:
        return Blocked(code="value_not_allowed", reasons=("value_not_allowed",), detail={"allowed": list(_EVENTS)})
    if find(INTERCEPTION, before.state, "", command.result, command.actor.kind) is None:
        return Unchanged(why="interception_answered")
    answered = _answered(before, command, now)
    cost = (
        charged(file, "interception", command.cost or 0, _carrier(file, before), "seller", new_id)
        if _accepts(file, command, before)
        else None
    )
    rows = Rows(travel=Travel(interceptions=(answered,)), transactions=(cost,) if cost else ())
    if file.case.historical or row_for(file, event, command.actor) is None:  # decided meanwhile: kept, and nothing moves
        return Recorded(case=None, travel=rows.travel)
    body = plain(interception=written(before.id), parcel=written(before.parcel_id), reason=command.reason, cost=command.cost)
    change = Change(event=event, body=body, rows=rows)
    return (grant if event == "interception_confirmed" else _record)(file, rules, command.actor, now, new_id, change)


def _record(file: CaseFile, rules: Rules, actor: object, now: datetime, _: NewId, change: Change) -> Outcome:
    return record(file, rules, actor, now, change)  # type: ignore[arg-type] # `grant` without the granting


def _accepts(file: CaseFile, command: RecordInterception, before: Interception) -> bool:
    """Whether the carrier now says what it takes, in the order's currency: the seller, who ordered it, bears that (assumed)."""
    return command.result == "accepted" and bool(command.cost) and (command.currency or before.currency) == file.order.currency


def _carrier(file: CaseFile, interception: Interception) -> str:
    parcel = next((each for each in file.parcels if each.id == interception.parcel_id), None)
    return (parcel.carrier if parcel else None) or "unknown"


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
