"""The 2nd review by unit: accepted, refused, or accepted less a deduction (rows 17, 18 and 19)."""

from datetime import datetime

from msgspec.structs import replace

from amends.actions.commands import InspectedLine, InspectReturn
from amends.actions.defending import Defence, No, defend
from amends.actions.granting import NewId, grant
from amends.actions.outcome import Blocked, Outcome, Recorded
from amends.actions.recording import Change, Rows, record, refused
from amends.domain.facts.case import Case, CaseLine
from amends.domain.facts.file import CaseFile
from amends.domain.facts.sheet import request_of, sheet
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written


def inspect_return(file: CaseFile, command: InspectReturn, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Accepted units are paid back (or replaced), less what is deducted with proof; refused ones wait for the buyer's word.

    Where only some are refused, they move to a child case in `rejected_2` (`also`), so that the buyer can still escalate. All
    refused: the case itself is rejected and its lines keep their units.
    Blocked: `move_not_open`, `inspection_does_not_add_up`, `deduction_too_large`, `unknown_word` (disposition), `ground_unknown`
    where a no names none, what `defend` refuses, `exceeds_refundable`, `destination_required`.
    """
    if blocked := refused(file, rules, command, "inspect_return", now):
        return blocked
    case = file.case
    if case is None:
        return Blocked(code="not_found", reasons=("case_unknown",))
    found = {line.line_id.int: line for line in command.lines}
    if blocked := _inconsistent(file, command, rules, found.keys()):
        return blocked
    inspected = tuple([_inspected(line, found[line.line_id.int]) for line in file.own_lines])
    if blocked := _kept_too_much(inspected):
        return blocked
    defence: Defence | Blocked | None = None
    if any(line.refused or line.deducted for line in inspected):
        no = No(ground=command.ground or "", note=command.note, proof=command.proof, stage="rejection_2")
        defence = defend(file, case, rules, command.actor, now, new_id, no)
    if isinstance(defence, Blocked):
        return defence
    return _recorded(file, case, command, rules, now, new_id, inspected, defence)


def _inconsistent(file: CaseFile, command: InspectReturn, rules: Rules, found: object) -> Blocked | None:
    own = {line.line_id.int: line for line in file.own_lines}
    wrong = [
        written(line.line_id)
        for line in command.lines
        if line.line_id.int not in own
        or min(line.accepted, line.refused, line.deducted) < 0
        or line.accepted + line.refused != own[line.line_id.int].quantity
    ]
    if wrong or found != own.keys() or len(command.lines) != len(own):
        return Blocked(code="inspection_does_not_add_up", reasons=("inspection_does_not_add_up",), detail={"lines": wrong})
    known = rules.vocabulary.words("dispositions")
    unknown = sorted({line.disposition for line in command.lines} - set(known))
    if unknown:
        return Blocked(code="unknown_word", reasons=("unknown_word",), detail={"words": unknown, "allowed": list(known)})
    return None


def _inspected(line: CaseLine, found: InspectedLine) -> CaseLine:
    """The line after inspection: its amount is the accepted units' share, of which a deduction is kept."""
    return replace(
        line,
        amount=line.amount * found.accepted // line.quantity,
        accepted=found.accepted,
        refused=found.refused,
        deducted=found.deducted,
        disposition=found.disposition,
    )


def _kept_too_much(lines: tuple[CaseLine, ...]) -> Blocked | None:
    most = {written(line.line_id): line.amount for line in lines if line.deducted > line.amount}
    return Blocked(code="deduction_too_large", reasons=("deduction_too_large",), detail={"at_most": most}) if most else None


def _recorded(
    file: CaseFile, case: Case, command: InspectReturn, rules: Rules, now: datetime, new_id: NewId,
    inspected: tuple[CaseLine, ...], defence: Defence | None,
) -> Outcome:  # fmt: skip
    body = (defence.body if defence else {}) | {"lines": [_said(line) for line in inspected]}
    evidence, ground = (defence.evidence, defence.ground) if defence else ((), None)
    if not any(line.accepted for line in inspected):
        kept = tuple(replace(line, disposition=each.disposition) for line, each in zip(file.own_lines, inspected, strict=True))
        rows = Rows(lines=kept, evidence=evidence)
        change = Change(event="return_rejected", body=body, rows=rows, verdict=ground, seals=True)
        return record(file, rules, command.actor, now, change)
    child = _child(file, case, command, rules, now, new_id, inspected)
    if isinstance(child, Blocked):
        return child
    change = Change(
        event="return_accepted",
        body=body | ({"child": written(child.case.id)} if child and child.case else {}),
        case={"amount": sum(line.amount for line in inspected)},
        rows=Rows(lines=inspected, evidence=evidence, also=(child,) if child else ()),
        verdict=ground,
        seals=True,
    )
    return grant(file, rules, command.actor, now, new_id, change)


def _said(line: CaseLine) -> dict[str, str | int | None]:
    return {
        "line": written(line.line_id),
        "accepted": line.accepted,
        "refused": line.refused,
        "deducted": line.deducted,
        "disposition": line.disposition,
    }


def _child(
    file: CaseFile, case: Case, command: InspectReturn, rules: Rules, now: datetime, new_id: NewId,
    inspected: tuple[CaseLine, ...],
) -> Recorded | Blocked | None:  # fmt: skip
    """A case of its own for the refused units, with the money that the accepted ones leave."""
    if not any(line.refused for line in inspected):
        return None
    made = new_id()
    lines = tuple(
        CaseLine(made, line.line_id, after.refused, line.amount - after.amount, disposition=after.disposition)
        for line, after in zip(file.own_lines, inspected, strict=True)
        if after.refused
    )
    born = replace(
        case, id=made, parent_id=case.id, seq=0, version=0, opened_at=now, amount=sum(line.amount for line in lines),
        amendments=0, proof_requests=0, return_to=None,
    )  # fmt: skip
    family = replace(file, case=born, cases=(*file.cases, born), case_lines=(*file.case_lines, *lines))
    facts = sheet(family, request_of(family), now, rules.zone)
    body = {"parent": written(case.id), "amount": born.amount}
    return record(
        file, rules, command.actor, now, Change(event="child_opened", body=body, born=born, rows=Rows(lines=lines), facts=facts)
    )
