"""YAML as nodes that remember their lines. Nothing is guessed: a scalar is its text, `no` and `1.10` included."""

import re
from collections.abc import Iterator
from typing import Final

import yaml

from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.complaints import complaint
from amends.domain.rulebook.shape import PolicyError, Says

Node = yaml.Node
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_]*(\.[a-z0-9][a-z0-9_]*)*")
_FLAGS: Final = {"true": True, "yes": True, "false": False, "no": False}


class Page:
    """One file being read: its name, and every error found on it so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.errors: list[PolicyError] = []

    def complain(self, node: Node | int, code: str, word: object = "") -> None:
        """Note an error at a node or line."""
        self.errors.append(complaint(self.file, node if isinstance(node, int) else line_of(node), code, word))

    def root(self, text: str) -> Node | None:
        """The root node; None for an empty file or a broken one, which is complained about."""
        try:
            root: Node | None = yaml.compose(text, Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as problem:
            self.complain(problem.problem_mark.line + 1 if problem.problem_mark else 1, "not_yaml", problem.problem)
            return None
        except yaml.YAMLError as problem:
            self.complain(1, "not_yaml", str(problem).splitlines()[0])
            return None
        return root

    def items(self, node: Node | None) -> Iterator[Node]:
        """The items of a list."""
        if isinstance(node, yaml.SequenceNode):
            yield from node.value
        elif node is not None:
            self.complain(node, "not_a_list")

    def mapping(self, node: Node | None) -> dict[str, Node]:
        """Keys and their nodes; a key that is written twice is refused."""
        if not isinstance(node, yaml.MappingNode):
            if node is not None:
                self.complain(node, "not_a_mapping")
            return {}
        found: dict[str, Node] = {}
        for key, value in node.value:
            name = self.text(key)
            if name in found:
                self.complain(key, "duplicate_key", name)
            found.setdefault(name, value)
        return found

    def text(self, node: Node) -> str:
        """The text of a scalar."""
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        self.complain(node, "not_a_text")
        return ""

    def flag(self, node: Node) -> bool | None:
        """True or False; None where it is neither."""
        return _FLAGS.get(self.text(node))

    def name(self, node: Node) -> str:
        """A lower snake case word that is not reserved."""
        word = self.text(node)
        if word in (NONE, UNKNOWN):
            self.complain(node, "reserved_word", word)
        elif not _NAME.fullmatch(word):
            self.complain(node, "not_a_name", word)
        return word

    def texts(self, node: Node) -> tuple[str, ...]:
        """The texts of a list; a single text stands for a list of one."""
        if isinstance(node, yaml.ScalarNode):
            return (self.text(node),)
        return tuple(self.text(item) for item in self.items(node))

    def says(self, node: Node | None, at: Node) -> Says:
        """Both languages; either missing is an error."""
        words = {key: self.text(value).strip() for key, value in self.mapping(node).items()}
        for language in ("zh", "en"):
            if not words.get(language):
                self.complain(at, "missing_words", language)
        for key in words.keys() - {"zh", "en"}:
            self.complain(at, "unknown_key", key)
        return Says(words.get("zh", ""), words.get("en", ""))


def line_of(node: Node) -> int:
    """The line where a node begins, counted from 1."""
    return int(node.start_mark.line) + 1


def plain(node: Node) -> object:
    """A node as texts, lists and dicts, for columns that rules do not reason about."""
    if isinstance(node, yaml.SequenceNode):
        return [plain(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): plain(value) for key, value in node.value}
    return str(node.value)
