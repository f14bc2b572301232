"""The buyer answers the open proposal: what was asked changes into what was offered, or everything is as it was before (N-07; rows 7 and 8)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace

from amends.actions.commands import AnswerProposal
from amends.actions.granting import grant
from amends.actions.negotiating import ACCEPT
from amends.actions.outcome import Blocked, Outcome
from amends.actions.proof import take
from amends.actions.recording import Change, Rows, record, refused
from amends.actions.units import for_another_amount
from amends.domain.facts.case import Case, CaseLine
from amends.domain.facts.file import CaseFile
from amends.domain.facts.proposal import Proposal, offer_of
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

NewId = Callable[[], UUID]
ANSWERS: Final = (ACCEPT, "decline")


def answer_proposal(file: CaseFile, command: AnswerProposal, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Accept or decline, before it lapses: at the due moment it is too late (`deadline_passed`).

    Accepted, a `change` goes its own way at once (the goods back, or the money), `withdraw` closes the case, and `prove` hands the
    proof in and gives the case back to the seller. Declined, the seller's rights return with the time that was left.
    Blocked: `move_not_open`, `value_not_allowed`, `proof_demanded` (to prove without proof), and what `take` and `grant` refuse.
    """
    if blocked := refused(file, rules, command, "answer_proposal", now):
        return blocked
    proposal, case = file.open_proposal, file.case
    if command.answer not in ANSWERS:
        return Blocked(code="value_not_allowed", detail={"field": "answer", "allowed": list(ANSWERS)})
    if proposal is None or case is None:
        return Blocked(code="move_not_open", reasons=("move_not_open",), detail={"move": "answer_proposal"})
    body = {"proposal": written(proposal.id), "channel": proposal.channel, "answer": command.answer}
    if command.answer != ACCEPT:
        return record(file, rules, command.actor, now, Change(event="proposal_declined", body=body))
    return _accepted(file, case, command, rules, now, new_id, proposal, body)


def _accepted(
    file: CaseFile, case: Case, command: AnswerProposal, rules: Rules, now: datetime, new_id: NewId,
    proposal: Proposal, body: dict[str, Any],
) -> Outcome:  # fmt: skip
    match proposal.kind:
        case "withdraw":
            return record(file, rules, command.actor, now, Change(event="withdrawn", body={**body, "goods_go_back": _back(case)}))
        case "prove":
            return _proven(file, case, command, rules, now, new_id, proposal, body)
        case _:
            return _changed(file, case, command, rules, now, new_id, proposal, body)


def _back(case: Case) -> bool:
    return case.return_to == "rejected_2"


def _proven(
    file: CaseFile, case: Case, command: AnswerProposal, rules: Rules, now: datetime, new_id: NewId,
    proposal: Proposal, body: dict[str, Any],
) -> Outcome:  # fmt: skip
    if not command.proof:
        return Blocked(code="proof_demanded", reasons=("proof_demanded",), detail={"kinds": list(proposal.proof)})
    kinds = rules.vocabulary.words("evidence_kinds")
    at = "opening" if case.return_to == "pending_review" else "dispute"
    pieces = take(file, command.proof, actor=command.actor, at=at, case_id=case.id, now=now, new_id=new_id, kinds=kinds)
    if isinstance(pieces, Blocked):
        return pieces
    body |= {"of": "buyer", "kinds": [p.kind for p in pieces], "evidence": [written(p.id) for p in pieces]}
    return record(file, rules, command.actor, now, Change(event="proof_given", body=body, rows=Rows(evidence=pieces)))


def _changed(
    file: CaseFile, case: Case, command: AnswerProposal, rules: Rules, now: datetime, new_id: NewId,
    proposal: Proposal, body: dict[str, Any],
) -> Outcome:  # fmt: skip
    """The case as the offer has it; a kind that changes is looked up in the table as what it becomes."""
    lines = _lines(file, case, proposal)
    if isinstance(lines, Blocked):
        return lines
    kind = proposal.offer_kind or case.kind
    body |= {"offer": offer_of(proposal)} | ({"from_kind": case.kind} if kind != case.kind else {})
    event = "settlement_accepted" if _back(case) else "proposal_accepted"
    change = Change(
        event=event,
        body=body,
        case={"amount": sum(line.amount for line in lines)},
        rows=Rows(lines=lines),
        seals=True,
    )
    become = replace(file, case=replace(case, kind=kind))
    return grant(become, rules, command.actor, now, new_id, change)


def _lines(file: CaseFile, case: Case, proposal: Proposal) -> tuple[CaseLine, ...] | Blocked:
    if proposal.offer_amount is None or proposal.offer_amount == case.amount:
        return file.own_lines
    units = for_another_amount(file, case, proposal.offer_amount)
    if isinstance(units, Blocked):
        return units
    found = {line.line_id: line for line in file.own_lines}
    return tuple(replace(found[line.line_id], amount=line.amount) for line in units.lines)
