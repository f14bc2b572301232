"""The 27 presets and one of the seller's own: open where they should be, and each owes its proof."""

from typing import Any

import pytest

from amends.domain.rulebook.outcomes import Bar, Demand, MayReject
from amends.domain.rulebook.shape import Rule
from amends.exchange.policies import Policies

KNOWN_BY_THE_SYSTEM = {
    "address_cannot_change",
    "change_of_mind_not_allowed",
    "buyer_misoperation",
    "out_of_window",
    "exempt_category",
}


def _rules(policies: Policies, topic: str) -> list[Rule]:
    return [rule for rules in policies.rules.values() for rule in rules if rule.topic == topic]


def _demands(policies: Policies) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for rule in _rules(policies, "evidence"):
        grounds: Any = [condition.value for condition in rule.conditions if condition.fact == "rejection.ground"]
        if isinstance(rule.outcome, Demand) and grounds:
            found.setdefault(grounds[0], set()).add(rule.outcome.at)
    return found


@pytest.mark.requirement("R-03", "R-04")
def test_there_are_27_presets_and_another_ground(policies: Policies) -> None:
    grounds = policies.vocabulary.words("grounds")
    assert [term.traits["number"] for term in grounds.values()] == [str(number) for number in range(1, 29)]
    assert list(grounds)[-1] == "other"


def test_every_ground_is_spoken_of_at_stages_that_it_has(policies: Policies) -> None:
    grounds = policies.vocabulary.words("grounds")
    spoken: dict[str, set[str]] = {}
    for rule in _rules(policies, "rejections"):
        if isinstance(rule.outcome, MayReject):
            spoken.setdefault(rule.outcome.may_reject, set()).update(rule.outcome.stages)
        elif isinstance(rule.outcome, Bar):
            spoken.setdefault(rule.outcome.bar, set())
    assert spoken.keys() == grounds.keys()
    for ground, stages in spoken.items():
        own = set(grounds[ground].traits["stages"]) - {"exchange"}
        assert stages == own or (ground == "out_of_window" and not stages), ground


@pytest.mark.requirement("V-01", "V-02", "V-03", "V-05", "V-06", "V-07")
def test_every_ground_owes_its_proof_at_each_of_its_stages(policies: Policies) -> None:
    demands = _demands(policies)
    for ground, term in policies.vocabulary.words("grounds").items():
        stages = set(term.traits["stages"]) - {"exchange"}
        wanted = set() if ground in KNOWN_BY_THE_SYSTEM or ground == "other" else stages
        assert demands.get(ground, set()) == wanted, ground


def test_what_a_ground_demands_counts_somewhere(policies: Policies) -> None:
    admitted = {kind for rule in _rules(policies, "evidence") for kind in getattr(rule.outcome, "admit", ())}
    of_other_markets = {"e_sign_record", "chat_external", "avatar_recording"}
    for rule in _rules(policies, "evidence"):
        if isinstance(rule.outcome, Demand):
            assert set(rule.outcome.demand.all_of) <= admitted, rule.id
            assert not rule.outcome.demand.any_of or set(rule.outcome.demand.any_of) - of_other_markets <= admitted, rule.id
            assert not rule.outcome.demand.any_of or set(rule.outcome.demand.any_of) & admitted, rule.id
