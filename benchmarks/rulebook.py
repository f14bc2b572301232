"""How long policy takes to answer. `match_us`: all matching rules of 60 with 40 facts. `verdict_us`: a whole eligibility verdict, in words,
with its counterfactual and the proof that each way owes, by the real rules of the market `us`."""

import json
import random
import statistics
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.compiled import CompiledBook, CompiledTopic
from amends.domain.rulebook.conditions import standing
from amends.domain.rulebook.outcomes import Allow, Decline
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.shape import Condition, Rule, Says
from amends.domain.topics.eligibility import judge_eligibility
from amends.domain.topics.evidence import demands
from amends.exchange.policies import read_policies
from benchmarks.quiet import quiet_us, slowdown

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
SHEETS = 300
"""Distinct sheets a round: few enough to stay in the processor's cache, as a sheet that was just laid out does."""
ASKED_MOST = {"kind": (5, 0.9), "status": (8, 0.7), "by": (4, 0.5), "group": (9, 0.4), "sale": (4, 0.25)}
"""The facts that rules ask about most, with the number of their words and the share of rules that ask, as in the real eligibility rules."""
OTHERS = (
    [f"word.f{n}" for n in range(19)]
    + [f"flag.f{n}" for n in range(8)]
    + [f"days.f{n}" for n in range(6)]
    + ["money.a", "money.b"]
)


def sixty_rules(rng: random.Random) -> list[Rule]:
    """60 rules over 40 facts in the shape of the real ones: conditions on the facts asked most, one or two on the others, every tenth
    rule overrides another."""
    rules = []
    for n in range(60):
        pivots = [fact for fact, (_, share) in ASKED_MOST.items() if rng.random() < share]
        others = [OTHERS[n % len(OTHERS)], *rng.sample(OTHERS, rng.randint(0, 1))]
        conditions = tuple(condition(rng, fact) for fact in dict.fromkeys([*pivots, *others]))
        outcome = Decline(decline="final_sale") if n % 2 else Allow(allow=("return_refund",))
        rule = Rule(
            id=f"r{n}",
            topic="eligibility",
            pack="p",
            file="f",
            line=n,
            source="s",
            outcome=outcome,
            says=Says("z", "e"),
            conditions=conditions,
            overrides=(f"r{n + 1}",) if n % 10 == 0 else (),
        )
        rules.append(rule)
    return rules


def words_of(fact: str) -> list[str]:
    """The words that a fact may have."""
    return [f"w{n}" for n in range(ASKED_MOST.get(fact, (12, 0))[0])]


def condition(rng: random.Random, fact: str) -> Condition:
    """A condition on one to three words, on a flag, or on one of a few thresholds."""
    words = words_of(fact)
    kind = fact.split(".", maxsplit=1)[0]
    if fact in ASKED_MOST or kind == "word":
        return Condition(fact, "in", tuple(rng.sample(words, rng.randint(1, 3))))
    if kind == "flag":
        return Condition(fact, "is", rng.random() < 0.5)
    if kind == "days":
        return Condition(fact, rng.choice(["over", "under"]), Quantity(rng.choice([7, 14, 30]), "days"))
    return Condition(fact, rng.choice(["over", "under"]), Quantity(rng.choice([10000, 100000]), "USD"))


def sheet(rng: random.Random, facts: tuple[str, ...], unknown: float = 0.0) -> dict[str, Any]:
    """A full sheet of facts, evenly random; a share of them unknown, a few that do not apply."""
    values: dict[str, Callable[[], Any]] = {
        "flag": lambda: rng.random() < 0.5,
        "days": lambda: rng.randrange(40),
        "money": lambda: (rng.randrange(200000), "USD"),
    }
    found: dict[str, Any] = {}
    for fact in facts:
        draw = values.get(fact.split(".", maxsplit=1)[0])
        told = draw() if draw else rng.choice(words_of(fact))
        found[fact] = UNKNOWN if rng.random() < unknown else NONE if rng.random() < 0.03 else told
    return found


