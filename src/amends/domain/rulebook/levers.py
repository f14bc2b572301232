"""What can still be changed: for each changeable fact the values that make a difference, joined where they make the same one."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from amends.domain.facts.unknown import UNKNOWN
from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.quantities import Quantity, write_quantity
from amends.domain.rulebook.shape import Facts, FactShape, Says, Vocabulary
from amends.domain.rulebook.verdict import Change

KIND, REASON, GROUP = "request.kind", "request.reason", "request.reason_group"


class Notch(NamedTuple):
    """One class of values of a lever: what it leaves of the rules, the facts that it sets, and how it is called."""

    mask: int
    sets: dict[str, Any]
    change: Change
    says: Says


class Lever:
    """A changeable fact with its notches. The group of a reason follows the reason."""

    def __init__(self, topic: CompiledTopic, shape: FactShape) -> None:
        self.fact = shape.name
        self.facts = (REASON, GROUP) if shape.name == REASON else (shape.name,)
        self._rows = [(fact, topic) for fact in self.facts]
        self.notches = tuple(_notches(topic, shape))

    def mask(self, facts: Facts) -> int:
        """What the lever's present position leaves of the rules."""
        mask = -1
        for fact, topic in self._rows:
            mask &= topic.mask_of(fact, facts.get(fact, UNKNOWN))
        return mask

    def moves(self, facts: Facts) -> list[Notch]:
        """The notches that it does not stand at; one that leaves the same rules is the same, but for kinds, which rules allow by name."""
        if self.fact == KIND:
            told = facts.get(KIND, UNKNOWN)
            return [notch for notch in self.notches if notch.sets[KIND] != told]
        standing = self.mask(facts)
        return [notch for notch in self.notches if notch.mask != standing]


def levers_of(topic: CompiledTopic) -> tuple[Lever, ...]:
    """The levers that the topic's rules react to, and the kind of the request in any case."""
    shapes = topic.origin.vocabulary.facts
    asked = set(topic.facts)
    if GROUP in asked and REASON in shapes:
        asked.add(REASON)
    if KIND in shapes:
        asked.add(KIND)
    follows = {GROUP} if REASON in asked else set()
    found = (shapes[fact] for fact in shapes if fact in asked - follows)
    return tuple(Lever(topic, shape) for shape in sorted(found, key=lambda shape: shape.name == KIND) if shape.changeable != "no")


def _notches(topic: CompiledTopic, shape: FactShape) -> Iterable[Notch]:
    vocabulary = topic.origin.vocabulary
    if shape.name == REASON:
        return _reasons(topic, shape, vocabulary)
    if shape.type == "word":
        words = vocabulary.words(shape.words or "")
        return [_plain(topic, shape, word, vocabulary.says(shape.words or "", word)) for word in words]
    if shape.type == "flag":
        return [_plain(topic, shape, value, Says("是" if value else "否", "yes" if value else "no")) for value in (True, False)]
    return _measured(topic, shape, vocabulary)


def _plain(topic: CompiledTopic, shape: FactShape, value: Any, says: Says) -> Notch:
    word = value if isinstance(value, str) else says.en
    change = Change(shape.name, (word,), shape.changeable)
    return Notch(topic.mask_of(shape.name, value), {shape.name: value}, change, _called(shape, (says,)))


def _called(shape: FactShape, values: Iterable[Says]) -> Says:
    values = tuple(values)
    return Says(f"{shape.says.zh}：{'、'.join(v.zh for v in values)}", f"{shape.says.en}: {', '.join(v.en for v in values)}")


def _reasons(topic: CompiledTopic, shape: FactShape, vocabulary: Vocabulary) -> Iterable[Notch]:
    classes: dict[tuple[str, int], list[str]] = {}
    groups = vocabulary.reason_groups()
    for reason, group in groups.items():
        mask = topic.mask_of(REASON, reason) & topic.mask_of(GROUP, group)
        classes.setdefault((group, mask), []).append(reason)
    for (group, mask), reasons in classes.items():
        sets = {REASON: reasons[0], GROUP: group}
        if len(reasons) == sum(other == group for other in groups.values()) and GROUP in vocabulary.facts:
            change = Change(GROUP, (group,), shape.changeable)
            says = _called(vocabulary.facts[GROUP], [vocabulary.says("reason_groups", group)])
        else:
            change = Change(REASON, tuple(reasons), shape.changeable)
            says = _called(shape, [vocabulary.says("reasons", reason) for reason in reasons])
        yield Notch(mask, sets, change, says)


def _measured(topic: CompiledTopic, shape: FactShape, vocabulary: Vocabulary) -> Iterable[Notch]:
    scale = topic.scales[shape.name]
    unit = scale.currency or shape.type
    exponents = vocabulary.exponents()
    written = [write_quantity(Quantity(point // 3600 if unit == "hours" else point, unit), exponents) for point in scale.points]
    places = [(scale.points[0] - 1, Says(f"低于 {written[0]}", f"under {written[0]}"))]
    for position, point in enumerate(scale.points):
        places.append((point, Says(written[position], written[position])))
        after = scale.points[position + 1] if position + 1 < len(scale.points) else None
        if after is None or after - point > 1:
            up_to = "" if after is None else f", under {written[position + 1]}"
            places.append((point + 1, Says(f"高于 {written[position]}", f"over {written[position]}{up_to}")))
    for value, says in places:
        told = (value, scale.currency) if scale.currency else value
        change = Change(shape.name, (says.en,), shape.changeable)
        yield Notch(scale.mask(told), {shape.name: told}, change, _called(shape, [says]))
