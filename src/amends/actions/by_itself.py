"""What happens by itself once a case comes before the seller: the shop's own rules, and the platform's proposal without set-up (N-01, U-16)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace

from amends.actions.outcome import Blocked, Outcome, Recorded
from amends.actions.proof import look
from amends.actions.propose import Offer, offered, sound_change
from amends.actions.recording import afterwards, joined
from amends.actions.ship_order import shipped_meanwhile
from amends.actions.shop_rules import decided_by_rule, proposed_by_rule
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import Actor
from amends.domain.facts.sheet import groups, request_of, sheet
from amends.domain.facts.signals import signals
from amends.domain.lifecycle.rules import Rules
from amends.domain.topics.negotiation import Advice, advice, proposes

PLATFORM: Final = Actor(kind="platform", id="amends", permissions=frozenset({"*"}), human=False)
_BEFORE_THE_SELLER: Final = frozenset({"case_opened", "proof_given", "recheck_admitted"})
_WORDS_ALONE: Final = frozenset({"text_statement"})


def follow(file: CaseFile, outcome: Outcome, rules: Rules, now: datetime, new_id: Callable[[], UUID]) -> Outcome:
    """The outcome, joined by what follows from it by itself in the same transaction; the outcome alone where nothing does."""
    if not isinstance(outcome, Recorded) or outcome.case is None or not outcome.events:
        return outcome
    case = outcome.case
    if case.state != "pending_review" or case.historical or outcome.events[-1].type not in _BEFORE_THE_SELLER:
        return outcome
    if outcome.events[-1].type != "case_opened":
        gone = shipped_meanwhile(afterwards(file, outcome), rules, now)
        if isinstance(gone, Recorded):
            return joined(outcome, gone)
    if not file.shop_rules and not proposes(rules.topic("negotiation")):
        return outcome
    here = afterwards(file, outcome)
    step = decided_by_rule(here, rules, now, new_id) or _proactive(here, rules, now, new_id)
    if step is None or isinstance(step, Blocked):
        step = proposed_by_rule(here, rules, now, new_id)
    return outcome if step is None else joined(outcome, step)


def _proactive(file: CaseFile, rules: Rules, now: datetime, new_id: Callable[[], UUID]) -> Recorded | Blocked | None:
    """The platform's own proposal, once a case. Goods in several parcels or categories must all call for it."""
    case = file.case
    if case is None or not proposes(rules.topic("negotiation")) or any(p.channel == "platform_proactive" for p in file.proposals):
        return None
    request = request_of(file)
    found = [_advised(file, rules, lines, now) for lines in groups(file, request.lines)]
    first, facts = found[0] if found else (None, {})
    if first is None or any(each is None or each.kind != first.kind for each, _ in found):
        return None
    offer = Offer(
        what="change",
        kind=first.kind,
        freight=first.freight,
        rule=first.reason.rule,
        why=_why(first),
        score=_score(first),
        facts=facts,
    )
    if sound_change(file, case, offer):
        return None
    return offered(file, case, rules, PLATFORM, now, new_id, offer)


def _advised(file: CaseFile, rules: Rules, lines: tuple[UUID, ...], now: datetime) -> tuple[Advice | None, dict[str, Any]]:
    request = replace(request_of(file), lines=lines)
    facts = sheet(file, request, now, rules.zone)
    mine = [e for e in file.evidence if file.case and e.case_id == file.case.id and e.of == "buyer"]
    looked = look(rules, facts, mine, of="buyer")
    proven = bool(looked.held - _WORDS_ALONE) and not looked.doubts
    facts |= signals(file, request, facts, proven=proven)
    return advice(rules.topic("negotiation"), facts), facts


def _why(found: Advice) -> tuple[dict[str, object], ...]:
    return tuple(
        {"rule": s.rule, "signal": s.signal, "weight": s.weight, "zh": s.says.zh, "en": s.says.en} for s in found.weighed.signs
    )


def _score(found: Advice) -> tuple[int, int] | None:
    weighed = found.weighed
    return None if weighed.threshold is None else (weighed.score, weighed.threshold)
