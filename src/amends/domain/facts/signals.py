"""Facts that say whether something was wrong on the way or with the shop, for the market's rules to weigh (N-02)."""

from typing import Any, Final

from amends.domain.facts.file import CaseFile
from amends.domain.facts.forward import parcel_of
from amends.domain.facts.sheet import Request, Sheet
from amends.domain.facts.unknown import NONE, UNKNOWN

_TROUBLE: Final = frozenset({"exception", "damaged", "lost"})


def signals(file: CaseFile, request: Request, facts: Sheet, *, proven: bool) -> dict[str, Any]:
    """The facts beside the sheet: the parcel's trouble and lateness, the buyer's proof, complaints about the shop, the whole price asked.

    `proven` says whether proof of the buyer counts and none is in doubt. What nobody has told stays unknown and weighs nothing.
    """
    line = file.line(request.lines[0]) if request.lines else None
    parcel = parcel_of(file, line)
    promised, delivered = facts["parcel.since_promised"], facts["parcel.since_delivered"]
    late = promised - delivered if isinstance(promised, int) and isinstance(delivered, int) else NONE
    return {
        "parcel.troubled": parcel is not None and any(s.parcel_id == parcel.id and s.status in _TROUBLE for s in file.scans),
        "parcel.days_late": late,
        "buyer.proof_stands": proven,
        "seller.complaints_30_days": UNKNOWN if file.complaints is None else file.complaints,
        "request.whole": whole(file, request),
    }


def whole(file: CaseFile, request: Request) -> bool:
    """Whether all that the asked units cost is asked back."""
    asked = {line.line_id: line for line in file.own_lines if line.line_id in request.lines}
    return all(
        (line := file.line(one)) is None or each.amount >= line.paid * each.quantity // line.quantity
        for one, each in asked.items()
    )
