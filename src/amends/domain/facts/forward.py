"""The parcels that an order goes out in, what of it is still to ship, and whether a cancellation leaves some of that (T-02)."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from amends.domain.facts.case import CaseLine
from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import OrderLine
from amends.domain.facts.parcel import Parcel

_AT_HOME: Final = frozenset({"not_shipped", "packed"})
_GONE: Final = frozenset({"in_transit", "delivered", "completed"})


def parcel_of(file: CaseFile, line: OrderLine | None) -> Parcel | None:
    """The parcel that a line went out in; the only one of the order where the line names none."""
    forward = [parcel for parcel in file.parcels if parcel.direction == "forward"]
    if len(forward) == 1 and (line is None or line.parcel_id is None):
        return forward[0]
    if line is not None and line.parcel_id is not None:
        for parcel in forward:
            if parcel.id.int == line.parcel_id.int:
                return parcel
    return None


def is_partial(file: CaseFile, lines: Sequence[CaseLine], case_id: UUID) -> bool:
    """Whether these lines of a case leave units to ship that no other case holds."""
    asked = {line.line_id.int: line.quantity for line in lines}
    return any(
        asked.get(line.id.int, 0) < line.quantity - (file.claimed(line.id, but=case_id) if file.cases else 0)
        for line in file.lines
        if still_to_ship(file, line)
    )


def still_to_ship(file: CaseFile, line: OrderLine) -> bool:
    """Whether a line is still with its seller."""
    parcel = parcel_of(file, line)
    return parcel.status in _AT_HOME if parcel else file.order.status not in _GONE