def requests(rng: random.Random, count: int, facts: tuple[str, ...]) -> list[dict[str, Any]]:
    """Requests after auctions and ordinary sales in the US; every one with another amount and age."""
    book = read_policies().books["us"]
    groups = book.vocabulary.reason_groups()
    found = []
    for _ in range(count):
        reason = rng.choice(list(groups))
        known = {
            "order.sale_format": rng.choice(["live_auction", "live_auction", "shelf", "live"]),
            "order.status": rng.choice(["delivered", "delivered", "in_transit", "awaiting_shipment"]),
            "order.category": rng.choice(["apparel", "collectibles", "beauty", "digital"]),
            "order.source": "marketplace",
            "request.kind": rng.choice(["cancel", "refund_in_transit", "refund_only", "return_refund", "exchange"]),
            "request.reason": reason,
            "request.reason_group": groups[reason],
            "request.by": "buyer",
            "request.amount": (rng.randrange(100, 50000), "USD"),
            "parcel.since_delivered": rng.randrange(40),
            "parcel.since_shipped": rng.randrange(60),
            "parcel.since_promised": rng.randrange(-10, 20),
        }
        found.append({fact: known.get(fact, NONE) for fact in facts})
    return found


def main() -> dict[str, float]:
    """Measure and print; the figures by name."""
    rng = random.Random(7)  # noqa: S311 -- a benchmark repeats itself
    topic = CompiledTopic(sixty_rules(rng))
    sheets = [sheet(rng, topic.facts) for _ in range(SHEETS)]
    unsure = [sheet(rng, topic.facts, 0.1) for _ in range(SHEETS)]
    figures = {
        "match_us": quiet_us(topic.match, sheets),
        "match_no_memory_us": quiet_us(topic.plain_match, sheets),
        "match_tenth_unknown_us": quiet_us(topic.match, unsure),
        "reference_us": quiet_us(lambda facts: standing(topic.rules, facts), sheets[:20]),
    }
    print(f"{len(topic.rules)} rules, {len(topic.facts)} facts")
    figures |= verdicts(rng)
    figures["slowdown"] = slowdown()
    for name, value in figures.items():
        print(f"{name:32} {value:8.2f}")
    return figures


def verdicts(rng: random.Random) -> dict[str, float]:
    """The whole verdict: all distinct requests, those that are declined, and the first of a kind (nothing remembered)."""
    book = read_policies().books["us"]

    def judge_with(compiled: CompiledBook) -> Callable[[Any], Any]:
        eligibility, evidence = compiled.topic("eligibility", NOW), compiled.topic("evidence", NOW)
        return lambda facts: judge_eligibility(
            eligibility, facts, NOW, lambda changed: demands(evidence, changed, of="buyer", at="opening")
        )

    every = requests(rng, 1000, tuple(book.vocabulary.facts))
    judge = judge_with(CompiledBook(book))
    declined = [facts for facts in every if judge(facts).ways]
    cold = judge_with(CompiledBook(book))
    cold({**declined[0], "order.category": "toys"})
    search = CompiledBook(book)
    ways = statistics.mean(len(judge(facts).ways) for facts in declined)
    print(f"{len(declined)} of {len(every)} requests have other ways, {ways:.1f} on average; kinds of verdict:", end=" ")
    print({kind: sum(judge(facts).kind == kind for facts in every) for kind in ("allowed", "declined", "needs", "undecided")})
    return {
        "verdict_us": quiet_us(judge, every),
        "verdict_with_ways_us": quiet_us(judge, declined),
        "verdict_cold_us": cold_cost(search, judge_with, declined[:20]),
    }


def cold_cost(book: CompiledBook, judge_with: Callable[[CompiledBook], Callable[[Any], Any]], inputs: list[Any]) -> float:
    """A verdict whose counterfactual is searched anew every time: what was remembered is forgotten before each call."""
    judge = judge_with(book)
    judge(inputs[0])
    topic = book.topic("eligibility", NOW)
    search = next(iter(prepared.search for prepared in topic.kept() if hasattr(prepared, "search")))

    def forgetful(facts: Any) -> object:
        search.forget()
        return judge(facts)

    return quiet_us(forgetful, inputs)


if __name__ == "__main__":
    figures = main()
    if "--json" in sys.argv:
        print(json.dumps(figures))
