"""The file of a case as it stands once an outcome is recorded, so that the answer shows what is, not what was."""

from uuid import UUID

import msgspec

from amends.actions.outcome import Recorded
from amends.actions.recording import merged
from amends.domain.facts.case import Case
from amends.domain.facts.deadline import Deadline
from amends.domain.facts.file import CaseFile
from amends.domain.facts.travel import NOTHING, joined


def after(file: CaseFile, recorded: Recorded) -> CaseFile:
    """The file with everything recorded put in; opened at the recorded case."""
    for part in (recorded, *recorded.also):
        file = _with(file, part)
    return file.focus(recorded.case.id) if recorded.case else file


def _with(file: CaseFile, part: Recorded) -> CaseFile:
    changes = _travelled(file, part)
    if part.order is not None and part.order.id == file.order.id:
        changes["order"] = part.order
    if part.evidence:
        changes["all_evidence"] = merged(file.all_evidence, part.evidence, lambda e: e.id)
    changes |= _conduct(file, part)
    if part.refunds:
        changes["all_refunds"] = merged(file.all_refunds, part.refunds, lambda r: r.id)
    if part.disputes or part.rulings or part.chargebacks:
        changes |= _disputed(file, part)
    if part.proposals:
        changes["all_proposals"] = merged(file.all_proposals, part.proposals, lambda p: p.id)
    if part.replacements:
        changes["replacements"] = merged(file.replacements, part.replacements, lambda r: r.case_id)
    if part.case is not None:
        changes |= _cased(file, part, part.case)
    return msgspec.structs.replace(file, **changes)


def _cased(file: CaseFile, part: Recorded, case: Case) -> dict[str, object]:
    changes: dict[str, object] = {"cases": merged(file.cases, (case,), lambda c: c.id)}
    if part.lines:
        kept = tuple(line for line in file.case_lines if line.case_id != case.id)
        changes["case_lines"] = kept + part.lines
    if part.deadlines:
        changes["all_deadlines"] = _deadlines(file.all_deadlines, case.id, part.deadlines)
    return changes


def _travelled(file: CaseFile, part: Recorded) -> dict[str, object]:
    changes: dict[str, object] = {}
    if part.parcels:
        changes["parcels"] = merged(file.parcels, part.parcels, lambda p: p.id)
    if part.scans:
        changes["scans"] = file.scans + part.scans
    if part.travel is not NOTHING:
        changes["travel"] = joined(file.travel, part.travel)
    return changes


def _conduct(file: CaseFile, part: Recorded) -> dict[str, object]:
    changes: dict[str, object] = {}
    if part.compensations:
        changes["compensations"] = merged(file.compensations, part.compensations, lambda c: c.id)
    if part.case is not None and (part.alarms or part.excuses):
        case_id = part.case.id
        changes["alarms"] = file.alarms + tuple([(case_id, *alarm) for alarm in part.alarms])
        changes["excused"] = file.excused + tuple([(case_id, excuse[0]) for excuse in part.excuses])
    return changes


def _disputed(file: CaseFile, part: Recorded) -> dict[str, object]:
    return {
        "all_disputes": merged(file.all_disputes, part.disputes, lambda d: d.id),
        "all_rulings": merged(file.all_rulings, part.rulings, lambda r: (r.dispute_id, r.seq)),
        "chargebacks": merged(file.chargebacks, part.chargebacks, lambda c: c.id),
    }


def _deadlines(
    old: tuple[tuple[UUID, Deadline], ...], case_id: UUID, new: tuple[Deadline, ...]
) -> tuple[tuple[UUID, Deadline], ...]:
    if not old:
        return tuple([(case_id, d) for d in new if d.state != "done"])
    table = {(owner, d.kind, d.started_seq): (owner, d) for owner, d in old}
    table.update(((case_id, d.kind, d.started_seq), (case_id, d)) for d in new)
    return tuple(pair for pair in table.values() if pair[1].state != "done")
