"""Approve: the request in the 1st review, or the returned goods in the 2nd (T-04; rows 2, 3, 9, 12, 17, 19, 21, 22)."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from amends.actions.commands import Approve
from amends.actions.defending import statement
from amends.actions.granting import NewId, all_accepted, grant
from amends.actions.outcome import Blocked, Outcome
from amends.actions.recording import Change, Rows, refused
from amends.domain.facts.file import CaseFile
from amends.domain.facts.travel import ReturnPlan, Travel
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

_GOODS_BACK: Final = ("return_delivered", "rejected_2")


def approve(file: CaseFile, command: Approve, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Money goes back at once, or the goods come back first; a seller who rejected may change their mind.

    While a proposal is open it is the original request that is approved (C-06).

    Blocked: `return_address_required` (one that the shop's book does not have), `move_not_open` (also to keep the goods of what is no return), `exceeds_refundable`, `destination_required`.
    """
    if blocked := refused(file, rules, command, "approve", now):
        return blocked
    rows = Rows(evidence=statement(file, command.actor, now, new_id, command.note))
    if command.return_address_id is not None and file.case is not None:
        if all(each.id != command.return_address_id for each in file.travel.addresses):
            detail = {"addresses": [written(each.id) for each in file.travel.addresses]}
            return Blocked(code="return_address_required", reasons=("return_address_required",), detail=detail)
        named = ReturnPlan(case_id=file.case.id, address_id=command.return_address_id)
        rows = replace(rows, travel=Travel(plans=(named,)))
    event = "returnless_refund" if command.keep_goods else "approved"
    if file.case and (file.case.return_to or file.case.state) in _GOODS_BACK and not command.keep_goods:
        event, rows = "return_accepted", replace(rows, lines=all_accepted(file.own_lines))
    return grant(file, rules, command.actor, now, new_id, Change(event=event, rows=rows, seals=True))
