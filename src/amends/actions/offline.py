"""A decision that was taken without a network: applied once, or answered with the decision that stands (U-09; failure mode 19).

The server's time rules: what the device says of its own is kept and believed by nobody.
"""

from datetime import datetime
from typing import Final, Literal

import msgspec

from amends.actions.outcome import Blocked, Outcome
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.moves import DECIDED_BY_TIME

OfflineResult = Literal["applied", "rejected_late", "rejected_conflict", "refused"]
LATE: Final = frozenset({"deadline_passed"})
CONFLICT: Final = frozenset({"stale_version", "move_not_open", "case_is_final", "proposal_open", "historical"})


class Stands(msgspec.Struct, frozen=True, kw_only=True):
    """The decision that stands: its event, who or what made it, and when. `by_time` where a deadline did."""

    seq: int
    event: str
    state: str
    at: datetime
    by: str
    by_time: bool


def result_of(outcome: Outcome, stands: Stands | None) -> OfflineResult:
    """What became of it. Where time has decided meanwhile it came too late; where somebody has, it conflicts."""
    if not isinstance(outcome, Blocked):
        return "applied"
    if outcome.code in LATE:
        return "rejected_late"
    if outcome.code in CONFLICT:
        return "rejected_late" if stands is not None and stands.by_time else "rejected_conflict"
    return "refused"


def due_by_time(file: CaseFile) -> datetime | None:
    """The moment at which time decides the case by itself, as it stood when the action came."""
    case = file.case
    clock = DECIDED_BY_TIME.get(case.state) if case else None
    running = file.running(clock) if clock else None
    return running.due_at if running is not None and running.state == "running" else None
