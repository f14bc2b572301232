"""Vocabulary files → the words that rules may use."""

from collections.abc import Iterable
from typing import Final, cast, get_args

import yaml

from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.nodes import Node, Page, plain
from amends.domain.rulebook.shape import Changeable, FactShape, FactType, PolicyError, Says, Term, Vocabulary

_FACT_KEYS: Final = frozenset({"type", "words", "changeable", "zh", "en"})
_CODE_KEYS: Final = ("word", "code")
UNNAMED: Final = frozenset({"aliases", "situations", "together"})
"""Lists whose words need no names of their own."""


def read_vocabulary(files: Iterable[tuple[str, str, str]]) -> tuple[Vocabulary, tuple[PolicyError, ...]]:
    """`(list name, file, text)` of each vocabulary file → the vocabulary and every error. The list `facts` holds the facts."""
    facts: dict[str, FactShape] = {}
    lists: dict[str, dict[str, Term]] = {}
    pages: list[tuple[Page, dict[str, Node]]] = []
    for name, file, text in files:
        page = Page(file)
        root = page.root(text)
        if name == "facts":
            nodes = page.mapping(root)
            facts = {fact: _fact(page, fact, node) for fact, node in nodes.items()}
            pages.append((page, nodes))
        else:
            lists[name] = _terms(page, root, named=name not in UNNAMED)
            pages.append((page, {}))
    for page, nodes in pages:
        _check_lists(page, nodes, facts, lists)
    return Vocabulary(facts, lists), tuple(error for page, _ in pages for error in page.errors)


def _fact(page: Page, name: str, node: Node) -> FactShape:
    keys = page.mapping(node)
    texts = {key: page.text(value).strip() for key, value in keys.items()}
    for key in keys.keys() - _FACT_KEYS:
        page.complain(keys[key], "unknown_key", key)
    if texts.get("type") not in get_args(FactType):
        page.complain(node, "unknown_type", texts.get("type", ""))
    if texts.get("changeable", "no") not in get_args(Changeable):
        page.complain(keys["changeable"], "unknown_word", texts["changeable"])
    for language in ("zh", "en"):
        if not texts.get(language):
            page.complain(node, "missing_words", language)
    return FactShape(
        name,
        cast("FactType", texts.get("type", "word")),
        Says(texts.get("zh", ""), texts.get("en", "")),
        texts.get("words"),
        cast("Changeable", texts.get("changeable", "no")),
    )


def _check_lists(page: Page, nodes: dict[str, Node], facts: dict[str, FactShape], lists: dict[str, dict[str, Term]]) -> None:
    for name, node in nodes.items():
        fact = facts[name]
        if fact.type == "word" and fact.words not in lists:
            page.complain(node, "unknown_list", fact.words or "")
        for reserved in {NONE, UNKNOWN} & lists.get(fact.words or "", {}).keys():
            page.complain(node, "reserved_word", reserved)


def _terms(page: Page, root: Node | None, *, named: bool) -> dict[str, Term]:
    found: dict[str, Term] = {}
    if isinstance(root, yaml.MappingNode):
        for key, node in page.mapping(root).items():
            found[key] = _term(page, key, node, named=named)
        for key_node, _ in root.value:
            page.text(key_node)
        return found
    for node in page.items(root):
        keys = page.mapping(node)
        code = next((keys[key] for key in _CODE_KEYS if key in keys), None)
        if code is None:
            page.complain(node, "missing_key", "word")
            continue
        word = page.text(code)
        if word in found:
            page.complain(code, "duplicate_word", word)
        found[word] = _term(page, word, node, named=named)
    return found


def _term(page: Page, word: str, node: Node, *, named: bool) -> Term:
    if not isinstance(node, yaml.MappingNode):
        return Term(word, Says(word, word), {"is": plain(node)})
    keys = page.mapping(node)
    says = {language: page.text(keys[language]).strip() for language in ("zh", "en") if language in keys}
    if named:
        for language in ("zh", "en"):
            if not says.get(language):
                page.complain(node, "missing_words", f"{word} {language}")
    traits = {key: plain(value) for key, value in keys.items() if key not in ("zh", "en", *_CODE_KEYS)}
    return Term(word, Says(says.get("zh", word), says.get("en", word)), traits)
