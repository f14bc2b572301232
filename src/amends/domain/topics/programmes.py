"""May this request run under a programme, is it agreed by itself, and if not, which condition is unmet? (E-12, U-16, F-04)."""

from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.conditions import holds
from amends.domain.rulebook.outcomes import Allow, AutoAgree
from amends.domain.rulebook.said import said
from amends.domain.rulebook.shape import Condition, Facts, Rule


def unmet(topic: CompiledTopic, facts: Facts, programme: str) -> tuple[Condition, ...] | None:
    """The conditions of a programme that do not hold (not known counts as not met), by the rule that misses fewest; empty where it may.

    None where no rule of the market offers the programme. `topic` is that of eligibility.
    """
    offers = topic.prepared(_offers).get(programme)
    if not offers:
        return None
    missed = [tuple(c for c in rule.conditions if holds(c, facts) is not True) for rule in offers]
    return min(missed, key=len)


def _offers(topic: CompiledTopic) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in topic.rules:
        if isinstance(rule.outcome, Allow) and rule.outcome.programme:
            found.setdefault(rule.outcome.programme, []).append(rule)
    return found


def agreed_by_itself(topic: CompiledTopic, facts: Facts) -> str | None:
    """The programme that the system agrees to without anybody; `topic` is that of negotiation."""
    return next((sentence.outcome.auto_agree for sentence in said(topic, facts, AutoAgree).sentences), None)
