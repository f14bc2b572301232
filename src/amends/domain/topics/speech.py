"""What may be said: sensitive words, zh and en, found in a text before it goes out and in what was said in a live room (U-12)."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import ahocorasick
import msgspec

from amends.domain.rulebook.shape import Says, Term, Vocabulary

LIST: Final = "sensitive_words"
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_SKIPPED: Final = frozenset({"Cf", "Mn", "Cc", "Me"})
"""Characters that nobody sees and that would part a word: zero-width marks, variation selectors, control characters."""


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A sensitive word in a text: characters `start` to `end` of it, the entry's id, why it is there and what to write instead.

    `level` is `refuse` (the text must not go out) or `warn`.
    """

    word: str
    category: str
    level: str
    start: int
    end: int
    says: Says
    instead: Says


class Scanner:
    """Looks for every word of a list in one pass over the text."""

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self.terms = dict(terms)
        self.automaton = ahocorasick.Automaton()
        for entry, term in self.terms.items():
            for text in _words_of(term):
                letters, _ = folded(text)
                known = self.automaton.get(letters, (letters, ()))[1]
                self.automaton.add_word(letters, (letters, (*known, entry)))
        self.automaton.make_automaton()

    def scan(self, text: str) -> tuple[Hit, ...]:
        """Every sensitive word of a text, in the order in which they stand there; one hit an entry and place."""
        if not len(self.automaton):
            return ()
        letters, places = folded(text)
        found = {
            (places[end - len(word) + 1], entry): places[end] + 1
            for end, (word, entries) in self.automaton.iter(letters)
            if _stands_alone(letters, end - len(word) + 1, end, word)
            for entry in entries
        }
        return tuple([self._hit(entry, start, end) for (start, entry), end in sorted(found.items())])

    def _hit(self, entry: str, start: int, end: int) -> Hit:
        term = self.terms[entry]
        traits: Mapping[str, Any] = term.traits
        return Hit(word=entry, category=str(traits["category"]), level=str(traits["level"]), start=start, end=end, says=term.says,
                   instead=Says(**traits["instead"]))  # fmt: skip


def refuses(hits: tuple[Hit, ...]) -> bool:
    """Whether a text with these hits must not go out."""
    return any(hit.level == "refuse" for hit in hits)


def scanner_of(vocabulary: Vocabulary) -> Scanner:
    """The scanner of a vocabulary; made once for each list."""
    return _scanner(_Same(vocabulary.words(LIST)))


def folded(text: str) -> tuple[str, list[int]]:
    """A text as it is searched, and where each of its letters stood.

    Case and width are gone, invisible characters too, and whatever stands between Chinese characters to part them; between
    other words a run of spaces and marks is one space.
    """
    letters: list[str] = []
    places: list[int] = []
    for place, character in _plain(text):
        if character != " ":
            if (
                letters
                and letters[-1] == " "
                and (_CHINESE.match(character) or (len(letters) > 1 and _CHINESE.match(letters[-2])))
            ):
                letters.pop()
                places.pop()
            letters.append(character)
            places.append(place)
        elif letters and letters[-1] != " ":
            letters.append(character)
            places.append(place)
    return "".join(letters), places


def _plain(text: str) -> Iterator[tuple[int, str]]:
    for place, character in enumerate(text):
        for part in unicodedata.normalize("NFKC", character).casefold():
            kind = unicodedata.category(part)
            if part.isspace() or kind[0] in "PZ":
                yield place, part if part in "%'" else " "
            elif kind not in _SKIPPED:
                yield place, part


def _stands_alone(letters: str, start: int, end: int, word: str) -> bool:
    """A word of letters must not be a part of a longer one; Chinese has no such borders."""
    before = letters[start - 1] if start else " "
    after = letters[end + 1] if end + 1 < len(letters) else " "
    return not (_joined(before, word[0]) or _joined(word[-1], after))


def _joined(left: str, right: str) -> bool:
    return left.isalnum() and right.isalnum() and not _CHINESE.match(left) and not _CHINESE.match(right)


def _words_of(term: Term) -> Iterator[str]:
    for words in dict(term.traits.get("words", {})).values():
        yield from (str(word) for word in words)


class _Same:
    """A list of words, alike only to itself."""

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self.terms = terms

    def __hash__(self) -> int:
        return id(self.terms)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.terms is self.terms


@lru_cache(maxsize=4)
def _scanner(same: _Same) -> Scanner:
    return Scanner(same.terms)
