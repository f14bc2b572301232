"""What a topic answers, said once over any logic: with booleans for one situation, with formulas for all of them.

An atom is one thing that an answer can say, a tuple that begins with its sort; an answer is the atoms that are true.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from amends.domain.facts.unknown import UNKNOWN
from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.conditions import standing
from amends.domain.rulebook.levers import KIND
from amends.domain.rulebook.outcomes import Admit, Allow, Bar, Decline, MayReject, Undecided, Withhold
from amends.domain.rulebook.shape import Facts

B = TypeVar("B")
Atom = tuple[Any, ...]


class Logic(Protocol[B]):
    """And, or, not; of nothing, `every` is true and `some` is false."""

    def every(self, parts: Iterable[B]) -> B:
        """True where all are."""

    def some(self, parts: Iterable[B]) -> B:
        """True where one is."""

    def no(self, part: B) -> B:
        """True where it is not."""


class Plain:
    """The logic of one situation."""

    def every(self, parts: Iterable[bool]) -> bool:
        """True where all are."""
        return all(parts)

    def some(self, parts: Iterable[bool]) -> bool:
        """True where one is."""
        return any(parts)

    def no(self, part: bool) -> bool:  # noqa: FBT001 -- a truth is what logic is about
        """True where it is not."""
        return not part


class Seen(NamedTuple, Generic[B]):
    """A topic in a situation (or in all): which of its rules certainly stand, which possibly do, and whether a fact is a word."""

    topic: CompiledTopic
    certain: Sequence[B]
    possible: Sequence[B]
    told: Callable[[str, str], B]


def answers(logic: Logic[B], seen: Seen[B]) -> dict[Atom, B]:
    """Every atom that the topic's rules can say, and where it is said."""
    name = seen.topic.rules[0].topic if seen.topic.rules else ""
    if name == "eligibility":
        return _eligibility(logic, seen)
    if name == "rejections":
        return _grounds(logic, seen) | _outcomes(logic, seen, leaving=(MayReject, Bar))
    return _outcomes(logic, seen)


def _eligibility(logic: Logic[B], seen: Seen[B]) -> dict[Atom, B]:
    """The verdict as `topics.eligibility` comes to it: declined beats needs beats undecided beats allowed."""
    rules, certain, possible = seen.topic.rules, seen.certain, seen.possible
    by_form = {
        form: [n for n, r in enumerate(rules) if isinstance(r.outcome, form)] for form in (Decline, Undecided, Allow, Withhold)
    }
    asks = {n: logic.some(seen.told(KIND, kind) for kind in _allow(rules[n].outcome).allow) for n in by_form[Allow]}
    allowed = {n: logic.every((certain[n], asks[n])) for n in by_form[Allow]}
    declined = logic.some(certain[n] for n in by_form[Decline])
    left, any_allowed = logic.some(certain[n] for n in by_form[Undecided]), logic.some(allowed.values())
    may_be = logic.some(logic.every((possible[n], logic.no(certain[n]))) for n in (*by_form[Decline], *by_form[Undecided]))
    may_allow = logic.some(logic.every((possible[n], asks[n])) for n in by_form[Allow])
    unsure = logic.some((may_be, logic.every((logic.no(any_allowed), logic.no(left), may_allow))))
    settled = logic.every((logic.no(declined), logic.no(unsure)))
    person, passes = logic.every((settled, left)), logic.every((settled, logic.no(left), any_allowed))
    found: dict[Atom, B] = {
        ("verdict", "declined"): declined,
        ("verdict", "needs"): logic.every((logic.no(declined), unsure)),
        ("verdict", "undecided"): person,
        ("verdict", "allowed"): passes,
        ("verdict", "no_rule"): logic.every((settled, logic.no(left), logic.no(any_allowed))),
    }
    said: dict[Atom, list[B]] = {}
    for n in by_form[Decline]:
        said.setdefault(("decline", getattr(rules[n].outcome, "decline", "")), []).append(certain[n])
    for n in by_form[Undecided]:
        said.setdefault(("undecided", getattr(rules[n].outcome, "undecided", "")), []).append(logic.every((person, certain[n])))
    for n in by_form[Allow]:
        here, outcome = logic.every((passes, allowed[n])), _allow(rules[n].outcome)
        said.setdefault(("review", outcome.review_by), []).append(here)
        if outcome.programme:
            said.setdefault(("programme", outcome.programme), []).append(here)
    for n in by_form[Withhold]:
        said.setdefault(("withhold", getattr(rules[n].outcome, "withhold", "")), []).append(certain[n])
    return found | {atom: logic.some(parts) for atom, parts in said.items()}


