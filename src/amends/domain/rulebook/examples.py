"""Situations that a lawyer can read, and what policy says to them. Each rule has one that fires it and one that just misses it."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from itertools import product
from typing import Any, Final

import msgspec

from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.answers import read_outcome
from amends.domain.rulebook.complaints import complaint
from amends.domain.rulebook.nodes import Node, Page, line_of
from amends.domain.rulebook.outcomes import Outcome
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.reading import read_date, read_value
from amends.domain.rulebook.shape import TOPICS, Facts, PolicyError, Rule, Vocabulary
from amends.domain.rulebook.verdict import Verdict

_KEYS: Final = frozenset({"name", "requirements", "market", "topic", "at", "facts", "fires", "misses", "expect", "each", "gives"})
_AHEAD: Final = re.compile(r"-([1-9][0-9]{0,3}) days?", re.ASCII)
"""Days that are still to come, as in "5 days before the promised date"; rules themselves count from the day on."""
_EXPECTED: Final = frozenset({"verdict", "reasons", "rules", "needs", "review_by", "programme"})


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected of a verdict; what is None is not looked at. Lists are compared as sets, `needs` names facts or kinds of proof."""

    verdict: str | None = None
    reasons: tuple[str, ...] | None = None
    rules: tuple[str, ...] | None = None
    needs: tuple[str, ...] | None = None
    review_by: str | None = None
    programme: str | None = None


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule answers, whole, and the day since when it does."""

    outcome: Outcome
    since: date | None = None


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One situation. Facts that it does not name do not apply (NONE); what nobody has told is written `unknown`.

    `gives` is what rules answer in it, whole. One that is written with `each` is as many as there are combinations of its values.
    """

    name: str
    file: str
    line: int
    topic: str
    facts: dict[str, Any]
    market: str | None = None
    pack: str | None = None
    at: datetime | None = None
    fires: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()
    expected: Expected | None = None
    gives: dict[str, Given] = {}
    requirements: tuple[str, ...] = ()


class ExamplesRead(msgspec.Struct, frozen=True):
    """The examples of a file, and what in it cannot be taken."""

    examples: tuple[Example, ...]
    errors: tuple[PolicyError, ...]


def read_examples(*, file: str, text: str, vocabulary: Vocabulary, topic: str | None = None) -> ExamplesRead:
    """Read a file of examples. `topic` is the one of examples that name none."""
    page = Page(file)
    read = [each for node in page.items(page.root(text)) for each in _examples(page, node, vocabulary, topic)]
    return ExamplesRead(tuple(read), tuple(page.errors))


def _examples(page: Page, node: Node, vocabulary: Vocabulary, topic: str | None) -> Iterable[Example]:
    """The one example that is written, or one for every combination of the values of `each`."""
    one, before = _example(page, node, vocabulary, topic), len(page.errors)
    varied = page.mapping(node).get("each")
    names = list(page.mapping(varied)) if varied else []
    ways = [
        [_facts(page, {name: value}, vocabulary) for value in page.items(values)] for name, values in page.mapping(varied).items()
    ]
    if one is None or len(page.errors) > before:
        return
    for chosen in product(*ways):
        told = {fact: value for facts in chosen for fact, value in facts.items()}
        called = ", ".join(str(told[name]) for name in names)
        yield msgspec.structs.replace(one, name=f"{one.name} ({called})" if called else one.name, facts=one.facts | told)


def _example(page: Page, node: Node, vocabulary: Vocabulary, topic: str | None) -> Example | None:
    before = len(page.errors)
    keys = page.mapping(node)
    for key in keys.keys() - _KEYS:
        page.complain(keys[key], "unknown_key", key)
    named = page.text(keys["topic"]) if "topic" in keys else topic or ""
    if named not in TOPICS:
        page.complain(node, "unknown_topic", named)
    if "name" not in keys:
        page.complain(node, "missing_key", "name")
    facts = _facts(page, page.mapping(keys.get("facts")), vocabulary)
    expected = _expected(page, keys["expect"]) if "expect" in keys else None
    at = _moment(page, keys["at"]) if "at" in keys else None
    gives = _gives(page, keys, named, vocabulary)
    if len(page.errors) > before:
        return None
    return Example(
        name=page.text(keys["name"]),
        file=page.file,
        line=line_of(node),
        topic=named,
        facts=facts,
        market=page.text(keys["market"]) if "market" in keys else None,
        at=at,
        fires=page.texts(keys["fires"]) if "fires" in keys else (),
        misses=page.texts(keys["misses"]) if "misses" in keys else (),
        expected=expected,
        gives=gives,
        requirements=page.texts(keys["requirements"]) if "requirements" in keys else (),
    )


