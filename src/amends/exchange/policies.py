"""The policy files on disk → vocabulary, rules, books and examples. The only place that opens them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from amends.domain.rulebook.book import assemble
from amends.domain.rulebook.examples import Example, read_examples
from amends.domain.rulebook.markets import read_market
from amends.domain.rulebook.reading import read_rules
from amends.domain.rulebook.shape import TOPICS, MarketBook, PolicyError, Rule, Vocabulary
from amends.domain.rulebook.words import read_vocabulary

_MARKET_FILE: Final = "market.yaml"


class Policies(msgspec.Struct, frozen=True, kw_only=True):
    """Everything under `policies/`. Rules are listed by the pack or market that owns them; a book is only good without errors."""

    vocabulary: Vocabulary
    books: dict[str, MarketBook]
    rules: dict[str, tuple[Rule, ...]]
    examples: tuple[Example, ...]
    errors: tuple[PolicyError, ...]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a rule stands, and which markets it is in force in."""

    rule: str
    file: str
    line: int
    topic: str
    pack: str
    markets: tuple[str, ...]


def policies_folder() -> Path:
    """The folder of the policies: beside the package in a wheel, at the root of a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "policies"
    return installed if installed.is_dir() else package.parents[1] / "policies"


def read_policies(folder: Path | None = None, drafts: Mapping[str, str] | None = None) -> Policies:
    """Read every policy file; errors are collected, never raised. File names are relative to the folder's parent.

    `drafts` are texts that stand in for rule files of those names.
    """
    root = folder or policies_folder()
    vocabulary, word_errors = read_vocabulary(
        (path.stem, _named(path, root), path.read_text("utf-8")) for path in sorted(root.glob("vocabulary/*.yaml"))
    )
    errors = list(word_errors)
    examples: list[Example] = []
    rules: dict[str, tuple[Rule, ...]] = {}
    owners = [path for kind in ("packs", "markets") for path in sorted(root.glob(f"{kind}/*")) if path.is_dir()]
    for owner in owners:
        name = owner.name if owner.parent.name == "packs" else f"markets/{owner.name}"
        rules[name] = _rules(owner, root, name, vocabulary, errors, drafts or {})
        examples += _examples(owner, root, vocabulary, errors)
    books = {path.name: _book(path, root, rules, vocabulary, errors) for path in owners if (path / _MARKET_FILE).is_file()}
    return Policies(
        vocabulary=vocabulary, books=books, rules=rules, examples=tuple(examples), errors=tuple(dict.fromkeys(errors))
    )


def _named(path: Path, root: Path) -> str:
    return path.relative_to(root.parent).as_posix()


def _rules(
    owner: Path, root: Path, name: str, vocabulary: Vocabulary, errors: list[PolicyError], drafts: Mapping[str, str]
) -> tuple[Rule, ...]:
    found: list[Rule] = []
    for path in sorted(owner.glob("*.yaml")):
        if path.name == _MARKET_FILE:
            continue
        file = _named(path, root)
        text = drafts[file] if file in drafts else path.read_text("utf-8")
        read = read_rules(topic=path.stem, pack=name, file=file, text=text, vocabulary=vocabulary)
        found += read.rules
        errors += read.errors
    return tuple(found)


def _examples(owner: Path, root: Path, vocabulary: Vocabulary, errors: list[PolicyError]) -> Iterable[Example]:
    market = owner.name if owner.parent.name == "markets" else None
    for path in sorted(owner.glob("examples/*.yaml")):
        topic = path.stem if path.stem in TOPICS else None
        read = read_examples(file=_named(path, root), text=path.read_text("utf-8"), vocabulary=vocabulary, topic=topic)
        errors += read.errors
        for example in read.examples:
            yield msgspec.structs.replace(example, market=example.market or market, pack=None if market else owner.name)


def _book(
    path: Path, root: Path, rules: dict[str, tuple[Rule, ...]], vocabulary: Vocabulary, errors: list[PolicyError]
) -> MarketBook:
    packs = frozenset(name for name in rules if not name.startswith("markets/"))
    file = path / _MARKET_FILE
    read = read_market(
        market=path.name, file=_named(file, root), text=file.read_text("utf-8"), vocabulary=vocabulary, packs=packs
    )
    own = [rule for name in (*read.frame.packs, f"markets/{path.name}") for rule in rules.get(name, ())]
    made = assemble(read.frame, own)
    errors += [*read.errors, *made.errors]
    return made.book


def rule_file(folder: Path, name: str) -> str | None:
    """The text of a rule file by its name in the repository; None where there is no such file."""
    path = folder.parent / name
    return path.read_text("utf-8") if path.is_file() and path.resolve().is_relative_to(folder.resolve()) else None


def where(policies: Policies, asked: str) -> tuple[Place, ...]:
    """Every place where a rule of that id stands, or, for a requirement such as `C-04`, every rule that serves it.

    An id has more than one place where markets of their own use the same one.
    """
    return tuple(
        Place(
            rule=rule.id,
            file=rule.file,
            line=rule.line,
            topic=rule.topic,
            pack=rule.pack,
            markets=tuple(code for code, book in policies.books.items() if rule in book.rules[rule.topic]),
        )
        for rules in policies.rules.values()
        for rule in rules
        if rule.id == asked or asked.upper() in rule.requirements
    )
