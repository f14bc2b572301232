"""Which units a request asks about and what they cost, to the last minor unit."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec
from msgspec.structs import replace

from amends.actions.commands import AskedLine
from amends.actions.outcome import Blocked
from amends.domain.facts.case import FREIGHT_ONLY, Case, CaseLine
from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import OrderLine
from amends.kernel.money import split

_PAID_OUT: Final = ("refund_approved", "refund_failed")


class Asked(msgspec.Struct, frozen=True):
    """Lines of a case that is being asked for, and their sum in minor units."""

    lines: tuple[CaseLine, ...]

    @property
    def amount(self) -> int:
        """The sum of the lines."""
        return sum([line.amount for line in self.lines])


def asked(file: CaseFile, lines: Sequence[AskedLine], amount: int | None, *, reason: str, case_id: UUID) -> Asked | Blocked:
    """The units and money of a request. No `lines` means every unit that no other case holds.

    Blocked: `line_unknown`, `units_already_claimed`, `nothing_left_to_ask`, `amount_not_positive`, `exceeds_refundable`. `detail` names the line and what is left of it.
    """
    wanted = lines or [AskedLine(line_id=line.id) for line in file.lines if _some_left(file, line, case_id)]
    if not wanted:
        return Blocked(code="nothing_left_to_ask", reasons=_holding(file))
    if len(wanted) > 1 and len({each.line_id for each in wanted}) < len(wanted):
        return Blocked(code="units_already_claimed", detail={"lines": "named twice"})
    found: list[CaseLine] = []
    for each in wanted:
        line = _line(file, each, reason, case_id)
        if isinstance(line, Blocked):
            return line
        found.append(line)
    if reason == FREIGHT_ONLY and not any(line.amount for line in found):
        return Blocked(code="nothing_left_to_ask", reasons=_holding(file) if file.cases else ())
    return Asked(tuple(found)) if amount is None else _lowered(found, amount)


def for_another_amount(file: CaseFile, case: Case, amount: int) -> Asked | Blocked:
    """The units of a request that stands: less is shared over its lines by what they ask, whatever else was asked since; more by what they cost."""
    own = file.own_lines
    if amount <= sum(line.amount for line in own):
        return _lowered(own, amount)
    lines = [AskedLine(line_id=line.line_id, quantity=line.quantity) for line in own]
    return asked(file, lines, amount, reason=case.reason, case_id=case.id)


def most_for(file: CaseFile, units: Asked, reason: str) -> int:
    """Minor units of what could be asked for the same units, however much of it is asked."""
    whole = [_line(file, AskedLine(line_id=line.line_id, quantity=line.quantity), reason, line.case_id) for line in units.lines]
    return sum(line.amount for line in whole if isinstance(line, CaseLine))


def _some_left(file: CaseFile, line: OrderLine, case_id: UUID) -> bool:
    return not file.cases or file.claimed(line.id, but=case_id) < line.quantity


def _holding(file: CaseFile) -> tuple[str, ...]:
    return ("request_already_open",) if any(not case.final for case in file.cases) else ("already_refunded",)


def _line(file: CaseFile, each: AskedLine, reason: str, case_id: UUID) -> CaseLine | Blocked:
    line = file.line(each.line_id)
    if line is None:
        return Blocked(code="line_unknown", detail={"line_id": str(each.line_id)})
    held = file.claimed(line.id, but=case_id) if file.cases and not _asks_freight(file, case_id) else 0
    quantity = line.quantity - held if each.quantity is None else each.quantity
    if quantity < 1 or quantity > line.quantity - held:
        return Blocked(code="units_already_claimed", reasons=_holding(file) if held else (), detail=_where(line, held))
    freight = file.freight_asked(line.id, but=case_id) if file.cases else 0
    most = min(cost(line, held, quantity, reason, freight), left(file, line, case_id))
    money = most if each.amount is None else each.amount
    if money > most:
        return Blocked(code="exceeds_refundable", detail={**_where(line, held), "amount_left": most})
    if money < 0 or (each.amount is not None and money == 0):
        return Blocked(code="amount_not_positive", detail=_where(line, held))
    return CaseLine(case_id=case_id, line_id=line.id, quantity=quantity, amount=money)


def _asks_freight(file: CaseFile, case_id: UUID) -> bool:
    """Whether it is a request for freight alone that stands: whoever asks for the goods beside it takes nothing of it."""
    return any(case.id == case_id and case.freight_only for case in file.cases)


def _where(line: OrderLine, held: int) -> dict[str, str | int]:
    return {"line_id": str(line.id), "units_left": line.quantity - held}


def cost(line: OrderLine, before: int, quantity: int, reason: str, freight: int = 0) -> int:
    """What `quantity` units cost after the first `before` ones: the shares of `split(paid, [1] * n)`, which give the first units the odd cents.

    `freight` was asked for alone already: it is no part of what the goods cost, nor asked for again.
    """
    whole = line.shipping if reason == FREIGHT_ONLY else max(line.paid - freight, 0)
    each, odd = divmod(whole, line.quantity)
    share = quantity * each + min(before + quantity, odd) - min(before, odd)
    return min(share, max(line.shipping - freight, 0)) if reason == FREIGHT_ONLY else share


def left(file: CaseFile, line: OrderLine, case_id: UUID) -> int:
    """What may still go back for a line: what was paid, less refunds and what other live requests ask for."""
    gone = sum([share.refunded for share in file.allocations if share.refunded and share.line_id == line.id])
    if not file.cases:
        return max(line.paid - gone, 0)
    asking = {case.id for case in file.cases if case.id != case_id and not case.final and case.state not in _PAID_OUT}
    promised = sum([each.amount for each in file.case_lines if each.line_id == line.id and each.case_id in asking])
    return max(line.paid - gone - promised, 0)


def _lowered(lines: Sequence[CaseLine], amount: int) -> Asked | Blocked:
    """The lines with an asked total shared over them by what they cost."""
    most = sum(line.amount for line in lines)
    if amount <= 0:
        return Blocked(code="amount_not_positive")
    if amount > most:
        return Blocked(code="exceeds_refundable", detail={"amount_left": most})
    shares = split(amount, [line.amount for line in lines])
    return Asked(tuple(replace(line, amount=share) for line, share in zip(lines, shares, strict=True)))
