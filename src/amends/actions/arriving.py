"""The cases whose goods travel in a return parcel follow it; an arrival that means nothing is held for a person (rows 14, 16; L-07)."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from amends.actions.outcome import Blocked, Outcome, Recorded
from amends.actions.recording import Change, Rows, afterwards, joined, record
from amends.domain.facts.case import Case
from amends.domain.facts.file import CaseFile
from amends.domain.facts.parcel import Parcel
from amends.domain.facts.people import Actor
from amends.domain.facts.sheet import request_of, sheet
from amends.domain.facts.travel import joined as travel_joined
from amends.domain.facts.travel import sharing
from amends.domain.lifecycle.returning import doubts
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

MOVING: Final = frozenset({"picked_up", "in_transit", "out_for_delivery", "delivery_failed", "delivered"})


def arrive(file: CaseFile, seen: Recorded, moved: Parcel, rules: Rules, carrier: Actor, now: datetime) -> Outcome:
    """Each case follows the return, if it still waits for it; a scan that comes after a decision is kept and changes nothing."""
    after = replace(
        file,
        parcels=tuple([moved if parcel.id == moved.id else parcel for parcel in file.parcels]),
        travel=travel_joined(file.travel, seen.travel),
    )
    steps: list[Recorded] = []
    for case_id in sharing(file.travel, moved.id, moved.case_id):
        step = _follow(after.focus(case_id), moved, rules, carrier, now)
        if isinstance(step, Blocked):
            return step
        steps += [step] if step else []
    if not steps:
        return seen
    first, rest = steps[0], tuple(steps[1:])
    rows = {"parcels": seen.parcels, "scans": seen.scans, "travel": seen.travel}
    return replace(first, **rows, also=(*first.also, *rest))


def _follow(file: CaseFile, moved: Parcel, rules: Rules, carrier: Actor, now: datetime) -> Recorded | Blocked | None:
    case = file.case
    if case is None or case.historical:
        return None
    done: Recorded | None = None
    body = {"parcel": written(moved.id), "status": moved.status}
    for event in _events(file, case, moved):
        step = record(file, rules, carrier, now, Change(event=event, body=body))
        if isinstance(step, Blocked):
            return step
        file, done = afterwards(file, step), step if done is None else joined(done, step)
    if done is None or done.case is None or done.case.state != "return_delivered" or case.state == "return_delivered":
        return done
    held = _held(file, rules, carrier, now)
    return done if held is None or isinstance(held, Blocked) else joined(done, held)


def _held(file: CaseFile, rules: Rules, carrier: Actor, now: datetime) -> Recorded | Blocked | None:
    """Time alone pays for nothing that looks like another parcel than the goods: the seller's clock stands still until a person has looked."""
    found = doubts(rules, sheet(file, request_of(file), now, rules.zone))
    if not found:
        return None
    body = {"problems": list(dict.fromkeys(code for code, _ in found)), "rules": [rule for _, rule in found]}
    return record(file, rules, carrier, now, Change(event="return_held", body=body, rows=Rows()))


def _events(file: CaseFile, case: Case, moved: Parcel) -> list[str]:
    if moved.status not in MOVING:
        return []
    if case.state == "awaiting_buyer_ship":
        return ["return_scanned", "return_delivered"] if moved.status == "delivered" else ["return_scanned"]
    if case.state != "return_in_transit":
        return []
    if moved.status == "delivered":
        return ["return_delivered"]
    return ["return_scanned"] if file.running("return_scan") else []
