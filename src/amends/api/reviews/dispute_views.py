"""How a dispute looks to its sides and to the platform: both sides' proof, who must prove, the rulings, and whether two people must agree."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from amends.actions.burden import Burden, burden
from amends.actions.rule import RulingChoice, four_eyes_limit, ruling_choices
from amends.api.door.files import Read
from amends.domain.facts.dispute import Dispute, Ruling
from amends.domain.lifecycle.disputing import SENIOR

RULES: Final = "disputes.rule"


class RulingView(msgspec.Struct, frozen=True, kw_only=True):
    """One ruling. Who ruled is for the platform's own eyes."""

    seq: int
    round: int
    state: str
    ruling: str
    liability: str
    amount: int
    currency: str
    rationale: str
    needs_two: bool
    ruled_at: datetime
    decided_at: datetime | None
    ruled_by: str | None
    ruled_by_name: str | None


class FourEyes(msgspec.Struct, frozen=True, kw_only=True):
    """Whether two people must agree: from `limit` on, minor units of the case's currency; null where no limit is named.

    `needs_two` says so for the whole amount of the case. Where a ruling is proposed: which, by whom, and the permission of whoever may
    confirm it, anybody but that person.
    """

    limit: int | None
    currency: str
    needs_two: bool
    proposed: int | None
    proposed_by: str | None
    proposed_by_name: str | None
    waits_for: str | None


class DisputeProof(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of proof of either side."""

    id: UUID
    of: str
    at: str
    kind: str
    channel: str | None
    media_type: str | None
    legible: bool | None
    matches_claim: bool | None
    given_at: datetime
    sealed_at: datetime | None
    sha256: str | None


class DisputeView(msgspec.Struct, frozen=True, kw_only=True):
    """A dispute whole. `burden` says who must prove and what is missing; `final` that nothing more can be said.

    `four_eyes` and the `choices` of the one who rules are for the platform's own eyes.
    """

    id: UUID
    case_id: UUID
    state: str
    round: int
    lane: str
    ground: str | None
    stage: str | None
    opened_at: datetime
    claimed: bool
    reviewer: str | None
    appealed_by: str | None
    theme: str | None
    appeal_until: datetime | None
    due_at: datetime | None
    final: bool
    four_eyes: FourEyes | None
    choices: tuple[RulingChoice, ...]
    burden: Burden
    proof: tuple[DisputeProof, ...]
    rulings: tuple[RulingView, ...]
    server_now: datetime


def dispute_view(read: Read, dispute: Dispute, names: Mapping[str, str], *, ours: bool) -> DisputeView:
    """A dispute as one side sees it; `ours` shows who reviews, by their `names` where they are known."""
    file, now = read.loaded.file, read.loaded.now
    owed, appeal = file.running("dispute"), file.running("appeal")
    mine = [piece for piece in file.evidence if piece.case_id == dispute.case_id]
    return DisputeView(
        id=dispute.id, case_id=dispute.case_id, state=dispute.state, round=dispute.round, lane=dispute.lane, ground=dispute.ground,
        stage=dispute.stage, opened_at=dispute.opened_at, claimed=dispute.reviewer is not None,
        reviewer=dispute.reviewer if ours else None, appealed_by=dispute.appealed_by, theme=dispute.theme,
        appeal_until=appeal.due_at if appeal else None, due_at=owed.due_at if owed else None, final=dispute.final,
        four_eyes=_four_eyes(read, dispute, names) if ours else None,
        choices=ruling_choices(file.case, dispute, read.rules) if ours and file.case and dispute.undecided else (),
        burden=burden(file, dispute, read.rules, now),
        proof=tuple(DisputeProof(id=p.id, of=p.of, at=p.at, kind=p.kind, channel=p.channel, media_type=p.media_type, legible=p.legible,
                              matches_claim=p.matches_claim, given_at=p.given_at, sealed_at=p.sealed_at,
                              sha256=p.sha256.hex() if p.sha256 else None) for p in mine),
        rulings=tuple(_ruling(ruling, names, ours=ours) for ruling in file.rulings if ours or ruling.state == "stands"),
        server_now=now,
    )  # fmt: skip


def _four_eyes(read: Read, dispute: Dispute, names: Mapping[str, str]) -> FourEyes | None:
    case = read.loaded.file.case
    if case is None:
        return None
    limit = four_eyes_limit(read.rules, case.currency)
    proposed = next((ruling for ruling in read.loaded.file.rulings if ruling.state == "proposed"), None)
    return FourEyes(
        limit=limit, currency=case.currency, needs_two=limit is not None and case.amount >= limit,
        proposed=proposed.seq if proposed else None, proposed_by=proposed.ruled_by if proposed else None,
        proposed_by_name=names.get(proposed.ruled_by) if proposed else None,
        waits_for=(SENIOR if dispute.lane == "senior" else RULES) if proposed else None,
    )  # fmt: skip


def _ruling(ruling: Ruling, names: Mapping[str, str], *, ours: bool) -> RulingView:
    limit = ruling.four_eyes_limit
    return RulingView(
        seq=ruling.seq, round=ruling.round, state=ruling.state, ruling=ruling.ruling, liability=ruling.liability,
        amount=ruling.amount, currency=ruling.currency, rationale=ruling.rationale,
        needs_two=limit is not None and ruling.amount >= limit, ruled_at=ruling.ruled_at, decided_at=ruling.decided_at,
        ruled_by=ruling.ruled_by if ours else None, ruled_by_name=names.get(ruling.ruled_by) if ours else None,
    )  # fmt: skip
