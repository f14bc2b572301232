"""What may this person do now, and if not, why not? One answer for the console's grey button, for the API and for the desk (U-06, P-02)."""

from datetime import datetime
from functools import lru_cache
from typing import Final

import msgspec

from amends.domain.facts.case import Case
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import Actor
from amends.domain.facts.sheet import request_of, sheet
from amends.domain.facts.words import FINAL_STATES
from amends.domain.lifecycle.case import CASE
from amends.domain.lifecycle.disputing import closed_in_dispute
from amends.domain.lifecycle.machine import START
from amends.domain.lifecycle.refusing import closed as closed_on_the_way
from amends.domain.lifecycle.returning import scanned_already
from amends.domain.lifecycle.rules import Rules
from amends.domain.topics.negotiation import open_moves

MOVES: Final = (
    "approve",
    "reject",
    "ask_for_proof",
    "inspect_return",
    "convert_to_refund",
    "ship_replacement",
    "accept_replacement",
    "propose",
    "answer_proposal",
    "submit_evidence",
    "amend",
    "ship_return",
    "withdraw",
    "decide_recheck",
    "settle_return",
    "retry_refund",
    "give_up_refund",
    "escalate",
    "cancel_dispute",
    "appeal",
    "claim_review",
    "rule",
    "confirm_ruling",
    "correct_return_number",
    "agree_refusal",
    "order_interception",
    "complain_to_carrier",
)
"""Every action on a case that a person can choose."""

MAX_AMENDMENTS: Final = 2
MAX_PROOF_REQUESTS: Final = 1
HANDLE: Final = "cases.handle"
_SELLER_NEEDS: Final = dict.fromkeys(MOVES, HANDLE)
RULE: Final = "disputes.rule"
_PLATFORM_NEEDS: Final = {
    "decide_recheck": "cases.recheck",
    "settle_return": "cases.recheck",
    "retry_refund": "refunds.handle",
    "give_up_refund": "refunds.handle",
    "correct_return_number": "cases.recheck",
    "claim_review": RULE,
    "rule": RULE,
    "confirm_ruling": RULE,
    "propose": "cases.negotiate",
}
PERMISSIONS: Final[dict[str, dict[str, str]]] = {"seller": _SELLER_NEEDS, "platform": _PLATFORM_NEEDS}
"""What a person of a side must hold for a move; a buyer needs nothing but to be the buyer."""

DECIDED_BY_TIME: Final = {
    "pending_review": "review",
    "awaiting_proof": "proof",
    "awaiting_buyer_ship": "ship_back",
    "return_delivered": "review_return",
    "rejected_1": "escalate",
    "rejected_2": "escalate",
    "refuse_sign_agreed": "refuse_sign",
    "negotiating": "proposal",
}
"""The clock that moves a case on by itself: from its due moment on it is too late for people, even if it has not fired yet."""
ALSO_DECIDED_BY: Final = {"negotiating": "review"}
"""A review that runs on beside a seller's proposal ends it and approves the original."""


class Move(msgspec.Struct, frozen=True, omit_defaults=True):
    """An action, open or closed. `reasons` are words of `problems`, empty when it is open.

    `permission` is the one that is missing; `deadline` the kind of the clock that the move would answer.
    """

    move: str
    open: bool
    reasons: tuple[str, ...] = ()
    permission: str | None = None
    deadline: str | None = None


def moves(file: CaseFile, rules: Rules, actor: Actor, now: datetime) -> tuple[Move, ...]:
    """The moves on the file's case that are this person's at all, open or closed, in the order of MOVES; none where there is no case.

    What a side can never make is left out: a buyer does not approve, a seller does not withdraw.
    """
    case = file.case
    return () if case is None else tuple(_asked(file, case, rules, actor, now).values())


def _asked(file: CaseFile, case: Case, rules: Rules, actor: Actor, now: datetime) -> dict[str, Move]:
    closed = _wholly_closed(file, case, actor, now)
    exceptions = _used_up(file, case, actor, now) + _frozen(file, rules, actor, now)
    if actor.kind == "seller" and not case.historical:
        exceptions += tuple(closed_on_the_way(file, rules, case, now))
    return _moves(case.state, case.kind, actor.kind, _missing(actor), closed, exceptions)


def _frozen(file: CaseFile, rules: Rules, actor: Actor, now: datetime) -> tuple[tuple[str, str], ...]:
    """What the market's rules close for a seller while the platform's proposal is open, beyond what the table closes (C-06)."""
    proposal = file.open_proposal if file.proposals else None
    if proposal is None or actor.kind != "seller":
        return ()
    kept = open_moves(rules.topic("negotiation"), sheet(file, request_of(file), now, rules.zone))
    return () if kept is None else tuple((move, "proposal_open") for move in MOVES if move not in kept[0])


def closed_reason(file: CaseFile, rules: Rules, actor: Actor, move: str, now: datetime) -> Move | None:
    """The closed move with its reasons, or None where it is open; asked by every action before it acts."""
    case = file.case
    found = _asked(file, case, rules, actor, now).get(move) if case else None
    if found is not None:
        return None if found.open else found
    if case is None or move not in MOVES:
        return Move(move, open=False, reasons=("move_not_open",))
    why = _wholly_closed(file, case, actor, now) or _not_open(case.state)
    return Move(move, open=False, reasons=("permission_missing", why))


