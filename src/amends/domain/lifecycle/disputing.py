"""Who may make which move in a dispute, and why not: no own cases, no second ruling by the same person, what is final is final (T02, T03)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from amends.domain.facts.case import Case
from amends.domain.facts.dispute import Dispute
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import Actor
from amends.domain.facts.words import FINAL_STATES

SENIOR: Final = "disputes.senior"
APPEALED_FROM: Final = frozenset({"refund_approved", "refund_failed", "completed", "closed"})
JUDGING: Final = ("claim_review", "rule", "confirm_ruling")
Closed = tuple[str, str]


def closed_in_dispute(file: CaseFile, case: Case, actor: Actor, now: datetime) -> Iterator[Closed]:
    """Moves that the table knows in this state but the dispute closes to this person, each with its reason."""
    dispute = file.dispute
    if case.state in APPEALED_FROM and not (dispute and dispute.state == "under_appeal"):
        yield "submit_evidence", "case_is_final" if case.state in FINAL_STATES else "move_not_open"
    if actor.kind == "platform":
        yield from _judging(file, dispute, actor)
    elif case.state in APPEALED_FROM and (why := _no_appeal(file, dispute, actor, now)):
        yield "appeal", why


def _no_appeal(file: CaseFile, dispute: Dispute | None, actor: Actor, now: datetime) -> str | None:
    """Who lost may appeal, in time, while the dispute is not final."""
    if dispute is None or dispute.state == "cancelled":
        return "move_not_open"
    if dispute.final:
        return "ruling_is_final"
    standing = [ruling for ruling in file.rulings if ruling.state == "stands"]
    lost = "buyer" if standing and standing[-1].ruling == "seller" else "seller"
    if dispute.undecided or lost != actor.kind:
        return "move_not_open"
    clock = file.running("appeal")
    return "deadline_passed" if clock is None or now >= clock.due_at else None


def _judging(file: CaseFile, dispute: Dispute | None, actor: Actor) -> Iterator[Closed]:
    if dispute is None or not dispute.undecided:
        yield from ((move, "move_not_open") for move in JUDGING)
        return
    if why := not_impartial(file, actor):
        yield from ((move, why) for move in JUDGING)
        return
    if dispute.lane == "senior" and not actor.may(SENIOR):
        yield from ((move, "senior_lane") for move in JUDGING)
        return
    yield from _by_claim(file, dispute, actor)


def _by_claim(file: CaseFile, dispute: Dispute, actor: Actor) -> Iterator[Closed]:
    proposed = next((ruling for ruling in file.rulings if ruling.state == "proposed"), None)
    if dispute.reviewer not in (None, actor.id):
        yield "claim_review", "review_taken"
    if proposed is not None:
        yield "rule", "four_eyes_missing"
    elif dispute.reviewer != actor.id:
        yield "rule", "review_not_claimed" if dispute.reviewer is None else "review_taken"
    if proposed is None:
        yield "confirm_ruling", "move_not_open"
    elif proposed.ruled_by == actor.id:
        yield "confirm_ruling", "four_eyes_missing"


def not_impartial(file: CaseFile, actor: Actor) -> str | None:
    """Why this person may not judge the case: it is their own, or they ruled an earlier round of it."""
    case, dispute = file.case, file.dispute
    if file.interests or (case and actor.id in (case.buyer, file.shop.seller)):
        return "own_case"
    if dispute and any(ruling.round < dispute.round and ruling.ruled_by == actor.id for ruling in file.rulings):
        return "ruled_before"
    return None
