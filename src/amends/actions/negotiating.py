"""What becomes of an open proposal when its case moves on: answered, lapsed, overtaken or withdrawn with it (N-07, C-05, C-06)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

from msgspec.structs import replace

from amends.domain.facts.case import Case
from amends.domain.facts.file import CaseFile
from amends.domain.facts.proposal import Proposal, ProposalState
from amends.domain.lifecycle.machine import Row
from amends.domain.lifecycle.proposal import PROPOSAL

ACCEPT: Final = "accept"
_ENDED_BY: Final[Mapping[str, str]] = {
    "proposal_declined": "declined",
    "proposal_expired": "lapsed",
    "proposal_made": "overtaken",
    "withdrawn": "withdrawn",
}


def ended_with(file: CaseFile, case: Case, row: Row, body: Mapping[str, Any], now: datetime) -> tuple[Proposal, ...]:
    """The open proposal as the row leaves it; nothing where none is open or it stays open.

    Whatever ends the negotiation ends the proposal: one that was accepted says so in the event's `answer`, one that nobody
    answered is overtaken by what happened instead.
    """
    proposal = file.open_proposal if file.proposals else None
    if proposal is None or (case.state == "negotiating" and row.event != "proposal_made"):
        return ()
    event = "accepted" if body.get("answer") == ACCEPT else _ENDED_BY.get(row.event, "overtaken")
    to = next(one.to for one in PROPOSAL.rows if one.event == event)
    return (replace(proposal, state=cast("ProposalState", to), decided_seq=case.seq, decided_at=now),)
