"""What a proof costs, and what matching costs beside other people's engines: `zen-engine` and `cedarpy` on the same 60 rules, in the same run.

`prove_all_markets_s`: everything proved about every market, from read policies to findings, nothing remembered. `match_vs_zen`, `match_vs_cedar`: how many
times longer they take than we for all matching rules. Both have their rules read beforehand, and both give the same rules for every sheet. Of zen-engine
two ways are timed: a decision that is created once, as its documentation shows, and its compiled content behind a loader, which is faster.
"""

import json
import random
import time
from datetime import UTC, datetime
from typing import Any

import cedarpy
import zen
from msgspec.structs import replace

from amends.domain.facts.unknown import NONE
from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.shape import Condition, Rule
from amends.exchange.policies import read_policies
from amends.lab.prove import prove
from benchmarks.quiet import quiet_us, slowdown
from benchmarks.rulebook import SHEETS, sheet, sixty_rules

NOW = datetime(2026, 11, 26, 15, tzinfo=UTC)
Sheet = dict[str, Any]


def told(rng: random.Random, facts: tuple[str, ...]) -> Sheet:
    """A sheet on which every fact is told, for the others know no third value."""
    found = sheet(rng, facts)
    while NONE in found.values():
        missing = [fact for fact, value in found.items() if value == NONE]
        found |= {fact: value for fact, value in sheet(rng, facts).items() if fact in missing}
    return found


def plain(facts: Sheet) -> Sheet:
    """The sheet as the others take it: no dots in names, money as its minor units."""
    return {_name(fact): value[0] if isinstance(value, tuple) else value for fact, value in facts.items()}


def _name(fact: str) -> str:
    return fact.replace(".", "_")


def zen_table(rules: tuple[Rule, ...], facts: tuple[str, ...]) -> str:
    """The rules as one decision table that collects every row that fits."""
    rows = []
    for rule in rules:
        cells = {_name(fact): "" for fact in facts}
        for condition in rule.conditions:
            cells[_name(condition.fact)] = _unary(condition)
        rows.append({"_id": rule.id, **cells, "rule": json.dumps(rule.id)})
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": _name(fact), "name": fact, "field": _name(fact)} for fact in facts],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {"id": "table", "type": "decisionTableNode", "name": "table", "position": {"x": 1, "y": 0}, "content": table},
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
    ]
    edges = [
        {"id": "a", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "b", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def _unary(condition: Condition) -> str:
    value = condition.value
    if isinstance(value, tuple):
        return ", ".join(f"'{word}'" for word in value)
    if isinstance(value, Quantity):
        return f"{'>' if condition.operator == 'over' else '<'} {value.measure}"
    return "true" if value else "false"


def cedar_policies(rules: tuple[Rule, ...]) -> str:
    """The rules as policies, each of which permits where its conditions hold; the answer names all that do."""
    return "\n".join(
        f'@id("{rule.id}")\npermit(principal, action, resource) when {{ {" && ".join(map(_cedar, rule.conditions))} }};'
        for rule in rules
    )


def _cedar(condition: Condition) -> str:
    fact, value = f"context.{_name(condition.fact)}", condition.value
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{word}"' for word in value) + f"].contains({fact})"
    if isinstance(value, Quantity):
        return f"{fact} {'>' if condition.operator == 'over' else '<'} {value.measure}"
    return fact if value else f"!{fact}"


def measure() -> dict[str, float]:
    """All figures of this part."""
    return proofs() | peers()


def proofs() -> dict[str, float]:
    """Seconds to prove everything about every market; the best of three, for others share the machine."""
    books = read_policies().books
    took, spent = [], []
    for _ in range(3):
        began, cpu = time.perf_counter(), time.process_time()
        proof = prove(books, NOW)
        took.append(time.perf_counter() - began)
        spent.append(time.process_time() - cpu)
    print(f"{proof.rules} rules and {proof.laws} claims in {proof.markets} markets: {len(proof.findings)} findings")
    return {"prove_all_markets_s": min(took), "prove_all_markets_cpu_s": min(spent)}


def peers() -> dict[str, float]:
    """The same rules and sheets in three engines, after each has given the same answers."""
    rng = random.Random(7)  # noqa: S311 -- a benchmark repeats itself
    topic = CompiledTopic([_alone(rule) for rule in sixty_rules(rng)])
    sheets = [told(rng, topic.facts) for _ in range(SHEETS)]
    asked = [plain(facts) for facts in sheets]
    engine = zen.ZenEngine({"loader": lambda _: content})
    content = zen.ZenDecisionContent(zen_table(topic.rules, topic.facts))
    policies = cedarpy.PolicySet.from_str(cedar_policies(topic.rules))
    who = {"principal": 'User::"b"', "action": 'Action::"ask"', "resource": 'Order::"o"'}
    entities = cedarpy.Entities.from_json_str("[]")

    decision = engine.create_decision(zen_table(topic.rules, topic.facts))

    def by_zen_created(facts: Sheet) -> Any:
        return decision.evaluate(facts)

    def by_zen(facts: Sheet) -> Any:
        return engine.evaluate("rules", facts)

    def by_cedar(facts: Sheet) -> Any:
        return cedarpy.is_authorized({**who, "context": facts}, policies, entities)

    names = [f"policy{n}" for n in range(len(topic.rules))]
    for facts, told_ in zip(sheets, asked, strict=True):
        ours = {rule.id for rule in topic.of(topic.match(facts).certain)}
        assert {row["rule"] for row in by_zen(told_)["result"]} == ours
        assert {topic.rules[names.index(name)].id for name in by_cedar(told_).diagnostics.reasons} == ours
    figures = {
        "match_beside_us": quiet_us(topic.match, sheets),
        "zen_us": quiet_us(by_zen, asked[:60], rounds=11),
        "cedar_us": quiet_us(by_cedar, asked[:60], rounds=11),
    }
    figures["zen_created_us"] = quiet_us(by_zen_created, asked[:60], rounds=11)
    figures["match_vs_zen"] = figures["zen_created_us"] / figures["match_beside_us"]
    figures["match_vs_zen_precompiled"] = figures["zen_us"] / figures["match_beside_us"]
    figures["match_vs_cedar"] = figures["cedar_us"] / figures["match_beside_us"]
    figures["slowdown_beside_peers"] = slowdown()
    return figures


def _alone(rule: Rule) -> Rule:
    """The rule without overrides, which the others do not have."""

    return replace(rule, overrides=())
