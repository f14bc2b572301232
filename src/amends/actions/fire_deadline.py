"""Time acts: a deadline is due, and the table says what that means (rows 2, 3, 9, 15, 17, 24, 28, 33 to 37, 40, 42, 43)."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from amends.actions.commands import FireDeadline
from amends.actions.compensating import facts_of, owed_for
from amends.actions.disputing import moved
from amends.actions.granting import NewId, all_accepted, grant
from amends.actions.outcome import Blocked, Outcome, Unchanged
from amends.actions.reconsider_deadlines import reckoned_anew
from amends.actions.recording import Change, Rows, record
from amends.domain.facts.deadline import Deadline
from amends.domain.facts.dispute import Dispute
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import SYSTEM
from amends.domain.lifecycle.case import OUTLIVING
from amends.domain.lifecycle.clocks import reconsider
from amends.domain.lifecycle.rules import Rules

UNPAYABLE = frozenset({"exceeds_refundable", "destination_required", "payment_disputed"})


def fire_deadline(file: CaseFile, command: FireDeadline, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Look again under the lock: a deadline that was answered, paused or moved meanwhile, or is not due yet, changes nothing.

    One that rests on holidays which were announced meanwhile becomes later by them first. Exactly one event carries the deadline that fired. Where time would pay and the payments cannot (charged back, no
    destination for cash), the case stays where it is and a person of the platform is told, every day until somebody decides
    (`payment_blocked`): nothing is lost, and nothing is tried in circles.
    """
    deadline = next((d for d in file.deadlines if (d.kind, d.started_seq) == (command.kind, command.started_seq)), None)
    if file.case is None or deadline is None or deadline.state == "done" or (file.case.final and deadline.kind not in OUTLIVING):
        return Unchanged(why="deadline_done")
    if deadline.state == "paused":
        return Unchanged(why="deadline_paused")
    if now < deadline.due_at:
        return Unchanged(why="deadline_not_due")
    if now < reconsider(deadline, rules).due_at:
        return reckoned_anew(file, SYSTEM, rules, now)
    change = _change(file, deadline)
    if deadline.kind == "first_response":
        change = _compensated(file, rules, change, now, new_id)
    outcome = grant(file, rules, SYSTEM, now, new_id, change)
    if isinstance(outcome, Blocked) and outcome.code in UNPAYABLE:
        body = {"problem": outcome.code, **change.body}
        return record(file, rules, SYSTEM, now, Change(event="payment_blocked", body=body, fired=deadline))
    return outcome


def _change(file: CaseFile, deadline: Deadline) -> Change:
    body = {"deadline": deadline.kind, "rule": deadline.rule}
    if deadline.kind == "seller_ship" and deadline.on_expiry == "refund_approved":
        return Change(event="converted_to_refund", body=body, fired=deadline)
    if deadline.kind == "refund_reconcile" and _a_day_passed(file, deadline):
        return Change(event="refund_overdue", body=body, fired=deadline)
    rows = Rows(
        lines=all_accepted(file.own_lines) if deadline.kind == "review_return" else (), disputes=_disputes(file, deadline)
    )
    seals = deadline.kind in ("review", "review_return")
    return Change(event=f"{deadline.kind}_expired", body=body, rows=rows, fired=deadline, seals=seals)


def _compensated(file: CaseFile, rules: Rules, change: Change, now: datetime, new_id: NewId) -> Change:
    """Nobody answered in time: the buyer is compensated, and the review runs on (C-04)."""
    facts = facts_of(file, rules, "first_response", now)
    owed = owed_for(file, rules, facts, now, new_id)
    body = {**change.body, "compensation": owed[0].amount if owed else None}
    return replace(change, body=body, rows=Rows(compensations=owed), facts=facts)


def _disputes(file: CaseFile, deadline: Deadline) -> tuple[Dispute, ...]:
    """A ruling that is overdue goes to the senior lane, free to be claimed; one that nobody appealed in time is final."""
    dispute = file.dispute
    if deadline.kind == "dispute" and dispute is not None and dispute.undecided:
        return (moved(dispute, "overdue", SYSTEM, lane="senior", reviewer=None, claimed_at=None),)
    if deadline.kind == "appeal" and dispute is not None and dispute.state == "ruled":
        return (moved(dispute, "lapsed", SYSTEM),)
    return ()


def _a_day_passed(file: CaseFile, deadline: Deadline) -> bool:
    """Whether a refund in flight became a day old while this clock ran: once for each, an operator is told."""
    if file.case is None or file.case.state != "refund_approved":
        return False
    days = [refund.created_at + timedelta(days=1) for refund in file.refunds if refund.status in ("pending", "sent", "unknown")]
    return any(deadline.started_at < day <= deadline.due_at for day in days)
