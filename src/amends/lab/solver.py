"""The rules of a topic as formulas over every situation at once, for a solver (z3, loaded when something is proved).

Every class of every fact is a boolean, exactly one of each fact is true; the rest is and, or, not.
"""

import importlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.shape import Condition, Rule
from amends.domain.rulebook.situations import is_one_of
from amends.lab.facts_space import Space
from amends.lab.logic import Seen

Formula = Any
Situation = dict[str, int]
"""The class of each fact of the space."""


class Encoded(NamedTuple):
    """A topic's rules: whether the conditions of each certainly and possibly hold, and what is seen once overrides are settled."""

    holds: list[Formula]
    may_hold: list[Formula]
    seen: Seen[Formula]


class Solver:
    """One space in z3, with the logic that formulas are built by. Asks whether a situation can be, and shows one."""

    def __init__(self, space: Space) -> None:
        z3: Any = importlib.import_module("z3")

        self._z3 = z3
        self.space = space
        self._true, self._false = z3.BoolVal(True), z3.BoolVal(False)
        self._context = self._true.ctx_ref()
        self._solver = z3.SolverFor("QF_FD")
        self._is = {fact: [z3.Bool(f"{fact}#{n}") for n in range(len(classes))] for fact, classes in space.classes.items()}
        self._among: dict[tuple[str, frozenset[int]], Formula] = {}
        self._count = 0
        for literals in self._is.values():
            self._solver.add(z3.PbEq([(literal, 1) for literal in literals], 1))
        for each in space.together:
            when = self.every(self._words(fact, words) for fact, words in each.when.items())
            self._solver.add(z3.Implies(when, self.every(self._words(fact, words) for fact, words in each.then.items())))

    def every(self, parts: Iterable[Formula]) -> Formula:
        """All of them."""
        return self._joined(parts, self._z3.Z3_mk_and, self._true, self._false)

    def some(self, parts: Iterable[Formula]) -> Formula:
        """At least one."""
        return self._joined(parts, self._z3.Z3_mk_or, self._false, self._true)

    def _joined(self, parts: Iterable[Formula], join: Any, empty: Formula, ends: Formula) -> Formula:
        kept = [part for part in parts if part is not empty]
        if any(part is ends for part in kept):
            return ends
        if len(kept) < 2:  # noqa: PLR2004 -- one is itself
            return kept[0] if kept else empty
        # Past z3's own wrappers, which look at the sort of every part again: half of the time of a proof.
        asts = (self._z3.Ast * len(kept))(*[part.ast for part in kept])
        return self._z3.BoolRef(join(self._context, len(kept), asts), self._true.ctx)

    def no(self, part: Formula) -> Formula:
        """Not."""
        return self._false if part is self._true else self._true if part is self._false else self._z3.Not(part)

    def among(self, fact: str, classes: Iterable[int]) -> Formula:
        """The fact stands in one of these classes."""
        chosen = frozenset(classes)
        found = self._among.get((fact, chosen))
        if found is None:
            literals = self._is[fact]
            rest = len(literals) - len(chosen)
            if rest == 0:
                found = self._true
            elif rest < len(chosen):
                found = self.no(self.some(literal for n, literal in enumerate(literals) if n not in chosen))
            else:
                found = self.some(literals[n] for n in sorted(chosen))
            self._among[fact, chosen] = found
        return found

    def _words(self, fact: str, words: Sequence[str]) -> Formula:
        return self.among(fact, [n for n, each in enumerate(self.space.classes[fact]) if is_one_of(each.value, words)])

    def told(self, fact: str, word: str) -> Formula:
        """The fact is this word."""
        return self.among(fact, [n for n, each in enumerate(self.space.classes[fact]) if word in each.alike])

    def condition(self, condition: Condition) -> Formula:
        """The condition certainly holds."""
        return self.among(condition.fact, self.space.having(condition, True))

    def conditions(self, conditions: Iterable[Condition]) -> Formula:
        """All of them certainly hold."""
        return self.every(self.condition(condition) for condition in conditions)

    def _may(self, rule: Rule) -> Formula:
        both = ((c, self.space.having(c, True) | self.space.having(c, None)) for c in rule.conditions)
        return self.every(self.among(c.fact, classes) for c, classes in both)

    def named(self, formula: Formula) -> Formula:
        """A literal that is true exactly where the formula is."""
        if self._z3.is_const(formula):
            return formula
        self._count += 1
        literal = self._z3.Bool(f"!{self._count}")
        self._solver.add(literal == formula)
        return literal

    def encode(self, topic: CompiledTopic) -> Encoded:
        """The rules of a topic; one that is overridden by what certainly holds does not stand, by what may hold not certainly."""
        holds = [self.named(self.conditions(rule.conditions)) for rule in topic.rules]
        may = [self.named(self._may(rule)) for rule in topic.rules]
        by: dict[str, list[int]] = {rule.id: [] for rule in topic.rules}
        for n, rule in enumerate(topic.rules):
            for target in rule.overrides:
                by.get(target, []).append(n)
        certain = [self.every((holds[n], *(self.no(may[o]) for o in by[r.id]))) for n, r in enumerate(topic.rules)]
        possible = [self.every((may[n], *(self.no(holds[o]) for o in by[r.id]))) for n, r in enumerate(topic.rules)]
        seen = Seen(topic, [self.named(each) for each in certain], [self.named(each) for each in possible], self.told)
        return Encoded(holds, may, seen)

    def can_be(self, *wanted: Formula) -> bool:
        """Whether there is a situation in which all of these are true."""
        if any(formula is self._false for formula in wanted):
            return False
        return bool(
            self._solver.check([self.literal(formula) for formula in wanted if formula is not self._true]) == self._z3.sat
        )

    def literal(self, formula: Formula) -> Formula:
        """What a question may be asked with: a literal, so that the solver keeps what it learnt."""
        z3 = self._z3
        plain = formula.arg(0) if z3.is_not(formula) else formula
        if z3.is_const(plain):
            return formula
        self._count += 1
        literal = z3.Bool(f"!{self._count}")
        self._solver.add(z3.Implies(literal, formula))
        return literal

    def differ(self, one: Formula, other: Formula) -> Formula:
        """One is true and the other is not."""
        return self._false if one is other else self._z3.Xor(one, other)

    def needed(self, situation: Mapping[str, int], against: Formula) -> list[str]:
        """The facts of a situation that are needed to refute what never is in it; all of them where the solver cannot say."""
        literals = {fact: self._is[fact][n] for fact, n in situation.items()}
        if self._solver.check([*literals.values(), self.literal(against)]) != self._z3.unsat:
            raise AssertionError("what never is in this situation is in it")
        core = {str(each) for each in self._solver.unsat_core()}
        return [fact for fact, literal in literals.items() if str(literal) in core]

    def never(self, formula: Formula) -> None:
        """Look no more at situations in which this is true."""
        self._solver.add(self.no(formula))

    def situation(self) -> Situation:
        """The situation that the last question found."""
        model = self._solver.model()
        true = self._z3.is_true
        return {
            fact: next((n for n, literal in enumerate(literals) if true(model.eval(literal))), self.space.usual[fact])
            for fact, literals in self._is.items()
        }

    def agrees(self, situation: Mapping[str, int], formulas: Iterable[Formula]) -> bool:
        """Whether in this very situation all of these are true; each is a literal or its negation."""
        wanted = [*(self._is[fact][n] for fact, n in situation.items()), *(each for each in formulas if each is not self._true)]
        return not any(each is self._false for each in wanted) and self._checked(wanted)

    def _checked(self, wanted: Sequence[Formula]) -> bool:
        """As `check`, past the wrapper, which spends ten times longer on telling each literal's sort than the solver on the question."""
        core, solver = self._z3.z3core, self._solver
        literals = (self._z3.Ast * len(wanted))(*(each.ast for each in wanted))
        said = core.Z3_solver_check_assumptions(solver.ctx.ref(), solver.solver, len(wanted), literals)
        return bool(said == self._z3.Z3_L_TRUE)
