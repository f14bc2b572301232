"""A person of the platform rules: for the buyer in full or in part, goods back first, or for the seller (T-05; rows 25 and 26)."""

from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec

from amends.actions.commands import Rule
from amends.actions.disputing import said
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome
from amends.actions.recording import Change, Rows, record, refused
from amends.actions.ruling import RETURN_FIRST, approval, decide
from amends.domain.facts.case import Case
from amends.domain.facts.dispute import Dispute, Ruling
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules

BUYER, SELLER = "buyer", "seller"
_SENDS_BACK: Final = ("return_refund", "exchange", "refund_only")


def rule(file: CaseFile, command: Rule, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """Decide, or propose where the amount needs a second person: then the ruling waits for `confirm_ruling`.

    Blocked: `review_not_claimed`, `review_taken`, `own_case`, `ruled_before`, `four_eyes_missing` (one is proposed already),
    `unknown_word`, `missing_field` (no rationale), `value_not_allowed`, `amount_too_large`, and what stands in the way of paying.
    """
    if blocked := refused(file, rules, command, "rule", now):
        return blocked
    case, dispute = file.case, file.dispute
    if case is None or dispute is None:
        return Blocked(code="move_not_open", reasons=("move_not_open",))
    if blocked := _unclear(command, rules) or _not_possible(case, dispute, command):
        return blocked
    ruling = _ruling(case, dispute, command, rules, now)
    if ruling.four_eyes_limit is None or ruling.amount < ruling.four_eyes_limit:
        return decide(file, case, dispute, ruling, rules, command.actor, now, new_id)
    body = said(dispute) | {
        "ruling": ruling.ruling,
        "liability": ruling.liability,
        "amount": ruling.amount,
        "limit": ruling.four_eyes_limit,
        "rationale_sha256": sha256(ruling.rationale.encode()).hexdigest(),
    }
    rows = Rows(rulings=(ruling,), approvals=(approval(ruling, command.actor, now),))
    return record(file, rules, command.actor, now, Change(event="ruling_proposed", body=body, rows=rows))


def _unclear(command: Rule, rules: Rules) -> Blocked | None:
    for word, listed in ((command.ruling, "rulings"), (command.liability, "liability")):
        if word not in rules.vocabulary.words(listed):
            return Blocked(code="unknown_word", reasons=("unknown_word",), detail={"word": word, "list": listed})
    if not command.rationale.strip():
        return Blocked(code="missing_field", reasons=("missing_field",), detail={"field": "rationale"})
    return None


class RulingChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A ruling that can be chosen now: whether it moves money, whether a part may be granted, and who can be found liable."""

    ruling: str
    moves_money: bool
    part: bool
    liable: tuple[str, ...]


def ruling_choices(case: Case, dispute: Dispute, rules: Rules) -> tuple[RulingChoice, ...]:
    """The rulings that are possible in this round, so that a form offers no other one."""
    liable = tuple(rules.vocabulary.words("liability"))
    return tuple(
        RulingChoice(
            ruling=ruling,
            moves_money=moves_money(dispute, ruling),
            part=ruling == BUYER and not _paid_already(dispute),
            liable=tuple(word for word in liable if word != ruling),
        )
        for ruling in rules.vocabulary.words("rulings")
        if ruling != RETURN_FIRST or _may_return_first(case, dispute)
    )


def _paid_already(dispute: Dispute) -> bool:
    return dispute.round > 1 and dispute.appealed_by == "seller"


def _may_return_first(case: Case, dispute: Dispute) -> bool:
    """Goods that are back, or not asked about, or money that is out, are not sent back first."""
    return not _paid_already(dispute) and not case.freight_only and dispute.stage != "rejection_2" and case.kind in _SENDS_BACK


def _not_possible(case: Case, dispute: Dispute, command: Rule) -> Blocked | None:
    """Nobody is liable for a ruling in their favour; goods that are back, or money that is out, are not sent back first."""
    if command.ruling == command.liability:
        return _not_allowed("liability")
    if command.ruling == RETURN_FIRST and not _may_return_first(case, dispute):
        return _not_allowed("ruling")
    if command.amount is not None and (command.ruling != BUYER or _paid_already(dispute) or command.amount <= 0):
        return _not_allowed("amount")
    if command.amount is not None and command.amount > case.amount:
        return Blocked(code="amount_too_large", reasons=("amount_too_large",), detail={"at_most": case.amount})
    return None


def _not_allowed(field: str) -> Blocked:
    return Blocked(code="value_not_allowed", reasons=("value_not_allowed",), detail={"field": field})


def _ruling(case: Case, dispute: Dispute, command: Rule, rules: Rules, now: datetime) -> Ruling:
    return Ruling(
        dispute_id=dispute.id,
        case_id=case.id,
        seq=case.seq + 1,
        round=dispute.round,
        state="proposed",
        ruling=command.ruling,
        liability=command.liability,
        amount=(command.amount or case.amount) if moves_money(dispute, command.ruling) else 0,
        currency=case.currency,
        four_eyes_limit=four_eyes_limit(rules, case.currency),
        rationale=command.rationale.strip(),
        ruled_by=command.actor.id,
        ruled_at=now,
    )


def moves_money(dispute: Dispute, ruling: str) -> bool:
    """Whether a ruling moves money: one that leaves each side what it has does not, and needs no second person."""
    return (ruling == SELLER) == _paid_already(dispute)


def four_eyes_limit(rules: Rules, currency: str) -> int | None:
    """From which amount on, in minor units, two people must agree; None where the handling release names no limit."""
    term = rules.handling.book.vocabulary.words("currencies").get(currency)
    limit = term.traits.get("four_eyes") if term else None
    return int(limit) if limit is not None else None
