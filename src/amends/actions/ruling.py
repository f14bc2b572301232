"""What a ruling does once it stands: money, goods or an end; and in an appeal, who bears what the buyer has already (N-08, R-08)."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from msgspec.structs import replace

from amends.actions.bearing import borne_now
from amends.actions.disputing import moved, said
from amends.actions.granting import NewId, all_accepted, grant
from amends.actions.outcome import Outcome, Recorded
from amends.actions.recording import Change, Rows
from amends.domain.facts.case import Case, CaseLine
from amends.domain.facts.dispute import LAST_ROUND, Approval, Dispute, Ruling
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import Actor
from amends.domain.lifecycle.rules import Rules
from amends.kernel.money import split

RETURN_FIRST: Final = "return_first"
"""The goods come back before the money goes: no appeal, since the seller still inspects them and may say no again."""
_EVENTS: Final = {"buyer": "ruled_for_buyer", RETURN_FIRST: "ruled_return", "seller": "ruled_for_seller"}


def approval(ruling: Ruling, actor: Actor, now: datetime) -> Approval:
    """This person stands behind the ruling, with the permissions that they hold at this moment."""
    held = tuple(sorted(actor.permissions))
    return Approval(dispute_id=ruling.dispute_id, case_id=ruling.case_id, seq=ruling.seq, person=actor.id, held=held, at=now)


def decide(
    file: CaseFile, case: Case, dispute: Dispute, ruling: Ruling, rules: Rules, actor: Actor, now: datetime, new_id: NewId
) -> Outcome:
    """Let the ruling stand. In the first round, or when the buyer appealed, it moves the case.

    When the seller appealed against money that is out, it moves what the shop has to bear and leaves the buyer what they have.
    """
    stands = replace(ruling, state="stands", decided_at=now)
    last = dispute.round >= LAST_ROUND or ruling.ruling == RETURN_FIRST or _upheld(case, ruling)
    after = moved(dispute, "ruled_finally" if last else "ruled", actor, reviewer=None, claimed_at=None)
    rows = Rows(disputes=(after,), rulings=(stands,), approvals=(approval(stands, actor, now),))
    in_dispute = case.state == "in_dispute"
    if in_dispute and ruling.ruling == "buyer":
        rows = replace(rows, lines=_granted(file, case, dispute, ruling.amount))
    if not in_dispute:
        rows = replace(rows, transactions=borne_now(file, stands, rules, now, case.seq + 1))
    change = Change(
        event=_EVENTS[ruling.ruling],
        body=_body(dispute, stands),
        rows=rows,
        seals=True,
    )
    if ruling.ruling == RETURN_FIRST and case.kind == "refund_only":  # the table is asked for what it becomes
        file = replace(file, case=replace(case, kind="return_refund"))
    outcome = grant(file, rules, actor, now, new_id, change)
    return _not_appealed(outcome) if last and isinstance(outcome, Recorded) else outcome


def _not_appealed(recorded: Recorded) -> Recorded:
    """The last word starts no clock for another appeal."""
    return replace(recorded, deadlines=tuple(d for d in recorded.deadlines if d.kind != "appeal" or d.state == "done"))


def _upheld(case: Case, ruling: Ruling) -> bool:
    """A seller's appeal that is upheld takes nothing from the buyer: there is nobody left to appeal."""
    return case.state != "in_dispute" and ruling.ruling == "seller"


def _body(dispute: Dispute, ruling: Ruling) -> dict[str, Any]:
    """`overturned` says that the ruling sets a seller's rejection aside (R-08)."""
    return said(dispute) | {
        "ruling": ruling.ruling,
        "liability": ruling.liability,
        "overturned": ruling.ruling != "seller" and dispute.stage is not None,
        "ruled_amount": ruling.amount,
        "ruled": ruling.seq,
        "rationale_sha256": sha256(ruling.rationale.encode()).hexdigest(),
    }


def _granted(file: CaseFile, case: Case, dispute: Dispute, amount: int) -> tuple[CaseLine, ...]:
    """The lines as the ruling pays them: all units, and of the money the granted part, spread as the lines' amounts are."""
    lines: Sequence[CaseLine] = file.own_lines
    if dispute.stage == "rejection_2":
        lines = all_accepted(lines)
    if amount == case.amount:
        return tuple(lines)
    shares = split(amount, [line.amount for line in lines])
    return tuple(replace(line, deducted=line.amount - share) for line, share in zip(lines, shares, strict=True))
