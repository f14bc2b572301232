"""One topic file of a pack or market → its rules, with the line of each, and every error at once."""

from datetime import date
from typing import Any, Final, get_args

import msgspec

from amends.domain.rulebook.answers import read_outcome
from amends.domain.rulebook.nodes import Node, Page, line_of
from amends.domain.rulebook.quantities import Quantity, read_quantity
from amends.domain.rulebook.shape import TOPICS, Condition, FactShape, Operator, PolicyError, Rule, TopicName, Value, Vocabulary
from amends.kernel.refusals import Unreadable

_RULE_KEYS: Final = frozenset({"id", "from", "until", "source", "requirements", "assumed", "when", "overrides", "says"})
_NEEDED: Final = ("id", "source", "says")
OPERATORS: Final[dict[str, tuple[Operator, ...]]] = {
    "word": ("is", "is_not", "in", "not_in"),
    "flag": ("is", "is_not"),
    "money": ("over", "under", "at_least"),
    "days": ("is", "is_not", "over", "under", "at_least"),
    "hours": ("over", "under", "at_least"),
    "count": ("is", "is_not", "over", "under", "at_least"),
    "percent": ("over", "under", "at_least"),
}


class RulesRead(msgspec.Struct, frozen=True):
    """What a topic file says, and everything in it that cannot be taken."""

    rules: tuple[Rule, ...]
    errors: tuple[PolicyError, ...]


def read_rules(*, topic: str, pack: str, file: str, text: str, vocabulary: Vocabulary) -> RulesRead:
    """Read a topic file. A rule with an error is left out; a file without rules is empty and no error."""
    page = Page(file)
    if topic not in TOPICS:
        page.complain(1, "unknown_topic", topic)
        return RulesRead((), tuple(page.errors))
    return RulesRead(read_rule_list(page, topic, pack, page.root(text), vocabulary), tuple(page.errors))


def read_rule_list(page: Page, topic: TopicName, pack: str, node: Node | None, vocabulary: Vocabulary) -> tuple[Rule, ...]:
    """The rules of a list, those that can be taken; the page has the errors of the others."""
    read = [_rule(page, topic, pack, each, vocabulary) for each in page.items(node)]
    return tuple(rule for rule in read if rule)


def _rule(page: Page, topic: TopicName, pack: str, node: Node, vocabulary: Vocabulary) -> Rule | None:
    before = len(page.errors)
    keys = page.mapping(node)
    for key in _NEEDED:
        if key not in keys:
            page.complain(node, "missing_key", key)
    own = {key: value for key, value in keys.items() if key not in _RULE_KEYS}
    outcome = read_outcome(page, topic, node, own, vocabulary)
    conditions = read_conditions(page, keys["when"], vocabulary) if "when" in keys else ()
    starts, ends = _dates(page, keys)
    says = page.says(keys.get("says"), node)
    assumed = page.flag(keys["assumed"]) if "assumed" in keys else False
    if assumed is None:
        page.complain(keys["assumed"], "value_does_not_fit", page.text(keys["assumed"]))
    name = page.name(keys["id"]) if "id" in keys else ""
    requirements, overrides = (page.texts(keys[key]) if key in keys else () for key in ("requirements", "overrides"))
    if len(page.errors) > before or outcome is None:
        return None
    frame: dict[str, Any] = {
        "id": name,
        "topic": topic,
        "pack": pack,
        "file": page.file,
        "line": line_of(node),
        "source": page.text(keys["source"]).strip(),
    }
    read: dict[str, Any] = {
        "outcome": outcome,
        "says": says,
        "conditions": conditions,
        "requirements": requirements,
        "overrides": overrides,
    }
    return Rule(**frame, **read, assumed=bool(assumed), from_=starts, until=ends)


def _dates(page: Page, keys: dict[str, Node]) -> tuple[date | None, date | None]:
    starts, ends = read_date(page, keys.get("from")), read_date(page, keys.get("until"))
    if starts and ends and ends < starts:
        page.complain(keys["until"], "ends_before_it_begins", ends)
    return starts, ends


def read_date(page: Page, node: Node | None) -> date | None:
    """A date as YYYY-MM-DD; None and an error where it is none."""
    if node is None:
        return None
    try:
        return date.fromisoformat(page.text(node))
    except ValueError:
        page.complain(node, "not_a_date", page.text(node))
        return None


def read_conditions(page: Page, when: Node, vocabulary: Vocabulary) -> tuple[Condition, ...]:
    """The conditions of a `when`; what cannot be taken is complained about."""
    found: list[Condition] = []
    for name, node in page.mapping(when).items():
        fact = vocabulary.facts.get(name)
        if fact is None:
            page.complain(node, "unknown_fact", name)
            continue
        for operator, value_node in page.mapping(node).items():
            if operator not in get_args(Operator):
                page.complain(value_node, "unknown_operator", operator)
            elif operator not in OPERATORS[fact.type]:
                page.complain(value_node, "operator_does_not_fit", operator)
            else:
                value = read_value(page, value_node, fact, vocabulary, many=operator in ("in", "not_in"))
                if value is not None:
                    found.append(Condition(name, operator, value))
    return tuple(found)


def read_value(page: Page, node: Node, fact: FactShape, vocabulary: Vocabulary, *, many: bool) -> Value | None:
    """A value that the fact can have; None and an error where it cannot."""
    match fact.type:
        case "word":
            words = page.texts(node) if many else (page.text(node),)
            known = vocabulary.words(fact.words or "")
            for word in words:
                if word not in known:
                    page.complain(node, "unknown_word", word)
            return words if many else words[0]
        case "flag":
            flag = page.flag(node)
            if flag is None:
                page.complain(node, "value_does_not_fit", page.text(node))
            return flag
    return _measured(page, node, fact, vocabulary)


def _measured(page: Page, node: Node, fact: FactShape, vocabulary: Vocabulary) -> Quantity | None:
    text = page.text(node)
    quantity = read_quantity(text, vocabulary.exponents())
    if isinstance(quantity, Unreadable):
        page.complain(node, "value_does_not_fit", text)
        return None
    if ("money" if quantity.is_money else quantity.unit) != fact.type:
        page.complain(node, "unit_does_not_fit", text)
        return None
    return quantity