def _missing(actor: Actor) -> frozenset[str]:
    """The permissions that this person would need for some move and does not hold."""
    needed = PERMISSIONS.get(actor.kind)
    if not needed or "*" in actor.permissions:
        return frozenset()
    return _NEEDED[actor.kind] - actor.permissions


_NEEDED: Final = {side: frozenset(needs.values()) for side, needs in PERMISSIONS.items()}


def _wholly_closed(file: CaseFile, case: Case, actor: Actor, now: datetime) -> str | None:
    """The one reason that closes every move: the past, somebody else's case, the end, or that time has decided."""
    if case.historical:
        return "historical"
    if actor.kind == "buyer" and actor.buyer != case.buyer:
        return "not_found"
    if case.state in FINAL_STATES:
        return "case_is_final"
    clocks = (DECIDED_BY_TIME.get(case.state), ALSO_DECIDED_BY.get(case.state))
    for deadline in file.deadlines:
        if deadline.kind in clocks and deadline.state == "running" and now >= deadline.due_at:
            return "deadline_passed"
    return None


def _used_up(file: CaseFile, case: Case, actor: Actor, now: datetime) -> tuple[tuple[str, str], ...]:
    """Moves that the table knows but that this case has used up or has not come to yet, with the reason."""
    found: tuple[tuple[str, str], ...] = ()
    if case.amendments >= MAX_AMENDMENTS:
        found += (("amend", "amendments_used_up"),)
    if case.proof_requests >= MAX_PROOF_REQUESTS:
        found += (("ask_for_proof", "proof_already_asked"),)
    if case.state == "negotiating" and file.open_proposal and file.open_proposal.by == "platform":
        found += (("propose", "proposal_open"),)
    if case.state == "awaiting_seller_ship" and actor.kind == "buyer":
        owed = file.running("seller_ship")
        if owed is not None and owed.on_expiry == "buyer_may_convert":
            found += (("convert_to_refund", "window_not_begun"),)
    found += _on_the_way_back(file, case, actor)
    if file.all_disputes or case.state not in _NEVER_DISPUTED:
        found += tuple(closed_in_dispute(file, case, actor, now))
    return found


def _on_the_way_back(file: CaseFile, case: Case, actor: Actor) -> tuple[tuple[str, str], ...]:
    """A number that a carrier has seen is not corrected by the buyer; an arrival that nothing holds is the seller's to look at."""
    if case.state == "return_in_transit" and actor.kind == "buyer":
        parcel = file.return_parcel
        return (("correct_return_number", "return_already_scanned"),) if parcel and scanned_already(file, parcel) else ()
    if case.state == "return_delivered" and actor.kind == "platform":
        held = file.running("review_return")
        return () if held is not None and held.state == "paused" else (("settle_return", "move_not_open"),)
    return ()


_NEVER_DISPUTED: Final = frozenset({"pending_review", "awaiting_proof", "in_recheck"})


@lru_cache(maxsize=8192)
def _moves(
    state: str, kind: str, side: str, missing: frozenset[str], wholly: str | None, used_up: tuple[tuple[str, str], ...]
) -> dict[str, Move]:
    by_table = _open_by_table(state, kind, side)
    exceptions: dict[str, list[str]] = {}
    for move, reason in used_up:
        exceptions.setdefault(move, []).append(reason)
    clock = DECIDED_BY_TIME.get(state)
    found = {}
    for move in _moves_of(side):
        permission = PERMISSIONS.get(side, {}).get(move)
        reasons: list[str] = []
        if permission in missing:
            reasons.append("permission_missing")
        if wholly and not (wholly == "case_is_final" and move in by_table):  # what the table lets be done to an ended case
            reasons.append(wholly)
        elif move not in by_table:
            reasons.append(_not_open(state))
        else:
            reasons += exceptions.get(move, ())
        lacking = permission if permission in missing else None
        found[move] = Move(move, not reasons, tuple(reasons), lacking, clock if move in by_table else None)
    return found


def _not_open(state: str) -> str:
    return "proposal_open" if state == "negotiating" else "move_not_open"


@lru_cache(maxsize=512)
def _open_by_table(state: str, kind: str, side: str) -> frozenset[str]:
    rows = [row for (s, k, _, by), row in CASE.index.items() if (s, k, by) == (state, kind, side)]
    return frozenset(word for row in rows for word in row.action.split())


@lru_cache(maxsize=64)
def _moves_of(side: str) -> tuple[str, ...]:
    """The moves that the table ever lets this kind of actor make."""
    made = {word for row in CASE.rows if side in row.by for word in row.action.split()}
    return tuple(move for move in MOVES if move in made)


def states_by_move(kind: str, side: str) -> dict[str, list[str]]:
    """For each move of a side, the states in which a case of that kind has it, in the table's order."""
    found: dict[str, dict[str, None]] = {move: {} for move in _moves_of(side)}
    for (state, of_kind, _, by), row in CASE.index.items():
        if (of_kind, by) == (kind, side) and state != START:
            for word in row.action.split():
                found.setdefault(word, {})[state] = None
    return {move: list(states) for move, states in found.items() if move in MOVES}