def _allow(outcome: Any) -> Allow:
    found: Allow = outcome
    return found


def _grounds(logic: Logic[B], seen: Seen[B]) -> dict[Atom, B]:
    """Which ground is open at which stage: a rule opens it, and none bars it or may bar it."""
    opens: dict[Atom, list[B]] = {}
    bars: dict[str, list[B]] = {}
    for n, rule in enumerate(seen.topic.rules):
        if isinstance(rule.outcome, MayReject):
            for stage in rule.outcome.stages:
                opens.setdefault(("ground", rule.outcome.may_reject, stage), []).append(seen.certain[n])
        elif isinstance(rule.outcome, Bar):
            bars.setdefault(rule.outcome.bar, []).append(seen.possible[n])
    return {
        atom: logic.every((logic.some(parts), logic.no(logic.some(bars.get(str(atom[1]), ()))))) for atom, parts in opens.items()
    }


def _outcomes(logic: Logic[B], seen: Seen[B], leaving: tuple[type, ...] = ()) -> dict[Atom, B]:
    """What rules say, each outcome once: certainly, or (`may`) depending on a fact that is not known."""
    sure: dict[Any, list[B]] = {}
    maybe: dict[Any, list[B]] = {}
    for n, rule in enumerate(seen.topic.rules):
        if isinstance(rule.outcome, leaving):
            continue
        for said in _parts(rule.outcome):
            sure.setdefault(said, []).append(seen.certain[n])
            maybe.setdefault(said, []).append(seen.possible[n])
    found: dict[Atom, B] = {("says", said): logic.some(parts) for said, parts in sure.items()}
    for said, parts in maybe.items():
        found["may", said] = logic.every((logic.some(parts), logic.no(found["says", said])))
    return found


def _parts(outcome: Any) -> list[Any]:
    return [Admit(admit=(kind,), of=outcome.of) for kind in outcome.admit] if isinstance(outcome, Admit) else [outcome]


class Answer(NamedTuple):
    """What a topic answers in one situation, by the reference interpreter: the atoms, and the rules that stand or may stand."""

    atoms: frozenset[Atom]
    standing: tuple[str, ...]
    possible: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """The kind of an eligibility verdict; empty for any other topic."""
        return next((str(atom[1]) for atom in self.atoms if atom[0] == "verdict"), "")


def seen_in(topic: CompiledTopic, facts: Facts) -> Seen[bool]:
    """A topic in one situation; every rule is judged by the reference interpreter."""
    said = standing(topic.rules, facts)
    certain = [said[rule.id] is True for rule in topic.rules]
    possible = [said[rule.id] is not False for rule in topic.rules]
    return Seen(topic, certain, possible, lambda fact, word: facts.get(fact, UNKNOWN) == word)


def answer(topic: CompiledTopic, facts: Facts) -> Answer:
    """The answer in one situation."""
    seen = seen_in(topic, facts)
    atoms = frozenset(atom for atom, is_so in answers(Plain(), seen).items() if is_so)
    rules = list(zip(topic.rules, seen.certain, seen.possible, strict=True))
    sure = tuple(rule.id for rule, certain, _ in rules if certain)
    return Answer(atoms, sure, tuple(rule.id for rule, certain, possible in rules if possible and not certain))
