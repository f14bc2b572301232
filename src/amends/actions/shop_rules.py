"""What a shop's own rules do once a case comes before it: approve, let the buyer keep the goods, or propose. Never less."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace

from amends.actions.granting import grant
from amends.actions.outcome import Blocked, Recorded
from amends.actions.propose import Offer, offered, sound_change
from amends.actions.recording import Change
from amends.domain.facts.case import Case
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import Actor
from amends.domain.facts.shop_rule import Asked, Standing, Use, fits
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import written

NewId = Callable[[], UUID]
_EVENTS: Final = {"approve": "approved", "let_keep": "returnless_refund"}


def decided_by_rule(file: CaseFile, rules: Rules, now: datetime, new_id: NewId) -> Recorded | None:
    """The case as the first of the shop's rules that grants something leaves it; None where none does or none can."""
    return _first(file, rules, now, new_id, ("approve", "let_keep"))


def proposed_by_rule(file: CaseFile, rules: Rules, now: datetime, new_id: NewId) -> Recorded | None:
    """The case with the proposal of the first of the shop's rules that makes one. It is the seller's: the review runs on beside it."""
    return None if file.proposals else _first(file, rules, now, new_id, ("propose",))


def _first(file: CaseFile, rules: Rules, now: datetime, new_id: NewId, verbs: tuple[str, ...]) -> Recorded | None:
    case = file.case
    if case is None or not file.shop_rules:
        return None
    asked = _asked(file, case)
    for standing in file.shop_rules:
        if standing.rule.does in verbs and fits(standing, asked, now):
            step = _done(file, case, rules, now, new_id, standing)
            if isinstance(step, Recorded):
                use = Use(standing.id, standing.version, case.id, case.buyer, standing.used + 1, now)
                return replace(step, rule_uses=(use,))
    return None


def _asked(file: CaseFile, case: Case) -> Asked:
    lines = (file.line(line.line_id) for line in file.own_lines)
    categories = frozenset(line.category for line in lines if line is not None)
    return Asked(kind=case.kind, reason=case.reason, amount=case.amount, currency=case.currency, categories=categories)


def _done(
    file: CaseFile, case: Case, rules: Rules, now: datetime, new_id: NewId, standing: Standing
) -> Recorded | Blocked:  # fmt: skip
    actor = Actor(kind="system", id=f"rule:{written(standing.id)}", permissions=frozenset({"*"}), human=False)
    by_rule: dict[str, Any] = {"id": written(standing.id), "version": standing.version}
    if standing.rule.does == "propose":
        offer = Offer(what="change", kind=standing.rule.offer_kind, by_rule=by_rule)
        return sound_change(file, case, offer) or offered(file, case, rules, actor, now, new_id, offer)
    change = Change(event=_EVENTS[standing.rule.does], body={"by_rule": by_rule}, seals=True)
    return grant(file, rules, actor, now, new_id, change)
