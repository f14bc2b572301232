"""What the state of a replacement is once its case has moved on: its small table, followed row by row."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, cast

from msgspec.structs import replace

from amends.domain.facts.case import Case
from amends.domain.facts.file import CaseFile
from amends.domain.facts.replacement import Replacement, ReplacementState
from amends.domain.lifecycle.machine import Row, find
from amends.domain.lifecycle.replacement import REPLACEMENT

EXCHANGE: Final = "exchange"
_BECAME: Final[Mapping[str, str]] = {
    "replacement_shipped": "shipped",
    "replacement_delivered": "delivered",
    "replacement_accepted": "accepted",
    "replacement_acceptance_expired": "accepted",
    "converted_to_refund": "converted",
    "withdrawn": "withdrawn",
}


def replaced_with(file: CaseFile, case: Case, row: Row, by: str, now: datetime) -> tuple[Replacement, ...]:
    """The case's replacement after the row; nothing where the row does not touch it."""
    known = file.replacement
    if known is None and "awaiting_seller_ship" in (case.state, file.case and file.case.state):
        known = Replacement(case.id, "owed", now)
        if case.state == "awaiting_seller_ship":
            return (known,)
    if known is None:
        return ()
    event = _BECAME.get(row.event)
    step = find(REPLACEMENT, known.state, "", event, by) if event else None
    if step is None:
        return ()
    state = cast("ReplacementState", step.target(known.state))
    times = {
        "shipped_at": now if state == "shipped" else known.shipped_at,
        "delivered_at": now if state == "delivered" else known.delivered_at,
        "ended_at": now if state in REPLACEMENT.final else None,
    }
    return (replace(known, state=state, **times),)
