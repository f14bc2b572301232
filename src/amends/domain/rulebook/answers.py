"""The outcome of a rule, read by the table of forms in `outcomes`."""

from types import UnionType
from typing import Any, Union, cast, get_args, get_origin

import msgspec

from amends.domain.rulebook.forms import FORMS, UNITS_ALLOWED, WORDS
from amends.domain.rulebook.nodes import Node, Page
from amends.domain.rulebook.outcomes import Demand, Outcome
from amends.domain.rulebook.quantities import Quantity, read_quantity
from amends.domain.rulebook.shape import Vocabulary
from amends.kernel.refusals import Unreadable


def read_outcome(page: Page, topic: str, rule: Node, keys: dict[str, Node], vocabulary: Vocabulary) -> Outcome | None:
    """The one outcome that the keys of a rule state; None and errors otherwise."""
    forms = FORMS[topic]
    leads = [key for key in keys if key in forms]
    if not leads:
        for key, value in keys.items():
            page.complain(value, "unknown_key", key)
        page.complain(rule, "no_outcome")
        return None
    form = forms[leads[0]]
    own = {field.name for field in msgspec.structs.fields(form)}
    second = [key for key in leads[1:] if key not in own]
    if second:
        page.complain(keys[second[0]], "two_outcomes", ", ".join([leads[0], *second]))
        return None
    if form is Demand and not {"of", "at"} <= keys.keys():
        page.complain(rule, "proof_without_side_or_stage", ", ".join(sorted({"of", "at"} - keys.keys())))
        return None
    return cast("Outcome | None", _struct(page, form, rule, keys, vocabulary))


def _struct(page: Page, form: type, at: Node, keys: dict[str, Node], vocabulary: Vocabulary) -> Any:
    before = len(page.errors)
    values: dict[str, Any] = {}
    fields = {field.name: field for field in msgspec.structs.fields(form)}
    for key in keys.keys() - fields.keys():
        page.complain(keys[key], "unknown_key", key)
    for name, field in fields.items():
        if name in keys:
            values[name] = _field(page, (form, name), field.type, keys[name], vocabulary)
        elif field.required:
            page.complain(at, "missing_key", name)
    return None if len(page.errors) > before else form(**values)


def _field(page: Page, where: tuple[type, str], wanted: Any, node: Node, vocabulary: Vocabulary) -> Any:
    if get_origin(wanted) in (Union, UnionType):
        wanted = next(part for part in get_args(wanted) if part is not type(None))
    if wanted is Quantity:
        return _quantity(page, where, node, vocabulary)
    if wanted is int:
        text = page.text(node)
        if not text.isdecimal():
            page.complain(node, "value_does_not_fit", text)
            return 0
        return int(text)
    if wanted is str:
        return _word(page, where, node, page.text(node), vocabulary)
    if get_origin(wanted) is tuple:
        return tuple(_word(page, where, node, word, vocabulary) for word in page.texts(node))
    return _struct(page, wanted, node, page.mapping(node), vocabulary)


def _word(page: Page, where: tuple[type, str], node: Node, word: str, vocabulary: Vocabulary) -> str:
    allowed = WORDS.get(where)
    if allowed is not None and word not in (vocabulary.words(allowed) if isinstance(allowed, str) else allowed):
        page.complain(node, "unknown_word", word)
    return word


def _quantity(page: Page, where: tuple[type, str], node: Node, vocabulary: Vocabulary) -> Quantity | None:
    text = page.text(node)
    quantity = read_quantity(text, vocabulary.exponents())
    if isinstance(quantity, Unreadable):
        page.complain(node, "value_does_not_fit", text)
        return None
    if ("money" if quantity.is_money else quantity.unit) not in UNITS_ALLOWED[where]:
        page.complain(node, "unit_does_not_fit", text)
        return None
    return quantity
