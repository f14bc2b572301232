"""What is worse for a buyer: two sets of rules for one topic, held against each other over every situation."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple, TypeVar

from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.outcomes import Admit, Compensate, Demand, Label, RejectProof, ReturnFreight, Show, TimeLimit
from amends.domain.rulebook.shape import Facts, MarketBook, Says
from amends.lab.facts_space import Space
from amends.lab.findings import Finding, finding, witness_of
from amends.lab.lengths import longest, shortest
from amends.lab.logic import Atom, Logic, Plain, Seen, answer, answers, seen_in
from amends.lab.solver import Solver
from amends.lab.witness import smallest

B = TypeVar("B")
OF_THE_BUYER: Final = frozenset({"escalate", "ship_back", "proof", "appeal", "proposal", "replacement_acceptance"})
"""Clocks that leave the buyer time: the longer the better. All others make somebody else act: the shorter the better."""
_FOR_THE_BUYER: Final = frozenset({"approve", "refund_approved", "compensate", "buyer_may_convert", "resume_review", "complete"})


_LEVELS: Final = ("not_declined", "not_left", "allowed", "unreviewed")
"""How well a request can fare, the least first."""


class Worse(NamedTuple):
    """One way to be worse: in which words, and where."""

    aspect: str
    says: Says
    where: Any


def worse(logic: Logic[B], old: Seen[B], new: Seen[B]) -> Iterable[Worse]:
    """Every way in which the answers of `new` can be worse for the buyer than those of `old`."""
    before, after = answers(logic, old), answers(logic, new)
    yield from _verdicts(logic, before, after)
    yield from _clocks(logic, old, new)
    yield from _atoms(logic, before, after)
    yield from _money(logic, old, new)
    yield from _demands(logic, old, new)


def _verdicts(logic: Logic[B], before: dict[Atom, B], after: dict[Atom, B]) -> Iterable[Worse]:
    if ("verdict", "allowed") not in before:
        return
    steps = (
        ("not_declined", Says("会被拒绝", "is declined")),
        ("not_left", Says("无人可答", "is left without an answer")),
        ("allowed", Says("不再直接准许", "is no longer simply allowed")),
        ("unreviewed", Says("须经审核", "is reviewed by somebody")),
    )
    for level, says in steps:
        yield Worse(level, says, logic.every((_at_least(logic, before, level), logic.no(_at_least(logic, after, level)))))


def _at_least(logic: Logic[B], atoms: dict[Atom, B], level: str) -> B:
    allowed = atoms["verdict", "allowed"]
    if level == "not_declined":
        return logic.no(atoms["verdict", "declined"])
    if level == "not_left":
        return logic.some((allowed, atoms["verdict", "needs"]))
    if level == "allowed":
        return allowed
    reviewed = logic.some(said for atom, said in atoms.items() if atom[0] == "review" and atom[1] is not None)
    return logic.every((allowed, logic.no(reviewed)))


def _clocks(logic: Logic[B], old: Seen[B], new: Seen[B]) -> Iterable[Worse]:
    for n, one in enumerate(old.topic.rules):
        for m, other in enumerate(new.topic.rules):
            first, second = one.outcome, other.outcome
            if isinstance(first, TimeLimit) and isinstance(second, TimeLimit) and first.deadline == second.deadline:
                says = _clock_is_worse(first, second)
                if says:
                    yield Worse(f"{first.deadline}", says, logic.every((old.certain[n], new.certain[m])))


def _clock_is_worse(old: TimeLimit, new: TimeLimit) -> Says | None:
    if old.deadline in OF_THE_BUYER:
        if shortest(new.within) < shortest(old.within):
            return Says("留给买家的时间更短", "leaves the buyer less time")
    elif longest(new.within) > longest(old.within) or shortest(new.within) > shortest(old.within):
        return Says("买家等得更久", "makes the buyer wait longer")
    if old.on_expiry in _FOR_THE_BUYER and new.on_expiry not in _FOR_THE_BUYER:
        return Says("逾期不再有利于买家", "its end no longer serves the buyer")
    return None


def _atoms(logic: Logic[B], before: dict[Atom, B], after: dict[Atom, B]) -> Iterable[Worse]:
    """Grounds and refusals of proof that are new; proof, labels and notices that are gone."""
    for atom in dict.fromkeys((*before, *after)):
        was, will = before.get(atom), after.get(atom)
        said = atom[1] if atom[0] == "says" else None
        if atom[0] == "ground" or (isinstance(said, RejectProof) and said.of == "buyer"):
            says, gone = Says("多了拒绝的理由", "opens a ground to refuse"), False
        elif (
            isinstance(said, Show)
            or (isinstance(said, Admit) and said.of == "buyer")
            or (isinstance(said, Label) and said.label == "prepaid")
        ):
            says, gone = Says("买家失去原有的便利", "takes away what the buyer had"), True
        else:
            continue
        first, second = (was, will) if gone else (will, was)
        if first is not None:
            yield Worse(
                str(atom[1] if said is None else type(said).__name__),
                says,
                first if second is None else logic.every((first, logic.no(second))),
            )


def _money(logic: Logic[B], old: Seen[B], new: Seen[B]) -> Iterable[Worse]:
    def paid(seen: Seen[B], by_buyer: bool) -> B:  # noqa: FBT001 -- one of two sides
        rules = enumerate(seen.topic.rules)
        return logic.some(
            seen.certain[n]
            for n, r in rules
            if isinstance(r.outcome, ReturnFreight) and (r.outcome.return_freight == "buyer") is by_buyer
        )

    if any(isinstance(rule.outcome, ReturnFreight) for rule in new.topic.rules):
        says = Says("退货运费改由买家承担", "makes the buyer pay the way back")
        yield Worse("return_freight", says, logic.every((paid(old, by_buyer=False), paid(new, by_buyer=True))))
    for n, rule in enumerate(old.topic.rules):
        if isinstance(rule.outcome, Compensate) and rule.outcome.to == "buyer":
            share = rule.outcome.compensate
            enough = [
                m
                for m, other in enumerate(new.topic.rules)
                if isinstance(other.outcome, Compensate) and _share(other.outcome) >= _share(rule.outcome)
            ]
            says = Says(
                f"赔付少于 {int(share.percent.number) // 10000}%",
                f"compensates less than {int(share.percent.number) // 10000} percent",
            )
            yield Worse("compensate", says, logic.every((old.certain[n], logic.no(logic.some(new.certain[m] for m in enough)))))


def _share(outcome: Compensate) -> tuple[float, float, float]:
    share = outcome.compensate
    most = float(share.at_most.number) if share.at_most else float("inf")
    return float(share.percent.number), float(share.at_least.number) if share.at_least else 0.0, most


def _demands(logic: Logic[B], old: Seen[B], new: Seen[B]) -> Iterable[Worse]:
    for m, rule in enumerate(new.topic.rules):
        if isinstance(rule.outcome, Demand) and rule.outcome.of == "buyer":
            covering = [
                n for n, r in enumerate(old.topic.rules) if isinstance(r.outcome, Demand) and _covers(r.outcome, rule.outcome)
            ]
            where = logic.every((new.possible[m], logic.no(logic.some(old.certain[n] for n in covering))))
            yield Worse("demand", Says("要求买家提供更多凭证", "asks the buyer for more proof"), where)


def _covers(old: Demand, new: Demand) -> bool:
    """Whether whoever met the old demand meets the new one."""
    one, other = old.demand, new.demand
    if (old.of, old.at) != (new.of, new.at):
        return False
    if other.all_of and not set(other.all_of) <= set(one.all_of):
        return False
    return not other.any_of or (bool(one.any_of) and set(one.any_of) <= set(other.any_of))


class Compared:
    """A topic before and after, over the situations that either can tell apart."""

    def __init__(self, book: MarketBook, old: CompiledTopic, new: CompiledTopic) -> None:
        self.book, self.old, self.new = book, old, new
        self.space = Space(book.vocabulary, book.currency, [old, new])
        self.solver = Solver(self.space)
        self.before, self.after = self.solver.encode(old).seen, self.solver.encode(new).seen

    def worse(self) -> list[Finding]:
        """Each aspect in which some situation is worse for the buyer, once, with the seller's rule that makes it so."""
        found: dict[str, Finding] = {}
        for each in worse(self.solver, self.before, self.after):
            if each.aspect not in found and self.solver.can_be(each.where):
                found[each.aspect] = self._finding(each)
        verdicts = [each for aspect, each in found.items() if aspect in _LEVELS]
        weaker = [each for n, each in enumerate(verdicts) if any(each.rule == stronger.rule for stronger in verdicts[:n])]
        return [each for each in found.values() if each not in weaker]

    def _finding(self, each: Worse) -> Finding:
        def shows(facts: Facts) -> bool:
            return any(
                one.aspect == each.aspect and one.where
                for one in worse(Plain(), seen_in(self.old, facts), seen_in(self.new, facts))
            )

        facts = smallest(self.space, self.solver.situation(), shows)
        before, after = answer(self.old, facts), answer(self.new, facts)
        own = [rule for rule in self.new.rules if rule not in self.old.rules]
        acting = [rule for rule in own if rule.id in (*after.standing, *after.possible)] or own or list(self.new.rules)
        theirs = [rule for rule in self.old.rules if rule.id in before.standing and rule.id not in after.standing]
        usual = {fact: declared.usual for fact, declared in self.space.declared.items()}
        about = {condition.fact for condition in acting[0].conditions}
        seen = witness_of(self.book.vocabulary, facts, usual, about, after.standing)
        other = " ".join(rule.id for rule in theirs) or each.aspect
        return finding("worse_term", self.book.vocabulary, acting[0], other, witness=seen, detail=each.says)
