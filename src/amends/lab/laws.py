"""Claims that must hold in every situation: of law, and promises of the house; `policies/vocabulary/laws.yaml`."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
import yaml

from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.nodes import Page
from amends.domain.rulebook.outcomes import Demand, Shrink, TimeLimit
from amends.domain.rulebook.quantities import Quantity, read_quantity
from amends.domain.rulebook.reading import read_conditions
from amends.domain.rulebook.shape import Condition, Facts, Says, Term, TopicName, Vocabulary
from amends.kernel.refusals import Unreadable
from amends.lab.findings import Finding, finding
from amends.lab.lengths import longest, shortest
from amends.lab.logic import Atom, Logic, Plain, Seen, answers, seen_in
from amends.lab.topic_proof import TopicProof
from amends.lab.witness import all_hold

B = TypeVar("B")
_TOPIC_OF: Final[dict[str, TopicName]] = {
    "verdict": "eligibility",
    "review": "eligibility",
    "deadline": "deadlines",
    "return_freight": "costs",
    "closed": "rejections",
    "no_proof_of": "evidence",
}


class Law(NamedTuple):
    """One claim: where `when` holds, `must` does, in these markets (none named: in all)."""

    code: str
    says: Says
    source: str
    topic: TopicName
    when: tuple[Condition, ...]
    must: dict[str, Any]
    markets: tuple[str, ...] = ()
    promise: bool = False

    def binds(self, market: str) -> bool:
        """Whether a market is held to it."""
        return not self.markets or market in self.markets


class Breach(NamedTuple):
    """One way in which a claim can be broken: where a formula is true; `rules` are those that decide it."""

    where: Any
    rules: tuple[int, ...]


def every_law(vocabulary: Vocabulary) -> tuple[Law, ...]:
    """Every claim that is written. One that cannot be read raises ValueError."""
    return tuple(law_of(term, vocabulary) for term in vocabulary.words("laws").values())


def law_of(term: Term, vocabulary: Vocabulary) -> Law:
    """A claim as it is written."""
    page = Page("policies/vocabulary/laws.yaml")
    node = page.root(yaml.dump(term.traits["when"], Dumper=yaml.CSafeDumper, allow_unicode=True))
    when = read_conditions(page, node, vocabulary) if node is not None else ()
    must = dict(term.traits["must"])
    topics = {_TOPIC_OF[key] for key in must if key in _TOPIC_OF}
    if page.errors or len(topics) != 1:
        raise ValueError(f"{term.word}: {page.errors} {topics}")
    return Law(
        term.word,
        term.says,
        str(term.traits["source"]),
        topics.pop(),
        when,
        must,
        tuple(term.traits.get("markets", ())),
        term.traits.get("promise") == "true",
    )


def breaches(law: Law, logic: Logic[B], seen: Seen[B], atoms: Mapping[Atom, B], exponents: dict[str, int]) -> Iterable[Breach]:
    """Every way in which a topic's answers can break a claim."""
    must, rules = law.must, seen.topic.rules
    if "verdict" in must:
        yield Breach(
            logic.some(said for atom, said in atoms.items() if atom[0] == "verdict" and atom[1] not in must["verdict"]), ()
        )
    if "review" in must:
        yield Breach(logic.some(said for atom, said in atoms.items() if atom[0] == "review" and atom[1] is not None), ())
    if "closed" in must:
        yield Breach(logic.some(said for atom, said in atoms.items() if atom[0] == "ground" and atom[1] in must["closed"]), ())
    if "no_proof_of" in must:
        owed = [
            n
            for n, r in enumerate(rules)
            if isinstance(r.outcome, Demand) and (r.outcome.of, r.outcome.at) == (must["no_proof_of"], "opening")
        ]
        yield from (Breach(seen.possible[n], (n,)) for n in owed)
    if "return_freight" in must:
        paid = [
            n for n, r in enumerate(rules) if getattr(r.outcome, "return_freight", None) not in (None, *must["return_freight"])
        ]
        yield from (Breach(seen.certain[n], (n,)) for n in paid)
    if "deadline" in must:
        yield from _late(law, logic, seen, exponents)


def _late(law: Law, logic: Logic[B], seen: Seen[B], exponents: dict[str, int]) -> Iterable[Breach]:
    """A clock that is too short, is shortened too far or is too long, and, where it must not be longer, a clock that nobody promises."""
    limits = [
        n
        for n, r in enumerate(seen.topic.rules)
        if isinstance(r.outcome, TimeLimit) and r.outcome.deadline == law.must["deadline"]
    ]
    most, least = (_bound(law.must, key, exponents) for key in ("at_most", "at_least"))
    for n in limits:
        within: Quantity = seen.topic.rules[n].outcome.within  # type: ignore[union-attr]  # it is a time limit
        if (most and longest(within) > longest(most)) or (least and shortest(within) < shortest(least)):
            yield Breach(seen.certain[n], (n,))
    if least:
        yield from (Breach(seen.certain[n], (n,)) for n in _cut_short(seen, law.must["deadline"], least))
    if most:
        yield Breach(logic.no(logic.some(seen.possible[n] for n in limits)), ())


def _cut_short(seen: Seen[B], deadline: str, least: Quantity) -> Iterable[int]:
    """Rules that shorten a clock to less than it must leave."""
    for n, rule in enumerate(seen.topic.rules):
        cut = rule.outcome
        if isinstance(cut, Shrink) and deadline in (cut.of or (deadline,)) and shortest(cut.shrink_to) < shortest(least):
            yield n


def _bound(must: dict[str, Any], key: str, exponents: dict[str, int]) -> Quantity | None:
    read = read_quantity(str(must[key]), exponents) if key in must else None
    if isinstance(read, Unreadable):
        raise ValueError(f"{key}: {must[key]}")  # noqa: TRY004 -- what is wrong is what is written
    return read


def broken_by(proof: TopicProof, laws: Iterable[Law], exponents: dict[str, int]) -> list[Finding]:
    """Every claim that some situation breaks."""
    found = []
    for law in laws:
        atoms = proof.atoms if law.must.keys() & {"verdict", "review", "closed"} else {}
        for breach in breaches(law, proof.solver, proof.rules.seen, atoms, exponents):
            if proof.solver.can_be(proof.solver.conditions(law.when), breach.where):
                found.append(_told(proof, law, breach, exponents))
                break
    return found


def _told(proof: TopicProof, law: Law, breach: Breach, exponents: dict[str, int]) -> Finding:
    def breaks(facts: Facts) -> bool:
        return all_hold(law.when)(facts) and is_broken(law, proof.topic, facts, exponents)

    named = [proof.topic.rules[n] for n in breach.rules]
    seen = proof.witness(breaks, named)
    said = proof.answer(seen.facts)
    ids = [rule.id for rule in named] or [*said.standing, *said.possible]
    deciding = next((proof.topic.rules[proof.topic.index[each]] for each in ids), proof.topic.rules[0])
    deciding = next((r for r in proof.topic.rules if r.id in ids and _refuses(r.outcome)), deciding)
    told = finding("law_broken", proof.vocabulary, deciding, law.code, witness=seen, detail=law.says)
    return msgspec.structs.replace(told, promise=law.promise)


def _refuses(outcome: Any) -> bool:
    return type(outcome).__name__ in ("Decline", "Undecided")


def is_broken(law: Law, topic: CompiledTopic, facts: Facts, exponents: dict[str, int]) -> bool:
    """Whether one situation breaks a claim, by the reference interpreter alone."""
    seen = seen_in(topic, facts)
    return any(breach.where for breach in breaches(law, Plain(), seen, answers(Plain(), seen), exponents))
