"""What can be found wrong with one topic's rules at one moment: contradictions, rules without a say, overrides without an effect, holes."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.conditions import applies
from amends.domain.rulebook.levers import KIND
from amends.domain.rulebook.outcomes import Admit, Allow, MayReject, RejectProof, Undecided
from amends.domain.rulebook.shape import Condition, Facts, Rule, Says, Vocabulary
from amends.lab.facts_space import Space
from amends.lab.findings import Finding, FindingKind, Witness, finding, value_in_words
from amends.lab.logic import Answer, Atom, answer, answers
from amends.lab.questions import Owed, disagree, one_answer, owed_answers
from amends.lab.solver import Formula, Solver
from amends.lab.witness import Shows, all_hold, apply, shown

NO_RULE: Atom = ("verdict", "no_rule")


class TopicProof:
    """One topic over every situation. `also` are conditions that are asked about beside those of the rules."""

    def __init__(self, vocabulary: Vocabulary, currency: str, topic: CompiledTopic, also: Iterable[Condition] = ()) -> None:
        self.topic, self.vocabulary = topic, vocabulary
        owed = owed_answers(topic)
        self.space = Space(vocabulary, currency, [topic], [*also, *(condition for each in owed for condition in each.when)])
        self.owed = owed
        self.solver = Solver(self.space)
        self.rules = self.solver.encode(topic)

    @cached_property
    def atoms(self) -> dict[Atom, Formula]:
        """What the topic can answer, and where."""
        return {atom: self.solver.named(formula) for atom, formula in answers(self.solver, self.rules.seen).items()}

    @cached_property
    def found(self) -> list[Finding]:
        """Everything that is wrong."""
        return [*self._without_a_say(), *self._overrides(), *self._contradictions(), *self._holes()]

    def answer(self, facts: Facts) -> Answer:
        """What the topic answers in one situation."""
        return answer(self.topic, facts)

    def witness(self, shows: Shows, rules: Iterable[Rule]) -> Witness:
        """The situation that the solver has just found, made small."""
        return shown(self.space, self.solver.situation(), shows, rules, self.answer)

    def _without_a_say(self) -> Iterable[Finding]:
        for n, rule in enumerate(self.topic.rules):
            if not self.solver.can_be(self.rules.holds[n]):
                yield self.clash(rule, "never_applies", rule.conditions)
            elif not self.solver.can_be(self._has_a_say(n, rule)):
                self.solver.can_be(self.rules.holds[n])
                yield self.unheard(rule, self.witness(apply(rule), (rule,)))

    def _has_a_say(self, n: int, rule: Rule) -> Formula:
        """The rule stands, and what it says is heard: an allowance that is not declined, a ground that is not barred."""
        solver, outcome, certain = self.solver, rule.outcome, self.rules.seen.certain[n]
        if isinstance(outcome, Allow):
            asked = solver.some(solver.told(KIND, kind) for kind in outcome.allow)
            return solver.every((certain, asked, self.atoms["verdict", "allowed"]))
        if isinstance(outcome, Undecided):
            return solver.every((certain, self.atoms["verdict", "undecided"]))
        if isinstance(outcome, MayReject):
            return solver.every(
                (certain, solver.some(self.atoms["ground", outcome.may_reject, stage] for stage in outcome.stages))
            )
        if isinstance(outcome, Admit):
            refused = [
                self.rules.seen.possible[other]
                for other, each in enumerate(self.topic.rules)
                if isinstance(each.outcome, RejectProof) and each.outcome.of == outcome.of
            ]
            return solver.every((certain, solver.no(solver.some(refused))))
        return certain

    def unheard(self, rule: Rule, seen: Witness) -> Finding:
        """A rule that never has a say, and what is before it in a situation: what overrides it, else what else stands there."""
        over = [each.id for each in self.topic.rules if rule.id in each.overrides and applies(each, seen.facts) is not False]
        said = self.answer(seen.facts)
        standing = [self.topic.rules[self.topic.index[each]] for each in (*said.standing, *said.possible) if each != rule.id]
        before = over or [each.id for each in standing if not isinstance(each.outcome, type(rule.outcome))]
        return finding("shadowed", self.vocabulary, rule, " ".join(before), witness=seen)

    def clash(self, rule: Rule, kind: FindingKind, conditions: Sequence[Condition], other: str = "") -> Finding:
        """Conditions that exclude each other: the fewest that do, and a situation in which all but one of them hold."""
        core = list(dict.fromkeys(conditions))
        for condition in tuple(core):
            rest = [each for each in core if each is not condition]
            if not self.solver.can_be(self.solver.conditions(rest)):
                core = rest
        near = next(
            (
                core[:n] + core[n + 1 :]
                for n in reversed(range(len(core)))
                if self.solver.can_be(self.solver.conditions(core[:n] + core[n + 1 :]))
            ),
            [],
        )
        self.solver.can_be(self.solver.conditions(near))
        seen = self.witness(all_hold(near), (rule,))
        texts = [condition_in_words(self.vocabulary, condition) for condition in core]
        detail = Says("；".join(t.zh for t in texts) + " 不能同时成立", "; ".join(t.en for t in texts) + " cannot be together")
        return finding(kind, self.vocabulary, rule, other, witness=seen, detail=detail)

    def _overrides(self) -> Iterable[Finding]:
        for n, rule in enumerate(self.topic.rules):
            for target in rule.overrides:
                place = self.topic.index.get(target)
                if (
                    place is None
                    or not self.solver.can_be(self.rules.holds[n])
                    or not self.solver.can_be(self.rules.holds[place])
                ):
                    continue
                if not self.solver.can_be(self.rules.holds[n], self.rules.holds[place]):
                    other = self.topic.rules[place]
                    both = (*rule.conditions, *other.conditions)
                    yield self.clash(rule, "override_never_bites", both, target)

    def _contradictions(self) -> Iterable[Finding]:
        said = [(n, each) for n, rule in enumerate(self.topic.rules) for each in one_answer(rule)]
        seen: set[tuple[int, int]] = set()
        for place, (n, one) in enumerate(said):
            for m, other in said[place + 1 :]:
                if n == m or (n, m) in seen or not disagree(one, other) or not self._boxes_meet(n, m):
                    continue
                asked = [self.solver.told(KIND, one.question.split()[1])] if one.question.startswith("allow ") else []
                if self.solver.can_be(self.rules.seen.certain[n], self.rules.seen.certain[m], *asked):
                    seen.add((n, m))
                    yield self._contradiction(n, m)

    def _boxes_meet(self, n: int, m: int) -> bool:
        """Whether, fact by fact, both rules leave a class; exact for two rules alone, and no solver is asked."""
        left: dict[str, frozenset[int]] = {}
        for condition in (*self.topic.rules[n].conditions, *self.topic.rules[m].conditions):
            classes = self.space.having(condition, True)
            left[condition.fact] = left.get(condition.fact, classes) & classes
        return all(left.values())

    def _contradiction(self, n: int, m: int) -> Finding:
        one, other = self.topic.rules[n], self.topic.rules[m]

        def both(facts: Facts) -> bool:
            standing = self.answer(facts).standing
            return one.id in standing and other.id in standing

        return finding("contradiction", self.vocabulary, one, other.id, witness=self.witness(both, (one, other)))

    def _holes(self) -> Iterable[Finding]:
        if self.topic.rules and self.topic.rules[0].topic == "eligibility":
            yield from self._verdict_holes()
        for owed in self.owed:
            unanswered = self.solver.no(self.solver.some(self.rules.seen.possible[n] for n in owed.answered_by))
            if self.solver.can_be(self.solver.conditions(owed.when), unanswered):
                yield self._hole(owed)

    def _verdict_holes(self) -> Iterable[Finding]:
        """One hole for each kind of request that some situation leaves without an answer."""
        kinds = self.vocabulary.words("kinds")
        for kind in kinds:
            if self.solver.can_be(self.atoms[NO_RULE], self.solver.told(KIND, kind)):
                is_kind = Condition(KIND, "is", kind)
                answering = [rule for rule in self.topic.rules if isinstance(rule.outcome, Allow) and kind in rule.outcome.allow]

                def none_answers(facts: Facts, is_kind: Condition = is_kind) -> bool:
                    return NO_RULE in self.answer(facts).atoms and all_hold((is_kind,))(facts)

                seen = self.witness(none_answers, ())
                yield self._nearest(answering or list(self.topic.rules), kind, seen)

    def _hole(self, owed: Owed) -> Finding:
        ids = {self.topic.rules[n].id for n in owed.answered_by}

        def none_answers(facts: Facts) -> bool:
            said = self.answer(facts)
            return all_hold(owed.when)(facts) and not ids & {*said.standing, *said.possible}

        seen = self.witness(none_answers, ())
        answering = [self.topic.rules[n] for n in owed.answered_by]
        return self._nearest(answering or list(self.topic.rules), owed.question, seen)

    def _nearest(self, rules: list[Rule], question: str, seen: Witness) -> Finding:
        """The hole, named by the rule that misses fewest of its conditions in it."""
        near = min(rules, key=lambda rule: (sum(not all_hold((c,))(seen.facts) for c in rule.conditions), rule.id))
        return finding("hole", self.vocabulary, near, question, witness=seen)


def condition_in_words(vocabulary: Vocabulary, condition: Condition) -> Says:
    """A condition as people read it."""
    shape = vocabulary.facts[condition.fact]
    operator = vocabulary.says("operators", condition.operator)
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    told = [value_in_words(vocabulary, condition.fact, _as_fact(value)) for value in values]
    zh, en = "、".join(each.zh for each in told), ", ".join(each.en for each in told)
    return Says(f"{shape.says.zh}{operator.zh}{zh}", f"{shape.says.en} {operator.en} {en}")


def _as_fact(value: object) -> object:
    if hasattr(value, "is_money"):
        return (value.number, value.unit) if value.is_money else value.number  # type: ignore[attr-defined]
    return value
