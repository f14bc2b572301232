"""Which questions want one answer and no more, and which want one in any case. Clocks are read off the table of the lifecycle."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from amends.domain.lifecycle.case import CASE, PROMISED_ONLY_BY_SOME
from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.outcomes import (
    Allow,
    Benchmark,
    FaultFrom,
    Label,
    Lane,
    Propose,
    RefundWhen,
    ReturnCommission,
    ReturnFreight,
    ReturnTo,
    Signal,
    TimeLimit,
    ToWarehouse,
    Weigh,
)
from amends.domain.rulebook.shape import Condition, Rule

_ONE: Final[dict[type, str]] = {
    Lane: "lane",
    ReturnCommission: "return_commission",
    ReturnFreight: "return_freight",
    ToWarehouse: "to_warehouse",
    RefundWhen: "refund",
    Label: "label",
    ReturnTo: "return_to",
}
_EVEN_ALIKE: Final = (TimeLimit, FaultFrom, Propose)
"""Outcomes of which two are one too many, even where they say the same: nobody is told twice when something is due."""
_RETURNS: Final = ("return_refund", "exchange")


class Said(NamedTuple):
    """A rule's answer to a question that wants one. Two rules disagree where their answers differ or `alike` is not enough."""

    question: str
    says: Any
    alike: bool


def one_answer(rule: Rule) -> Iterable[Said]:
    """The questions that a rule answers, of those that want one answer."""
    outcome: Any = rule.outcome
    if isinstance(outcome, TimeLimit):
        yield Said(outcome.deadline, (outcome.within, outcome.on_expiry, outcome.at_least), alike=False)
    elif isinstance(outcome, Allow):
        for kind in outcome.allow:
            yield Said(f"allow {kind}", (outcome.review_by, outcome.programme), alike=True)
    elif isinstance(outcome, Benchmark):
        yield Said(outcome.of, outcome.at_most, alike=True)
    elif isinstance(outcome, Weigh):
        yield Said(outcome.weigh, outcome.of, alike=True)
    elif isinstance(outcome, _EVEN_ALIKE):
        yield Said(type(outcome).__name__.lower(), outcome, alike=False)
    elif type(outcome) in _ONE:
        yield Said(_ONE[type(outcome)], outcome, alike=True)


def disagree(one: Said, other: Said) -> bool:
    """Whether two answers to one question must not stand beside each other."""
    return one.question == other.question and (one.says != other.says or not one.alike)


class Owed(NamedTuple):
    """A question that wants an answer wherever these conditions hold, and the rules that answer it."""

    question: str
    when: tuple[Condition, ...]
    answered_by: tuple[int, ...]


def owed_answers(topic: CompiledTopic) -> list[Owed]:
    """What the topic's rules must answer, beside the verdict of eligibility."""
    name = topic.rules[0].topic if topic.rules else ""
    if name == "deadlines":
        owed = [_owed(topic, kind, _clock(kind, kinds), TimeLimit) for kind, kinds in _clocks().items()]
        return [each for each in owed if each.answered_by or each.question not in _ONLY_ON_OFFER]
    if name == "costs":
        every = tuple(dict.fromkeys(kind for kinds in _clocks().values() for kind in kinds))
        return [
            _owed(topic, "return_freight", _kinds(_RETURNS), ReturnFreight),
            _owed(topic, "return_commission", _kinds(every), ReturnCommission),
        ]
    if name == "logistics":
        return [
            _owed(topic, "label", _kinds(_RETURNS), Label),
            _owed(topic, "return_to", _kinds(_RETURNS), ReturnTo),
        ]
    if name == "negotiation" and any(isinstance(rule.outcome, Signal) for rule in topic.rules):
        return [_owed(topic, "faultfrom", _kinds(("refund_only",)), FaultFrom)]
    return []


def _owed(topic: CompiledTopic, question: str, when: tuple[Condition, ...], form: type) -> Owed:
    found = [
        n
        for n, rule in enumerate(topic.rules)
        if isinstance(rule.outcome, form) and getattr(rule.outcome, "deadline", question) == question
    ]
    return Owed(question, when, tuple(found))


def _kinds(kinds: tuple[str, ...]) -> tuple[Condition, ...]:
    return (Condition("request.kind", "in", kinds),)


def _clock(kind: str, kinds: tuple[str, ...]) -> tuple[Condition, ...]:
    return (*_kinds(kinds), *_STARTED_IN.get(kind, ()))


_STARTED_IN: Final = {
    "proposal": (Condition("proposal.by", "in", ("seller", "platform")),),
    "refuse_sign": (Condition("case.state", "is", "refuse_sign_agreed"),),
}
"""What else holds whenever a clock starts."""
_ONLY_ON_OFFER: Final = frozenset({"refuse_sign"})
"""Clocks of a programme that not every market offers."""


def _clocks() -> dict[str, tuple[str, ...]]:
    """Every clock that a case rests on, and the kinds of cases that start it."""
    found: dict[str, dict[str, None]] = {}
    for row in CASE.rows:
        for kind in row.starts:
            if kind not in PROMISED_ONLY_BY_SOME:
                found.setdefault(kind, {}).update(dict.fromkeys(row.kinds or _ALL))
    return {kind: tuple(kinds) for kind, kinds in found.items()}


_ALL: Final = ("cancel", "refund_in_transit", "refund_only", "return_refund", "exchange")