def _moment(page: Page, node: Node) -> datetime | None:
    try:
        return datetime.fromisoformat(page.text(node)).astimezone()
    except ValueError:
        page.complain(node, "not_a_date", page.text(node))
        return None


def _gives(page: Page, keys: dict[str, Node], topic: str, vocabulary: Vocabulary) -> dict[str, Given]:
    found: dict[str, Given] = {}
    for rule, node in page.mapping(keys.get("gives")).items():
        own = page.mapping(node)
        since = read_date(page, own.pop("since", None))
        outcome = read_outcome(page, topic, node, own, vocabulary) if topic in TOPICS else None
        if outcome is not None:
            found[rule] = Given(outcome=outcome, since=since)
    return found


def _facts(page: Page, nodes: dict[str, Node], vocabulary: Vocabulary) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value_node in nodes.items():
        shape = vocabulary.facts.get(name)
        if shape is None:
            page.complain(value_node, "unknown_fact", name)
            continue
        text = page.text(value_node)
        if text in (NONE, UNKNOWN):
            found[name] = text
            continue
        ahead = _AHEAD.fullmatch(text)
        if ahead and shape.type == "days":
            found[name] = -int(ahead[1])
            continue
        value = read_value(page, value_node, shape, vocabulary, many=False)
        found[name] = _as_fact(value) if isinstance(value, Quantity) else value
    group = vocabulary.reason_groups().get(str(found.get("request.reason", "")))
    if group:
        found.setdefault("request.reason_group", group)
    return found


def _as_fact(quantity: Quantity) -> Any:
    return (quantity.number, quantity.unit) if quantity.is_money else quantity.measure


def _expected(page: Page, node: Node) -> Expected:
    keys = page.mapping(node)
    for key in keys.keys() - _EXPECTED:
        page.complain(keys[key], "unknown_key", key)
    single = {key: page.text(keys[key]) for key in ("verdict", "review_by", "programme") if key in keys}
    several = {key: page.texts(keys[key]) for key in ("reasons", "rules", "needs") if key in keys}
    return Expected(**single, **several)  # type: ignore[arg-type]


def sheet_of(example: Example, vocabulary: Vocabulary) -> Facts:
    """All facts of an example: what it does not name does not apply."""
    return {name: example.facts.get(name, NONE) for name in vocabulary.facts}


def differences(expected: Expected, verdict: Verdict) -> list[str]:
    """How a verdict differs from what was expected, one phrase each; empty where it does not."""
    found: list[tuple[str, object, object]] = [
        ("verdict", expected.verdict, verdict.kind),
        ("review_by", expected.review_by, verdict.review_by),
        ("programme", expected.programme and {expected.programme}, set(verdict.programmes)),
        ("reasons", expected.reasons and set(expected.reasons), {reason.code for reason in verdict.reasons}),
        ("rules", expected.rules and set(expected.rules), {reason.rule for reason in verdict.reasons if reason.rule}),
        (
            "needs",
            expected.needs and set(expected.needs),
            {w for need in verdict.needs for w in (need.any_of or need.all_of or (need.name,))},
        ),
    ]
    return [f"{what}: {_shown(got)}, not {_shown(wanted)}" for what, wanted, got in found if wanted is not None and wanted != got]


def _shown(value: object) -> str:
    return "[" + ", ".join(sorted(value)) + "]" if isinstance(value, set) else str(value)


def covered(rules: Iterable[Rule], examples: Iterable[Example]) -> list[PolicyError]:
    """Rules without an example that fires them or one that just misses them, and examples of rules that do not exist."""
    rules, examples = tuple(rules), tuple(examples)
    fired = {rule for example in examples for rule in example.fires}
    missed = {rule for example in examples for rule in example.misses}
    known = {rule.id for rule in rules}
    errors = [complaint(r.file, r.line, "example_missing_fires", r.id) for r in rules if r.id not in fired]
    errors += [complaint(r.file, r.line, "example_missing_misses", r.id) for r in rules if r.id not in missed]
    for example in examples:
        errors += [
            complaint(example.file, example.line, "example_unknown_rule", r)
            for r in (*example.fires, *example.misses, *example.gives)
            if r not in known
        ]
    return errors
